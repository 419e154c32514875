//! Converting the objects of a text: [`rewrite`].
//!
//! A text is cut into documents; each one that can hold something old is parsed, its objects are
//! judged by the catalogue, and those that have a way to a newer version walk it on the model. What
//! came of them then meets the rules without a kind. Then the document is written once. A document
//! that is broken stays as it is and hides nothing else.

mod around;
mod condition;
mod embedded;
mod engine;
mod functions;
mod list;
mod moves;
mod object;
mod operations;
mod origins;
mod outcome;
mod part;
mod path;
mod place;
mod references;
mod rules;
mod schema_comment;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod text;
mod unit;
mod values;
mod writes;

use std::collections::BTreeMap;

use crate::catalog::{Catalog, Policy, Window};

pub use functions::function_names;
pub use operations::{Operations, is_operations, object_at, operations};
pub use outcome::{
    Change, Failure, Fix, FixOutcome, Grade, Known, ObjectReport, Outcome, Question, Reason,
    Reference, Rewrite, Verb,
};
pub use path::{Address, Link};
pub use text::{Beyond, Held, Set, rewrite, rewrite_within};

/// Answers to the catalogue's questions, by the question's id.
pub type Answers = BTreeMap<String, String>;

/// What to do with a default that is another one in the new version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Defaults {
    /// Write the old one out.
    #[default]
    Keep,
    /// Take the new one, and report it.
    New,
}

/// What to convert, and how.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    pub catalog: &'a Catalog,
    pub window: &'a Window,
    pub policy: Policy,
    pub defaults: Defaults,
    /// Leave what a person should look at.
    pub safe_only: bool,
    pub answers: &'a Answers,
    pub form: Form<'a>,
    /// Also look for objects in what is only data to the kind that holds it.
    pub embedded: bool,
}

/// How complete the objects of a text are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form<'a> {
    /// All that is said of an object is said here.
    #[default]
    Whole,
    /// Patches: parts of objects, whose other keys stand somewhere else.
    Part,
    /// One value of an object, which a JSON6902 operation is about; `$patch: replace` in it says that
    /// there is no more to it.
    Sparse,
    /// Whole, but kustomize writes these labels into them, selectors included (`commonLabels`).
    Labelled(&'a [(String, String)]),
    /// A kustomization, which need not say so.
    Kustomization,
}
