//! From the YAML as written to rules that run: what can be checked in one file alone.

use super::component::{Component, is_https};
use super::error::CatalogError;
use super::format;
use super::rule::{Conversion, Resource, ServedVersion};
use super::version::Version;

mod fields;
mod step;

pub use fields::{compile_places, compile_rule};

/// Compiles one file. All its errors are reported, not only the first.
///
/// # Errors
/// Values that do not fit, and keys that do not belong together.
pub fn compile(
    file: &format::File,
    components: &[Component],
) -> Result<Resource, Vec<CatalogError>> {
    let mut compiler = Compiler::of(&file.name);
    let resource = compiler.resource(file, components);
    compiler.finish(resource)
}

/// Collects the errors of a file. Its methods return what they could make of wrong input; that is
/// thrown away as soon as there is an error.
struct Compiler<'a> {
    file: &'a str,
    errors: Vec<CatalogError>,
}

impl<'a> Compiler<'a> {
    fn of(file: &'a str) -> Compiler<'a> {
        let errors = Vec::new();
        Compiler { file, errors }
    }

    fn finish<T>(self, made: T) -> Result<T, Vec<CatalogError>> {
        if self.errors.is_empty() {
            Ok(made)
        } else {
            Err(self.errors)
        }
    }

    fn error(&mut self, place: &str, reason: impl Into<String>, help: impl Into<String>) {
        self.errors
            .push(CatalogError::at(self.file, place, reason, help));
    }

    fn component<'c>(&mut self, id: &str, components: &'c [Component]) -> Option<&'c Component> {
        let component = components.iter().find(|c| c.id == id);
        if component.is_none() {
            let known: Vec<&str> = components.iter().map(|c| c.id.as_str()).collect();
            let help = format!("write one of components.yaml: {}", known.join(", "));
            self.error("component", format!("`{id}` is not a component"), help);
        }
        component
    }

    fn docs(&mut self, docs: &str) {
        if !is_https(docs) {
            let reason = format!("`{docs}` is not an https URL");
            self.error("docs", reason, "give the page that announces the change");
        }
    }

    /// A release of a component.
    fn release(
        &mut self,
        text: Option<&str>,
        place: &str,
        component: Option<&Component>,
    ) -> Option<Version> {
        let text = text?;
        match text.parse::<Version>() {
            Ok(version) => {
                let counted = component.map_or(version, |c| version.counted(c.compare));
                if counted != version {
                    let reason = format!("{text} says more than counts for this component");
                    self.error(place, reason, format!("write {counted}"));
                }
                Some(counted)
            }
            Err(error) => {
                self.error(place, error.to_string(), "write the release, `\"1.22\"`");
                None
            }
        }
    }

    fn resource(&mut self, file: &format::File, components: &[Component]) -> Resource {
        let component = self.component(&file.component, components);
        self.docs(&file.docs);
        if file.kind.0.is_empty() {
            self.error(
                "kind",
                "names no kind",
                "write the kind, or a list of kinds that share everything",
            );
        }
        for (i, kind) in file.kind.0.iter().enumerate() {
            if kind.is_empty() || !kind.chars().all(|c| c.is_ascii_alphanumeric()) {
                self.error(
                    "kind",
                    format!("`{kind}` is not a kind"),
                    "write it as in a manifest",
                );
            }
            if file.kind.0[..i].contains(kind) {
                self.error("kind", format!("`{kind}` stands twice"), "write it once");
            }
        }
        if file.versions.0.is_empty() {
            self.error(
                "versions",
                "is empty",
                "list all versions there have been, oldest first",
            );
        }
        Resource {
            file: file.name.as_str().into(),
            component: file.component.as_str().into(),
            kinds: file.kind.0.clone(),
            docs: file.docs.as_str().into(),
            versions: file
                .versions
                .0
                .iter()
                .map(|(api_version, written)| self.version(api_version, written, component))
                .collect(),
            conversions: {
                for (i, example) in file.examples.iter().enumerate() {
                    self.example(example, &format!("examples[{i}]"));
                }
                let conversions = file.conversions.iter().enumerate();
                conversions
                    .map(|(i, c)| self.conversion(c, &format!("conversions[{i}]")))
                    .collect()
            },
        }
    }

    fn version(
        &mut self,
        api_version: &str,
        written: &format::ServedVersion,
        component: Option<&Component>,
    ) -> ServedVersion {
        let place = format!("versions.{api_version}");
        if !is_api_version(api_version) {
            self.error(
                &place,
                "is not an apiVersion",
                "write `group/version`, or `v1`",
            );
        }
        let mut read = |key: &str, text: &Option<String>| {
            self.release(text.as_deref(), &format!("{place}.{key}"), component)
        };
        let introduced = read("introduced", &written.introduced);
        let deprecated = read("deprecated", &written.deprecated);
        let removed = read("removed", &written.removed);
        let dates = [
            ("introduced", introduced),
            ("deprecated", deprecated),
            ("removed", removed),
        ];
        let dates: Vec<_> = dates
            .iter()
            .filter_map(|(key, date)| Some((key, (*date)?)))
            .collect();
        for pair in dates.windows(2) {
            if let [(a, earlier), (b, later)] = pair
                && earlier > later
            {
                let reason = format!("{a} {earlier} is later than {b} {later}");
                self.error(
                    &place,
                    reason,
                    "a version is introduced, deprecated and removed in this order",
                );
            }
        }
        ServedVersion {
            api_version: api_version.to_owned(),
            introduced,
            deprecated,
            removed,
            off_by_default: written.default == Some(format::Switch::Off),
            advice: self.some_text(&written.advice, &format!("{place}.advice")),
        }
    }

    fn conversion(&mut self, written: &format::Conversion, place: &str) -> Conversion {
        if written.from.0.is_empty() {
            self.error(
                &format!("{place}.from"),
                "names no version",
                "write the version it converts from",
            );
        }
        Conversion {
            from: written.from.0.clone(),
            to: written.to.clone(),
            kind: written.kind.clone(),
            steps: self.steps(&written.steps, &format!("{place}.steps")),
        }
    }

    fn example(&mut self, example: &format::Example, place: &str) {
        if example.expected().is_none() {
            self.error(
                place,
                "says not exactly one of `after`, `manual`, `waits`, `refused` and `note`",
                "say what the object comes to",
            );
        }
        let mut one_of = |key: &str, value: &Option<String>, known: &[&str]| {
            if let Some(value) = value
                && !known.contains(&value.as_str())
            {
                let help = format!("write one of {}", known.join(", "));
                self.error(
                    &format!("{place}.{key}"),
                    format!("`{value}` is not known"),
                    help,
                );
            }
        };
        one_of(
            "policy",
            &example.policy,
            &["removed", "deprecated", "newest"],
        );
        one_of("defaults", &example.defaults, &["keep", "new"]);
        one_of("grade", &example.grade, &["safe", "review", "manual"]);
        if example.grade.is_some() && example.after.is_none() {
            self.error(
                &format!("{place}.grade"),
                "stands without `after`",
                "only what is written has a grade",
            );
        }
    }

    /// A text that, where it is given, says something.
    fn some_text(&mut self, text: &Option<String>, place: &str) -> Option<String> {
        let text = text.as_deref()?.trim();
        if text.is_empty() {
            self.error(place, "is empty", "write a text, or leave the key away");
        }
        Some(text.to_owned())
    }
}

/// `v1`, `apps/v1`, `networking.k8s.io/v1beta1`.
fn is_api_version(text: &str) -> bool {
    let (group, version) = text.split_once('/').unwrap_or(("x", text));
    !group.is_empty()
        && group
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-'))
        // What looks for names relies on the digit.
        && matches!(version.as_bytes(), [b'v', b'0'..=b'9', ..])
        && version
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::super::component;
    use super::*;

    const COMPONENTS: &str = "[{id: kubernetes, title: K, docs: 'https://k8s.io', compare: minor,
        oldest: '1.0', newest: '1.37', released: 2026-08-26}]";

    const FILE: &str = r#"
component: kubernetes
kind: [Role, RoleBinding]
docs: https://kubernetes.io/docs/
versions:
  rbac.authorization.k8s.io/v1beta1:
    introduced: "1.6"
    deprecated: "1.17"
    removed: "1.22"
    default: off
    advice: |
      Do this.
  rbac.authorization.k8s.io/v1: {}
conversions:
  - from: rbac.authorization.k8s.io/v1beta1
    to: rbac.authorization.k8s.io/v1
examples:
  - {name: x, before: a, after: b, grade: safe, policy: newest}
"#;

    fn compiled(text: &str) -> Result<Resource, String> {
        let components = component::parse("components.yaml", COMPONENTS).unwrap();
        let file = format::File::parse("role.yaml", text).unwrap();
        let join = |errors: Vec<CatalogError>| {
            errors
                .iter()
                .map(|e| format!("{}: {}", e.place, e.reason))
                .collect::<Vec<_>>()
                .join("\n")
        };
        compile(&file, &components).map_err(join)
    }

    #[test]
    fn compiles_a_file() {
        let resource = compiled(FILE).unwrap();
        assert_eq!(resource.kinds, ["Role", "RoleBinding"]);
        let [beta, v1] = resource.versions.as_slice() else {
            panic!("two")
        };
        assert_eq!(beta.removed, Some(Version::new(1, 22)));
        assert_eq!(beta.advice.as_deref(), Some("Do this."));
        assert!(beta.off_by_default && !v1.off_by_default);
        assert_eq!(v1.introduced, None);
        assert_eq!(
            resource.conversions[0].from,
            ["rbac.authorization.k8s.io/v1beta1"]
        );
    }

    #[test]
    fn says_what_is_wrong() {
        for (from, to, expected) in [
            (
                "component: kubernetes",
                "component: k8s",
                "component: `k8s` is not a component",
            ),
            (
                "https:",
                "http:",
                "docs: `http://kubernetes.io/docs/` is not an https URL",
            ),
            (
                "https://kubernetes.io/docs/",
                "https://",
                "is not an https URL",
            ),
            ("RoleBinding", "Role", "kind: `Role` stands twice"),
            (
                "RoleBinding",
                "role/binding",
                "kind: `role/binding` is not a kind",
            ),
            ("[Role, RoleBinding]", "[]", "kind: names no kind"),
            (
                "\"1.6\"",
                "soon",
                "versions.rbac.authorization.k8s.io/v1beta1.introduced: `soon` is not a version",
            ),
            (
                "\"1.6\"",
                "1.6.1",
                "introduced: 1.6.1 says more than counts",
            ),
            (
                "\"1.6\"",
                "1.18",
                "introduced 1.18 is later than deprecated 1.17",
            ),
            (
                "\"1.17\"",
                "1.23",
                "deprecated 1.23 is later than removed 1.22",
            ),
            (
                "io/v1: {}",
                "io/1: {}",
                "versions.rbac.authorization.k8s.io/1: is not an apiVersion",
            ),
            (
                "  - from: rbac.authorization.k8s.io/v1beta1",
                "  - from: []",
                "conversions[0].from: names no version",
            ),
            ("after: b, ", "", "examples[0]: says not exactly one"),
            (
                "after: b",
                "after: b, manual: c",
                "examples[0]: says not exactly one",
            ),
            (
                "after: b",
                "manual: b",
                "examples[0].grade: stands without `after`",
            ),
            (
                "policy: newest",
                "policy: new",
                "examples[0].policy: `new` is not known",
            ),
        ] {
            assert!(FILE.contains(from), "{from}");
            let error = compiled(&FILE.replacen(from, to, 1)).unwrap_err();
            assert!(error.contains(expected), "{to}: {error}");
        }
    }

    #[test]
    fn says_all_that_is_wrong() {
        let text = FILE
            .replace("https:", "http:")
            .replace("component: kubernetes", "component: x");
        assert_eq!(compiled(&text).unwrap_err().lines().count(), 2);
    }

    #[test]
    fn introduced_after_removed_is_seen_without_a_deprecation() {
        let text = FILE
            .replace("    deprecated: \"1.17\"\n", "")
            .replace("\"1.6\"", "\"1.30\"");
        assert!(
            compiled(&text)
                .unwrap_err()
                .contains("introduced 1.30 is later than removed 1.22")
        );
    }
}
