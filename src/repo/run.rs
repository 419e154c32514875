//! A run over many files: read, convert, and only when all is converted and verified, write.
//!
//! Files are handled in parallel and reported in the order of their paths. Of a file that stays as
//! it is nothing is kept, of one that changes only the edits: memory follows the files that are
//! being read, not the tree.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rayon::prelude::*;

use super::prefilter::Prefilter;
use super::read::{self, Content};
use super::trees::Trees;
use super::walk::{Found, Source};
use super::watch::{Phase, Watch};
use super::write;
use crate::convert::{self, Beyond, Form, Operations, Options, Rewrite};
use crate::report::{FileReport, Report, Skip, Target, diff};
use crate::yaml::Edit;

/// How standard input is called in reports.
pub const STDIN: &str = "-";

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// The report alone.
    Report,
    /// The diffs too.
    Diffs,
    /// The files shall be rewritten.
    Files,
}

/// How to go over files.
#[derive(Debug)]
pub struct Run<'a> {
    pub(super) options: Options<'a>,
    /// Take files that a program made too.
    generated: bool,
    prefilter: Prefilter,
    watch: &'a dyn Watch,
}

/// What a run leaves.
#[derive(Debug, Default)]
pub struct Done {
    pub report: Report,
    /// One for each file that changes, in the order of their paths.
    pub diffs: Vec<String>,
    /// The run was ended early. If that was before it came to writing, its report is empty.
    pub stopped: Option<Stopped>,
}

/// How far a run came that was ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// Files that were written, each as a whole.
    pub written: usize,
    /// Files that were to be written; none where the run did not come to know.
    pub of: Option<usize>,
}

/// A file of which there is something to tell.
pub(super) struct Told {
    path: PathBuf,
    pub(super) report: FileReport,
    diff: String,
    pending: Option<Pending>,
}

/// A file to be written.
struct Pending {
    real: PathBuf,
    fingerprint: u64,
    edits: Vec<Edit>,
}

impl<'a> Run<'a> {
    /// `options.form` does not count: the kustomizations say which files are patches.
    pub fn new(options: Options<'a>, generated: bool) -> Run<'a> {
        let prefilter = Prefilter::new(options.catalog, options.window, options.policy);
        Run {
            options,
            generated,
            prefilter,
            watch: &(),
        }
    }

    /// Tells somebody how it goes.
    pub fn watched(self, watch: &'a dyn Watch) -> Run<'a> {
        Run { watch, ..self }
    }

    /// Goes over all files. No trouble with one of them stops the rest; all of it is in the report.
    pub fn over(&self, found: &Found, want: Want) -> Done {
        let mut trees = Trees::read(found);
        self.watch.begin(Phase::Read, found.files.len());
        let none = Beyond::default();
        let mut results: Vec<Option<Told>> = found
            .files
            .par_iter()
            .map(|file| {
                if self.watch.stopped() {
                    return None;
                }
                let told = self.first(file, &trees, want, &none);
                self.watch
                    .file(told.as_ref().is_some_and(|told| told.report.changed));
                told
            })
            .collect();
        if self.watch.stopped() {
            let stopped = Stopped {
                written: 0,
                of: None,
            };
            return Done {
                report: self.report(),
                stopped: Some(stopped),
                ..Done::default()
            };
        }
        self.look_again(&mut trees, found, &mut results, want);

        let mut clean = results.iter().filter(|told| told.is_none()).count();
        let mut all: Vec<Told> = results.into_iter().flatten().collect();
        if found.stdin {
            match self.stdin(want) {
                Some(told) => all.push(told),
                None => clean += 1,
            }
        }
        all.extend(
            found
                .failures
                .iter()
                .map(|(path, why)| failed(path.clone(), why.clone())),
        );
        all.sort_by(|a, b| a.path.cmp(&b.path));
        let mut done = Done {
            report: self.report(),
            stopped: write_all(&mut all, self.watch),
            ..Done::default()
        };
        done.report.counts.read = clean;
        done.report.counts.clean = clean;
        for (path, why) in &found.passed {
            let is_ours = want == Want::Files && *why == Skip::Temporary;
            let why = match is_ours && write::remove_leftover(path) {
                true => Skip::Leftover,
                false => *why,
            };
            done.report.pass(path.display().to_string(), why);
        }
        for told in all {
            done.report.add(told.report);
            if !told.diff.is_empty() {
                done.diffs.push(told.diff);
            }
        }
        done
    }

    /// Converts one stream: the text to pass on, and the report of it. What is not converted is
    /// passed on byte for byte. A stream is nobody's generated file any more.
    pub fn stream(&self, bytes: Vec<u8>, name: &str) -> (Vec<u8>, Report) {
        let origin = read::Origin {
            path: None,
            generated: true,
        };
        let mut report = self.report();
        let new = match self.judge(&bytes, origin, Form::Whole, &Beyond::default()) {
            Judged::Clean => {
                report.counts.read += 1;
                report.counts.clean += 1;
                None
            }
            Judged::Skipped { why, names_old } => {
                report.add(FileReport::skipped(name.to_owned(), why, names_old));
                None
            }
            Judged::Converted { rewrite, .. } => {
                let text = rewrite.text.clone();
                report.add(FileReport::new(name.to_owned(), rewrite));
                text.map(String::into_bytes)
            }
        };
        (new.unwrap_or(bytes), report)
    }

    /// An empty report of this run.
    fn report(&self) -> Report {
        let Options {
            catalog, window, ..
        } = self.options;
        let components = catalog.components();
        let titles: BTreeMap<_, _> = components
            .iter()
            .map(|c| (c.id.clone(), c.title.clone()))
            .collect();
        let targets = window.ranges().map(|(component, range)| Target {
            component: component.to_owned(),
            from: range.from.to_string(),
            to: range.to.to_string(),
        });
        Report {
            targets: targets.collect(),
            titles,
            from_assumed: window.assumed_from,
            ..Report::default()
        }
    }

    fn stdin(&self, want: Want) -> Option<Told> {
        let mut bytes = Vec::new();
        if let Err(error) = io::stdin().lock().read_to_end(&mut bytes) {
            return Some(failed(STDIN.into(), format!("cannot be read: {error}")));
        }
        let source = Source {
            shown: STDIN.into(),
            real: PathBuf::new(),
        };
        self.bytes(&bytes, &source, Form::Whole, want, &Beyond::default())
    }

    /// The first look at a file.
    fn first(&self, file: &Source, trees: &Trees, want: Want, beyond: &Beyond) -> Option<Told> {
        match fs::read(&file.real) {
            Ok(bytes) => {
                trees.seen(file, &bytes);
                self.bytes(&bytes, file, trees.form(file), want, beyond)
            }
            Err(error) => Some(unread(file, &error)),
        }
    }

    /// `None` where there is nothing to tell but that it is clean.
    pub(super) fn file(
        &self,
        file: &Source,
        form: Form<'_>,
        want: Want,
        beyond: &Beyond,
    ) -> Option<Told> {
        match fs::read(&file.real) {
            Ok(bytes) => self.bytes(&bytes, file, form, want, beyond),
            Err(error) => Some(unread(file, &error)),
        }
    }

    fn bytes(
        &self,
        bytes: &[u8],
        file: &Source,
        form: Form<'_>,
        want: Want,
        beyond: &Beyond,
    ) -> Option<Told> {
        let path = file.shown.clone();
        let name = path.display().to_string();
        let origin = read::Origin {
            path: Some(&file.real),
            generated: self.generated,
        };
        let (old, rewrite) = match self.judge(bytes, origin, form, beyond) {
            Judged::Clean => return None,
            Judged::Skipped { why, names_old } => {
                let report = FileReport::skipped(name, why, names_old);
                return Some(Told {
                    path,
                    report,
                    diff: String::new(),
                    pending: None,
                });
            }
            Judged::Converted { old, rewrite } => (old, rewrite),
        };
        Some(self.told(file, old, rewrite, want))
    }

    /// A patch file whose operations follow their object.
    pub(super) fn operated(&self, file: &Source, new: Operations, want: Want) -> Told {
        let rewrite = Rewrite {
            text: Some(new.text),
            edits: new.edits,
            references: new.references,
            ..Rewrite::default()
        };
        match fs::read_to_string(&file.real) {
            Ok(old) => self.told(file, &old, rewrite, want),
            Err(error) => unread(file, &error),
        }
    }

    /// What there is to tell of a file that was converted, and what is to be written.
    fn told(&self, file: &Source, old: &str, rewrite: Rewrite, want: Want) -> Told {
        let path = file.shown.clone();
        let name = path.display().to_string();
        if rewrite.text.is_some() && apply(old, &rewrite.edits) != rewrite.text {
            return failed(
                path,
                "the edits do not give the new text; this is a defect of refit".to_owned(),
            );
        }
        let changed = rewrite.text.is_some();
        let diff = if changed && want == Want::Diffs {
            diff::unified(&path, old, &rewrite.edits)
        } else {
            String::new()
        };
        let pending = (changed && want == Want::Files).then(|| Pending {
            real: file.real.clone(),
            fingerprint: fingerprint(old.as_bytes()),
            edits: rewrite.edits.clone(),
        });
        Told {
            path,
            report: FileReport::new(name, rewrite),
            diff,
            pending,
        }
    }

    fn judge<'b>(
        &self,
        bytes: &'b [u8],
        origin: read::Origin,
        form: Form<'_>,
        beyond: &Beyond,
    ) -> Judged<'b> {
        let asked = || {
            str::from_utf8(bytes)
                .ok()
                .filter(|_| !beyond.sets.is_empty())
        };
        let content = asked().map_or_else(
            || read::classify(bytes, &self.prefilter, origin),
            Content::Text,
        );
        let text = match content {
            Content::Clean => return Judged::Clean,
            Content::Skipped { why, names_old } => return Judged::Skipped { why, names_old },
            Content::Text(text) => text,
        };
        let options = Options {
            form,
            ..self.options
        };
        // What cannot be set was found out before.
        let rewrite = convert::rewrite_within(text, &options, beyond).unwrap_or_default();
        if !rewrite.failures.is_empty() && read::has_braces(text) {
            return Judged::Skipped {
                why: Skip::Template,
                names_old: self.prefilter.names_old(bytes),
            };
        }
        Judged::Converted { old: text, rewrite }
    }
}

/// What became of the bytes of one file.
enum Judged<'a> {
    Clean,
    Skipped { why: Skip, names_old: bool },
    Converted { old: &'a str, rewrite: Rewrite },
}

/// Writes what is to be written. A file that cannot be is as it was, and its report says so.
fn write_all(all: &mut [Told], watch: &dyn Watch) -> Option<Stopped> {
    let of = all.iter().filter(|told| told.pending.is_some()).count();
    if of == 0 {
        return None;
    }
    watch.begin(Phase::Write, of);
    let written = AtomicUsize::new(0);
    let stopped = AtomicBool::new(false);
    let folders: BTreeSet<PathBuf> = all
        .par_iter_mut()
        .filter_map(|told| {
            let pending = told.pending.take()?;
            if watch.stopped() {
                stopped.store(true, Ordering::Relaxed);
                told.report
                    .fail("not written, because the run was stopped before".to_owned());
                return None;
            }
            let new = |old: &[u8]| {
                let same = fingerprint(old) == pending.fingerprint;
                same.then(|| apply(str::from_utf8(old).ok()?, &pending.edits))?
                    .map(String::into_bytes)
            };
            let result = write::exchange(&pending.real, new);
            watch.file(result.is_ok());
            match result {
                Ok(()) => {
                    written.fetch_add(1, Ordering::Relaxed);
                    pending.real.parent().map(Path::to_owned)
                }
                Err(error) => {
                    told.report.fail(error.to_string());
                    None
                }
            }
        })
        .collect();
    write::sync_folders(&folders);
    stopped.into_inner().then(|| Stopped {
        written: written.into_inner(),
        of: Some(of),
    })
}

fn unread(file: &Source, error: &io::Error) -> Told {
    failed(file.shown.clone(), format!("cannot be read: {error}"))
}

fn failed(path: PathBuf, message: String) -> Told {
    let name = path.display().to_string();
    // The folder that `.` stands for.
    let name = if name.is_empty() {
        ".".to_owned()
    } else {
        name
    };
    let mut report = FileReport::new(name, Rewrite::default());
    report.fail(message);
    Told {
        path,
        report,
        diff: String::new(),
        pending: None,
    }
}

/// The text with the edits made; `None` if they are not in order or do not fit.
fn apply(old: &str, edits: &[Edit]) -> Option<String> {
    let added: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let mut new = String::with_capacity(old.len() + added);
    let mut at = 0;
    for Edit { range, text } in edits {
        new.push_str(old.get(at..range.start)?);
        new.push_str(text);
        at = range.end;
    }
    new.push_str(old.get(at..)?);
    Some(new)
}

/// Tells whether a file is still the one that was read, without keeping it.
fn fingerprint(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_made_if_they_fit() {
        let edit = |start, end, text: &str| Edit {
            range: start..end,
            text: text.to_owned(),
        };
        let made = |edits: &[Edit]| apply("größer", edits);
        assert_eq!(made(&[]).as_deref(), Some("größer"));
        let two = [edit(0, 1, "G"), edit(8, 8, "!")];
        assert_eq!(made(&two).as_deref(), Some("Größer!"));
        assert_eq!(made(&[edit(3, 4, "")]), None, "inside a character");
        assert_eq!(made(&[edit(7, 9, "")]), None, "behind the end");
        assert_eq!(
            made(&[edit(1, 2, ""), edit(0, 1, "")]),
            None,
            "not in order"
        );
    }
}
