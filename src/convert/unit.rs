//! What is converted together or not at all: an object with what it holds, or a typed list with its
//! items.

use crate::catalog::{Judgement, Status};
use crate::manifest::{Gvk, ObjectRef, Role};
use crate::yaml::{DroppedComment, Node, Refusal};

use super::around::Around;
use super::embedded::{self, Inner};
use super::outcome::{Failure, ObjectReport, Outcome, Reason, Reference};
use super::{Options, list, object, references};

/// One or more objects, and what became of them.
pub(super) struct Unit<'r> {
    /// The whole list for a typed list.
    pub place: &'r ObjectRef,
    /// The new node for that place; `None` when nothing is to be written.
    pub converted: Option<Node>,
    /// Those that the catalogue knows, in their order.
    pub members: Vec<Member>,
    /// How many it does not know.
    pub others: usize,
    pub references: Vec<Reference>,
    /// Texts inside that could not be read.
    pub failures: Vec<Failure>,
    /// Comments that went with keys of texts inside.
    pub dropped: Vec<DroppedComment>,
}

/// An object that the catalogue knows.
pub(super) struct Member {
    pub report: ObjectReport,
    /// The line on which it begins.
    pub start: usize,
}

impl<'r> Unit<'r> {
    pub fn new(place: &'r ObjectRef) -> Unit<'r> {
        Unit {
            place,
            converted: None,
            members: Vec::new(),
            others: 0,
            references: Vec::new(),
            failures: Vec::new(),
            dropped: Vec::new(),
        }
    }

    /// Puts the converted node into the document's model.
    ///
    /// # Errors
    /// Refuses an object behind an alias.
    pub fn put(&mut self, root: &mut Node) -> Result<(), Refusal> {
        if let Some(place) = self.place.node_mut(root)?
            && let Some(node) = self.converted.take()
        {
            place.replace(node);
        }
        Ok(())
    }

    /// Takes the converted node out of the model again, which is of no use then.
    ///
    /// # Errors
    /// As [`Unit::put`].
    pub fn take_back(&mut self, root: &mut Node) -> Result<(), Refusal> {
        if let Some(place) = self.place.node_mut(root)? {
            self.converted = Some(std::mem::replace(place, Node::null()));
        }
        Ok(())
    }

    /// Turns every conversion of this unit into a refusal.
    pub fn refuse(&mut self, reason: &str) {
        self.converted = None;
        self.references.clear();
        self.dropped.clear();
        for member in &mut self.members {
            let outcome = &mut member.report.outcome;
            if matches!(outcome, Outcome::Converted { applied: true, .. }) {
                *outcome = Outcome::Refused {
                    reason: reason.to_owned(),
                };
            }
        }
    }

    /// Takes in what became of the objects inside.
    pub fn take_in(&mut self, inner: Inner) {
        self.members.extend(inner.members);
        self.others += inner.others;
        self.references.extend(inner.references);
        self.failures.extend(inner.failures);
        self.dropped.extend(inner.dropped);
    }
}

/// Judges and converts all objects of a document, or of a value in it.
pub(super) fn units<'r>(
    root: &Node,
    objects: &'r [ObjectRef],
    options: &Options,
    around: &Around,
) -> Vec<Unit<'r>> {
    let mut units = Vec::new();
    let mut rest = objects;
    while let Some((first, after)) = rest.split_first() {
        let list = first
            .item_gvk()
            .and_then(|gvk| Some((judge(&gvk, options)?, gvk)));
        let below = match list {
            Some(_) => after
                .iter()
                .take_while(|object| object.path.starts_with(&first.path))
                .count(),
            None => 0,
        };
        rest = &after[below..];
        let Some(node) = first.node(root) else {
            continue;
        };
        match list {
            Some((judgement, gvk)) => {
                let below = &after[..below];
                units.push(list::unit(
                    node, first, below, judgement, &gvk, options, around,
                ));
            }
            // A list of things nobody knows is no object; what it holds comes next.
            None if first.role == Role::TypedList => {}
            None => units.push(single(node, first, options, around)),
        }
    }
    units
}

pub(super) fn judge<'a>(gvk: &Gvk, options: &Options<'a>) -> Option<Judgement<'a>> {
    options
        .catalog
        .judge(&gvk.api_version, &gvk.kind, options.window, options.policy)
}

/// An object: first what it holds, then itself, then what it names.
fn single<'r>(node: &Node, object: &'r ObjectRef, options: &Options, around: &Around) -> Unit<'r> {
    let mut unit = Unit::new(object);
    let holds = embedded::convert(node, &object.gvk, options, around);
    let mut new = holds.map(|(inner, new)| {
        unit.take_in(inner);
        new
    });
    match judge(&object.gvk, options) {
        None => unit.others += 1,
        Some(judgement) => {
            let now = new.as_ref().and_then(Option::as_ref).unwrap_or(node);
            let (outcome, converted) = object::convert(now, object, &judgement, options, around);
            if converted.is_some() {
                new = Some(converted);
            }
            unit.members
                .insert(0, member(node, object, &judgement, outcome, around));
        }
    }
    let mut new = new.flatten();
    unit.references.extend(references::follow(
        node,
        &mut new,
        &object.gvk,
        options,
        around,
    ));
    unit.converted = new;
    unit
}

/// The report of an object.
pub(super) fn member(
    node: &Node,
    object: &ObjectRef,
    judgement: &Judgement,
    outcome: Outcome,
    around: &Around,
) -> Member {
    let (place, start) = around.places(node);
    let resource = judgement.resource;
    let report = ObjectReport {
        line: place.line,
        column: place.column,
        document: around.document,
        inside: around.inside.clone(),
        api_version: object.gvk.api_version.clone(),
        kind: object.gvk.kind.clone(),
        name: object.name.clone(),
        namespace: object.namespace.clone(),
        component: resource.component.clone(),
        status: judgement.status,
        docs: resource.docs.clone(),
        rule: resource.file.clone(),
        outcome,
        dropped: Vec::new(),
    };
    Member {
        report,
        start: start.line,
    }
}

/// The outcome of an object that stays for a reason beyond itself.
pub(super) fn stays(reason: &str) -> Outcome {
    Outcome::Manual {
        reasons: vec![Reason {
            path: String::new(),
            text: reason.to_owned(),
            question: None,
        }],
    }
}

/// Whether nobody said which version of its component is meant.
pub(super) fn is_unjudged(judgement: &Judgement) -> bool {
    judgement.status == Status::Unjudged
}
