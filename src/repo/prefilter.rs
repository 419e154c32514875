//! Telling files that need no parsing from those that do.

use crate::catalog::literals::Literals;
use crate::catalog::names::Names;
use crate::catalog::{Catalog, Policy, Timing, Window};

/// Finds the names of API versions and the texts of rules of which something may be said.
#[derive(Debug)]
pub(super) struct Prefilter {
    /// Those that are old for somebody.
    all: Names,
    /// Those that are old at the target.
    old: Names,
    literals: Literals,
    /// The rules that speak in this window.
    rules: Vec<bool>,
}

impl Prefilter {
    pub(super) fn new(catalog: &Catalog, window: &Window, policy: Policy) -> Prefilter {
        let resources = catalog.resources().iter();
        let targeted = resources.filter_map(|r| Some((r, window.range(&r.component)?)));
        let versions = targeted.flat_map(|(resource, range)| {
            let versions = resource.versions.iter();
            versions.filter(move |version| policy.wants(version.status(range.to)))
        });
        let rules = catalog.rules().iter();
        Prefilter {
            all: catalog.old_names().clone(),
            old: Names::new(versions.map(|version| &version.api_version)),
            literals: catalog.literals().clone(),
            rules: rules
                .map(|rule| rule.timing(window, policy) != Timing::Off)
                .collect(),
        }
    }

    /// One for these names; true with those that are old at the target.
    #[cfg(test)]
    pub(super) fn of<const N: usize>(names: [(&str, bool); N]) -> Prefilter {
        let old = names.iter().filter(|(_, is_old)| *is_old);
        Prefilter {
            all: Names::new(names.iter().map(|(name, _)| *name)),
            old: Names::new(old.map(|(name, _)| *name)),
            literals: Literals::new(&[]),
            rules: Vec::new(),
        }
    }

    /// Whether a name is there outright that is old at the target.
    pub(super) fn names_old(&self, bytes: &[u8]) -> bool {
        self.old.are_in(bytes)
    }

    /// Whether an old API version is named, or the text of a rule stands there, or could.
    pub(super) fn may_hold(&self, bytes: &[u8]) -> bool {
        let speaks = |rule: usize| self.rules.get(rule) == Some(&true);
        self.all.may_be_in(bytes) || self.literals.may_be_in(bytes, &speaks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_not_old_are_parsed_but_not_left() {
        let filter = Prefilter::of([("policy/v1beta1", true), ("policy/v1", false)]);
        assert!(filter.may_hold(b"policy/v1\n") && !filter.names_old(b"policy/v1\n"));
        assert!(filter.names_old(b"policy/v1beta1\n"));
    }
}
