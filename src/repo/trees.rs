//! The second look at a run: what kustomize puts together moves together, and the kustomizations say
//! what their objects have become.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::kustomize::{self, Follow, InlinePatch, Kustomization, Labels, Stay, Together};
use super::run::{Run, Told, Want};
use super::walk::{Found, Source};
use crate::convert::{self, Form, Held, ObjectReport, Options, Outcome, Reference, Rewrite, Verb};
use crate::report::FileReport;
use crate::yaml::Location;

/// What the kustomizations of a run say before anything is converted.
#[derive(Debug)]
pub(super) struct Trees {
    kustomizations: Vec<Kustomization>,
    patches: HashSet<PathBuf>,
    /// Files into whose objects kustomize writes labels; see [`kustomize::labelled`].
    labelled: BTreeMap<PathBuf, Labels>,
}

impl Trees {
    pub(super) fn read(found: &Found) -> Trees {
        let kustomizations: Vec<Kustomization> = found
            .kustomizations
            .par_iter()
            .filter_map(|path| Kustomization::read_if_it_ties(path))
            .collect();
        let patches = kustomizations
            .iter()
            .flat_map(|k| k.patches.iter().map(|patch| patch.path.clone()))
            .collect();
        let labelled = kustomize::labelled(&kustomizations);
        Trees {
            kustomizations,
            patches,
            labelled,
        }
    }

    /// How complete the objects of a file are.
    pub(super) fn form(&self, file: &Source) -> Form<'_> {
        match self.labelled.get(&file.real) {
            _ if self.patches.contains(&file.real) => Form::Part,
            Some(found) if found.direct => Form::Labelled(&found.labels),
            _ => Form::Whole,
        }
    }
}

/// What follows from the first pass.
#[derive(Debug, Default)]
struct Asked {
    /// Conversions that must not be made, by real path.
    held: BTreeMap<PathBuf, Held>,
    /// What becomes of the kustomizations themselves, by real path.
    followed: BTreeMap<PathBuf, Followed>,
}

/// A kustomization that has something to tell.
#[derive(Debug)]
pub(super) struct Followed {
    pub bytes: Vec<u8>,
    pub rewrite: Rewrite,
    pub references: Vec<Reference>,
}

impl Run<'_> {
    /// Looks at the results of the first pass through the kustomizations' eyes, and mends them.
    pub(super) fn look_again(
        &self,
        trees: &Trees,
        found: &Found,
        results: &mut [Option<Told>],
        want: Want,
    ) {
        for (file, told) in found.files.iter().zip(&mut *results) {
            if let (Some(found), Some(first)) = (trees.labelled.get(&file.real), &told)
                && !found.direct
            {
                let held = labels_copied(&first.report, &found.by);
                if !held.is_empty() {
                    *told = self.file(file, trees.form(file), want, &held);
                }
            }
        }
        let mut asked = self.asked(&trees.kustomizations, found, results);
        for (file, told) in found.files.iter().zip(results) {
            if let Some(held) = asked.held.get(&file.real) {
                *told = self.file(file, trees.form(file), want, held);
            }
            if let Some(followed) = asked.followed.remove(&file.real) {
                *told = Some(self.followed(file, followed, want));
            }
        }
    }

    fn asked(
        &self,
        kustomizations: &[Kustomization],
        found: &Found,
        results: &[Option<Told>],
    ) -> Asked {
        let mut files: BTreeMap<PathBuf, Vec<Stay>> = BTreeMap::new();
        for (file, told) in found.files.iter().zip(results) {
            let objects = told
                .as_ref()
                .map(|told| stays(&told.report.path, &told.report.objects));
            files.insert(file.real.clone(), objects.unwrap_or_default());
        }
        let mut rigid = BTreeMap::new();
        let shown: BTreeMap<&Path, &Path> = found
            .files
            .iter()
            .map(|f| (f.real.as_path(), f.shown.as_path()))
            .collect();
        for kustomization in kustomizations {
            let path = &kustomization.path;
            let Some(shown) = shown.get(path.as_path()) else {
                rigid.insert(
                    path.clone(),
                    "is not among the files of this run".to_owned(),
                );
                continue;
            };
            for patch in &kustomization.inline {
                let rewrite = self.inline(patch, &Held::new());
                let name = format!("{} {}", shown.display(), patch.at);
                files.insert(
                    kustomize::inline_path(path, &patch.at),
                    stays(&name, &rewrite.objects),
                );
            }
        }
        if files
            .values()
            .flatten()
            .all(|object| object.becomes.is_none())
        {
            return Asked::default();
        }
        let outside = |path: &Path| {
            let file = Source {
                shown: path.to_owned(),
                real: path.to_owned(),
            };
            let told = self.file(&file, Form::Whole, Want::Report, &Held::new());
            told.map(|told| stays(&told.report.path, &told.report.objects))
                .unwrap_or_default()
        };
        // A kustomization that cannot be edited keeps its objects where they are.
        loop {
            let together = kustomize::together(kustomizations, &files, &outside, &rigid);
            let tries: Vec<(&Kustomization, Result<Option<Followed>, String>)> = kustomizations
                .par_iter()
                .filter(|k| !rigid.contains_key(&k.path))
                .map(|k| (k, self.follow(k, &together)))
                .collect();
            let before = rigid.len();
            let mut followed = BTreeMap::new();
            for (kustomization, tried) in tries {
                match tried {
                    Ok(Some(done)) => drop(followed.insert(kustomization.path.clone(), done)),
                    Ok(None) => {}
                    Err(why) => {
                        rigid.insert(
                            kustomization.path.clone(),
                            format!("cannot be edited: {why}"),
                        );
                        for patch in &kustomization.inline {
                            let objects = files
                                .get_mut(&kustomize::inline_path(&kustomization.path, &patch.at));
                            objects
                                .into_iter()
                                .flatten()
                                .for_each(|object| object.becomes = None);
                        }
                    }
                }
            }
            if rigid.len() == before {
                return Asked {
                    held: together.held,
                    followed,
                };
            }
        }
    }

    /// Converts the objects of an inline patch.
    fn inline(&self, patch: &InlinePatch, held: &Held) -> Rewrite {
        let options = Options {
            form: Form::Part,
            ..self.options
        };
        convert::rewrite_except(&patch.text, &options, held)
    }

    /// The new text of a kustomization, if it has anything to tell.
    fn follow(
        &self,
        kustomization: &Kustomization,
        together: &Together,
    ) -> Result<Option<Followed>, String> {
        let targets = together
            .retargets
            .get(&kustomization.path)
            .cloned()
            .unwrap_or_default();
        let mut changes: Vec<Follow> = targets
            .into_iter()
            .map(|(at, gvk)| Follow::Target(at, gvk))
            .collect();
        let mut inner = Vec::new();
        for patch in &kustomization.inline {
            let held = together
                .held
                .get(&kustomize::inline_path(&kustomization.path, &patch.at));
            let rewrite = self.inline(patch, held.unwrap_or(&Held::new()));
            if let Some(text) = &rewrite.text {
                changes.push(Follow::Patch(patch.at.clone(), text.clone()));
            }
            if rewrite
                .objects
                .iter()
                .any(|o| !matches!(o.outcome, Outcome::Clean))
            {
                inner.push((patch, rewrite));
            }
        }
        if changes.is_empty() && inner.is_empty() {
            return Ok(None);
        }
        let bytes = fs::read(&kustomization.path).map_err(|error| error.to_string())?;
        let text = str::from_utf8(&bytes).map_err(|error| error.to_string())?;
        let (written, references) = kustomize::follow(text, &changes)?;
        let mut rewrite = Rewrite {
            text: (!written.edits.is_empty()).then_some(written.text),
            edits: written.edits,
            dropped: written.dropped,
            ..Rewrite::default()
        };
        for (patch, found) in inner {
            let above = kustomize::first_line(text, &patch.at).unwrap_or(1);
            let moved = |object: ObjectReport| ObjectReport {
                line: object.line + above,
                ..object
            };
            rewrite.objects.extend(found.objects.into_iter().map(moved));
            rewrite.others += found.others;
        }
        Ok(Some(Followed {
            bytes,
            rewrite,
            references,
        }))
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
