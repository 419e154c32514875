//! What is converted together or not at all: an object with what it holds, or a typed list with its
//! items.

use crate::catalog::{Judgement, Status};
use crate::manifest::{Gvk, ObjectRef, Role};
use crate::yaml::{DroppedComment, Node, Refusal};

use super::around::Around;
use super::embedded::{self, Inner};
use super::outcome::{Failure, Fix, Known, ObjectReport, Outcome, Reason, Reference};
use super::{Options, list, object, references};

/// One or more objects, and what became of them.
pub(super) struct Unit<'r> {
    /// The whole list for a typed list.
    pub place: &'r ObjectRef,
    /// The new node for that place; `None` when nothing is to be written.
    pub converted: Option<Node>,
    /// The same without what the rules did, where that is something else; not kept of a typed list.
    plain: Option<Node>,
    /// Those that the catalogue knows, or in which a rule found something, in their order.
    pub members: Vec<Member>,
    /// How many there are beside them.
    pub others: usize,
    pub references: Vec<Reference>,
    /// Texts inside that could not be read.
    pub failures: Vec<Failure>,
    /// Comments that went with keys of texts inside.
    pub dropped: Vec<DroppedComment>,
}

/// An object that there is something to say about.
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
            plain: None,
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

    /// Takes an object in, if there is something to say about it.
    pub fn add(
        &mut self,
        node: &Node,
        object: &ObjectRef,
        judgement: Option<&Judgement>,
        (outcome, fixes): (Outcome, Vec<Fix>),
        around: &Around,
    ) {
        if judgement.is_none() && fixes.is_empty() {
            self.others += 1;
            return;
        }
        let member = member(node, object, judgement, outcome, fixes, around);
        self.members.push(member);
    }

    /// Goes back to what it is without its fixes; false where it has none, or does not know.
    pub fn give_up_fixes(&mut self, reason: &str) -> bool {
        let is_converted = |member: &Member| {
            matches!(
                member.report.outcome,
                Outcome::Converted { applied: true, .. }
            )
        };
        let mut fixes = self.members.iter().flat_map(|member| &member.report.fixes);
        if !fixes.any(Fix::is_applied)
            || self.plain.is_none() && self.members.iter().any(is_converted)
        {
            return false;
        }
        for member in &mut self.members {
            let fixes = member.report.fixes.iter_mut();
            fixes.for_each(|fix| fix.refuse(reason));
        }
        self.converted = self.plain.take();
        true
    }

    /// Turns every change of this unit into a refusal.
    pub fn refuse(&mut self, reason: &str) {
        self.converted = None;
        self.references.clear();
        self.dropped.clear();
        for member in &mut self.members {
            let fixes = member.report.fixes.iter_mut();
            fixes.for_each(|fix| fix.refuse(reason));
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
    let (inner, held) = holds.unwrap_or_default();
    let judgement = judge(&object.gvk, options);
    let now = held.as_ref().unwrap_or(node);
    let treated = object::treat(now, object, judgement.as_ref(), options, around);
    let findings = (treated.outcome, treated.fixes);
    unit.add(node, object, judgement.as_ref(), findings, around);
    unit.take_in(inner);
    let fixed = unit.members.iter().flat_map(|member| &member.report.fixes);
    if fixed.clone().any(Fix::is_applied) {
        unit.plain = treated.plain.or_else(|| held.clone());
    }
    unit.converted = treated.node.or(held);
    let follow = |new: &mut Option<Node>| references::follow(node, new, object, options, around);
    follow(&mut unit.plain);
    let followed = follow(&mut unit.converted);
    unit.references.extend(followed);
    unit
}

/// The report of an object.
fn member(
    node: &Node,
    object: &ObjectRef,
    judgement: Option<&Judgement>,
    outcome: Outcome,
    fixes: Vec<Fix>,
    around: &Around,
) -> Member {
    let (place, start) = around.places(node);
    let report = ObjectReport {
        line: place.line,
        column: place.column,
        document: around.document,
        inside: around.inside.clone(),
        api_version: object.gvk.api_version.clone(),
        kind: object.gvk.kind.clone(),
        name: object.name.clone(),
        namespace: object.namespace.clone(),
        known: judgement.map(|judgement| Known {
            component: judgement.resource.component.clone(),
            status: judgement.status,
            docs: judgement.resource.docs.clone(),
            rule: judgement.resource.file.clone(),
        }),
        outcome,
        fixes,
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
