//! Rules of routes that Traefik 3 reads in another way than Traefik 2. The word that says so is unknown
//! to 2, so it is written only where 2 no longer runs.

use regex_lite::Regex;

use crate::catalog::Version;
use crate::yaml::{At, Node};

use super::super::engine::Stop;
use super::super::outcome::Grade;
use super::super::path::Link;
use super::Scope;

const V3: Version = Version::new(3, 0);

/// A rule that only v2 reads as it was meant gets `syntax: v2`.
pub(super) fn run(scope: &mut Scope) -> Result<(), Stop> {
    let has_v3 = scope.runs_now("traefik").is_some_and(|now| now >= V3);
    let routes = scope.node.at(["spec", "routes"]);
    let items = routes.map_or(&[][..], Node::items).iter().enumerate();
    let old: Vec<usize> = items
        .filter(|(_, route)| {
            let route = route.value();
            let rule = route.get("match").and_then(Node::as_str);
            rule.is_some_and(is_v2_only) && route.get("syntax").is_none_or(Node::is_null)
        })
        .map(|(index, _)| index)
        .collect();
    for index in old {
        let links = [
            Link::Key("spec".to_owned()),
            Link::Key("routes".to_owned()),
            Link::Item(index),
            Link::Key("match".to_owned()),
        ];
        let text = if has_v3 {
            "wrote syntax: v2 beside it"
        } else {
            "it needs `syntax: v2` beside it, which v2 does not know: add it once v3 runs"
        };
        let why = "v3 reads it in another way, or not at all, and the next major version knows this syntax no more";
        scope.changed_below(Grade::Review, &links, text, why);
        if !has_v3 {
            continue;
        }
        let Some(spec) = scope.node.get_mut("spec")? else {
            continue;
        };
        let Some(routes) = spec.get_mut("routes")? else {
            continue;
        };
        if let Some(items) = routes.items_mut()?
            && let Some(route) = items.get_mut(index)
        {
            let route = route.value_mut();
            route.take("syntax")?;
            route.insert("syntax", Node::string("v2"), At::After(&["match"]))?;
        }
    }
    Ok(())
}

/// Matchers with several values, templates, and names that v3 has changed.
fn is_v2_only(rule: &str) -> bool {
    const PATTERNS: [&str; 3] = [
        r"\b(Host|HostSNI|Path|PathPrefix|Method|ClientIP|ALPN)\([^)]*,",
        r"\{",
        r"\b(Headers|HeadersRegexp|HostHeader|HostRegexp|HostSNIRegexp|Query)\(",
    ];
    PATTERNS.iter().any(|pattern| {
        // They compile: a test runs each of them.
        Regex::new(pattern).is_ok_and(|regex| regex.is_match(rule))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_the_old_syntax() {
        for rule in [
            "PathPrefix(`/a`, `/b`)",
            "Host(`a.example.com`) && Path(`/users/{id}`)",
            "HeadersRegexp(`X-Team`, `shop.*`)",
            "HostRegexp(`.+`)",
        ] {
            assert!(is_v2_only(rule), "{rule}");
        }
        for rule in [
            "Host(`a.example.com`)",
            "Host(`a.example.com`) || Host(`b.example.com`) && PathPrefix(`/a`)",
            "HostSNI(`*`)",
            "Header(`X-Team`, `shop`)",
            "PathRegexp(`^/a/[0-9]+$`)",
        ] {
            assert!(!is_v2_only(rule), "{rule}");
        }
    }
}
