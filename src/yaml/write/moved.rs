//! What moves with its own lines, and what must not.

use std::ops::Range;

use super::arrange::ModelChild;
use super::rope::{dedent, indent};
use super::value::ValueText;
use super::{Result, Writer};
use crate::yaml::error::Refusal;
use crate::yaml::lines::WHITE;
use crate::yaml::model::{Node, Value};
use crate::yaml::region::{self, Child};
use crate::yaml::tree::{Content, EntryId, ItemId, Layout, NodeId, Style};

impl<'a> Writer<'a> {
    /// The lines of a child that moved here from another block collection.
    pub(super) fn moved_lines(&mut self, model: ModelChild, child: Child) -> Result<String> {
        let region = region::region(self.text, self.tree, child);
        if self.is_half(child) {
            return Err(Refusal::ComplexKey);
        }
        self.check_movable(&(region.start..region.end))?;
        let rope = self.child_in_place(model, child, region.start..region.end)?;
        let text = self.flatten(rope);
        dedent(&text, region::column_of(self.text, child.start(self.tree)))
    }

    /// A value that left its key or dash.
    pub(super) fn moved_value(&mut self, node: &Node, id: NodeId) -> Result<ValueText> {
        let source = self.tree.node(id);
        let extent = self.extent(id);
        self.check_movable(&(source.start as usize..extent.end))?;
        let properties = self.properties(id);
        if let (Value::Scalar(new), Content::Scalar { style, .. }) = (&node.value, &source.content)
            && self.header_comment(id).is_some()
            && !self.same_scalar(new, id)
            && self.literal_like(new, *style, id).is_none()
        {
            // The comment is that of a text that is gone.
            return self.new_value(node);
        }
        let rope = self.in_place(node, id)?;
        let text = self.flatten(rope);
        if let Content::Scalar {
            style: Style::Plain,
            ..
        } = &source.content
            && text.starts_with(['|', '>'])
            && properties.is_empty()
        {
            // Between braces the parser takes it for a plain scalar; elsewhere a block would begin.
            return self.new_value(node);
        }
        let layout = region::layout(self.tree, id);
        if layout == Some(Layout::Block) {
            let text = dedent(&text, region::column_of(self.text, source.span.start()))?;
            let sequence = matches!(source.content, Content::Sequence { .. });
            return Ok(ValueText::Block {
                properties,
                text,
                sequence,
            });
        }
        let text = match source.content {
            Content::Scalar {
                style: Style::Literal | Style::Folded,
                ..
            } => dedent(&text, self.block_scalar_shift(id))?,
            Content::Scalar { .. } => self.continued(&text, self.line_indent(id)),
            _ => dedent(&text, self.line_indent(id))?,
        };
        let text = match layout {
            // libyaml does not take `:}` for a key without a value.
            Some(Layout::Pair) if self.ends_open(id) => format!("{{{text} }}"),
            Some(Layout::Pair) => format!("{{{text}}}"),
            _ => text,
        };
        let space = if properties.is_empty() || text.is_empty() {
            ""
        } else {
            " "
        };
        Ok(ValueText::Inline(format!("{properties}{space}{text}")))
    }

    /// Whether an entry lacks its key or its colon, and so may become one with its neighbour.
    pub(super) fn is_half(&self, child: Child) -> bool {
        match child {
            Child::Entry(id) => {
                let entry = self.tree.entry(id);
                entry.colon.is_none() || self.tree.node(entry.key).is_empty()
            }
            Child::Item(_) => false,
        }
    }

    /// Text that moves must not hold a key of several lines: what readers take it for depends on its
    /// indentation. And it is checked for anchors.
    pub(super) fn check_movable(&self, range: &Range<usize>) -> Result<()> {
        let held = self.long_keys.iter().any(|key| range.contains(key));
        if held {
            return Err(Refusal::ComplexKey);
        }
        self.check_anchors(range)
    }

    /// Moved or replaced text must not carry an anchor that others use, nor an alias: their order
    /// in the document may change.
    pub(super) fn check_anchors(&self, range: &Range<usize>) -> Result<()> {
        if self.shared.is_empty() {
            return Ok(());
        }
        let nodes = self.tree.nodes();
        for node in nodes.filter(|n| range.contains(&(n.start as usize))) {
            if let Some(name) = node.anchor.filter(|n| self.shared.contains(n)) {
                return Err(Refusal::SharedAnchor {
                    name: name.to_owned(),
                });
            }
            if let Content::Alias { name } = node.content {
                return Err(Refusal::BelowAlias {
                    name: name.to_string(),
                });
            }
        }
        Ok(())
    }

    /// Anchor and tag of a node, without the comments and line breaks between them.
    pub(super) fn properties(&self, id: NodeId) -> String {
        let node = self.tree.node(id);
        let text = &self.text[node.start as usize..node.span.start()];
        let lines = text
            .lines()
            .map(|l| l.split(" #").next().unwrap_or_default());
        let words = lines.flat_map(|line| line.split(WHITE));
        words
            .filter(|w| w.starts_with(['&', '!']))
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// A plain or quoted scalar whose further lines, where there are any, move left, but stay deeper
    /// than a key at column 0. Their indentation is no part of the value.
    fn continued(&self, text: &str, columns: usize) -> String {
        let lines = || {
            text.lines()
                .skip(1)
                .filter(|l| !l.trim_matches(WHITE).is_empty())
        };
        let depth = |l: &str| l.len() - l.trim_start_matches(' ').len();
        let least = lines().map(depth).min().unwrap_or_default();
        match dedent(text, columns) {
            Ok(text) if least > columns => text,
            _ => {
                let lines = text.split('\n').map(|l| l.trim_start_matches(WHITE));
                indent(&lines.collect::<Vec<_>>().join("\n"), self.style.indent)
            }
        }
    }

    /// How far the lines of a block scalar move left so that it may stand behind a key at column 0.
    fn block_scalar_shift(&self, id: NodeId) -> usize {
        let text = &self.text[self.tree.span(id).range()];
        let header = text.lines().next().unwrap_or_default();
        if header.bytes().skip(1).take(2).any(|b| b.is_ascii_digit()) {
            // Measured from the key or dash.
            let entry = (0..self.tree.entries.len() as u32).map(|i| Child::Entry(EntryId(i)));
            let item = (0..self.tree.items.len() as u32).map(|i| Child::Item(ItemId(i)));
            let parent = entry.chain(item).find(|c| c.value(self.tree) == id);
            return parent.map_or(0, |c| region::column_of(self.text, c.start(self.tree)));
        }
        let content = text
            .lines()
            .skip(1)
            .find(|l| !l.trim_matches(WHITE).is_empty());
        let column = content.map_or(0, |l| l.len() - l.trim_start_matches(' ').len());
        column.saturating_sub(self.style.indent)
    }
}
