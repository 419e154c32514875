//! Rules of a webhook that name only API versions which are gone. Nothing fails then, and nobody asks
//! the webhook any more: a hole that is worth a word.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::rule::{Resource, ServedVersion};
use crate::catalog::{Catalog, Range};
use crate::yaml::Node;

use super::super::engine::Stop;
use super::super::outcome::{Grade, Verb};
use super::super::path::Link;
use super::Scope;

pub(super) fn run(scope: &mut Scope) -> Result<(), Stop> {
    let (catalog, window) = (scope.engine.options.catalog, scope.engine.options.window);
    let rules: Vec<Rule> = scope.node.get("rules").map_or_else(Vec::new, |rules| {
        rules
            .items()
            .iter()
            .map(|rule| Rule::read(rule.value()))
            .collect()
    });
    let mut found = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        let mut by_component: BTreeMap<&str, Hole> = BTreeMap::new();
        for resource in catalog.resources() {
            let Some(range) = window.range(&resource.component) else {
                continue;
            };
            for kind in &resource.kinds {
                let plural = plural(kind);
                let Some(now) = replacement(resource, &plural, rule, &rules, range) else {
                    continue;
                };
                let hole = by_component.entry(&resource.component).or_default();
                hole.resources.insert(plural);
                hole.now.insert(&now.api_version);
            }
        }
        for (component, hole) in by_component {
            found.push((
                index,
                hole.text(&release(catalog, component, window.range(component))),
            ));
        }
    }
    for (index, text) in found {
        let links = [Link::Key("rules".to_owned()), Link::Item(index)];
        let path = scope.engine.place_of(scope.node, scope.here, &links);
        let why = scope.step.why.as_deref();
        scope
            .engine
            .change(Grade::Review, Verb::Function, path, text, why);
    }
    Ok(())
}

/// What a rule can no longer match.
#[derive(Default)]
struct Hole<'a> {
    resources: BTreeSet<String>,
    /// The versions that are served.
    now: BTreeSet<&'a str>,
}

impl Hole<'_> {
    fn text(&self, release: &str) -> String {
        let resources: Vec<&str> = self.resources.iter().map(String::as_str).collect();
        let now: Vec<&str> = self.now.iter().copied().collect();
        format!(
            "the webhook is never asked about {} again: {release} serves {}, which no rule names",
            resources.join(", "),
            now.join(", ")
        )
    }
}

struct Rule<'a> {
    groups: Vec<&'a str>,
    versions: Vec<&'a str>,
    resources: Vec<&'a str>,
}

impl<'a> Rule<'a> {
    fn read(node: &'a Node) -> Rule<'a> {
        let texts = |key: &str| {
            let items = node.get(key).map_or(&[][..], Node::items);
            items
                .iter()
                .filter_map(|item| item.value().as_str())
                .collect()
        };
        Rule {
            groups: texts("apiGroups"),
            versions: texts("apiVersions"),
            resources: texts("resources"),
        }
    }

    fn names(&self, api_version: &str, plural: &str) -> bool {
        let (group, version) = api_version.rsplit_once('/').unwrap_or(("", api_version));
        let has = |list: &[&str], wanted: &str| list.iter().any(|i| *i == "*" || *i == wanted);
        // `pods/log` and `*/*` are for parts of a resource.
        let resource = |item: &&str| {
            let whole = item.split_once('/').map_or(*item, |(whole, _)| whole);
            whole == "*" || whole == plural
        };
        has(&self.groups, group)
            && has(&self.versions, version)
            && self.resources.iter().any(resource)
    }
}

/// The version of a resource that is served, where a rule names only such as are not, and no other rule
/// names one that is.
fn replacement<'a>(
    resource: &'a Resource,
    plural: &str,
    rule: &Rule,
    rules: &[Rule],
    range: Range,
) -> Option<&'a ServedVersion> {
    let at_target = Range {
        from: range.to,
        to: range.to,
    };
    let mut served = resource.versions.iter().filter(|v| v.is_served(at_target));
    if !resource
        .versions
        .iter()
        .any(|v| rule.names(&v.api_version, plural))
        || served
            .clone()
            .any(|v| rules.iter().any(|rule| rule.names(&v.api_version, plural)))
    {
        return None;
    }
    served.next_back()
}

fn release(catalog: &Catalog, component: &str, range: Option<Range>) -> String {
    let title = catalog
        .component(component)
        .map_or(component, |component| component.title.as_str());
    range.map_or_else(|| title.to_owned(), |range| format!("{title} {}", range.to))
}

/// The name of a kind in a URL: `ingresses`, `networkpolicies`, `pods`.
fn plural(kind: &str) -> String {
    let kind = kind.to_ascii_lowercase();
    match kind.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ies"),
        _ if kind.ends_with(['s', 'x']) => format!("{kind}es"),
        _ => format!("{kind}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals() {
        for (kind, expected) in [
            ("Ingress", "ingresses"),
            ("NetworkPolicy", "networkpolicies"),
            ("Gateway", "gateways"),
            ("PriorityClass", "priorityclasses"),
            ("Deployment", "deployments"),
        ] {
            assert_eq!(plural(kind), expected);
        }
    }
}
