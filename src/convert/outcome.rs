//! What became of the objects of a file.

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use crate::catalog::{Status, Version};
use crate::manifest::Gvk;
use crate::yaml::{DroppedComment, Edit};

/// A file after [`rewrite`](super::rewrite).
#[derive(Clone, Debug, Default)]
pub struct Rewrite {
    /// The new text; `None` when nothing changes.
    pub text: Option<String>,
    /// The objects of kinds that the catalogue knows, and those in which a rule found something, in
    /// the order of the text. Documents that hold none of the catalogue's old versions and none of the
    /// texts of its rules are not read, so their objects are not listed.
    pub objects: Vec<ObjectReport>,
    /// How many other objects stood beside them.
    pub others: usize,
    pub failures: Vec<Failure>,
    /// Comments that went with a key that was removed.
    pub dropped: Vec<DroppedComment>,
    /// What was replaced, in bytes of the old text.
    pub edits: Vec<Edit>,
}

/// A value that names an object's version and was changed because the object moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// In the file, from 1.
    pub line: usize,
    pub column: usize,
    /// Where: `patches[0].target.version`.
    pub path: String,
    /// A sentence for the reviewer.
    pub text: String,
}

/// A document that could not be read, or whose result did not verify.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// From 1, in the file.
    pub line: usize,
    pub column: usize,
    pub message: String,
}

/// One object: what became of it, and what rules without a kind found in it.
#[derive(Clone, Debug)]
pub struct ObjectReport {
    /// Where its `apiVersion` stands, from 1, in the file.
    pub line: usize,
    pub column: usize,
    /// Which document of the file holds it, from 1.
    pub document: usize,
    /// What it was before.
    pub api_version: String,
    pub kind: String,
    pub name: Option<String>,
    pub namespace: Option<String>,
    /// What the catalogue says of its kind; `None` where it does not have it.
    pub known: Option<Known>,
    /// What became of its version.
    pub outcome: Outcome,
    /// What rules without a kind found, in the order of the text.
    pub fixes: Vec<Fix>,
    /// Comments that went with a key of this object.
    pub dropped: Vec<DroppedComment>,
}

/// What the catalogue says of a version of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The component that serves it.
    pub component: Arc<str>,
    /// What the target thinks of the version the object had before.
    pub status: Status,
    /// The page that says so.
    pub docs: Arc<str>,
    /// The file of the catalogue.
    pub rule: Arc<str>,
}

/// What a rule without a kind found at one place of an object: a fix of its own, beside the object's
/// conversion.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// The code of the rule.
    pub rule: Arc<str>,
    pub title: Arc<str>,
    /// The page that says so.
    pub docs: Arc<str>,
    pub component: Arc<str>,
    /// What the target thinks of what the rule replaces.
    pub status: Status,
    /// In the file, from 1.
    pub line: usize,
    pub column: usize,
    /// Where: `spec.template.spec.nodeSelector["beta.kubernetes.io/os"]`.
    pub path: String,
    pub outcome: FixOutcome,
}

/// What became of a fix.
#[derive(Clone, Debug, PartialEq)]
pub enum FixOutcome {
    Made {
        /// The worst of the changes.
        grade: Grade,
        changes: Vec<Change>,
        /// False when only safe changes were asked for and this is not one, or when the object was
        /// left as a whole.
        applied: bool,
    },
    /// What replaces it does not work yet in what runs now, but from this release on.
    Waits { until: Version },
    /// A person has to decide; the place is as it was.
    Manual { reasons: Vec<Reason> },
    /// The text cannot be edited without touching what belongs to others; the place is as it was.
    Refused { reason: String },
    /// Nothing is to be done, but somebody should know.
    Noted { notes: Vec<Change> },
}

impl ObjectReport {
    pub fn gvk(&self) -> Gvk {
        Gvk::new(&self.api_version, &self.kind)
    }

    /// Whether the object gets another text.
    pub fn is_changed(&self) -> bool {
        matches!(self.outcome, Outcome::Converted { applied: true, .. })
            || self.fixes.iter().any(Fix::is_applied)
    }

    /// Whether something of it is left for a person.
    pub fn is_left(&self) -> bool {
        let left = match &self.outcome {
            Outcome::Clean | Outcome::NotJudged { .. } => false,
            Outcome::Converted { applied, .. } => !applied,
            Outcome::Waits { .. } | Outcome::Manual { .. } | Outcome::Refused { .. } => true,
        };
        left || self.fixes.iter().any(Fix::is_left)
    }

    /// Says that nothing came of its changes.
    pub fn undo(&mut self) {
        if let Outcome::Converted { applied, .. } = &mut self.outcome {
            *applied = false;
        }
        self.fixes.iter_mut().for_each(Fix::undo);
    }
}

impl Fix {
    /// Whether it is in the new text.
    pub fn is_applied(&self) -> bool {
        matches!(self.outcome, FixOutcome::Made { applied: true, .. })
    }

    /// Whether it is left for a person.
    pub fn is_left(&self) -> bool {
        !self.is_applied() && !matches!(self.outcome, FixOutcome::Noted { .. })
    }

    /// Says that the text does not allow it.
    pub(super) fn refuse(&mut self, reason: &str) {
        if self.is_applied() {
            let reason = reason.to_owned();
            self.outcome = FixOutcome::Refused { reason };
        }
    }

    /// Says that nothing came of it.
    pub fn undo(&mut self) {
        if let FixOutcome::Made { applied, .. } = &mut self.outcome {
            *applied = false;
        }
    }
}

/// What became of an object.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Nothing to do.
    Clean,
    /// Nobody said which version of its component is the target.
    NotJudged { component: String },
    Converted {
        api_version: String,
        kind: String,
        /// The worst of the changes.
        grade: Grade,
        changes: Vec<Change>,
        /// False when only safe changes were asked for and this is not one.
        applied: bool,
    },
    /// No replacement is served at both ends of the window.
    Waits {
        to: String,
        /// The first release that serves it.
        until: Version,
    },
    /// A person has to decide; the object is as it was.
    Manual { reasons: Vec<Reason> },
    /// The text cannot be edited without touching what belongs to others; the object is as it was.
    Refused { reason: String },
}

/// How much a person has to look at a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// The API server would hold the same object.
    Safe,
    /// Right in most cases.
    Review,
    /// There is no mechanical answer.
    Manual,
}

/// The kind of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    /// The version itself.
    Version,
    Move,
    Copy,
    Add,
    Pin,
    Set,
    Map,
    Remove,
    Review,
    Ask,
    Function,
}

/// One thing that was done to an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub grade: Grade,
    pub verb: Verb,
    /// Where the value stood, or where a new one was written: `spec.rules[0].http.paths[1].backend`.
    pub path: String,
    /// A sentence for the reviewer.
    pub text: String,
    pub why: Option<String>,
}

/// Why an object needs a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Empty for the object as a whole.
    pub path: String,
    pub text: String,
    /// The question that one word would answer.
    pub question: Option<Question>,
}

/// A question that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub id: String,
    pub answers: Vec<String>,
}

impl Grade {
    pub fn as_str(self) -> &'static str {
        match self {
            Grade::Safe => "safe",
            Grade::Review => "review",
            Grade::Manual => "manual",
        }
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// `text (why)`
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        match &self.why {
            Some(why) => write!(f, " ({why})"),
            None => Ok(()),
        }
    }
}

/// `path: text`
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.text)
    }
}
