//! What of the source a model still has, found in one walk before anything is written.

use super::arrange::ModelChild;
use crate::yaml::model::{Entry, Item, Node, Origin, Scalar, Value};
use crate::yaml::region::Child;
use crate::yaml::scalar;
use crate::yaml::tree::{Content, EntryId, ItemId, NodeId, Style, Tree};

pub(super) struct Survey<'a> {
    tree: &'a Tree<'a>,
    nodes: Vec<Mark>,
    /// Which child of the model each source child became: the first one that says it came from there.
    entries: Vec<Option<ModelChild<'a>>>,
    items: Vec<Option<&'a Item>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Mark {
    Absent,
    Unchanged,
    /// Changed, or at two places.
    Changed,
}

impl<'a> Survey<'a> {
    pub fn of(tree: &'a Tree<'a>, root: &'a Node) -> Survey<'a> {
        let mut survey = Survey {
            tree,
            nodes: vec![Mark::Absent; tree.nodes.len()],
            entries: vec![None; tree.entries.len()],
            items: vec![None; tree.items.len()],
        };
        survey.visit(root);
        survey
    }

    /// Whether a source child stands somewhere in the model.
    pub fn has(&self, child: Child) -> bool {
        match child {
            Child::Entry(id) => self.entries[id.0 as usize].is_some(),
            Child::Item(id) => self.items[id.0 as usize].is_some(),
        }
    }

    /// Whether a source child became this child of the model.
    pub fn is_owner(&self, child: ModelChild, source: Child) -> bool {
        let owner = match source {
            Child::Entry(id) => self.entries[id.0 as usize],
            Child::Item(id) => self.items[id.0 as usize].map(ModelChild::Item),
        };
        owner.is_some_and(|owner| owner.is(child))
    }

    /// Whether a node stands somewhere in the model.
    pub fn has_node(&self, id: NodeId) -> bool {
        self.nodes[id.0 as usize] != Mark::Absent
    }

    /// Whether a node, wherever it stands, is as it was with everything below it.
    pub fn is_unchanged(&self, id: NodeId) -> bool {
        self.nodes[id.0 as usize] == Mark::Unchanged
    }

    /// Marks a node and what is below it. The source node, if nothing changed.
    fn visit(&mut self, node: &'a Node) -> Option<NodeId> {
        let id = match node.origin {
            Origin::Source(id) => Some(id),
            _ => None,
        };
        let content = |id| self.tree.node(id).content;
        let same = match &node.value {
            Value::Scalar(new) => id.is_some_and(|id| same_scalar(self.tree, new, id)),
            Value::Alias { name, .. } => {
                matches!(id.map(content), Some(Content::Alias { name: old }) if *old == **name)
            }
            Value::Mapping(entries) => {
                let source = match id.map(content) {
                    Some(Content::Mapping { entries, .. }) => Some(entries),
                    _ => None,
                };
                let first = source.as_ref().map_or(0, |source| source.start);
                let mut same = source.is_some_and(|source| source.len() == entries.len());
                for (i, entry) in entries.iter().enumerate() {
                    self.claim(ModelChild::Entry(entry));
                    let value = self.visit(&entry.value);
                    same = same && self.is_entry(entry, value, EntryId(first + i as u32));
                }
                same
            }
            Value::Sequence(items) => {
                let source = match id.map(content) {
                    Some(Content::Sequence { items, .. }) => Some(items),
                    _ => None,
                };
                let first = source.as_ref().map_or(0, |source| source.start);
                let mut same = source.is_some_and(|source| source.len() == items.len());
                for (i, item) in items.iter().enumerate() {
                    self.claim(ModelChild::Item(item));
                    let value = self.visit(&item.value);
                    let id = ItemId(first + i as u32);
                    same =
                        same && item.origin == Some(id) && value == Some(self.tree.item(id).value);
                }
                same
            }
        };
        let mark = &mut self.nodes[id?.0 as usize];
        *mark = match (*mark, same) {
            (Mark::Absent, true) => Mark::Unchanged,
            _ => Mark::Changed,
        };
        id.filter(|_| same)
    }

    fn claim(&mut self, child: ModelChild<'a>) {
        match (child.origin(), child) {
            (Some(Child::Entry(id)), _) => {
                self.entries[id.0 as usize].get_or_insert(child);
            }
            (Some(Child::Item(id)), ModelChild::Item(item)) => {
                self.items[id.0 as usize].get_or_insert(item);
            }
            _ => {}
        }
    }

    fn is_entry(&self, entry: &Entry, value: Option<NodeId>, id: EntryId) -> bool {
        if entry.origin != Some(id) {
            return false;
        }
        let source = self.tree.entry(id);
        let key = &self.tree.node(source.key).content;
        let same_key = matches!(key, Content::Scalar { text, .. } if *text == &*entry.key.text);
        (same_key || entry.key.complex) && value == Some(source.value)
    }
}

/// Whether a scalar is what this source node says.
pub(super) fn same_scalar(tree: &Tree, new: &Scalar, id: NodeId) -> bool {
    let source = tree.node(id);
    let Content::Scalar { text, style } = &source.content else {
        return false;
    };
    let plain = matches!(style, Style::Plain | Style::Empty);
    *text == new.text
        && source.tag == new.tag.as_deref()
        && scalar::kind(text, plain, source.tag) == new.kind
}
