//! Block collections in place: their children, and what stands between them.

use std::ops::Range;

use super::arrange::ModelChild;
use super::lines::comment_lines;
use super::rope::{Rope, indent};
use super::{Result, Writer};
use crate::yaml::error::Refusal;
use crate::yaml::lines::WHITE;
use crate::yaml::model::Node;
use crate::yaml::region::{self, Child};
use crate::yaml::tree::NodeId;

impl<'a> Writer<'a> {
    /// The children of a block collection, over its extent.
    pub(super) fn block(
        &mut self,
        children: &[ModelChild],
        id: NodeId,
        source: Range<u32>,
    ) -> Result<Rope> {
        let regions = region::regions(self.text, self.tree, id);
        let source_children = region::children(self.tree, id);
        let mut rope = Rope::default();
        let Some(first) = regions.first() else {
            return Ok(rope);
        };
        let column = region::column_of(self.text, first.child);
        let line_break = format!("\n{}", " ".repeat(column));
        let arrangement = self.arrange(children, source);
        let margin = &self.text[region::line_start(self.text, first.child)..first.child];
        if !arrangement.is_same() && margin.contains('\t') {
            return Err(Refusal::Tabs);
        }
        if !arrangement.is_same() && source_children.iter().any(|c| self.is_rigid(*c)) {
            return Err(Refusal::ComplexKey);
        }
        // The last source child that the output has passed.
        let mut passed: Option<usize> = None;
        let mut previous: Option<&Node> = None;
        let mut kept = false;
        let mut started = false;
        for child in &arrangement.front {
            if started {
                rope.new_text(&*line_break);
            }
            let text = self.block_child(*child)?;
            rope.new_text(indent(&text, column));
            started = true;
        }
        for (i, slot) in arrangement.slots.iter().enumerate() {
            let region = regions[i].clone();
            if slot.kept.is_none() && slot.instead.is_empty() {
                continue;
            }
            let gaps: Vec<Range<usize>> = (passed.unwrap_or(0)..i)
                .map(|j| regions[j].end..regions[j + 1].start)
                .collect();
            match (started, passed) {
                (false, _) => {
                    self.heading_stays(
                        &mut rope,
                        &regions[0],
                        source_children[0],
                        i > 0 || slot.kept.is_none(),
                    );
                    self.headings(&mut rope, &gaps);
                }
                (true, Some(passed)) => {
                    let mut between = Rope::default();
                    self.separate(&mut between, &gaps);
                    // What stood behind the last output in the source, if it still does.
                    let own = kept && (gaps.len() == 1 || self.text[gaps[0].clone()].contains('#'));
                    let behind = own.then(|| source_children[passed].value(self.tree));
                    rope.append(self.behind(previous, behind, between));
                }
                (true, None) => {
                    rope.new_text(&*line_break);
                    self.headings(&mut rope, &gaps);
                }
            }
            if let Some(kept) = slot.kept {
                rope.append(self.child_in_place(
                    kept,
                    source_children[i],
                    region.start..region.end,
                )?);
            }
            for (n, child) in slot.instead.iter().enumerate() {
                if n > 0 {
                    rope.new_text(&*line_break);
                }
                let text = self.block_child(*child)?;
                rope.new_text(indent(&text, column));
            }
            for child in &slot.after {
                rope.new_text(&*line_break);
                let text = self.block_child(*child)?;
                rope.new_text(indent(&text, column));
            }
            (passed, started) = (Some(i), true);
            let outputs = slot.kept.iter().chain(&slot.instead).chain(&slot.after);
            previous = outputs.last().map(|child| child.value());
            kept = slot.instead.is_empty() && slot.after.is_empty();
        }
        // What was a heading of removed children at the end stays; blank lines there do not.
        let last = passed.unwrap_or(0);
        let mut rest = Rope::default();
        for j in last..regions.len() - 1 {
            let gap = regions[j].end..regions[j + 1].start;
            let text = self.text[gap.clone()].trim_end_matches(WHITE);
            if text.contains('#') {
                rest.keep(gap.start..gap.start + text.len());
            }
        }
        let behind = kept.then(|| source_children[last].value(self.tree));
        rope.append(self.behind(previous, behind, rest));
        Ok(rope)
    }

    /// Whether an entry of a block mapping depends on what stands before or behind it.
    fn is_rigid(&self, child: Child) -> bool {
        let Child::Entry(id) = child else {
            return false;
        };
        let key = self.tree.start(self.tree.entry(id).key) as usize;
        self.is_half(child) || self.long_keys.contains(&key)
    }

    /// Comments above a first child that is removed stay: they may speak of the whole mapping. When
    /// the child only moved, they went with it.
    fn heading_stays(
        &mut self,
        rope: &mut Rope,
        region: &region::Region,
        first: Child,
        gone: bool,
    ) {
        if gone && !self.survey.has(first) {
            rope.keep(region.start..region.child);
        }
    }

    /// Between two outputs with removed children between them: their headings stay, and one blank
    /// line where there was one.
    fn separate(&self, rope: &mut Rope, gaps: &[Range<usize>]) {
        let Some((last, removed)) = gaps.split_last() else {
            return;
        };
        let has_blank_line = |text: &str| text.matches('\n').count() > 1;
        let before = |text: &str| text.len() - text.trim_start_matches(WHITE).len();
        // A blank line stood before what comes next.
        let mut due = false;
        for gap in removed {
            let text = &self.text[gap.clone()];
            if !text.contains('#') {
                due |= has_blank_line(text);
                continue;
            }
            if due && !has_blank_line(&text[..before(text)]) {
                rope.new_text("\n");
            }
            let heading = text.trim_end_matches(WHITE).len();
            rope.keep(gap.start..gap.start + heading);
            due = has_blank_line(&text[heading..]);
        }
        let text = &self.text[last.clone()];
        if due && !has_blank_line(&text[..before(text)]) {
            rope.new_text("\n");
        }
        rope.keep(last.clone());
    }

    /// The headings of removed children before the first output.
    fn headings(&self, rope: &mut Rope, gaps: &[Range<usize>]) {
        for gap in gaps {
            let text = &self.text[gap.clone()];
            let skipped = text.len() - text.trim_start_matches(WHITE).len();
            if text.contains('#') {
                rope.keep(gap.start + skipped..gap.end);
            }
        }
    }

    /// A child that stays, from the start of its comments to the end of its last line.
    pub(super) fn child_in_place(
        &mut self,
        model: ModelChild,
        child: Child,
        extent: Range<usize>,
    ) -> Result<Rope> {
        let mut rope = Rope::default();
        let column = region::column_of(self.text, child.start(self.tree));
        let after = match (child, model) {
            (Child::Entry(id), ModelChild::Entry(entry)) => {
                let source = self.tree.entry(id);
                let key = self.tree.span(source.key).range();
                rope.keep(extent.start..key.start);
                rope.append(self.key_in_place(entry, source.key)?);
                let Some(colon) = source.colon else {
                    if !self.stays(&entry.value, source.value) {
                        return Err(Refusal::ComplexKey);
                    }
                    rope.keep(key.end..extent.end);
                    return Ok(rope);
                };
                rope.keep(key.end..colon as usize + 1);
                colon as usize + 1
            }
            (Child::Item(id), _) => {
                let item = self.tree.item(id);
                let after = item
                    .dash
                    .map_or(self.tree.start(item.value) as usize, |d| d as usize + 1);
                rope.keep(extent.start..after);
                after
            }
            _ => return Err(Refusal::ComplexKey),
        };
        let source = child.value(self.tree);
        let is_item = matches!(child, Child::Item(_));
        let value = self.slot(model.value(), source, after..extent.end, column, is_item)?;
        if is_item && !self.text[after..].trim_start_matches(' ').starts_with('#') {
            let dash = child.start(self.tree);
            return Ok(self.lift(extent.start..dash, dash..after, value, column));
        }
        rope.append(value);
        Ok(rope)
    }

    /// An item of `lead` and `dash`. Where its value begins with comments, because what stood before
    /// them is gone, they go above the dash.
    fn lift(&mut self, lead: Range<usize>, dash: Range<usize>, value: Rope, column: usize) -> Rope {
        let text: String = value.0.iter().map(|piece| self.piece(piece)).collect();
        let comments = comment_lines(&text);
        let mut item = Rope::default();
        item.keep(lead);
        let lines = text[comments.clone()].trim_end_matches(' ').lines();
        for (n, line) in lines.enumerate() {
            let pad = if n == 0 || line.trim_matches(WHITE).is_empty() {
                0
            } else {
                column
            };
            item.new_text(format!("{}{}\n", " ".repeat(pad), line.trim_matches(WHITE)));
        }
        if !comments.is_empty() {
            item.new_text(" ".repeat(column));
        }
        item.keep(dash);
        item.new_text(&text[..comments.start]);
        let (lifted, rest) = value.split_at(comments.end);
        self.flatten(lifted);
        item.append(rest);
        item
    }
}
