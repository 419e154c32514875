//! What is printed in flow style, and the comments that come along.

use super::arrange::{ModelChild, children_of};
use super::rope::{dedent, indent};
use super::{Result, Writer};
use crate::yaml::error::Refusal;
use crate::yaml::lines::{BLANK, WHITE};
use crate::yaml::model::{Node, Origin, Value};
use crate::yaml::region::{self, Child};
use crate::yaml::scalar;
use crate::yaml::style::{FlowLines, FlowStyle, scalar_text};
use crate::yaml::tree::{Content, Layout, NodeId, Style};

/// The comments of a child of a flow collection.
#[derive(Debug, Default)]
pub(super) struct FlowComments {
    /// Whole lines above it, each with its line break.
    pub lead: String,
    /// Behind it, with the space before the `#`.
    pub trailing: String,
}

impl<'a> Writer<'a> {
    pub(super) fn comments_of(&mut self, child: ModelChild) -> Result<FlowComments> {
        let Some(source) = self.source(child) else {
            return Ok(FlowComments::default());
        };
        if source.is_block(self.tree) {
            self.check_comments(source)?;
        }
        Ok(self.flow_comments(source))
    }

    /// A flow collection has a place for the comments above and behind a child only.
    fn check_comments(&self, child: Child) -> Result<()> {
        let value = self.tree.node(child.value(self.tree));
        let start = child.start(self.tree);
        let end = child.end(self.tree);
        let trailing = region::trailing_comment(self.text, self.tree, end);
        let behind = trailing.map_or(end, |c| c.span.end());
        if trailing.is_some()
            && region::layout(self.tree, child.value(self.tree)) == Some(Layout::Block)
        {
            // It belongs to the last line of the block as well.
            return Err(Refusal::CommentsInFlow);
        }
        let inside = match value.content {
            // Its text comes along.
            Content::Mapping { .. } | Content::Sequence { .. } => start..value.span.start(),
            _ => start..end,
        };
        let lost = [
            inside,
            behind..region::region(self.text, self.tree, child).end,
        ];
        let mut comments = region::comments_from(self.tree, start)
            .iter()
            .map(|c| c.span.start())
            .take_while(|&at| at < lost[1].end);
        if comments.any(|at| lost.iter().any(|range| range.contains(&at))) {
            return Err(Refusal::CommentsInFlow);
        }
        Ok(())
    }

    /// The comments of a child that leaves its place, from a flow or a block collection.
    pub(super) fn flow_comments(&mut self, child: Child) -> FlowComments {
        if let Child::Entry(id) = child
            && self.tree.entry(id).layout == Layout::Pair
        {
            // They belong to the item.
            return FlowComments::default();
        }
        let (start, end) = (child.start(self.tree), child.end(self.tree));
        let first = region::lead(self.text, self.tree, start, 0);
        let mut comments = FlowComments::default();
        if first < start {
            comments.lead = self.text[first..start]
                .lines()
                .map(|l| format!("{}\n", l.trim_matches(WHITE)))
                .filter(|l| l != "\n")
                .collect();
            self.copied.push(first..start);
        }
        let rest = &self.text[end..];
        let spaces = rest.len() - rest.trim_start_matches(BLANK).len();
        let behind = if rest[spaces..].starts_with(',') {
            end + spaces + 1
        } else {
            end
        };
        // That of a block belongs to its last line.
        let is_block = region::layout(self.tree, child.value(self.tree)) == Some(Layout::Block);
        if let Some(comment) = region::trailing_comment(self.text, self.tree, behind)
            && !is_block
        {
            comments.trailing = self.text[behind..comment.span.end()].to_owned();
            self.copied.push(comment.span.range());
        }
        comments
    }

    /// A child that is new here, from column 0, without comments and comma.
    pub(super) fn flow_child(&mut self, child: ModelChild, style: &FlowStyle) -> Result<String> {
        let value = self.flow_value(child.value(), style)?;
        Ok(match child {
            ModelChild::Entry(entry) => {
                let key = self.key_text(entry, Some(style))?;
                format!("{key}{}{value}", style.colon(&key))
            }
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
            Value::Scalar(s) => {
                let text = scalar_text(&s.text, s.kind, style.quotes, true, style.quote_strings);
                let tag = s.tag.as_deref().map(|t| format!("{t} "));
                Ok(tag.unwrap_or_default() + &text)
            }
            Value::Alias { name, .. } => Err(Refusal::BelowAlias {
                name: name.to_string(),
            }),
            Value::Mapping(_) | Value::Sequence(_) => {
                let mapping = matches!(node.value, Value::Mapping(_));
                let text = self.flow_children(&children_of(node), mapping, style)?;
                Ok(match self.collection_tag(node) {
                    Some(tag) => format!("{tag} {text}"),
                    None => text,
                })
            }
        }
    }

    /// The text of a source node that can stand in a flow collection as it is.
    fn source_in_flow(&mut self, node: &Node, id: NodeId) -> Result<Option<String>> {
        let source = self.tree.node(id);
        let copy = matches!(node.origin, Origin::Copy(_));
        match (&node.value, &source.content) {
            (Value::Scalar(_), Content::Scalar { .. })
                if !copy && self.header_comment(id).is_some() =>
            {
                Err(Refusal::CommentsInFlow)
            }
            (Value::Scalar(new), Content::Scalar { text, style }) => {
                let plain_here = *style != Style::Plain || scalar::is_plain(text, true);
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
                self.check_movable(&(source.start as usize..source.span.end()))?;
                let properties = self.properties(id);
                let space = if properties.is_empty() { "" } else { " " };
                let rope = self.in_place(node, id)?;
                let text = dedent(&self.flatten(rope), self.line_indent(id))?;
                Ok(Some(format!("{properties}{space}{text}")))
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

    pub(super) fn flow_children(
        &mut self,
        children: &[ModelChild],
        mapping: bool,
        style: &FlowStyle,
    ) -> Result<String> {
        let (open, close) = if mapping { ("{", "}") } else { ("[", "]") };
        if children.is_empty() {
            return Ok(format!("{open}{close}"));
        }
        let comments = children
            .iter()
            .map(|c| self.comments_of(*c))
            .collect::<Result<Vec<FlowComments>>>()?;
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
