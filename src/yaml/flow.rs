//! The writer for flow collections: `{a: 1}`, JSON and KYAML.
//!
//! On one line children are separated by commas; over several lines each child has its own, and a
//! comment may stand behind its comma.

use std::ops::Range;

use super::error::Refusal;
use super::model::{Node, Origin, Value};
use super::region::{self, Child};
use super::rope::{Rope, dedent, indent};
use super::scalar;
use super::style::{FlowLines, FlowStyle, comma_in, scalar_text};
use super::tree::{Content, Layout, NodeId, Style};
use super::write::{Arrangement, ModelChild, Result, Writer, arrange, children_of};

/// The comments of a child of a flow collection.
#[derive(Debug, Default)]
pub(super) struct FlowComments {
    /// Whole lines above it, each with its line break.
    pub lead: String,
    /// Behind it, with the space before the `#`.
    pub trailing: String,
}

/// A child of a flow collection of the source.
struct Unit {
    /// The first comment above it that belongs to it, or the child.
    start: usize,
    end: usize,
    comma: Option<usize>,
    /// The end of its comma and trailing comment.
    tail: usize,
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
        let span = self.tree.node(id).span.range();
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
        let units = self.units(id, span.end - 1);
        let outputs = in_order(arrange(children, source));
        rope.keep(span.start..units[0].start);
        for (n, output) in outputs.iter().enumerate() {
            self.child(&mut rope, id, output, &units, &style)?;
            match outputs.get(n + 1) {
                Some(next) => self.between(&mut rope, output, next, &units, &style)?,
                None => self.close(&mut rope, output, &units, span.end, &style)?,
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
            });
        }
        units
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
                        Child::Entry(super::tree::EntryId(entries.start + *i as u32))
                    }
                    Content::Sequence { items, .. } => {
                        Child::Item(super::tree::ItemId(items.start + *i as u32))
                    }
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
                let comments = self.comments_of(*child);
                let text = self.flow_child(*child, style)?;
                if style.lines.is_none()
                    && !(comments.lead.is_empty() && comments.trailing.is_empty())
                {
                    return Err(Refusal::CommentsInFlow);
                }
                let column = style.lines.map_or(0, |l| l.column);
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
    ) -> Result<()> {
        let line_break = style.lines.map(|l| format!("\n{}", " ".repeat(l.column)));
        let gap = line_break.as_deref().unwrap_or(&style.comma[1..]);
        let trailing = match output {
            Output::Kept(i, _) => {
                let unit = &units[*i];
                if unit.comma.is_none() {
                    rope.new_text(",");
                }
                rope.keep(unit.end..unit.tail);
                String::new()
            }
            Output::New { child, .. } => self.comments_of(*child).trailing,
        };
        if matches!(output, Output::New { .. }) {
            rope.new_text(format!(",{trailing}"));
        }
        // The source's own way to a child, where one leads there.
        let source = match next {
            Output::Kept(i, _) => Some(*i),
            Output::New {
                passed,
                instead: true,
                ..
            } => *passed,
            Output::New { .. } => None,
        };
        match source {
            Some(i) if i > 0 && passed(output) < Some(i) => {
                rope.keep(units[i - 1].tail..units[i].start)
            }
            _ => rope.new_text(gap),
        }
        Ok(())
    }

    /// From the last output to the closing bracket.
    fn close(
        &mut self,
        rope: &mut Rope,
        output: &Output,
        units: &[Unit],
        end: usize,
        style: &FlowStyle,
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
                        rope.keep(unit.end..comma);
                        rope.keep(comma + 1..unit.tail);
                    }
                    _ => rope.keep(unit.end..unit.tail),
                }
            }
            Output::New { child, .. } => {
                let comma = if trailing_comma { "," } else { "" };
                let trailing = self.comments_of(*child).trailing;
                if style.lines.is_none() && !trailing.is_empty() {
                    return Err(Refusal::CommentsInFlow);
                }
                rope.new_text(format!("{comma}{trailing}"));
            }
        }
        rope.keep(last.tail..end);
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
        let start = self.tree.node(source).start as usize;
        match (child, model) {
            (Child::Entry(id), ModelChild::Entry(entry)) => {
                let source = self.tree.entry(id);
                let key = self.tree.node(source.key).span.range();
                rope.keep(extent.start..key.start);
                rope.append(self.key_in_place(entry, source.key)?);
                rope.keep(key.end..source.colon.map_or(key.end, |c| c as usize + 1));
                let after = source.colon.map_or(key.end, |c| c as usize + 1);
                if self.stays(&entry.value, source.value) {
                    let value = self.extent(source.value);
                    rope.keep(after..value.start.max(after));
                    rope.append(self.in_place(&entry.value, source.value)?);
                    rope.keep(value.end.max(after)..extent.end);
                    return Ok(rope);
                }
                if source.colon.is_none() {
                    rope.new_text(":");
                }
                if start > after {
                    rope.keep(after..start);
                } else {
                    rope.new_text(&style.colon[1..]);
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
        self.check_anchors(&(start..self.tree.node(source).span.end()))?;
        let column = style.lines.map_or(0, |l| l.column);
        let text = self.flow_value(model.value(), style)?;
        rope.new_text(indent(&text, column));
        rope.keep(self.tree.node(source).span.end()..extent.end);
        Ok(rope)
    }

    /// A pair without braces in a flow sequence: only its value can change.
    pub(super) fn pair(&mut self, children: &[ModelChild], id: NodeId) -> Result<Rope> {
        let span = self.tree.node(id).span.range();
        let source = region::children(self.tree, id);
        match (children, source.as_slice()) {
            ([ModelChild::Entry(entry)], [Child::Entry(id)])
                if entry.origin == Some(*id) && !entry.key.complex =>
            {
                let style = FlowStyle::inline(self.style.quotes);
                self.flow_child_in_place(children[0], source[0], span, &style)
            }
            _ => Err(Refusal::ComplexKey),
        }
    }

    fn comments_of(&mut self, child: ModelChild) -> FlowComments {
        match child {
            ModelChild::Entry(e) => e.origin.map(Child::Entry),
            ModelChild::Item(i) => i.origin.map(Child::Item).or(i.entry.map(Child::Entry)),
        }
        .map(|source| self.flow_comments(source))
        .unwrap_or_default()
    }

    /// The comments of a child that leaves its place, from a flow or a block collection.
    pub(super) fn flow_comments(&mut self, child: Child) -> FlowComments {
        let (start, end) = (child.start(self.tree), child.end(self.tree));
        let first = region::lead(self.text, self.tree, start, 0);
        let mut comments = FlowComments::default();
        if first < start {
            comments.lead = self.text[first..start]
                .lines()
                .map(|l| format!("{}\n", l.trim()))
                .filter(|l| l != "\n")
                .collect();
            self.copied.push(first..start);
        }
        let rest = &self.text[end..];
        let spaces = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let behind = if rest[spaces..].starts_with(',') {
            end + spaces + 1
        } else {
            end
        };
        if let Some(comment) = region::trailing_comment(self.text, self.tree, behind) {
            comments.trailing = self.text[behind..comment.span.end()].to_owned();
            self.copied.push(comment.span.range());
        }
        comments
    }

    /// A child that is new here, from column 0, without comments and comma.
    fn flow_child(&mut self, child: ModelChild, style: &FlowStyle) -> Result<String> {
        let value = self.flow_value(child.value(), style)?;
        Ok(match child {
            ModelChild::Entry(entry) => format!(
                "{}{}{value}",
                self.key_text(entry, Some(style)),
                style.colon
            ),
            ModelChild::Item(_) => value,
        })
    }

    /// A value in a flow collection, its further lines from column 0.
    pub(super) fn flow_value(&mut self, node: &Node, style: &FlowStyle) -> Result<String> {
        if let Origin::Source(id) | Origin::Copy(id) = node.origin
            && let Some(text) = self.source_in_flow(node, id)?
        {
            return Ok(text);
        }
        match &node.value {
            Value::Scalar(s) => Ok(scalar_text(
                &s.text,
                s.kind,
                style.quotes,
                true,
                style.quote_strings,
            )),
            Value::Alias { name, .. } => Ok(format!("*{name}")),
            Value::Mapping(_) | Value::Sequence(_) => self.flow_children(
                &children_of(node),
                matches!(node.value, Value::Mapping(_)),
                style,
            ),
        }
    }

    /// The text of a source node that can stand in a flow collection as it is.
    fn source_in_flow(&mut self, node: &Node, id: NodeId) -> Result<Option<String>> {
        let source = self.tree.node(id);
        let copy = matches!(node.origin, Origin::Copy(_));
        match (&node.value, &source.content) {
            (Value::Scalar(new), Content::Scalar { text, style }) => {
                let plain_here = *style != Style::Plain
                    || scalar::may_be_plain(text, true)
                    || new.kind != scalar::Kind::Str;
                Ok(if plain_here && self.same_scalar(new, id) {
                    self.inline_source(id)
                } else {
                    None
                })
            }
            (
                _,
                Content::Mapping {
                    layout: Layout::Flow,
                    ..
                }
                | Content::Sequence {
                    layout: Layout::Flow,
                    ..
                },
            ) if !copy && self.stays(node, id) => {
                self.check_anchors(&(source.start as usize..source.span.end()))?;
                let rope = self.in_place(node, id)?;
                let text = self.flatten(rope);
                let line = region::line_start(self.text, source.span.start());
                let columns = self.text[line..].bytes().take_while(|&b| b == b' ').count();
                Ok(Some(dedent(&text, columns)?))
            }
            (Value::Mapping(_) | Value::Sequence(_), _) if !copy => {
                // A block collection is printed anew, so the comments between its lines, which no
                // child carries along, would be lost.
                self.check_anchors(&(source.start as usize..source.span.end()))?;
                let inside = region::comments_from(self.tree, source.span.start());
                if inside
                    .first()
                    .is_some_and(|c| c.span.start() < source.span.end())
                {
                    return Err(Refusal::CommentsInFlow);
                }
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    fn flow_children(
        &mut self,
        children: &[ModelChild],
        mapping: bool,
        style: &FlowStyle,
    ) -> Result<String> {
        let (open, close) = if mapping { ("{", "}") } else { ("[", "]") };
        if children.is_empty() {
            return Ok(format!("{open}{close}"));
        }
        let comments: Vec<FlowComments> = children.iter().map(|c| self.comments_of(*c)).collect();
        let any_comment = comments
            .iter()
            .any(|c| !c.lead.is_empty() || !c.trailing.is_empty());
        let texts = children
            .iter()
            .map(|c| self.flow_child(*c, style))
            .collect::<Result<Vec<_>>>()?;
        match style.lines {
            Some(lines)
                if lines.expand || any_comment || texts.iter().any(|t| t.contains('\n')) =>
            {
                Ok(expanded(&texts, &comments, lines, open, close))
            }
            _ if any_comment => Err(Refusal::CommentsInFlow),
            _ => {
                let pad = if mapping { style.pad } else { "" };
                Ok(format!(
                    "{open}{pad}{}{pad}{close}",
                    texts.join(style.comma)
                ))
            }
        }
    }
}

/// A new collection with each child on its own line.
fn expanded(
    texts: &[String],
    comments: &[FlowComments],
    lines: FlowLines,
    open: &str,
    close: &str,
) -> String {
    let pad = " ".repeat(lines.step);
    let mut out = open.to_owned();
    for (i, (text, comment)) in texts.iter().zip(comments).enumerate() {
        let comma = if i + 1 < texts.len() || lines.trailing_comma {
            ","
        } else {
            ""
        };
        let child = format!("{}{text}", comment.lead);
        out.push_str(&format!(
            "\n{pad}{}{comma}{}",
            indent(&child, lines.step),
            comment.trailing
        ));
    }
    out.push('\n');
    out.push_str(close);
    out
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

/// The last source child that an output stands at or after.
fn passed(output: &Output) -> Option<usize> {
    match output {
        Output::Kept(i, _) => Some(*i),
        Output::New { passed, .. } => *passed,
    }
}
