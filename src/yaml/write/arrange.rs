//! Which children of a collection stay where they were, and where the others come to stand.

use std::ops::Range;

use super::Writer;
use crate::yaml::model::{Entry, Item, Node, Value};
use crate::yaml::region::Child;

/// A child of a collection in the model.
#[derive(Clone, Copy)]
pub(super) enum ModelChild<'m> {
    Entry(&'m Entry),
    Item(&'m Item),
}

impl<'m> ModelChild<'m> {
    /// The source child that it says it came from, which others may say as well.
    pub fn origin(self) -> Option<Child> {
        match self {
            ModelChild::Entry(e) => e.origin.map(Child::Entry),
            ModelChild::Item(i) => i.origin.map(Child::Item).or(i.entry.map(Child::Entry)),
        }
    }

    /// Whether this is the very same child of the model, not an equal one.
    pub fn is(self, other: ModelChild) -> bool {
        match (self, other) {
            (ModelChild::Entry(a), ModelChild::Entry(b)) => std::ptr::eq(a, b),
            (ModelChild::Item(a), ModelChild::Item(b)) => std::ptr::eq(a, b),
            _ => false,
        }
    }

    pub fn value(self) -> &'m Node {
        match self {
            ModelChild::Entry(e) => &e.value,
            ModelChild::Item(i) => &i.value,
        }
    }
}

/// Where the children of a changed collection come to stand.
pub(super) struct Arrangement<'m> {
    /// New children before all others.
    pub front: Vec<ModelChild<'m>>,
    pub slots: Vec<Slot<'m>>,
}

impl Arrangement<'_> {
    /// Whether all children stand where they stood.
    pub(super) fn is_same(&self) -> bool {
        let same =
            |slot: &Slot| slot.kept.is_some() && slot.instead.is_empty() && slot.after.is_empty();
        self.front.is_empty() && self.slots.iter().all(same)
    }
}

/// What became of one source child.
#[derive(Default)]
pub(super) struct Slot<'m> {
    pub kept: Option<ModelChild<'m>>,
    /// New children in the place of one that is gone.
    pub instead: Vec<ModelChild<'m>>,
    pub after: Vec<ModelChild<'m>>,
}

pub(super) fn children_of(node: &Node) -> Vec<ModelChild<'_>> {
    match &node.value {
        Value::Mapping(entries) => entries.iter().map(ModelChild::Entry).collect(),
        Value::Sequence(items) => items.iter().map(ModelChild::Item).collect(),
        _ => Vec::new(),
    }
}

impl<'a> Writer<'a> {
    /// Decides for each child of a collection of the model whether it is kept where it was or written
    /// anew, and where. `source` are the children of the collection in the source.
    pub(super) fn arrange<'m>(
        &self,
        children: &[ModelChild<'m>],
        source: Range<u32>,
    ) -> Arrangement<'m> {
        let index = |id: u32| source.contains(&id).then(|| (id - source.start) as usize);
        let origins: Vec<Option<usize>> = children
            .iter()
            .map(|child| match (child, self.source(*child)?) {
                (ModelChild::Entry(_), Child::Entry(id)) => index(id.0),
                (ModelChild::Item(_), Child::Item(id)) => index(id.0),
                _ => None,
            })
            .collect();
        let mut slots: Vec<Slot> = source.clone().map(|_| Slot::default()).collect();
        let mut front = Vec::new();
        // Kept are those that still follow one another as in the source.
        let mut next = 0;
        let mut kept = vec![false; children.len()];
        for (i, child) in children.iter().enumerate() {
            if let Some(at) = origins[i].filter(|&at| at >= next) {
                kept[i] = true;
                slots[at].kept = Some(*child);
                next = at + 1;
            }
        }
        // The next one that is kept, which nothing before it may pass.
        let mut limits = vec![slots.len(); children.len()];
        for i in (1..children.len()).rev() {
            limits[i - 1] = origins[i].filter(|_| kept[i]).unwrap_or(limits[i]);
        }
        let mut last: Option<usize> = None;
        for (i, child) in children.iter().enumerate() {
            if kept[i] {
                last = origins[i];
                continue;
            }
            let place = match child {
                ModelChild::Entry(entry) => entry.place.and_then(|id| index(id.0)),
                ModelChild::Item(_) => None,
            };
            let place = place.filter(|&at| {
                slots[at].kept.is_none() && last.is_none_or(|last| at >= last) && at < limits[i]
            });
            match (place, last) {
                (Some(place), _) => {
                    slots[place].instead.push(*child);
                    last = Some(place);
                }
                (None, Some(last)) if slots[last].kept.is_none() => {
                    slots[last].instead.push(*child);
                }
                (None, Some(last)) => slots[last].after.push(*child),
                (None, None) => front.push(*child),
            }
        }
        Arrangement { front, slots }
    }
}
