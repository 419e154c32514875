//! What picks objects by what they are.

use serde_yaml::Value;

use super::file::text_of;
use super::together::Stay;
use crate::convert::{Address, Link, Set};
use crate::manifest::{Gvk, group};

/// A `target`, a `select`, a `source` or an `objref`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::repo) struct Selector {
    pub at: Address,
    pub group: Option<String>,
    pub version: Option<String>,
    /// Both stand in one `apiVersion`.
    pub combined: bool,
    pub kind: Option<String>,
    pub name: Option<String>,
}

impl Selector {
    /// From a mapping with `group` and `version`, or with `apiVersion`.
    pub fn of(at: Address, value: &Value) -> Selector {
        let mut selector = Selector {
            at,
            combined: false,
            group: text_of(value, "group"),
            version: text_of(value, "version"),
            kind: text_of(value, "kind"),
            name: text_of(value, "name").or_else(|| text_of(value.get("metadata")?, "name")),
        };
        if let Some(api_version) = text_of(value, "apiVersion") {
            let (group, version) = api_version.rsplit_once('/').unwrap_or(("", &api_version));
            (selector.group, selector.version) = (Some(group.to_owned()), Some(version.to_owned()));
            selector.combined = true;
        }
        selector
    }

    /// Whether it may mean this object. Patterns in names are taken to match.
    pub fn may_pick(&self, object: &Stay) -> bool {
        let is =
            |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|w| w == found);
        let is_pattern = |name: &str| name.contains(['*', '|', '.', '(', '[', '^', '$', '+', '?']);
        let named = match (&self.name, &object.name) {
            (Some(wanted), Some(found)) => {
                wanted == found || is_pattern(wanted) || wanted.contains(found.as_str())
            }
            _ => true,
        };
        named && is(&self.kind, &object.gvk.kind) && self.fits_version(&object.gvk)
    }

    pub fn names_version(&self) -> bool {
        self.group.is_some() || self.version.is_some()
    }

    /// Whether it leaves the version open, or names this one.
    pub fn fits_version(&self, gvk: &Gvk) -> bool {
        let version = gvk.api_version.rsplit('/').next().unwrap_or_default();
        self.group
            .as_deref()
            .is_none_or(|g| g == group(&gvk.api_version))
            && self.version.as_deref().is_none_or(|v| v == version)
    }

    /// The one version and kind that it picks, if it names them.
    pub fn gvk(&self) -> Option<Gvk> {
        let (version, kind) = (self.version.as_deref()?, self.kind.as_deref()?);
        Some(
            match self.group.as_deref().filter(|group| !group.is_empty()) {
                Some(group) => Gvk::new(format!("{group}/{version}"), kind),
                None => Gvk::new(version, kind),
            },
        )
    }

    /// What it must say to pick what its objects have become.
    pub fn retarget(&self, document: Option<usize>, new: &Gvk, why: &str) -> Vec<Set> {
        let version = new.version();
        let parts = match self.combined {
            true => vec![(
                "apiVersion",
                self.gvk().map(|gvk| gvk.api_version),
                &*new.api_version,
            )],
            false => vec![
                ("group", self.group.clone(), group(&new.api_version)),
                ("version", self.version.clone(), version),
            ],
        };
        let changed = |(key, old, new): (&str, Option<String>, &str)| {
            let old = old.filter(|old| old != new)?;
            let path = self.at.join(&[Link::Key(key.to_owned())]);
            Some(Set {
                document,
                text: Some(format!("{path}: {old} -> {new}, {why}")),
                path: path.0,
                value: new.to_owned(),
            })
        };
        parts.into_iter().filter_map(changed).collect()
    }
}
