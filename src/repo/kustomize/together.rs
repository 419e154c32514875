//! What kustomize finds by its version can only move together: a patch and the object it is for, an
//! object and a selector that names its version. If one of them stays, all stay.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::file::{Kustomization, Place, Selector};
use super::of_folder;
use crate::convert::{Held, ObjectReport, Outcome};
use crate::manifest::{Gvk, group};
use crate::yaml::Location;

/// An object with an old version, and whether it moves.
#[derive(Clone, Debug)]
pub(in crate::repo) struct Stay {
    /// The file as the user knows it.
    pub shown: String,
    pub place: Location,
    pub gvk: Gvk,
    pub name: Option<String>,
    /// What it becomes; `None` when it stays.
    pub becomes: Option<Gvk>,
}

impl Stay {
    /// What there is to know of an object; `None` of one that has nothing to move for.
    pub fn of(shown: &str, object: &ObjectReport) -> Option<Stay> {
        let becomes = match &object.outcome {
            Outcome::Clean | Outcome::NotJudged { .. } => return None,
            Outcome::Converted {
                api_version,
                kind,
                applied: true,
                ..
            } => Some(Gvk::new(api_version, kind)),
            _ => None,
        };
        let place = Location {
            line: object.line,
            column: object.column,
        };
        Some(Stay {
            shown: shown.to_owned(),
            place,
            gvk: object.gvk(),
            name: object.name.clone(),
            becomes,
        })
    }

    fn describe(&self) -> String {
        let name = self.name.as_deref().unwrap_or("without a name");
        format!(
            "{}:{} {} {name}",
            self.shown, self.place.line, self.gvk.kind
        )
    }
}

/// Objects, by file and number.
type Id = (PathBuf, usize);

/// What follows from the ties between objects.
#[derive(Debug, Default)]
pub(in crate::repo) struct Together {
    /// Conversions that must not be made, by file.
    pub held: BTreeMap<PathBuf, Held>,
    /// What a selector must say instead, by kustomization: the objects it picks have moved.
    pub retargets: BTreeMap<PathBuf, Vec<(Place, Gvk)>>,
}

/// An inline patch as a file of its own.
pub(in crate::repo) fn inline_path(kustomization: &Path, at: &Place) -> PathBuf {
    kustomization.join(at.to_string())
}

/// Says which conversions must not be made, with the reason, and what selectors must follow.
///
/// `files` holds what the run found, by real path, inline patches by [`inline_path`]; `outside` looks
/// into a file that the run does not change; `rigid` are kustomizations that cannot be edited.
pub(in crate::repo) fn together(
    kustomizations: &[Kustomization],
    files: &BTreeMap<PathBuf, Vec<Stay>>,
    outside: &dyn Fn(&Path) -> Vec<Stay>,
    rigid: &BTreeMap<PathBuf, String>,
) -> Together {
    let mut ties = Ties {
        files,
        outside,
        rigid,
        seen: HashMap::new(),
        parents: HashMap::new(),
        fixed: BTreeMap::new(),
        picks: Vec::new(),
    };
    let mut closures = Closures::default();
    for kustomization in kustomizations {
        let built = closures.of(kustomization);
        for patch in &kustomization.patches {
            ties.patch(&patch.path, patch.target.as_ref(), &built);
        }
        for patch in &kustomization.inline {
            ties.patch(
                &inline_path(&kustomization.path, &patch.at),
                patch.target.as_ref(),
                &built,
            );
        }
        for selector in &kustomization.selectors {
            ties.select(kustomization, selector, &built);
        }
    }
    ties.finish()
}

struct Ties<'a> {
    files: &'a BTreeMap<PathBuf, Vec<Stay>>,
    outside: &'a dyn Fn(&Path) -> Vec<Stay>,
    /// Objects of files that the run does not change.
    seen: HashMap<PathBuf, Vec<Stay>>,
    /// Objects that belong together, as a forest.
    parents: HashMap<Id, Id>,
    rigid: &'a BTreeMap<PathBuf, String>,
    /// Why an object cannot move, whatever it could become.
    fixed: BTreeMap<Id, String>,
    /// Selectors that name the version of an object that may move.
    picks: Vec<(PathBuf, Place, Id)>,
}

impl Ties<'_> {
    fn objects(&mut self, file: &Path) -> Vec<(Id, Stay)> {
        let found = match self.files.get(file) {
            Some(found) => found.clone(),
            None => {
                let look = self.outside;
                self.seen
                    .entry(file.to_owned())
                    .or_insert_with(|| look(file))
                    .clone()
            }
        };
        found
            .into_iter()
            .enumerate()
            .map(|(i, object)| ((file.to_owned(), i), object))
            .collect()
    }

    fn patch(&mut self, file: &Path, target: Option<&Selector>, built: &BTreeSet<PathBuf>) {
        for (patch, what) in self.objects(file) {
            let objects: Vec<(Id, Stay)> = built
                .iter()
                .filter(|f| *f != file)
                .flat_map(|f| self.objects(f))
                .collect();
            let same = |object: &Stay| match target {
                Some(target) => target.may_pick(object),
                None => object.gvk == what.gvk,
            };
            let of_kind: Vec<&(Id, Stay)> =
                objects.iter().filter(|(_, object)| same(object)).collect();
            // A name may be made by another patch or a prefix: then any of the kind may be meant.
            let named: Vec<&(Id, Stay)> = of_kind
                .iter()
                .copied()
                .filter(|(_, object)| object.name == what.name)
                .collect();
            for (id, _) in if named.is_empty() || target.is_some() {
                of_kind
            } else {
                named
            } {
                self.tie(&patch, id);
            }
        }
    }

    fn select(&mut self, by: &Kustomization, selector: &Selector, built: &BTreeSet<PathBuf>) {
        let objects: Vec<(Id, Stay)> = built.iter().flat_map(|f| self.objects(f)).collect();
        let mut first: Option<Id> = None;
        for (id, object) in objects {
            let follows = object
                .becomes
                .as_ref()
                .is_some_and(|new| !selector.fits_version(new));
            let stays = object.becomes.is_none() && selector.names_version();
            if !selector.may_pick(&object) || !(follows || stays) {
                continue;
            }
            // One selector names one version.
            match &first {
                Some(first) => self.tie(&first.clone(), &id),
                None => first = Some(id.clone()),
            }
            if let Some(why) = self.rigid.get(&by.path) {
                let reason = format!(
                    "{} picks it by its old version in {}, and {why}",
                    by.path.display(),
                    selector.at
                );
                self.fixed.entry(id.clone()).or_insert(reason);
            }
            self.picks.push((by.path.clone(), selector.at.clone(), id));
        }
    }

    fn finish(&self) -> Together {
        let held = self.held();
        let mut retargets: BTreeMap<PathBuf, BTreeMap<Place, Gvk>> = BTreeMap::new();
        for (path, at, (file, index)) in &self.picks {
            let Some(object) = self.files.get(file).and_then(|objects| objects.get(*index)) else {
                continue;
            };
            let is_held = held
                .get(file)
                .is_some_and(|held| held.contains_key(&object.place));
            if let (Some(new), false) = (&object.becomes, is_held) {
                retargets
                    .entry(path.clone())
                    .or_default()
                    .insert(at.clone(), new.clone());
            }
        }
        let retargets = retargets
            .into_iter()
            .map(|(path, fixes)| (path, fixes.into_iter().collect()))
            .collect();
        Together { held, retargets }
    }

    fn root(&self, id: &Id) -> Id {
        let mut id = id;
        while let Some(parent) = self.parents.get(id) {
            id = parent;
        }
        id.clone()
    }

    fn tie(&mut self, a: &Id, b: &Id) {
        let (a, b) = (self.root(a), self.root(b));
        if a != b {
            // The smaller one stays the root, whatever came first.
            let (root, child) = if a < b { (a, b) } else { (b, a) };
            self.parents.insert(child, root);
        }
    }

    fn held(&self) -> BTreeMap<PathBuf, Held> {
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
            let Some(reason) = self.what_stays(group) else {
                continue;
            };
            for (file, index) in group {
                let Some(object) = self.files.get(file).and_then(|objects| objects.get(*index))
                else {
                    continue;
                };
                if object.becomes.is_some() {
                    held.entry(file.clone())
                        .or_default()
                        .insert(object.place, reason.clone());
                }
            }
        }
        held
    }

    /// Why the objects of a group cannot all move.
    fn what_stays(&self, group: &BTreeSet<Id>) -> Option<String> {
        if let Some(reason) = group.iter().find_map(|id| self.fixed.get(id)) {
            return Some(format!("{reason}; change both by hand"));
        }
        group.iter().find_map(|(file, index)| {
            let (object, why) = match self.files.get(file) {
                Some(objects) => (objects.get(*index)?, "stays as it is"),
                None => (
                    self.seen.get(file)?.get(*index)?,
                    "is not among the files of this run",
                ),
            };
            let stays = object.becomes.is_none() || !self.files.contains_key(file);
            stays.then(|| {
                format!(
                    "kustomize puts it together with {}, which {why}; they can only move together",
                    object.describe()
                )
            })
        })
    }
}

impl Selector {
    /// Whether it may mean this object. Patterns in names are taken to match.
    fn may_pick(&self, object: &Stay) -> bool {
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

    fn names_version(&self) -> bool {
        self.group.is_some() || self.version.is_some()
    }

    fn fits_version(&self, gvk: &Gvk) -> bool {
        let version = gvk.api_version.rsplit('/').next().unwrap_or_default();
        self.group
            .as_deref()
            .is_none_or(|g| g == group(&gvk.api_version))
            && self.version.as_deref().is_none_or(|v| v == version)
    }
}

/// What kustomize writes into the objects of a file.
#[derive(Debug)]
pub(in crate::repo) struct Labels {
    /// The kustomization that does it.
    pub by: PathBuf,
    pub labels: Vec<(String, String)>,
    /// It names the file itself, so that no other kustomization builds it without the labels.
    pub direct: bool,
}

/// The files into whose objects kustomize writes labels and selectors.
pub(in crate::repo) fn labelled(kustomizations: &[Kustomization]) -> BTreeMap<PathBuf, Labels> {
    let mut closures = Closures::default();
    let mut found: BTreeMap<PathBuf, Labels> = BTreeMap::new();
    for kustomization in kustomizations.iter().filter(|k| !k.labels.is_empty()) {
        for file in closures.of(kustomization) {
            let direct = kustomization.resources.contains(&file);
            if direct || !found.contains_key(&file) {
                let (by, labels) = (kustomization.path.clone(), kustomization.labels.clone());
                found.insert(file, Labels { by, labels, direct });
            }
        }
    }
    found
}

/// The files that kustomizations build from, each read once.
#[derive(Default)]
struct Closures {
    files: HashMap<PathBuf, BTreeSet<PathBuf>>,
}

impl Closures {
    fn of(&mut self, kustomization: &Kustomization) -> BTreeSet<PathBuf> {
        if let Some(files) = self.files.get(&kustomization.path) {
            return files.clone();
        }
        // A circle finds itself empty.
        self.files
            .insert(kustomization.path.clone(), BTreeSet::new());
        let mut files = BTreeSet::new();
        for resource in &kustomization.resources {
            match of_folder(resource) {
                Some(inner) => files.extend(self.of(&Kustomization::read(&inner))),
                None if resource.is_file() => drop(files.insert(resource.clone())),
                None => {}
            }
        }
        self.files.insert(kustomization.path.clone(), files.clone());
        files
    }
}
