//! A rule without a kind, and the places where such rules work.

use super::super::component::Component;
use super::super::error::CatalogError;
use super::super::format::{self, Texts};
use super::super::rule::{Below, KindName, Life, Place, Rule, Site};
use super::Compiler;
use super::is_api_version;

/// Compiles `places.yaml` on top of the places that are there already: a place that is there gets
/// more sites.
///
/// # Errors
/// Everything that is wrong with it.
pub fn compile_places(
    file: &format::PlacesFile,
    mut places: Vec<Place>,
) -> Result<Vec<Place>, Vec<CatalogError>> {
    let mut compiler = Compiler::of(&file.name);
    for (name, sites) in &file.places {
        if !is_code(name) {
            let reason = format!("`{name}` is not the name of a place");
            compiler.error(name, reason, "write it like `pod-spec`");
        }
        let sites = compiler.sites(sites, &places, name);
        match places.iter_mut().find(|place| place.name == *name) {
            Some(place) => place.sites.extend(sites),
            None => places.push(Place {
                name: name.clone(),
                sites,
            }),
        }
    }
    compiler.finish(places)
}

/// Compiles one rule.
///
/// # Errors
/// Everything that is wrong with it.
pub fn compile_rule(
    file: &format::RuleFile,
    components: &[Component],
    places: &[Place],
) -> Result<Rule, Vec<CatalogError>> {
    let mut compiler = Compiler::of(&file.name);
    let rule = compiler.rule(file, components, places);
    compiler.finish(rule)
}

impl Compiler<'_> {
    fn rule(
        &mut self,
        file: &format::RuleFile,
        components: &[Component],
        places: &[Place],
    ) -> Rule {
        let component = self.component(&file.component, components);
        self.docs(&file.docs);
        if !is_code(&file.rule) {
            let reason = format!("`{}` is not a code", file.rule);
            self.error("rule", reason, "write it like `seccomp-annotations`");
        }
        if file.title.trim().is_empty() {
            self.error("title", "is empty", "say what is old, in a few words");
        }
        if file.contains.0.is_empty() || file.contains.0.iter().any(String::is_empty) {
            self.error(
                "contains",
                "names no text",
                "write the texts without one of which there is nothing to do",
            );
        }
        let life = self.life(&file.versions, component);
        let sites = self.sites(&file.places, places, "places");
        for (i, example) in file.examples.iter().enumerate() {
            self.example(example, &format!("examples[{i}]"));
        }
        if file.steps.is_empty() {
            self.error("steps", "is empty", "write what is to be done or said");
        }
        let steps = self.steps(&file.steps, "steps");
        super::super::check::steps(&steps, "steps", &mut |step, place| {
            if !step.from.is_empty() {
                let reason =
                    "`from` has no meaning: a rule does not know where an object came from";
                self.error(place, reason, "leave it away");
            }
        });
        Rule {
            file: file.name.as_str().into(),
            code: file.rule.as_str().into(),
            title: file.title.trim().into(),
            component: file.component.as_str().into(),
            docs: file.docs.as_str().into(),
            life,
            contains: file.contains.0.clone(),
            sites,
            steps,
        }
    }

    fn life(&mut self, written: &format::Life, component: Option<&Component>) -> Life {
        let mut read = |key: &str, text: &Option<String>| {
            self.release(text.as_deref(), &format!("versions.{key}"), component)
        };
        let life = Life {
            deprecated: read("deprecated", &written.deprecated),
            removed: read("removed", &written.removed),
            from: read("from", &written.from),
            changed: read("changed", &written.changed),
        };
        if let (Some(deprecated), Some(removed)) = (life.deprecated, life.removed)
            && deprecated > removed
        {
            let reason = format!("deprecated {deprecated} is later than removed {removed}");
            self.error("versions", reason, "what is removed was deprecated before");
        }
        if life.changed.is_some()
            && life
                != (Life {
                    changed: life.changed,
                    ..Life::default()
                })
        {
            self.error(
                "versions",
                "`changed` does not go with the other dates",
                "write two rules: one for what is replaced, one for what behaves in another way",
            );
        }
        life
    }

    /// The sites of a place or a rule; `places` are those that it may name.
    fn sites(&mut self, written: &[format::Site], places: &[Place], at: &str) -> Vec<Site> {
        if written.is_empty() {
            self.error(at, "is empty", "name a place, or kinds and paths");
        }
        let mut sites = Vec::new();
        for (i, site) in written.iter().enumerate() {
            let at = format!("{at}[{i}]");
            match site {
                format::Site::Named(name) => {
                    let scope = Texts(vec![".".to_owned()]);
                    self.below_places(&Texts(vec![name.clone()]), &scope, places, &at, &mut sites);
                }
                format::Site::Paths {
                    kind: None,
                    place: Some(names),
                    path,
                } => self.below_places(names, path, places, &at, &mut sites),
                format::Site::Paths {
                    kind: Some(kinds),
                    place: None,
                    path,
                } => {
                    let kinds = kinds.0.iter().filter_map(|kind| self.kind(kind, &at));
                    let below = Below::Kinds(kinds.collect());
                    let paths = self.scopes(path, &at);
                    sites.push(Site { below, paths });
                }
                format::Site::Paths { .. } => {
                    self.error(
                        &at,
                        "has not one of `kind` and `place`",
                        "write one of them",
                    );
                }
            }
        }
        sites
    }

    fn below_places(
        &mut self,
        names: &Texts,
        paths: &Texts,
        places: &[Place],
        at: &str,
        sites: &mut Vec<Site>,
    ) {
        for name in &names.0 {
            let Some(place) = places.iter().position(|place| place.name == *name) else {
                let reason = format!("there is no place `{name}` above");
                self.error(
                    at,
                    reason,
                    "describe it in places.yaml, before what names it",
                );
                continue;
            };
            let below = Below::Place(place);
            let paths = self.scopes(paths, at);
            sites.push(Site { below, paths });
        }
    }

    fn scopes(&mut self, written: &Texts, at: &str) -> Vec<super::super::rule::Path> {
        if written.0.is_empty() {
            self.error(at, "names no path", "write `.` for the object itself");
        }
        let mut paths = Vec::new();
        for text in &written.0 {
            if let Some(path) = self.parsed(text, at) {
                if path.grows_list() {
                    self.error(at, format!("`{path}` makes a new item"), "write `[]`");
                }
                paths.push(path);
            }
        }
        paths
    }

    /// `Pod`, `apps/Deployment`, `apps/v1/Deployment`, or `*` for any kind.
    fn kind(&mut self, text: &str, at: &str) -> Option<KindName> {
        if text == "*" {
            return Some(KindName::Any);
        }
        let mut parts: Vec<&str> = text.split('/').collect();
        let kind = parts.pop().unwrap_or_default();
        let (group, version) = match parts.as_slice() {
            [] => ("", None),
            [group] => (*group, None),
            [group, version] => (*group, Some((*version).to_owned())),
            _ => ("", Some(String::new())),
        };
        let named = if group.is_empty() {
            "v1".to_owned()
        } else {
            format!("{group}/{}", version.as_deref().unwrap_or("v1"))
        };
        let is_kind = kind.starts_with(|c: char| c.is_ascii_uppercase())
            && kind.chars().all(|c| c.is_ascii_alphanumeric());
        if !is_kind || !is_api_version(&named) {
            let reason = format!("`{text}` is not a kind");
            self.error(
                at,
                reason,
                "write `Pod`, `apps/Deployment`, `apps/v1/Deployment` or `*`",
            );
            return None;
        }
        Some(KindName::Of {
            group: group.to_owned(),
            version,
            kind: kind.to_owned(),
        })
    }
}

/// `seccomp-annotations`
fn is_code(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-')
        && !text.contains("--")
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::super::super::component;
    use super::super::super::version::Version;
    use super::*;

    const COMPONENTS: &str =
        "[{id: k, title: K, docs: 'https://k8s.io', compare: minor, oldest: '1.0',
        newest: '1.37', released: 2026-08-26}]";

    const PLACES: &str = "
pod:
  - {kind: Pod, path: .}
  - {kind: [apps/Deployment, extensions/v1beta1/Deployment], path: spec.template}
container:
  - {place: pod, path: ['spec.containers[]', 'spec.initContainers[]']}
";

    const RULE: &str = r#"
component: k
rule: old-image
title: Images of the old registry
docs: https://k8s.io/
versions: {deprecated: "1.25", from: "1.10"}
contains: old.example.com
places: [container, {kind: "*", path: x}]
steps:
  - remove: image
"#;

    fn joined(errors: Vec<CatalogError>) -> String {
        let lines = errors.iter().map(|e| format!("{}: {}", e.place, e.reason));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn places(text: &str) -> Result<Vec<Place>, String> {
        let file = format::PlacesFile::parse("places.yaml", text).map_err(|e| e.to_string())?;
        compile_places(&file, Vec::new()).map_err(joined)
    }

    fn rule(text: &str) -> Result<Rule, String> {
        let components = component::parse("components.yaml", COMPONENTS).unwrap();
        let file = format::RuleFile::parse("old.yaml", text).map_err(|e| e.to_string())?;
        compile_rule(&file, &components, &places(PLACES).unwrap()).map_err(joined)
    }

    #[test]
    fn compiles_places_and_rules() {
        let places = places(PLACES).unwrap();
        assert_eq!(places[1].sites[0].below, Below::Place(0));
        let Below::Kinds(kinds) = &places[0].sites[1].below else {
            panic!("kinds")
        };
        let of = |group: &str, version: Option<&str>, kind: &str| KindName::Of {
            group: group.to_owned(),
            version: version.map(str::to_owned),
            kind: kind.to_owned(),
        };
        assert_eq!(
            *kinds,
            [
                of("apps", None, "Deployment"),
                of("extensions", Some("v1beta1"), "Deployment")
            ]
        );
        let rule = rule(RULE).unwrap();
        assert_eq!(rule.life.deprecated, Some(Version::new(1, 25)));
        assert_eq!(rule.contains, ["old.example.com"]);
        assert_eq!(rule.sites[0].below, Below::Place(1));
        assert_eq!(rule.sites[1].below, Below::Kinds(vec![KindName::Any]));
    }

    #[test]
    fn a_place_of_a_users_own_kinds_joins_the_one_that_is_there() {
        let more = "pod:\n  - {kind: example.com/Runner, path: spec.pod}\n";
        let file = format::PlacesFile::parse("places.yaml", more).unwrap();
        let places = compile_places(&file, places(PLACES).unwrap()).unwrap();
        assert_eq!((places.len(), places[0].sites.len()), (2, 3));
    }

    #[test]
    fn says_what_is_wrong() {
        for (from, to, expected) in [
            (
                "component: k",
                "component: x",
                "component: `x` is not a component",
            ),
            ("old-image", "Old_Image", "rule: `Old_Image` is not a code"),
            ("https:", "http:", "is not an https URL"),
            ("Images of the old registry", "''", "title: is empty"),
            ("old.example.com", "[]", "contains: names no text"),
            ("\"1.10\"", "soon", "versions.from: `soon` is not a version"),
            (
                "from: \"1.10\"",
                "removed: '1.20'",
                "deprecated 1.25 is later than removed 1.20",
            ),
            ("from: \"1.10\"", "changed: '1.20'", "`changed` does not go"),
            ("container,", "pods,", "places[0]: there is no place `pods`"),
            (
                "kind: \"*\"",
                "kind: apps/v1",
                "places[1]: `apps/v1` is not a kind",
            ),
            (
                "kind: \"*\"",
                "kind: A, place: pod",
                "places[1]: has not one of",
            ),
            ("path: x", "path: 'a[0]'", "places[1]: `a[0]` is not a path"),
            ("  - remove: image", "  []", "steps: is empty"),
            (
                "remove: image",
                "remove: image\n    from: a/v1",
                "steps[0]: `from` has no meaning",
            ),
            ("title:", "titel:", "unknown field `titel`"),
        ] {
            assert!(RULE.contains(from), "{from}");
            let error = rule(&RULE.replacen(from, to, 1)).unwrap_err();
            assert!(error.contains(expected), "{to}: {error}");
        }
        let error = places("Pod: [{kind: Pod, path: .}]").unwrap_err();
        assert!(error.contains("is not the name of a place"), "{error}");
        let error = places("a: [b]\nb: [{kind: Pod, path: .}]").unwrap_err();
        assert!(error.contains("there is no place `b` above"), "{error}");
    }
}
