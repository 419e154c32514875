//! The report for machines.
//!
//! One JSON object. `version` is the version of this schema: it grows when a key changes its
//! meaning or goes away; new keys may come at any time. A key without a value is `null`. The order
//! of all lists is fixed, so that two runs over the same files give the same bytes.
//!
//! | key | holds |
//! | --- | --- |
//! | `version` | `1` |
//! | `command` | `check` (nothing was written) or `rewrite` |
//! | `targets` | the components with a target: `component` (id), `from`, `to` |
//! | `fromAssumed` | whether the `from` of the targets were not given |
//! | `summary` | `files`, `objects` and `fixes`: how many of what |
//! | `files` | those with anything to tell, by path; clean ones are only counted |
//! | `notRead` | what walking passed by: `path` and `reason` (`ignored`, `link`, `special`, `temporary`, `removed`) |
//!
//! **A file**: `path`; `status` (`changed`: has, or with `check` would get, another text; `clean`:
//! nothing to do; `left`: as it was, but something in it waits or is for a person; `skipped`;
//! `failed`); `changed` (also a file of which one document failed can be changed); `reason` of
//! skipping (`binary`, `utf-16`, `not-utf-8`, `template`, `sops`, `generated`) with `namesOldVersion`;
//! `failures` (`line` and `column` or `null`, `message`); `objects`; `references` (`line`, `column`,
//! `path`, `text`): what was changed because it names an object that moved.
//!
//! **An object** of a kind that the catalogue has, or in which a rule found something: `line`, `column` (from 1; of its `apiVersion`),
//! `document` (from 1), `apiVersion`, `kind`, `namespace`, `name`, `component`, `status` (`current`,
//! `deprecated`, `removed`, `notYetServed`, `unjudged`) with `since` (the version that
//! made it so, or of `notYetServed` the one that serves it), `docs` (URL), `rule`
//! (file of the catalogue), `outcome`, `fixes`, and `droppedComments` (`line`, `key`, `text`).
//! `component`, `docs` and `rule` are `null`, and `status` is `unknown`, where the catalogue does not have
//! the kind.
//!
//! **`outcome`** by its `type`:
//! `clean`; `notJudged` (no target is given for its component);
//! `converted`: `apiVersion`, `kind`, `grade` (`safe`, `review`), `applied` (false: left because of
//! `--safe-only`, or because the file could not be written), `changes` (`grade`, `verb`, `path`, `text`,
//! `why`);
//! `waits`: `to` (the apiVersion), `until` (the release that serves it);
//! `manual`: `reasons` (`path`, `text`, `question` with `id` and `answers`, or `null`);
//! `refused`: `reason`.
//!
//! **A fix**, which is what a rule without a kind found at one place: `rule` (its code), `title`, `docs`,
//! `component`, `status` (`current`, `deprecated`, `removed`, `changed`) with `since`, `line`, `column`,
//! `path`, and `outcome` by its `type`: `made`: `grade`, `applied`, `changes`; `waits`: `until`; `manual`:
//! `reasons`; `refused`: `reason`; `noted`: `notes` (as `changes`): nothing is to be done.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::{Counts, FileReport, Report, State};
use crate::catalog::Status;
use crate::convert::{Change, Fix, FixOutcome, Grade, ObjectReport, Outcome, Reason, Verb};
use crate::yaml::DroppedComment;

/// The version of the schema.
pub const VERSION: u32 = 1;

/// Writes the report of a command as indented JSON with a final newline.
///
/// # Errors
/// Those of the writer.
pub fn write(out: &mut dyn Write, command: &str, report: &Report) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &Top::new(command, report))?;
    writeln!(out)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Top<'a> {
    version: u32,
    command: &'a str,
    targets: Vec<Target<'a>>,
    from_assumed: bool,
    summary: Summary<'a>,
    files: Vec<File<'a>>,
    not_read: Vec<NotRead<'a>>,
}

#[derive(Serialize)]
struct Target<'a> {
    component: &'a str,
    from: &'a str,
    to: &'a str,
}

#[derive(Serialize)]
struct Summary<'a> {
    files: Files,
    objects: Objects<'a>,
    fixes: Fixes,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Fixes {
    safe: usize,
    review: usize,
    not_applied: usize,
    waits: usize,
    manual: usize,
    refused: usize,
    notes: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Files {
    read: usize,
    changed: usize,
    clean: usize,
    left: usize,
    skipped: BTreeMap<&'static str, usize>,
    skipped_with_old_version: usize,
    failed: usize,
    failed_but_changed: usize,
    not_read: BTreeMap<&'static str, usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Objects<'a> {
    looked_at: usize,
    safe: usize,
    review: usize,
    not_applied: usize,
    waits: usize,
    manual: usize,
    refused: usize,
    clean: usize,
    not_judged: &'a BTreeMap<String, usize>,
    other_kinds: usize,
}

#[derive(Serialize)]
struct NotRead<'a> {
    path: &'a str,
    reason: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct File<'a> {
    path: &'a str,
    status: &'static str,
    changed: bool,
    reason: Option<&'static str>,
    names_old_version: Option<bool>,
    failures: Vec<Failure<'a>>,
    objects: Vec<Object<'a>>,
    references: Vec<Reference<'a>>,
}

#[derive(Serialize)]
struct Reference<'a> {
    line: usize,
    column: usize,
    path: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct Failure<'a> {
    line: Option<usize>,
    column: Option<usize>,
    message: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Object<'a> {
    line: usize,
    column: usize,
    document: usize,
    api_version: &'a str,
    kind: &'a str,
    namespace: Option<&'a str>,
    name: Option<&'a str>,
    component: Option<&'a str>,
    status: &'static str,
    since: Option<String>,
    docs: Option<&'a str>,
    rule: Option<&'a str>,
    outcome: Fate<'a>,
    fixes: Vec<Repair<'a>>,
    dropped_comments: Vec<Comment<'a>>,
}

#[derive(Serialize)]
struct Repair<'a> {
    rule: &'a str,
    title: &'a str,
    docs: &'a str,
    component: &'a str,
    status: &'static str,
    since: Option<String>,
    line: usize,
    column: usize,
    path: &'a str,
    outcome: RepairFate<'a>,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "camelCase")]
enum RepairFate<'a> {
    Made {
        grade: Grade,
        applied: bool,
        changes: Vec<Act<'a>>,
    },
    Waits {
        until: String,
    },
    Manual {
        reasons: Vec<Why<'a>>,
    },
    Refused {
        reason: &'a str,
    },
    Noted {
        notes: Vec<Act<'a>>,
    },
}

#[derive(Serialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
enum Fate<'a> {
    Clean,
    NotJudged,
    Converted {
        api_version: &'a str,
        kind: &'a str,
        grade: Grade,
        applied: bool,
        changes: Vec<Act<'a>>,
    },
    Waits {
        to: &'a str,
        until: String,
    },
    Manual {
        reasons: Vec<Why<'a>>,
    },
    Refused {
        reason: &'a str,
    },
}

#[derive(Serialize)]
struct Act<'a> {
    grade: Grade,
    verb: Verb,
    path: &'a str,
    text: &'a str,
    why: Option<&'a str>,
}

#[derive(Serialize)]
struct Why<'a> {
    path: &'a str,
    text: &'a str,
    question: Option<Question<'a>>,
}

#[derive(Serialize)]
struct Question<'a> {
    id: &'a str,
    answers: &'a [String],
}

#[derive(Serialize)]
struct Comment<'a> {
    line: usize,
    key: Option<&'a str>,
    text: &'a str,
}

impl<'a> Top<'a> {
    fn new(command: &'a str, report: &'a Report) -> Top<'a> {
        let targets = report.targets.iter();
        let passed = report.passed.iter();
        Top {
            version: VERSION,
            command,
            targets: targets
                .map(|t| Target {
                    component: &t.component,
                    from: &t.from,
                    to: &t.to,
                })
                .collect(),
            from_assumed: report.from_assumed,
            summary: Summary::new(&report.counts),
            files: report.files.iter().map(File::new).collect(),
            not_read: passed
                .map(|(path, why)| NotRead {
                    path,
                    reason: why.code(),
                })
                .collect(),
        }
    }
}

impl<'a> Summary<'a> {
    fn new(counts: &'a Counts) -> Summary<'a> {
        let coded = |map: &BTreeMap<super::Skip, usize>| {
            map.iter().map(|(why, n)| (why.code(), *n)).collect()
        };
        Summary {
            files: Files {
                read: counts.read,
                changed: counts.changed,
                clean: counts.clean,
                left: counts.left_files,
                skipped: coded(&counts.skipped),
                skipped_with_old_version: counts.skipped_old,
                failed: counts.failed,
                failed_but_changed: counts.failed_but_changed,
                not_read: coded(&counts.passed),
            },
            objects: Objects {
                looked_at: counts.objects(),
                safe: counts.safe,
                review: counts.review,
                not_applied: counts.held,
                waits: counts.waits,
                manual: counts.manual,
                refused: counts.refused,
                clean: counts.clean_objects,
                not_judged: &counts.not_judged,
                other_kinds: counts.others,
            },
            fixes: Fixes {
                safe: counts.fixes.safe,
                review: counts.fixes.review,
                not_applied: counts.fixes.held,
                waits: counts.fixes.waits,
                manual: counts.fixes.manual,
                refused: counts.fixes.refused,
                notes: counts.fixes.notes,
            },
        }
    }
}

impl<'a> File<'a> {
    fn new(file: &'a FileReport) -> File<'a> {
        let (status, skip) = match file.state {
            State::Clean => ("clean", None),
            State::Changed => ("changed", None),
            State::Left => ("left", None),
            State::Failed => ("failed", None),
            State::Skipped { why, names_old } => ("skipped", Some((why.code(), names_old))),
        };
        let failures = file.failures.iter().map(|failure| Failure {
            line: failure.place.map(|place| place.0),
            column: failure.place.map(|place| place.1),
            message: &failure.message,
        });
        let references = file.references.iter().map(|reference| Reference {
            line: reference.line,
            column: reference.column,
            path: &reference.path,
            text: &reference.text,
        });
        File {
            path: &file.path,
            status,
            changed: file.changed,
            reason: skip.map(|skip| skip.0),
            names_old_version: skip.map(|skip| skip.1),
            failures: failures.collect(),
            objects: file.objects.iter().map(Object::new).collect(),
            references: references.collect(),
        }
    }
}

impl<'a> Object<'a> {
    fn new(object: &'a ObjectReport) -> Object<'a> {
        let known = object.known.as_ref();
        let (status, since) = known.map_or(("unknown", None), |known| status(&known.status));
        Object {
            line: object.line,
            column: object.column,
            document: object.document,
            api_version: &object.api_version,
            kind: &object.kind,
            namespace: object.namespace.as_deref(),
            name: object.name.as_deref(),
            component: known.map(|known| &*known.component),
            status,
            since,
            docs: known.map(|known| &*known.docs),
            rule: known.map(|known| &*known.rule),
            outcome: Fate::new(&object.outcome),
            fixes: object.fixes.iter().map(Repair::new).collect(),
            dropped_comments: object.dropped.iter().map(Comment::new).collect(),
        }
    }
}

/// A status in words, and the version that made it so.
fn status(status: &Status) -> (&'static str, Option<String>) {
    match status {
        Status::Current => ("current", None),
        Status::Deprecated { since } => ("deprecated", Some(since.to_string())),
        Status::Removed { since } => ("removed", Some(since.to_string())),
        Status::Changed { since } => ("changed", Some(since.to_string())),
        Status::NotYetServed { until } => ("notYetServed", Some(until.to_string())),
        Status::Unjudged => ("unjudged", None),
    }
}

impl<'a> Repair<'a> {
    fn new(fix: &'a Fix) -> Repair<'a> {
        let (status, since) = status(&fix.status);
        let outcome = match &fix.outcome {
            FixOutcome::Made {
                grade,
                changes,
                applied,
            } => RepairFate::Made {
                grade: *grade,
                applied: *applied,
                changes: changes.iter().map(Act::new).collect(),
            },
            FixOutcome::Waits { until } => RepairFate::Waits {
                until: until.to_string(),
            },
            FixOutcome::Manual { reasons } => RepairFate::Manual {
                reasons: reasons.iter().map(Why::new).collect(),
            },
            FixOutcome::Refused { reason } => RepairFate::Refused { reason },
            FixOutcome::Noted { notes } => RepairFate::Noted {
                notes: notes.iter().map(Act::new).collect(),
            },
        };
        Repair {
            rule: &fix.rule,
            title: &fix.title,
            docs: &fix.docs,
            component: &fix.component,
            status,
            since,
            line: fix.line,
            column: fix.column,
            path: &fix.path,
            outcome,
        }
    }
}

impl<'a> Fate<'a> {
    fn new(outcome: &'a Outcome) -> Fate<'a> {
        match outcome {
            Outcome::Clean => Fate::Clean,
            Outcome::NotJudged { .. } => Fate::NotJudged,
            Outcome::Converted {
                api_version,
                kind,
                grade,
                changes,
                applied,
            } => Fate::Converted {
                api_version,
                kind,
                grade: *grade,
                applied: *applied,
                changes: changes.iter().map(Act::new).collect(),
            },
            Outcome::Waits { to, until } => Fate::Waits {
                to,
                until: until.to_string(),
            },
            Outcome::Manual { reasons } => Fate::Manual {
                reasons: reasons.iter().map(Why::new).collect(),
            },
            Outcome::Refused { reason } => Fate::Refused { reason },
        }
    }
}

impl<'a> Act<'a> {
    fn new(change: &'a Change) -> Act<'a> {
        let Change {
            grade,
            verb,
            path,
            text,
            why,
        } = change;
        Act {
            grade: *grade,
            verb: *verb,
            path,
            text,
            why: why.as_deref(),
        }
    }
}

impl<'a> Why<'a> {
    fn new(reason: &'a Reason) -> Why<'a> {
        let question = reason.question.as_ref();
        Why {
            path: &reason.path,
            text: &reason.text,
            question: question.map(|q| Question {
                id: &q.id,
                answers: &q.answers,
            }),
        }
    }
}

impl<'a> Comment<'a> {
    fn new(comment: &'a DroppedComment) -> Comment<'a> {
        Comment {
            line: comment.line,
            key: comment.key.as_deref(),
            text: comment.text.trim(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn writes_the_schema() {
        let mut out = Vec::new();
        write(&mut out, "check", &sample::report()).expect("a vector takes everything");
        let text = String::from_utf8(out).expect("JSON is UTF-8");
        insta::assert_snapshot!(text);
    }
}
