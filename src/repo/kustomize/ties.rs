//! Objects that can only move together, as a forest.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use super::together::Stay;
use crate::convert::Held;

/// Objects, by file and number.
pub(super) type Id = (PathBuf, usize);

#[derive(Default)]
pub(super) struct Ties {
    parents: HashMap<Id, Id>,
    /// Why an object cannot move, whatever it could become.
    fixed: BTreeMap<Id, String>,
}

impl Ties {
    pub fn fix(&mut self, id: &Id, reason: String) {
        self.fixed.entry(id.clone()).or_insert(reason);
    }

    pub fn tie(&mut self, a: &Id, b: &Id) {
        let (a, b) = (self.root(a), self.root(b));
        if a != b {
            // The smaller one stays the root, whatever came first.
            let (root, child) = if a < b { (a, b) } else { (b, a) };
            self.parents.insert(child, root);
        }
    }

    fn root(&self, id: &Id) -> Id {
        let mut id = id;
        while let Some(parent) = self.parents.get(id) {
            id = parent;
        }
        id.clone()
    }

    /// The conversions that must not be made: those of groups in which one object stays. `seen` are
    /// objects of files that the run does not change.
    pub fn held(
        &self,
        files: &BTreeMap<PathBuf, Vec<Stay>>,
        seen: &HashMap<PathBuf, Vec<Stay>>,
    ) -> BTreeMap<PathBuf, Held> {
        let mut groups: BTreeMap<Id, BTreeSet<Id>> = BTreeMap::new();
        for id in self
            .parents
            .keys()
            .chain(self.parents.values())
            .chain(self.fixed.keys())
        {
            groups.entry(self.root(id)).or_default().insert(id.clone());
        }
        let mut held: BTreeMap<PathBuf, Held> = BTreeMap::new();
        for group in groups.values() {
            let Some(reason) = self.what_stays(group, files, seen) else {
                continue;
            };
            for (file, index) in group {
                let object = files.get(file).and_then(|objects| objects.get(*index));
                if let Some(object) = object.filter(|object| object.becomes.is_some()) {
                    held.entry(file.clone())
                        .or_default()
                        .insert(object.place, reason.clone());
                }
            }
        }
        held
    }

    /// Why the objects of a group cannot all move.
    fn what_stays(
        &self,
        group: &BTreeSet<Id>,
        files: &BTreeMap<PathBuf, Vec<Stay>>,
        seen: &HashMap<PathBuf, Vec<Stay>>,
    ) -> Option<String> {
        if let Some(reason) = group.iter().find_map(|id| self.fixed.get(id)) {
            return Some(format!("{reason}; change both by hand"));
        }
        group.iter().find_map(|(file, index)| {
            let (object, why) = match files.get(file) {
                Some(objects) => (objects.get(*index)?, "stays as it is"),
                None => (
                    seen.get(file)?.get(*index)?,
                    "is not among the files of this run",
                ),
            };
            let stays = object.becomes.is_none() || !files.contains_key(file);
            stays.then(|| {
                format!(
                    "kustomize puts it together with {}, which {why}; they can only move together",
                    object.describe()
                )
            })
        })
    }
}
