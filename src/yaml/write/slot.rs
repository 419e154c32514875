//! The value of a key or dash that stays: what becomes of the rest of its line and the comments below.

use std::ops::Range;

use super::lines::block_scalar;
use super::rope::{Rope, indent};
use super::value::ValueText;
use super::{Result, Writer};
use crate::yaml::error::Refusal;
use crate::yaml::lines::{BLANK, WHITE};
use crate::yaml::model::Node;
use crate::yaml::region;
use crate::yaml::tree::{Layout, NodeId};

/// The place of a value that another one takes: what stands behind a key's colon or a dash.
struct Vacancy {
    /// From the colon or dash to the end of the region.
    range: Range<usize>,
    /// The column of the key or dash.
    column: usize,
    is_item: bool,
    /// The value of the source.
    id: NodeId,
    /// Where it begins, with its properties; the colon or dash for one that is nothing.
    start: usize,
    /// What it accounts for.
    extent: Range<usize>,
    was_block: bool,
}

impl<'a> Writer<'a> {
    /// What stands behind a key's colon or a dash, to the end of its region.
    pub(super) fn slot(
        &mut self,
        node: &Node,
        id: NodeId,
        range: Range<usize>,
        column: usize,
        is_item: bool,
    ) -> Result<Rope> {
        let extent = self.extent(id);
        if self.stays(node, id) {
            let mut rope = Rope::default();
            if self.is_same(node, id) {
                rope.keep(range.start..extent.start);
            } else {
                self.keep_way(&mut rope, range.start..extent.start);
            }
            rope.append(self.in_place(node, id)?);
            let rest = extent.end..range.end;
            if self.open_end(node, Some(id)).is_none() {
                self.keep_behind(&mut rope, node, Some(id), rest);
            } else {
                self.below(&mut rope, node, Some(id), rest, column);
            }
            return Ok(rope);
        }
        let source = self.tree.node(id);
        if let Some(name) = source.anchor.filter(|n| self.shared.contains(n)) {
            return Err(Refusal::SharedAnchor {
                name: name.to_owned(),
            });
        }
        self.check_anchors(&extent)?;
        let slot = Vacancy {
            id,
            start: if source.is_empty() {
                range.start
            } else {
                source.start as usize
            },
            was_block: region::layout(self.tree, id) == Some(Layout::Block),
            range,
            column,
            is_item,
            extent,
        };
        let mut rope = Rope::default();
        let rest = match self.value_text(node)? {
            ValueText::Inline(text) => self.inline_slot(&mut rope, &slot, &text),
            ValueText::Block {
                properties, text, ..
            } if is_item && properties.is_empty() => self.dash_slot(&mut rope, &slot, &text)?,
            ValueText::Block {
                properties,
                text,
                sequence,
            } => {
                if !properties.is_empty() {
                    rope.new_text(format!(" {properties}"));
                }
                self.block_slot(&mut rope, &slot, &text, sequence)
            }
        };
        self.below(&mut rope, node, None, rest..slot.range.end, column);
        Ok(rope)
    }

    /// A value on the line of its key, and the comment of that line, which of a block scalar is that
    /// of its header. Returns how far this accounts for the slot.
    fn inline_slot(&self, rope: &mut Rope, slot: &Vacancy, text: &str) -> usize {
        let Vacancy { range, start, .. } = slot;
        if !slot.was_block && !text.is_empty() && *start > range.start {
            self.keep_way(rope, range.start..*start);
        } else if !text.is_empty() {
            rope.new_text(" ");
        }
        let text = indent(text, slot.column);
        let block = block_scalar(&text);
        let first = block.map_or(text.as_str(), |(header, _)| header);
        rope.new_text(first);
        let commented = block.is_some() && first.contains([' ', '\t']) && first.contains('#');
        let end = slot.extent.end.max(*start);
        let behind = if slot.was_block { range.start } else { end };
        let mut rest = end;
        if let Some(c) = region::trailing_comment(self.text, self.tree, behind)
            && c.span.end() <= range.end
        {
            if !commented {
                self.keep_comment(rope, behind..c.span.end(), first.is_empty());
            }
            rest = rest.max(c.span.end());
        } else if let Some(comment) = self.header_comment(slot.id)
            && !self.survey.has_node(slot.id)
            && !commented
        {
            self.keep_comment(rope, comment, first.is_empty());
        }
        if let Some((_, lines)) = block {
            rope.new_text(format!("\n{lines}"));
        }
        rest
    }

    /// A block collection that begins on the line of its dash.
    fn dash_slot(&self, rope: &mut Rope, slot: &Vacancy, text: &str) -> Result<usize> {
        let Vacancy { range, extent, .. } = slot;
        let source = self.tree.node(slot.id);
        let bare = slot.was_block && source.start == source.span.start;
        let keep = if bare { extent.start } else { slot.start };
        let way = &self.text[range.start..keep];
        let comment = region::trailing_comment(self.text, self.tree, extent.end);
        let comment = comment.filter(|c| !slot.was_block && c.span.end() <= range.end);
        let mut rest = extent.end.max(keep);
        let mut at = slot.column + 2;
        if let Some(comment) = comment {
            rope.new_text(" ");
            rope.keep(comment.span.range());
            rope.new_text(format!("\n{}", " ".repeat(at)));
            rest = comment.span.end();
        } else if way.is_empty() || !way.contains('#') && way.contains('\t') {
            // YAML takes no tab before the keys or dashes of a block collection.
            rope.new_text(" ");
        } else if way.contains('\t') {
            return Err(Refusal::Tabs);
        } else {
            rope.keep(range.start..keep);
            at = region::column_of(self.text, keep);
        }
        rope.new_text(indent(text, at));
        Ok(rest)
    }

    /// A block collection on lines of its own; a comment behind the key stays on its line.
    fn block_slot(&self, rope: &mut Rope, slot: &Vacancy, text: &str, sequence: bool) -> usize {
        let Vacancy { range, extent, .. } = slot;
        let behind = if slot.was_block {
            range.start
        } else {
            extent.end
        };
        let mut rest = extent.end.max(range.start);
        if let Some(c) = region::trailing_comment(self.text, self.tree, behind) {
            self.keep_comment(rope, behind..c.span.end(), true);
            rest = rest.max(c.span.end());
        }
        let step = match (slot.is_item, sequence) {
            (true, _) => 2,
            (false, true) => self.style.sequence_indent,
            (false, false) => self.style.indent,
        };
        let at = slot.column + step;
        rope.new_text(format!("\n{}{}", " ".repeat(at), indent(text, at)));
        rest
    }

    /// A comment with the space before it; `bare` where it follows a colon or dash, behind which
    /// libyaml takes no tab.
    fn keep_comment(&self, rope: &mut Rope, range: Range<usize>, bare: bool) {
        let text = &self.text[range.clone()];
        let space = text.len() - text.trim_start_matches(WHITE).len();
        if bare && text[..space].contains('\t') {
            rope.new_text(" ");
            rope.keep(range.start + space..range.end);
        } else {
            rope.keep(range);
        }
    }

    /// The way from a colon to another value. The parser takes a tab there only before some.
    pub(super) fn keep_way(&self, rope: &mut Rope, range: Range<usize>) {
        let text = &self.text[range.clone()];
        if text.contains('\t') && text.trim_matches(BLANK).is_empty() {
            rope.new_text(" ");
        } else {
            rope.keep(range);
        }
    }

    /// What stood behind a value, as it may stand behind the new one.
    fn keep_behind(
        &self,
        rope: &mut Rope,
        node: &Node,
        source: Option<NodeId>,
        range: Range<usize>,
    ) {
        let mut rest = Rope::default();
        rest.keep(range);
        rope.append(self.behind(Some(node), source, rest));
    }

    /// What stood below a value in the source: comments that are deeper than the key. Below a block
    /// scalar that was not there before they would end up in its text, so they move to the column of
    /// the key.
    fn below(
        &mut self,
        rope: &mut Rope,
        node: &Node,
        source: Option<NodeId>,
        range: Range<usize>,
        column: usize,
    ) {
        if self.text[range.clone()].trim_matches(WHITE).is_empty() {
            return;
        }
        if self.open_end(node, source).is_none() {
            self.keep_behind(rope, node, source, range);
            return;
        }
        for comment in region::comments_from(self.tree, range.start) {
            if comment.span.end() > range.end {
                break;
            }
            rope.new_text(format!("\n{}", " ".repeat(column)));
            rope.keep(comment.span.range());
        }
    }
}
