//! What a run found, and its outputs.
//!
//! Nothing is decided here: a [`Report`] says what became of every file and object, and [`text`],
//! [`json`] and [`diff`] put it into words. [`Counts`] accounts for everything that was read.

pub mod diff;
pub mod json;
#[cfg(test)]
mod sample;
pub mod text;

use std::collections::BTreeMap;
use std::fmt;

use crate::catalog::rule::Effect;
use crate::convert::{self, Fix, FixOutcome, Grade, ObjectReport, Outcome, Reference, Rewrite};

/// What a run found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The components that have a target, in the order of the catalogue.
    pub targets: Vec<Target>,
    /// What the components are called among people, by their ids.
    pub titles: BTreeMap<String, String>,
    /// The lower ends of the window were not given.
    pub from_assumed: bool,
    /// In the order of their paths. Clean files without anything to tell are only counted.
    pub files: Vec<FileReport>,
    /// Passed by without reading, in the order of their paths.
    pub passed: Vec<(String, Skip)>,
    pub counts: Counts,
}

/// The versions of one component between which manifests must be served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    pub component: String,
    pub from: String,
    pub to: String,
}

/// What became of one file.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// As the user knows it; `-` is standard input.
    pub path: String,
    pub state: State,
    /// Whether the file gets another text, which it also may where one of its documents failed.
    pub changed: bool,
    pub objects: Vec<ObjectReport>,
    /// How many objects are of kinds that the catalogue does not have.
    pub others: usize,
    /// What was changed because objects moved that it names.
    pub references: Vec<Reference>,
    pub failures: Vec<Failure>,
}

impl FileReport {
    /// What a conversion made of a file. Its text and edits are let go.
    pub fn new(path: String, rewrite: Rewrite) -> FileReport {
        let place = |f: &convert::Failure| Some((f.line, f.column));
        let failures = rewrite.failures.into_iter().map(|f| Failure {
            place: place(&f),
            message: f.message,
        });
        let failures: Vec<Failure> = failures.collect();
        let changed = rewrite.text.is_some();
        let state = if !failures.is_empty() {
            State::Failed
        } else if changed {
            State::Changed
        } else if rewrite.objects.iter().any(ObjectReport::is_left) {
            State::Left
        } else {
            State::Clean
        };
        let (objects, others) = (rewrite.objects, rewrite.others);
        FileReport {
            path,
            state,
            changed,
            objects,
            others,
            references: rewrite.references,
            failures,
        }
    }

    /// A file that was not taken for manifests.
    pub fn skipped(path: String, why: Skip, names_old: bool) -> FileReport {
        let state = State::Skipped { why, names_old };
        FileReport {
            state,
            ..FileReport::new(path, Rewrite::default())
        }
    }

    /// The file as a whole failed, and nothing came of its changes.
    pub fn fail(&mut self, message: String) {
        self.state = State::Failed;
        self.changed = false;
        self.failures.push(Failure {
            place: None,
            message,
        });
        self.objects.iter_mut().for_each(ObjectReport::undo);
    }
}

/// How a file ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing to do.
    Clean,
    Changed,
    /// As it was, but something in it waits or is for a person to see to.
    Left,
    /// `names_old`: an old API version is named in it, so it is left for a person.
    Skipped {
        why: Skip,
        names_old: bool,
    },
    Failed,
}

/// Why a file was not read, or not taken for manifests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Skip {
    Binary,
    Utf16,
    NotUtf8,
    /// Of Helm or another engine: `{{ }}` or `{% %}` where YAML has no place for it.
    Template,
    Sops,
    Generated,
    /// By `.gitignore`; only met in walking, like the three below.
    Ignored,
    Link,
    Special,
    /// A temporary file of a run of refit: one that is at work, or one that was killed.
    Temporary,
    /// One of a run that was killed; this run removed it.
    Leftover,
}

impl Skip {
    /// One word for machines.
    pub fn code(self) -> &'static str {
        match self {
            Skip::Binary => "binary",
            Skip::Utf16 => "utf-16",
            Skip::NotUtf8 => "not-utf-8",
            Skip::Template => "template",
            Skip::Sops => "sops",
            Skip::Generated => "generated",
            Skip::Ignored => "ignored",
            Skip::Link => "link",
            Skip::Special => "special",
            Skip::Temporary => "temporary",
            Skip::Leftover => "removed",
        }
    }

    /// What a person can do about it where the file names an old API version.
    pub fn advice(self) -> &'static str {
        match self {
            Skip::Binary => "look whether it should be here",
            Skip::Utf16 | Skip::NotUtf8 => "save it as UTF-8",
            Skip::Template => "edit the template by hand",
            Skip::Sops => "decrypt it, convert it, encrypt it again",
            Skip::Generated => "generate it anew, or include it with --generated",
            Skip::Ignored | Skip::Link | Skip::Special => "name the file itself to include it",
            Skip::Temporary => "the next rewrite of its folder removes it",
            Skip::Leftover => "nothing is left to do",
        }
    }
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Skip::Binary => "binary",
            Skip::Utf16 => "UTF-16",
            Skip::NotUtf8 => "not UTF-8",
            Skip::Template => "template",
            Skip::Sops => "encrypted with SOPS",
            Skip::Generated => "generated",
            Skip::Ignored => "ignored by .gitignore",
            Skip::Link => "symbolic link",
            Skip::Special => "no ordinary file",
            Skip::Temporary => "temporary file of refit",
            Skip::Leftover => "leftover of a killed refit, removed",
        })
    }
}

/// Why a file, or a document of it, could not be handled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Line and column, where it has a place in the text.
    pub place: Option<(usize, usize)>,
    pub message: String,
}

/// How many of what a run met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Files read; each is in exactly one of the next five.
    pub read: usize,
    pub changed: usize,
    pub clean: usize,
    pub left_files: usize,
    pub skipped: BTreeMap<Skip, usize>,
    pub failed: usize,
    /// Files that failed in part and get another text all the same.
    pub failed_but_changed: usize,
    /// Skipped files that name an old API version.
    pub skipped_old: usize,
    /// Not read at all.
    pub passed: BTreeMap<Skip, usize>,

    /// Objects in the files that were parsed; the conversions that act.
    pub safe: usize,
    pub review: usize,
    /// Conversions that were left because they want a person's look.
    pub held: usize,
    pub clean_objects: usize,
    pub waits: usize,
    pub manual: usize,
    pub refused: usize,
    /// By component, those without a target.
    pub not_judged: BTreeMap<String, usize>,
    /// Of kinds that the catalogue does not have.
    pub others: usize,
    /// What rules without a kind found in them.
    pub fixes: FixCounts,
}

/// How many fixes came to what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FixCounts {
    /// Those that act.
    pub safe: usize,
    pub review: usize,
    /// Left because they want a person's look, or because their object is left.
    pub held: usize,
    pub waits: usize,
    pub manual: usize,
    pub refused: usize,
    /// Nothing is to be done.
    pub notes: usize,
    /// Objects whose pods are made anew because of them.
    pub rolling: usize,
    /// Objects that have to be made anew because of them, where a cluster has them.
    pub renewed: usize,
}

impl FixCounts {
    fn add(&mut self, fix: &Fix) {
        let count = match &fix.outcome {
            FixOutcome::Made { applied: false, .. } => &mut self.held,
            FixOutcome::Made {
                grade: Grade::Safe, ..
            } => &mut self.safe,
            FixOutcome::Made { .. } => &mut self.review,
            FixOutcome::Waits { .. } => &mut self.waits,
            FixOutcome::Manual { .. } => &mut self.manual,
            FixOutcome::Refused { .. } => &mut self.refused,
            FixOutcome::Noted { .. } => &mut self.notes,
        };
        *count += 1;
    }

    /// Those that act.
    pub fn made(&self) -> usize {
        self.safe + self.review
    }

    /// Those that a person has to see to.
    pub fn left(&self) -> usize {
        self.held + self.waits + self.manual + self.refused
    }
}

impl Counts {
    /// Takes one file into account.
    pub fn add(&mut self, file: &FileReport) {
        self.read += 1;
        match file.state {
            State::Clean => self.clean += 1,
            State::Changed => self.changed += 1,
            State::Left => self.left_files += 1,
            State::Failed => {
                self.failed += 1;
                self.failed_but_changed += usize::from(file.changed);
            }
            State::Skipped { why, names_old } => {
                *self.skipped.entry(why).or_default() += 1;
                self.skipped_old += usize::from(names_old);
            }
        }
        self.others += file.others;
        for object in &file.objects {
            let count = match &object.outcome {
                Outcome::Clean => &mut self.clean_objects,
                Outcome::NotJudged { component } => {
                    self.not_judged.entry(component.clone()).or_default()
                }
                Outcome::Converted { applied: false, .. } => &mut self.held,
                Outcome::Converted {
                    grade: Grade::Safe, ..
                } => &mut self.safe,
                Outcome::Converted { .. } => &mut self.review,
                Outcome::Waits { .. } => &mut self.waits,
                Outcome::Manual { .. } => &mut self.manual,
                Outcome::Refused { .. } => &mut self.refused,
            };
            *count += 1;
            object.fixes.iter().for_each(|fix| self.fixes.add(fix));
            match object.effect() {
                Some(Effect::Rolls) => self.fixes.rolling += 1,
                Some(Effect::Renew) => self.fixes.renewed += 1,
                None => {}
            }
        }
    }

    /// Whether anything is old: converted or fixed, or left.
    pub fn found(&self) -> bool {
        self.converted() + self.fixes.made() + self.left() > 0
    }

    /// Conversions that act.
    pub fn converted(&self) -> usize {
        self.safe + self.review
    }

    /// All objects in the files that were parsed.
    pub fn objects(&self) -> usize {
        let judged = self.converted() + self.held + self.waits + self.manual + self.refused;
        judged + self.clean_objects + self.not_judged.values().sum::<usize>() + self.others
    }

    /// What a person has to see to: objects and fixes, and files that were skipped though they name an old
    /// API version.
    pub fn left(&self) -> usize {
        let objects = self.held + self.waits + self.manual + self.refused;
        objects + self.fixes.left() + self.skipped_old
    }
}

impl Report {
    /// What a component is called among people.
    pub fn title<'a>(&'a self, component: &'a str) -> &'a str {
        self.titles.get(component).map_or(component, String::as_str)
    }

    /// Takes in what became of one file. Files come in the order of their paths.
    pub fn add(&mut self, file: FileReport) {
        self.counts.add(&file);
        if file.state != State::Clean || !file.objects.is_empty() {
            self.files.push(file);
        }
    }

    /// Takes in what was passed by without reading.
    pub fn pass(&mut self, path: String, why: Skip) {
        *self.counts.passed.entry(why).or_default() += 1;
        self.passed.push((path, why));
    }
}
