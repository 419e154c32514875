//! The second look at a run: what kustomize puts together moves together, and the kustomizations say
//! what their objects have become.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rayon::prelude::*;

use super::kustomize::{self, Known, Kustomization, Labels, PatchPlace, Stay, Together};
use super::run::{Run, Told, Want};
use super::walk::{Found, Source};
use crate::convert::{self, Beyond, Form, Held, ObjectReport, Outcome, Verb};
use crate::report::FileReport;
use crate::yaml::Location;

/// What the kustomizations of a run say before anything is converted.
#[derive(Debug)]
pub(super) struct Trees {
    kustomizations: Vec<Kustomization>,
    patches: HashSet<PathBuf>,
    /// Files into whose objects kustomize writes labels; see [`kustomize::labelled`].
    labelled: BTreeMap<PathBuf, Labels>,
    /// Files with objects that may carry patches, found while they are read.
    carriers: Mutex<Vec<PathBuf>>,
}

impl Trees {
    pub(super) fn read(found: &Found) -> Trees {
        let kustomizations: Vec<Kustomization> = found
            .kustomizations
            .par_iter()
            .filter_map(|path| Kustomization::read_if_it_ties(path))
            .collect();
        let patches = kustomizations.iter().flat_map(|k| &k.patches);
        let patches = patches.filter_map(|patch| match &patch.place {
            PatchPlace::File(path) => Some(path.clone()),
            PatchPlace::Inline { .. } => None,
        });
        let patches = patches.collect();
        let labelled = kustomize::labelled(&kustomizations);
        Trees {
            kustomizations,
            patches,
            labelled,
            carriers: Mutex::default(),
        }
    }

    /// How complete the objects of a file are.
    pub(super) fn form(&self, file: &Source) -> Form<'_> {
        match self.labelled.get(&file.real) {
            _ if self.patches.contains(&file.real) => Form::Part,
            _ if kustomize::is_kustomization(&file.real) => Form::Kustomization,
            Some(found) if found.direct => Form::Labelled(&found.labels),
            _ => Form::Whole,
        }
    }

    /// Takes note of a file that was read.
    pub(super) fn seen(&self, file: &Source, bytes: &[u8]) {
        if kustomize::may_hold(bytes) && !kustomize::is_kustomization(&file.real) {
            let mut carriers = self.carriers.lock().unwrap_or_else(|p| p.into_inner());
            carriers.push(file.real.clone());
        }
    }

    /// Reads the patches that objects carry.
    fn read_carriers(&mut self) {
        let carriers = self.carriers.get_mut().unwrap_or_else(|p| p.into_inner());
        let mut carriers = std::mem::take(carriers);
        carriers.sort();
        let holders = carriers.par_iter().flat_map_iter(|path| {
            let text = fs::read_to_string(path).unwrap_or_default();
            kustomize::holders(path, &text, &top(path))
        });
        self.kustomizations
            .extend(holders.collect::<Vec<Kustomization>>());
    }
}

/// The top of the repository that a file lies in; where there is none, the current folder.
fn top(path: &Path) -> PathBuf {
    let mut folders = path.ancestors().skip(1);
    let git = folders.find(|folder| folder.join(".git").exists());
    git.map_or_else(
        || std::env::current_dir().unwrap_or_default(),
        Path::to_owned,
    )
}

impl Run<'_> {
    /// Looks at the results of the first pass through the kustomizations' eyes, and mends them.
    pub(super) fn look_again(
        &self,
        trees: &mut Trees,
        found: &Found,
        results: &mut [Option<Told>],
        want: Want,
    ) {
        trees.read_carriers();
        for (file, told) in found.files.iter().zip(&mut *results) {
            if let (Some(found), Some(first)) = (trees.labelled.get(&file.real), &told)
                && !found.direct
            {
                let held = labels_copied(&first.report, &found.by);
                if !held.is_empty() {
                    let beyond = Beyond {
                        held,
                        ..Beyond::default()
                    };
                    *told = self.file(file, trees.form(file), want, &beyond);
                }
            }
        }
        let Some(mut together) = self.together(trees, found, results) else {
            return;
        };
        for (file, told) in found.files.iter().zip(results) {
            let path = &file.real;
            if let Some(new) = together.operations.remove(path) {
                *told = Some(self.operated(file, new, want));
            }
            let beyond = beyond(&together, path);
            if !beyond.held.is_empty() || !beyond.sets.is_empty() {
                *told = self.file(file, trees.form(file), want, &beyond);
            }
            let notes = together.notes.remove(path).unwrap_or_default();
            if let Some(told) = told {
                let moved = |line: usize| {
                    let mut objects = told.report.objects.iter();
                    objects.any(|object| {
                        object.line == line
                            && matches!(object.outcome, Outcome::Converted { applied: true, .. })
                    })
                };
                let notes: Vec<_> = notes.into_iter().filter(|note| moved(note.line)).collect();
                told.report.references.extend(notes);
            }
        }
    }

    /// What follows for the files from what the kustomizations tie together.
    fn together(&self, trees: &Trees, found: &Found, results: &[Option<Told>]) -> Option<Together> {
        if trees.kustomizations.is_empty() {
            return None;
        }
        let mut files: BTreeMap<PathBuf, Vec<Stay>> = BTreeMap::new();
        for (file, told) in found.files.iter().zip(results) {
            let Some(told) = told else { continue };
            let objects = stays(&told.report.path, &told.report.objects);
            if !objects.is_empty() {
                files.insert(file.real.clone(), objects);
            }
        }
        let run: HashMap<&Path, &Path> = found
            .files
            .iter()
            .map(|file| (&*file.real, &*file.shown))
            .collect();
        let not_here = "is not among the files of this run";
        let mut rigid: BTreeMap<PathBuf, String> = trees
            .kustomizations
            .iter()
            .filter(|kustomization| !run.contains_key(&*kustomization.path))
            .map(|kustomization| (kustomization.path.clone(), not_here.to_owned()))
            .collect();
        let outside = |path: &Path| {
            let file = Source {
                shown: path.to_owned(),
                real: path.to_owned(),
            };
            let told = self.file(&file, Form::Whole, Want::Report, &Beyond::default());
            told.map(|told| stays(&told.report.path, &told.report.objects))
                .unwrap_or_default()
        };
        let operations = |text: &str, gvk: &_, object: Option<(&Path, &Stay)>| {
            let object = object.and_then(|(path, object)| {
                convert::object_at(&fs::read_to_string(path).ok()?, object.place)
            });
            convert::operations(text, gvk, object.as_ref(), &self.options)
        };
        let read = |path: &Path| {
            let text = fs::read_to_string(path).ok()?;
            convert::is_operations(&text).then_some(text)
        };
        // A kustomization that cannot be edited keeps its objects where they are.
        loop {
            let together = kustomize::together(
                &trees.kustomizations,
                &Known {
                    run: &run,
                    files: &files,
                    outside: &outside,
                    rigid: &rigid,
                    operations: &operations,
                    read: &read,
                },
            );
            let stuck: Vec<(PathBuf, String)> = together
                .sets
                .par_iter()
                .filter_map(|(path, _)| {
                    let text = fs::read_to_string(path).ok()?;
                    let options = convert::Options {
                        form: Form::Kustomization,
                        ..self.options
                    };
                    let done = convert::rewrite_within(&text, &options, &beyond(&together, path));
                    let why = format!("cannot be edited: {}", done.err()?);
                    Some((path.clone(), why))
                })
                .collect();
            if stuck.is_empty() {
                return Some(together);
            }
            rigid.extend(stuck);
        }
    }
}

/// What a file has to know of the others.
fn beyond(together: &Together, path: &Path) -> Beyond {
    Beyond {
        held: together.held.get(path).cloned().unwrap_or_default(),
        sets: together.sets.get(path).cloned().unwrap_or_default(),
    }
}

fn stays(shown: &str, objects: &[ObjectReport]) -> Vec<Stay> {
    objects
        .iter()
        .filter_map(|object| Stay::of(shown, object))
        .collect()
}

/// Objects whose labels were copied although a kustomization above writes labels: whether the copy
/// is right depends on how they are built.
fn labels_copied(report: &FileReport, by: &Path) -> Held {
    let copied = report
        .objects
        .iter()
        .filter(|object| match &object.outcome {
            Outcome::Converted {
                changes,
                applied: true,
                ..
            } => changes.iter().any(|c| c.verb == Verb::Copy),
            _ => false,
        });
    let reason = format!(
        "it needs a selector, and {} writes labels into the selector of what is built there but not elsewhere; write spec.selector by hand",
        by.display()
    );
    copied
        .map(|o| {
            (
                Location {
                    line: o.line,
                    column: o.column,
                },
                reason.clone(),
            )
        })
        .collect()
}
