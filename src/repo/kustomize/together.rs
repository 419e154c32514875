//! What kustomize finds by its version can only move together: a patch and the object it is for, an
//! object and a selector that names its version. If one of them stays, all stay.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use super::closure::Closures;
use super::file::{Kustomization, Patch, PatchPlace};
use super::selector::Selector;
use super::ties::{Id, Ties};
use crate::convert::{Address, Grade, Held, ObjectReport, Operations, Outcome, Reference, Set};
use crate::manifest::Gvk;
use crate::yaml::Location;

/// An object with an old version, and whether it moves.
#[derive(Clone, Debug)]
pub(in crate::repo) struct Stay {
    /// The file as the user knows it.
    pub shown: String,
    pub place: Location,
    pub document: usize,
    /// Where it stands in the object that holds it.
    pub inside: Option<String>,
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
            document: object.document,
            inside: object.inside.clone(),
            gvk: object.gvk(),
            name: object.name.clone(),
            becomes,
        })
    }

    pub fn describe(&self) -> String {
        let name = self.name.as_deref().unwrap_or("without a name");
        format!(
            "{}:{} {} {name}",
            self.shown, self.place.line, self.gvk.kind
        )
    }
}

/// What the run knows.
pub(in crate::repo) struct Known<'a> {
    /// The files of the run as the user knows them, by real path.
    pub run: &'a HashMap<&'a Path, &'a Path>,
    /// The old objects in them.
    pub files: &'a BTreeMap<PathBuf, Vec<Stay>>,
    /// Looks into a file that the run does not change.
    pub outside: &'a dyn Fn(&Path) -> Vec<Stay>,
    /// Kustomizations that cannot be edited, with the reason.
    pub rigid: &'a BTreeMap<PathBuf, String>,
    /// Converts JSON6902 operations: their text, the kind they are for, and that object where it is
    /// known.
    pub operations: &'a Convert<'a>,
    /// The text of a patch file, if it is a list of operations.
    pub read: &'a dyn Fn(&Path) -> Option<String>,
}

type Convert<'a> = dyn Fn(&str, &Gvk, Option<(&Path, &Stay)>) -> Converted + 'a;
type Converted = Result<Option<Operations>, String>;

/// What follows from the ties between objects.
#[derive(Debug, Default)]
pub(in crate::repo) struct Together {
    /// Conversions that must not be made, by file.
    pub held: BTreeMap<PathBuf, Held>,
    /// What kustomizations must say instead.
    pub sets: BTreeMap<PathBuf, Vec<Set>>,
    /// Patch files with other operations.
    pub operations: BTreeMap<PathBuf, Operations>,
    /// What a person should look at.
    pub notes: BTreeMap<PathBuf, Vec<Reference>>,
}

/// Says which conversions must not be made, with the reason, and what else must follow.
pub(in crate::repo) fn together(kustomizations: &[Kustomization], known: &Known) -> Together {
    let mut all = Collector {
        known,
        ties: Ties::default(),
        seen: HashMap::new(),
        picks: Vec::new(),
        patched: Vec::new(),
        notes: BTreeMap::new(),
    };
    let mut closures = Closures::default();
    for kustomization in kustomizations {
        let built = closures.of(kustomization);
        let built: Vec<(Id, Stay)> = built
            .iter()
            .flat_map(|file| all.objects(file))
            .filter(|(_, object)| object.inside.is_none())
            .collect();
        for patch in &kustomization.patches {
            all.merge(kustomization, patch, &built);
            all.operate(kustomization, patch, &built);
        }
        for selector in &kustomization.selectors {
            all.select(kustomization, selector, &built);
        }
    }
    all.finish()
}

struct Collector<'a> {
    known: &'a Known<'a>,
    ties: Ties,
    /// Objects of files that the run does not change.
    seen: HashMap<PathBuf, Vec<Stay>>,
    /// Selectors that name the version of an object that may move; none where the object is
    /// elsewhere, with what it becomes.
    picks: Vec<(&'a Kustomization, &'a Selector, Result<Id, Gvk>)>,
    /// Lists of operations that change with their objects.
    patched: Vec<Patched<'a>>,
    notes: BTreeMap<PathBuf, Vec<Reference>>,
}

/// A list of operations that changes if all its objects move.
struct Patched<'a> {
    file: PathBuf,
    /// The kustomization that it stands in, and where.
    inline: Option<(&'a Kustomization, &'a Address)>,
    objects: Vec<Id>,
    new: Operations,
}

/// Versions that kustomize's own schema, which is that of Kubernetes 1.21, does not have any more: their
/// patches it merges like those of custom resources.
const UNKNOWN_TO_KUSTOMIZE: [&str; 3] = ["extensions/v1beta1", "apps/v1beta1", "apps/v1beta2"];

/// Lists that a strategic merge patch merges by a key where the kind is known.
const MERGED: [&str; 4] = ["ontainers:", "volumes:", "env:", "ports:"];

/// Whether a patch of this kind has lists that kustomize merges only once it has moved.
fn merges_now(patch: &Patch, gvk: &Gvk) -> bool {
    // The only kind of these that 1.21 still serves.
    let is_known = gvk.kind == "Ingress";
    if is_known || !UNKNOWN_TO_KUSTOMIZE.contains(&&*gvk.api_version) {
        return false;
    }
    let text = match &patch.place {
        PatchPlace::File(path) => std::fs::read_to_string(path).unwrap_or_default(),
        PatchPlace::Inline { text, .. } => text.clone().unwrap_or_default(),
    };
    MERGED.iter().any(|list| text.contains(list))
}

impl<'a> Collector<'a> {
    fn objects(&mut self, file: &Path) -> Vec<(Id, Stay)> {
        let found = match self.known.files.get(file) {
            Some(found) => found.clone(),
            None if self.known.run.contains_key(file) => Vec::new(),
            None => {
                let look = self.known.outside;
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

    fn shown(&self, path: &'a Path) -> std::path::Display<'a> {
        self.known.run.get(path).copied().unwrap_or(path).display()
    }

    /// Ties a strategic merge patch to its object.
    fn merge(&mut self, by: &'a Kustomization, patch: &Patch, built: &[(Id, Stay)]) {
        let parts = match &patch.place {
            PatchPlace::File(path) => self.objects(path),
            PatchPlace::Inline { at, .. } => {
                let at = at.to_string();
                let mut parts = self.objects(&by.path);
                parts.retain(|(_, part)| {
                    part.inside.as_ref() == Some(&at)
                        && by.document.is_none_or(|number| number == part.document)
                });
                parts
            }
        };
        for (id, part) in parts {
            if let (PatchPlace::Inline { .. }, Some(why)) =
                (&patch.place, self.known.rigid.get(&by.path))
            {
                let reason = format!("{} {why}", self.shown(&by.path));
                self.ties.fix(&id, reason);
            }
            let same = |object: &Stay| match &patch.target {
                Some(target) => target.may_pick(object),
                None => object.gvk == part.gvk,
            };
            let of_kind: Vec<&(Id, Stay)> = built
                .iter()
                .filter(|(other, object)| other.0 != id.0 && same(object))
                .collect();
            // A name may be made by another patch or a prefix: then any of the kind may be meant.
            let named: Vec<&(Id, Stay)> = of_kind
                .iter()
                .copied()
                .filter(|(_, object)| object.name == part.name)
                .collect();
            let picked = if named.is_empty() || patch.target.is_some() {
                of_kind
            } else {
                named
            };
            for (other, _) in &picked {
                self.ties.tie(&id, other);
            }
            if let Some(new) = part
                .becomes
                .as_ref()
                .filter(|_| merges_now(patch, &part.gvk))
            {
                let text = format!(
                    "of {} kustomize replaced the lists as a whole; those of {} it merges by their keys, so look at what it builds",
                    part.gvk.api_version, new.api_version
                );
                self.note(&id.0, part.place, text);
            }
            if let (true, Some(new), true) = (picked.is_empty(), &part.becomes, by.remote) {
                let text = format!(
                    "nothing in this tree is the {} that this patches; what {} builds from elsewhere must be {} too",
                    part.gvk.kind,
                    by.path.file_name().unwrap_or_default().display(),
                    new.api_version
                );
                self.note(&id.0, part.place, text);
            }
        }
    }

    fn note(&mut self, file: &Path, place: Location, text: String) {
        let notes = self.notes.entry(file.to_owned()).or_default();
        let note = Reference {
            line: place.line,
            column: place.column,
            path: String::new(),
            text,
            grade: Grade::Review,
        };
        if !notes.contains(&note) {
            notes.push(note);
        }
    }

    /// Converts the operations of a JSON6902 patch with its objects.
    fn operate(&mut self, by: &'a Kustomization, patch: &'a Patch, built: &[(Id, Stay)]) {
        let Some(target) = &patch.target else { return };
        let picked: Vec<&(Id, Stay)> = built
            .iter()
            .filter(|(_, object)| target.may_pick(object))
            .collect();
        let elsewhere = target.gvk().filter(|_| picked.is_empty() && by.remote);
        if picked.iter().all(|(_, object)| object.becomes.is_none()) && elsewhere.is_none() {
            return;
        }
        let (file, inline) = match &patch.place {
            PatchPlace::File(path) => (path, None),
            PatchPlace::Inline { at, .. } => (&by.path, Some((by, at))),
        };
        let text = match &patch.place {
            PatchPlace::File(path) => (self.known.read)(path),
            PatchPlace::Inline { text, .. } => text
                .clone()
                .filter(|text| crate::convert::is_operations(text)),
        };
        let Some(text) = text else { return };
        let mut ids: Vec<Id> = Vec::new();
        let mut new: Option<Operations> = None;
        let kinds = picked
            .iter()
            .map(|(id, object)| (&object.gvk, Some((id, object))))
            .chain(elsewhere.iter().map(|gvk| (gvk, None)));
        for (gvk, object) in kinds {
            let known = object.map(|(id, object)| (id.0.as_path(), object));
            let moves = object.is_none_or(|(_, object)| object.becomes.is_some());
            let converted = (self.known.operations)(&text, gvk, known);
            let id = object.map(|(id, _)| id.clone());
            match converted {
                Ok(None) if new.is_none() => {}
                Ok(converted) if moves && (new.is_none() || new == converted) => {
                    new = converted.or(new);
                }
                Ok(_) => self.fix(id.as_ref(), by, patch, "its objects need different paths"),
                Err(why) if moves => self.fix(id.as_ref(), by, patch, &why),
                Err(_) => {}
            }
            ids.extend(id);
        }
        let Some(new) = new else { return };
        let why = match inline {
            Some(_) => self.known.rigid.get(file).cloned(),
            None if !self.known.run.contains_key(file.as_path()) => {
                Some("is not among the files of this run".to_owned())
            }
            None => None,
        };
        if let Some(why) = why {
            ids.iter()
                .for_each(|id| self.fix(Some(id), by, patch, &why));
            return;
        }
        if elsewhere.is_some() {
            self.picks.push((by, target, Err(new.becomes.clone())));
        }
        // The patch itself, for it may be used by others too.
        let at = inline.map(|(_, at)| at.to_string()).unwrap_or_default();
        let own = (file.join(at), usize::MAX);
        ids.iter().for_each(|id| self.ties.tie(&own, id));
        ids.push(own);
        self.patched.push(Patched {
            file: file.clone(),
            inline,
            objects: ids,
            new,
        });
    }

    fn fix(&mut self, id: Option<&Id>, by: &'a Kustomization, patch: &'a Patch, why: &str) {
        let shown = match &patch.place {
            PatchPlace::File(path) => self.shown(path).to_string(),
            PatchPlace::Inline { at, .. } => format!("{} {at}", self.shown(&by.path)),
        };
        if let Some(id) = id {
            let reason = format!("the operations of {shown} cannot follow it: {why}");
            self.ties.fix(id, reason);
        }
    }

    /// Ties the objects that a selector picks by their version.
    fn select(&mut self, by: &'a Kustomization, selector: &'a Selector, built: &[(Id, Stay)]) {
        let mut first: Option<Id> = None;
        let mut picks_any = false;
        for (id, object) in built {
            let follows = object
                .becomes
                .as_ref()
                .is_some_and(|new| !selector.fits_version(new));
            let stays = object.becomes.is_none() && selector.names_version();
            picks_any |= selector.may_pick(object);
            if !selector.may_pick(object) || !(follows || stays) {
                continue;
            }
            // One selector names one version.
            match &first {
                Some(first) => self.ties.tie(&first.clone(), id),
                None => first = Some(id.clone()),
            }
            if let Some(why) = self.known.rigid.get(&by.path) {
                let reason = format!(
                    "{} picks it by its old version in {}, and {why}",
                    self.shown(&by.path),
                    selector.at
                );
                self.ties.fix(id, reason);
            }
            self.picks.push((by, selector, Ok(id.clone())));
        }
        if picks_any || !by.remote || self.known.rigid.contains_key(&by.path) {
            return;
        }
        // Of what is built from elsewhere only the patches are known: they have moved by their kind.
        let moved = selector.gvk().and_then(|gvk| {
            let patch = self.patched_as(by, selector)?;
            (patch.0 == gvk).then_some(patch.1)
        });
        if let Some(new) = moved {
            self.picks.push((by, selector, Err(new)));
        }
    }

    /// What the inline or separate strategic merge patch of a target has become.
    fn patched_as(&mut self, by: &Kustomization, selector: &Selector) -> Option<(Gvk, Gvk)> {
        let patch = by
            .patches
            .iter()
            .find(|patch| patch.target.as_ref() == Some(selector))?;
        let path = match &patch.place {
            PatchPlace::File(path) => path.clone(),
            PatchPlace::Inline { .. } => by.path.clone(),
        };
        let inside = match &patch.place {
            PatchPlace::File(_) => None,
            PatchPlace::Inline { at, .. } => Some(at.to_string()),
        };
        let parts = self.objects(&path).into_iter().map(|(_, part)| part);
        let mut parts = parts.filter(|part| part.inside == inside);
        parts.find_map(|part| Some((part.gvk, part.becomes?)))
    }

    fn finish(self) -> Together {
        let held = self.ties.held(self.known.files, &self.seen);
        let object = |(file, index): &Id| self.known.files.get(file)?.get(*index);
        let is_held = |id: &Id| {
            let place = object(id).map(|object| object.place);
            let held = held.get(&id.0);
            place.is_some_and(|place| held.is_some_and(|held| held.contains_key(&place)))
        };
        let mut sets: BTreeMap<PathBuf, Vec<Set>> = BTreeMap::new();
        let mut set = |path: &Path, new: Vec<Set>| {
            let sets = sets.entry(path.to_owned()).or_default();
            for set in new {
                if !sets
                    .iter()
                    .any(|s| s.path == set.path && s.document == set.document)
                {
                    sets.push(set);
                }
            }
        };
        for (by, selector, picked) in &self.picks {
            let new = match picked {
                Ok(id) if is_held(id) => None,
                Ok(id) => object(id).and_then(|object| object.becomes.as_ref()),
                Err(new) => Some(new),
            };
            if let Some(new) = new {
                let why = match picked {
                    Ok(_) => format!("as the {} that it picks", new.kind),
                    Err(_) => "as its patch; what it picks is not in this tree".to_owned(),
                };
                set(&by.path, selector.retarget(by.document, new, &why));
            }
        }
        let mut together = Together {
            notes: self.notes,
            ..Together::default()
        };
        for Patched {
            file,
            inline,
            objects,
            new,
        } in self.patched
        {
            if objects.iter().any(&is_held) {
                continue;
            }
            match inline {
                None => drop(together.operations.insert(file, new)),
                Some((by, at)) => {
                    let texts = new.references.iter().map(|reference| &*reference.text);
                    let texts: BTreeSet<&str> = texts.collect();
                    let texts: Vec<&str> = texts.into_iter().collect();
                    let change = Set {
                        document: by.document,
                        path: at.0.clone(),
                        value: new.text,
                        text: Some(format!("{at}: {}", texts.join("; "))),
                    };
                    set(&file, vec![change]);
                }
            }
        }
        Together {
            held,
            sets,
            ..together
        }
    }
}
