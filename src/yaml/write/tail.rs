//! What follows a value: behind a block scalar, white space would become a part of it.

use super::Writer;
use super::arrange::children_of;
use super::rope::{Piece, Rope};
use crate::yaml::lines::WHITE;
use crate::yaml::model::{Node, Origin, Value};
use crate::yaml::region;
use crate::yaml::tree::{Content, Layout, NodeId, Style};

impl<'a> Writer<'a> {
    /// What follows an output that may end in a block scalar: white space on the lines behind it
    /// would become a part of it, and so would blank lines where it keeps them. `source` is what
    /// stood before this text in the source: its own white space does no harm.
    pub(super) fn behind(&self, output: Option<&Node>, source: Option<NodeId>, text: Rope) -> Rope {
        let source = source.map(|id| self.last_leaf(id)).filter(|&id| {
            let end = self.tree.span(id).end();
            matches!(text.0.first(), Some(Piece::Keep(range)) if range.start >= end)
        });
        let flat: String = text.0.iter().map(|piece| self.piece(piece)).collect();
        let blank = &flat[..flat.len() - flat.trim_start_matches(WHITE).len()];
        let Some(end) = blank.rfind('\n') else {
            return text;
        };
        let keeps = match output.and_then(|node| self.open_end(node, source)) {
            Some(keeps) => keeps,
            // libyaml takes a line of tabs only behind some values.
            None if blank[..end].contains('\t')
                && !output.is_some_and(|node| self.ends_in(node, source)) =>
            {
                false
            }
            None => return text,
        };
        let breaks = if keeps {
            1
        } else {
            blank.matches('\n').count()
        };
        if blank[..=end].bytes().all(|b| b == b'\n' || b == b'\r')
            && breaks == blank.matches('\n').count()
        {
            return text;
        }
        let mut out = Rope::default();
        out.new_text("\n".repeat(breaks));
        out.append(text.split_at(end + 1).1);
        out
    }

    /// Whether a node ends in a block scalar other than the one the source node ends in; and
    /// whether that keeps the blank lines behind it.
    pub(super) fn open_end(&self, node: &Node, source: Option<NodeId>) -> Option<bool> {
        let origin = match node.origin {
            Origin::Source(id) => Some(id),
            _ => None,
        };
        let content = origin.map(|id| self.tree.node(id).content);
        match (&node.value, &content) {
            (
                Value::Scalar(new),
                Some(Content::Scalar {
                    style: Style::Literal | Style::Folded,
                    ..
                }),
            ) if origin.is_some_and(|id| self.same_scalar(new, id)) => {
                let span = self.tree.span(origin?).range();
                let header = self.text[span].lines().next().unwrap_or_default();
                let own = source.map(|id| self.last_leaf(id)) == origin;
                (!own).then(|| header.contains('+'))
            }
            (Value::Scalar(new), Some(Content::Scalar { style, .. }))
                if !new.literal
                    && origin.is_none_or(|id| self.literal_like(new, *style, id).is_none()) =>
            {
                None
            }
            (Value::Scalar(new), Some(_)) => Some(new.text.ends_with("\n\n")),
            (Value::Scalar(new), None) => new.literal.then(|| new.text.ends_with("\n\n")),
            (Value::Mapping(_) | Value::Sequence(_), content) => {
                let flow = matches!(
                    content,
                    Some(
                        Content::Mapping {
                            layout: Layout::Flow | Layout::Pair,
                            ..
                        } | Content::Sequence {
                            layout: Layout::Flow,
                            ..
                        }
                    )
                );
                let last = children_of(node).pop().filter(|_| !flow)?;
                self.open_end(last.value(), source)
            }
            (Value::Alias { .. }, _) => None,
        }
    }

    /// Whether the last value of a node is what it was in the source.
    fn ends_in(&self, node: &Node, leaf: Option<NodeId>) -> bool {
        match children_of(node).pop() {
            Some(last) => self.ends_in(last.value(), leaf),
            None => leaf.is_some_and(|leaf| self.is_same(node, leaf)),
        }
    }

    /// The last scalar or alias below a node of the source.
    fn last_leaf(&self, mut id: NodeId) -> NodeId {
        while let Some(last) = region::children(self.tree, id).last() {
            id = last.value(self.tree);
        }
        id
    }
}
