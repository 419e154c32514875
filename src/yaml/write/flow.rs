//! Flow collections in place: `{a: 1}`, JSON and KYAML.
//!
//! On one line children are separated by commas; over several lines each child has its own, and a
//! comment may stand behind its comma.

use std::ops::Range;

use super::arrange::{Arrangement, ModelChild};
use super::rope::{Rope, indent};
use super::{Result, Writer};
use crate::yaml::error::Refusal;
use crate::yaml::lines::{BLANK, WHITE};
use crate::yaml::model::Value;
use crate::yaml::region::{self, Child};
use crate::yaml::style::{FlowStyle, comma_in};
use crate::yaml::tree::{Content, EntryId, ItemId, Layout, NodeId};

/// A child of a flow collection of the source.
struct Unit {
    /// The first comment above it that belongs to it, or the child.
    start: usize,
    end: usize,
    comma: Option<usize>,
    /// The end of its comma and trailing comment.
    tail: usize,
    /// It ends with a colon, a tag or an anchor, which would take a comma or bracket for its own text.
    open: bool,
    /// It ends with a comment, so nothing can follow on its line.
    commented: bool,
}

/// How far the output has come.
#[derive(Default)]
struct Progress {
    /// So many gaps between units have been passed.
    gaps: usize,
    /// What was written last is a comment.
    commented: bool,
}

/// What comes out, in order.
enum Output<'m> {
    Kept(usize, ModelChild<'m>),
    /// New, after the source child with this index (`None`: before all), perhaps in the place of it.
    New {
        passed: Option<usize>,
        instead: bool,
        child: ModelChild<'m>,
    },
}

impl<'a> Writer<'a> {
    /// The children of a flow collection, over its span.
    pub(super) fn flow(
        &mut self,
        children: &[ModelChild],
        id: NodeId,
        source: Range<u32>,
    ) -> Result<Rope> {
        let span = self.tree.span(id).range();
        let style = FlowStyle::of(self.text, self.tree, id, self.style.quotes);
        let mut rope = Rope::default();
        if source.is_empty() {
            if children.is_empty() {
                rope.keep(span);
            } else {
                rope.new_text(self.flow_children(
                    children,
                    matches!(children[0], ModelChild::Entry(_)),
                    &style,
                )?);
            }
            return Ok(rope);
        }
        let source_children = region::children(self.tree, id);
        let units = self.units(id, span.end - 1);
        let outputs = in_order(self.arrange(children, source));
        let mut progress = Progress::default();
        rope.keep(span.start..units[0].start);
        let first = source_children[0];
        if !matches!(outputs.first(), Some(Output::Kept(0, _))) && !self.survey.has(first) {
            // It may speak of the whole collection.
            rope.keep(units[0].start..first.start(self.tree));
        }
        if let Some(at) = outputs.first().and_then(source_of) {
            for gap in gaps(&units, 0..at).filter(|gap| self.text[gap.clone()].contains('#')) {
                let text = &self.text[gap.clone()];
                if units[0].start == span.start + 1 && gap.start == units[0].tail {
                    rope.new_text(" ");
                }
                rope.keep(gap.start + text.len() - text.trim_start_matches(WHITE).len()..gap.end);
            }
            progress.gaps = at;
        }
        for (n, output) in outputs.iter().enumerate() {
            self.child(&mut rope, id, output, &units, &style)?;
            match outputs.get(n + 1) {
                Some(next) => {
                    self.between(&mut rope, output, next, &units, &style, &mut progress)?;
                }
                None => {
                    self.close(
                        &mut rope,
                        output,
                        &units,
                        span.clone(),
                        &style,
                        &mut progress,
                    )?;
                }
            }
        }
        Ok(rope)
    }

    fn units(&self, id: NodeId, close: usize) -> Vec<Unit> {
        let children = region::children(self.tree, id);
        let mut units: Vec<Unit> = Vec::with_capacity(children.len());
        for (i, child) in children.iter().enumerate() {
            let start = child.start(self.tree);
            let end = child.end(self.tree);
            let next = children.get(i + 1).map_or(close, |c| c.start(self.tree));
            let comma = comma_in(self.text, self.tree, end, next);
            let behind = comma.map_or(end, |c| c + 1);
            let comment = region::trailing_comment(self.text, self.tree, behind)
                .filter(|c| c.span.start() < next);
            let floor = units.last().map_or(0, |u| u.tail);
            units.push(Unit {
                start: region::lead(self.text, self.tree, start, floor),
                end,
                comma,
                tail: comment.map_or(behind, |c| c.span.end()),
                open: self.is_open(*child),
                commented: comment.is_some(),
            });
        }
        units
    }

    /// Whether a child ends with its colon, or with the tag or anchor of nothing.
    fn is_open(&self, child: Child) -> bool {
        let id = child.value(self.tree);
        let value = self.tree.node(id);
        let colon = match child {
            Child::Entry(id) => self.tree.entry(id).colon,
            Child::Item(_) => None,
        };
        self.ends_open(id)
            || value.is_empty() && (colon.is_some() || value.start < value.span.start)
    }

    /// The same of a pair without braces.
    pub(super) fn ends_open(&self, id: NodeId) -> bool {
        let pair = region::layout(self.tree, id) == Some(Layout::Pair);
        let last = region::children(self.tree, id).pop();
        pair && last.is_some_and(|last| self.is_open(last))
    }

    fn child(
        &mut self,
        rope: &mut Rope,
        id: NodeId,
        output: &Output,
        units: &[Unit],
        style: &FlowStyle,
    ) -> Result<()> {
        match output {
            Output::Kept(i, model) => {
                let child = match &self.tree.node(id).content {
                    Content::Mapping { entries, .. } => {
                        Child::Entry(EntryId(entries.start + *i as u32))
                    }
                    Content::Sequence { items, .. } => Child::Item(ItemId(items.start + *i as u32)),
                    _ => return Err(Refusal::ComplexKey),
                };
                rope.append(self.flow_child_in_place(
                    *model,
                    child,
                    units[*i].start..units[*i].end,
                    style,
                )?);
            }
            Output::New { child, .. } => {
                let comments = self.comments_of(*child)?;
                let text = self.flow_child(*child, style)?;
                if style.lines.is_none()
                    && !(comments.lead.is_empty() && comments.trailing.is_empty())
                {
                    return Err(Refusal::CommentsInFlow);
                }
                let column = style
                    .lines
                    .map_or_else(|| self.line_indent(id), |l| l.column);
                rope.new_text(indent(&(comments.lead + &text), column));
            }
        }
        Ok(())
    }

    /// What stands between two outputs: exactly one comma, the comment of the first, and the way to
    /// the second.
    fn between(
        &mut self,
        rope: &mut Rope,
        output: &Output,
        next: &Output,
        units: &[Unit],
        style: &FlowStyle,
        progress: &mut Progress,
    ) -> Result<()> {
        match output {
            Output::Kept(i, _) => {
                let unit = &units[*i];
                if unit.comma.is_none() {
                    rope.new_text(if unit.open { " ," } else { "," });
                }
                rope.keep(unit.end..unit.tail);
                progress.commented = unit.commented;
            }
            Output::New { child, .. } => {
                let trailing = self.comments_of(*child)?.trailing;
                progress.commented = !trailing.is_empty();
                rope.new_text(format!(",{trailing}"));
            }
        }
        let column = style.lines.map_or_else(
            || region::column_of(self.text, units[0].start),
            |l| l.column,
        );
        let line_break = format!("\n{}", " ".repeat(column));
        // The source's own way to a child, where one leads there.
        match source_of(next) {
            Some(at) if at > progress.gaps => {
                self.dangling(rope, gaps(units, progress.gaps..at - 1), progress);
                let mut way = units[at - 1].tail..units[at].start;
                if !matches!(output, Output::Kept(i, _) if i + 1 == at) {
                    way.start = self.skip_blank(way.start);
                }
                if progress.commented && !begins_with_break(&self.text[way.clone()]) {
                    rope.new_text(line_break);
                } else {
                    rope.keep(way);
                }
                progress.gaps = at;
            }
            _ if style.lines.is_some() || progress.commented => rope.new_text(line_break),
            _ => rope.new_text(&style.comma[1..]),
        }
        Ok(())
    }

    /// White space at the end of a line goes with what stood before it.
    fn skip_blank(&self, at: usize) -> usize {
        let rest = &self.text[at..];
        let blank = rest.len() - rest.trim_start_matches(BLANK).len();
        if begins_with_break(rest) {
            at + blank
        } else {
            at
        }
    }

    /// Comments between children that are gone, which belonged to none of them.
    fn dangling(
        &self,
        rope: &mut Rope,
        gaps: impl Iterator<Item = Range<usize>>,
        progress: &mut Progress,
    ) {
        for gap in gaps {
            let text = self.text[gap.clone()].trim_end_matches(WHITE);
            if text.contains('#') {
                rope.keep(gap.start..gap.start + text.len());
                progress.commented = true;
            }
        }
    }

    /// From the last output to the closing bracket.
    fn close(
        &mut self,
        rope: &mut Rope,
        output: &Output,
        units: &[Unit],
        span: Range<usize>,
        style: &FlowStyle,
        progress: &mut Progress,
    ) -> Result<()> {
        let Some(last) = units.last() else {
            return Ok(());
        };
        let trailing_comma = last.comma.is_some();
        match output {
            Output::Kept(i, _) => {
                let unit = &units[*i];
                match unit.comma {
                    Some(comma) if !trailing_comma => {
                        if !self.text[unit.end..comma].trim_matches(WHITE).is_empty() {
                            rope.keep(unit.end..comma);
                        }
                        rope.keep(comma + 1..unit.tail);
                    }
                    _ => rope.keep(unit.end..unit.tail),
                }
                progress.commented = unit.commented;
            }
            Output::New { child, .. } => {
                let comma = if trailing_comma { "," } else { "" };
                let trailing = self.comments_of(*child)?.trailing;
                if style.lines.is_none() && !trailing.is_empty() {
                    return Err(Refusal::CommentsInFlow);
                }
                progress.commented = !trailing.is_empty();
                rope.new_text(format!("{comma}{trailing}"));
            }
        }
        self.dangling(rope, gaps(units, progress.gaps..units.len() - 1), progress);
        let mut way = last.tail..span.end;
        if !matches!(output, Output::Kept(i, _) if i + 1 == units.len()) {
            way.start = self.skip_blank(way.start);
        }
        if progress.commented && !begins_with_break(&self.text[way.clone()]) {
            let line = region::line_start(self.text, span.start);
            let outer = self.text[line..].bytes().take_while(|&b| b == b' ').count();
            rope.new_text(format!("\n{}", " ".repeat(outer)));
        }
        let open = matches!(output, Output::Kept(i, _) if units[*i].open);
        if open && way.len() == 1 && !progress.commented {
            rope.new_text(" ");
        }
        rope.keep(way);
        Ok(())
    }

    fn flow_child_in_place(
        &mut self,
        model: ModelChild,
        child: Child,
        extent: Range<usize>,
        style: &FlowStyle,
    ) -> Result<Rope> {
        let mut rope = Rope::default();
        let source = child.value(self.tree);
        let start = self.tree.start(source) as usize;
        match (child, model) {
            (Child::Entry(id), ModelChild::Entry(entry)) => {
                let source = self.tree.entry(id);
                let key = self.tree.span(source.key).range();
                rope.keep(extent.start..key.start);
                rope.append(self.key_in_place(entry, source.key)?);
                rope.keep(key.end..source.colon.map_or(key.end, |c| c as usize + 1));
                let after = source.colon.map_or(key.end, |c| c as usize + 1);
                if self.stays(&entry.value, source.value) {
                    let value = self.extent(source.value);
                    if self.is_same(&entry.value, source.value) {
                        rope.keep(after..value.start.max(after));
                    } else {
                        self.keep_way(&mut rope, after..value.start.max(after));
                    }
                    rope.append(self.in_place(&entry.value, source.value)?);
                    rope.keep(value.end.max(after)..extent.end);
                    return Ok(rope);
                }
                if source.colon.is_none() {
                    // A colon would become a part of an anchor, and libyaml takes none below the first
                    // line of a key.
                    let text = &self.text[key.clone()];
                    if entry.key.complex || text.is_empty() || text.contains('\n') {
                        return Err(Refusal::ComplexKey);
                    }
                    rope.new_text(":");
                }
                if start > after {
                    self.keep_way(&mut rope, after..start);
                } else {
                    rope.new_text(&style.colon(&self.text[key])[1..]);
                }
            }
            (Child::Item(_), ModelChild::Item(item)) => {
                rope.keep(extent.start..start);
                if self.stays(&item.value, source) {
                    let value = self.extent(source);
                    rope.keep(start..value.start);
                    rope.append(self.in_place(&item.value, source)?);
                    rope.keep(value.end..extent.end);
                    return Ok(rope);
                }
            }
            _ => return Err(Refusal::ComplexKey),
        }
        self.check_anchors(&(start..self.tree.span(source).end()))?;
        let column = style
            .lines
            .map_or_else(|| self.line_indent(source), |l| l.column);
        let text = self.flow_value(model.value(), style)?;
        rope.new_text(indent(&text, column));
        rope.keep(self.tree.span(source).end()..extent.end);
        Ok(rope)
    }

    /// A pair without braces in a flow sequence: only its value can change.
    pub(super) fn pair(&mut self, children: &[ModelChild], id: NodeId) -> Result<Rope> {
        let span = self.tree.span(id).range();
        let source = region::children(self.tree, id);
        match (children, source.as_slice()) {
            ([ModelChild::Entry(entry)], [Child::Entry(id)])
                if entry.origin == Some(*id)
                    && !entry.key.complex
                    // The parser does not read a collection there.
                    && (matches!(entry.value.value, Value::Scalar(_) | Value::Alias { .. })
                        || self.is_same(&entry.value, self.tree.entry(*id).value)) =>
            {
                let style = FlowStyle::inline(self.style.quotes);
                self.flow_child_in_place(children[0], source[0], span, &style)
            }
            _ => Err(Refusal::ComplexKey),
        }
    }
}

fn in_order(arrangement: Arrangement<'_>) -> Vec<Output<'_>> {
    let new = |passed, instead| {
        move |child| Output::New {
            passed,
            instead,
            child,
        }
    };
    let mut outputs: Vec<Output> = arrangement
        .front
        .into_iter()
        .map(new(None, false))
        .collect();
    for (i, slot) in arrangement.slots.into_iter().enumerate() {
        outputs.extend(slot.kept.map(|child| Output::Kept(i, child)));
        // Only the first one takes the place; the others follow it.
        let mut instead = slot.instead.into_iter();
        outputs.extend(instead.next().map(new(Some(i), true)));
        outputs.extend(instead.map(new(Some(i), false)));
        outputs.extend(slot.after.into_iter().map(new(Some(i), false)));
    }
    outputs
}

/// The source child that an output is, or stands in the place of.
fn source_of(output: &Output) -> Option<usize> {
    match output {
        Output::Kept(i, _) => Some(*i),
        Output::New {
            passed, instead, ..
        } => passed.filter(|_| *instead),
    }
}

/// What stands between units, in a range of them.
fn gaps(units: &[Unit], range: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    range.map(|i| units[i].tail..units[i + 1].start)
}

fn begins_with_break(text: &str) -> bool {
    text.trim_start_matches([' ', '\t', '\r']).starts_with('\n')
}
