//! The components that serve APIs, from `conversions/components.yaml`.

use serde::{Deserialize, Serialize};

use super::error::{CatalogError, CatalogErrors};
use super::version::{Compare, Version, VersionError};

/// A component: Kubernetes itself, or a project that brings its own kinds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    pub id: String,
    /// Other names that `--to` takes.
    pub aliases: Vec<String>,
    pub title: String,
    /// The page of its releases.
    pub docs: String,
    pub compare: Compare,
    /// The versions that the catalogue knows, first and last.
    pub oldest: Version,
    pub newest: Version,
    /// The day `newest` was released, `2026-08-26`.
    pub released: String,
}

impl Component {
    /// Reads a version, keeping only what counts for this component.
    ///
    /// # Errors
    /// A text that is no version.
    pub fn version(&self, text: &str) -> Result<Version, VersionError> {
        Ok(text.parse::<Version>()?.counted(self.compare))
    }

    /// Whether a name of `--to` means this component; case does not count.
    pub fn is_named(&self, name: &str) -> bool {
        self.names().any(|own| own.eq_ignore_ascii_case(name))
    }

    /// The id and the aliases.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.id.as_str()).chain(self.aliases.iter().map(String::as_str))
    }

    /// Whether the catalogue knows what this version serves.
    pub fn knows(&self, version: Version) -> bool {
        (self.oldest..=self.newest).contains(&version)
    }
}

/// One component as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    #[serde(default)]
    aliases: Vec<String>,
    title: String,
    docs: String,
    compare: Compare,
    oldest: String,
    newest: String,
    released: String,
}

/// Reads `components.yaml`.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse(name: &str, text: &str) -> Result<Vec<Component>, CatalogErrors> {
    let written: Vec<Written> = serde_yaml::from_str(text)
        .map_err(|error| CatalogError::whole(name, error.to_string(), ""))?;
    let mut errors = Vec::new();
    let mut components: Vec<Component> = Vec::new();
    for (i, entry) in written.into_iter().enumerate() {
        let place = |key: &str| format!("[{i}].{key}");
        let mut version = |key: &str, text: &str| {
            let version = text
                .parse::<Version>()
                .map(|version| version.counted(entry.compare));
            version.unwrap_or_else(|error| {
                errors.push(CatalogError::at(name, place(key), error.to_string(), ""));
                Version::new(0, 0)
            })
        };
        let component = Component {
            oldest: version("oldest", &entry.oldest),
            newest: version("newest", &entry.newest),
            id: entry.id,
            aliases: entry.aliases,
            title: entry.title,
            docs: entry.docs,
            compare: entry.compare,
            released: entry.released,
        };
        if component.oldest > component.newest {
            errors.push(CatalogError::at(
                name,
                place("oldest"),
                "is newer than `newest`",
                "exchange the two",
            ));
        }
        if !is_day(&component.released) {
            let reason = format!("`{}` is not a day", component.released);
            errors.push(CatalogError::at(
                name,
                place("released"),
                reason,
                "write it as 2026-08-26",
            ));
        }
        if !is_https(&component.docs) {
            errors.push(CatalogError::at(
                name,
                place("docs"),
                "is not an https URL",
                "",
            ));
        }
        for own in component.names() {
            // The characters that `--to` gives a meaning of its own.
            if own.is_empty() || own.contains([',', '=']) || own.eq_ignore_ascii_case("latest") {
                errors.push(CatalogError::at(
                    name,
                    place("id"),
                    format!("`{own}` cannot be a name"),
                    "",
                ));
            }
            if components.iter().any(|other| other.is_named(own)) {
                let reason = format!("`{own}` names two components");
                errors.push(CatalogError::at(
                    name,
                    place("id"),
                    reason,
                    "each name stands once",
                ));
            }
        }
        components.push(component);
    }
    if errors.is_empty() {
        Ok(components)
    } else {
        Err(CatalogErrors(errors))
    }
}

/// `2026-08-26`.
fn is_day(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    matches!(parts.as_slice(), [y, m, d] if y.len() == 4 && m.len() == 2 && d.len() == 2
        && m.parse().is_ok_and(|m: u8| (1..=12).contains(&m))
        && d.parse().is_ok_and(|d: u8| (1..=31).contains(&d))
        && y.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a text looks like a link that a report can show.
pub(super) fn is_https(url: &str) -> bool {
    url.strip_prefix("https://").is_some_and(|rest| {
        rest.split('/')
            .next()
            .is_some_and(|host| host.contains('.'))
            && !rest.contains(char::is_whitespace)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
- id: kubernetes
  aliases: [k8s]
  title: Kubernetes
  docs: https://kubernetes.io/releases/
  compare: minor
  oldest: "1.0"
  newest: "1.37"
  released: 2026-08-26
- id: karpenter
  title: Karpenter
  docs: https://karpenter.sh/docs/
  compare: patch
  oldest: "0.32"
  newest: "1.14.1"
  released: 2026-08-01
"#;

    #[test]
    fn reads_components() {
        let components = parse("components.yaml", TEXT).unwrap();
        let [kubernetes, karpenter] = components.as_slice() else {
            panic!("two")
        };
        assert!(
            kubernetes.is_named("K8s")
                && kubernetes.is_named("kubernetes")
                && !kubernetes.is_named("k")
        );
        assert_eq!(
            kubernetes.version("v1.33.4-eks-1a2b"),
            Ok(Version::new(1, 33))
        );
        assert_eq!(karpenter.version("1.0.8"), Ok(Version::with_patch(1, 0, 8)));
        assert!(kubernetes.knows(Version::new(1, 0)) && kubernetes.knows(Version::new(1, 37)));
        assert!(!kubernetes.knows(Version::new(1, 38)));
    }

    #[test]
    fn says_what_is_wrong() {
        for (from, to, expected) in [
            (
                "released: 2026-08-26",
                "released: 26.8.2026",
                "[0].released: `26.8.2026` is not a day",
            ),
            (
                "released: 2026-08-26",
                "released: 2026-13-26",
                "is not a day",
            ),
            (
                "oldest: \"1.0\"",
                "oldest: \"1.99\"",
                "[0].oldest: is newer",
            ),
            (
                "newest: \"1.37\"",
                "newest: \"x\"",
                "[0].newest: `x` is not a version",
            ),
            ("id: karpenter", "id: K8S", "[1].id: `K8S` names two"),
            ("id: karpenter", "id: latest", "cannot be a name"),
            ("compare: patch", "compare: none", "unknown variant `none`"),
            (
                "https://karpenter",
                "http://karpenter",
                "[1].docs: is not an https URL",
            ),
        ] {
            let error = parse("components.yaml", &TEXT.replacen(from, to, 1))
                .unwrap_err()
                .to_string();
            assert!(error.contains(expected), "{to}: {error}");
        }
    }
}
