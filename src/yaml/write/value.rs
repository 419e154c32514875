//! What is printed in block style, at column 0: children that are new where they stand, and their values.

use super::arrange::{ModelChild, children_of};
use super::lines::{comment_lines, line_of, literal, spaced};
use super::rope::indent;
use super::{Result, Writer};
use crate::yaml::error::Refusal;
use crate::yaml::model::{Entry, Node, Origin, Value};
use crate::yaml::region::Child;
use crate::yaml::scalar;
use crate::yaml::style::{FlowStyle, scalar_text};
use crate::yaml::tree::{Content, Layout, NodeId, Style};

/// The text of a value as it stands after a key or dash at column 0.
pub(super) enum ValueText {
    /// On the line of the key, perhaps going on below it.
    Inline(String),
    /// On lines of its own, from column 0.
    Block {
        properties: String,
        text: String,
        sequence: bool,
    },
}

impl<'a> Writer<'a> {
    /// A child that is new here, as it stands in a block collection at column 0.
    pub(super) fn block_child(&mut self, child: ModelChild) -> Result<String> {
        match child {
            ModelChild::Entry(entry) => match self.source(child) {
                Some(source) if source.is_block(self.tree) => self.moved_lines(child, source),
                source => {
                    let comments = source.map(|c| self.flow_comments(c)).unwrap_or_default();
                    let key = self.key_text(entry, None)?;
                    let value = self.value_text(&entry.value)?;
                    Ok(comments.lead + &self.key_value(&key, value, &comments.trailing))
                }
            },
            ModelChild::Item(item) => match self.source(child) {
                Some(source @ Child::Item(_)) if source.is_block(self.tree) => {
                    self.moved_lines(child, source)
                }
                source => {
                    let comments = source.map(|c| self.flow_comments(c)).unwrap_or_default();
                    Ok(match self.value_text(&item.value)? {
                        ValueText::Inline(text) => {
                            let line = line_of("-", &text, &comments.trailing);
                            comments.lead + &line
                        }
                        ValueText::Block {
                            properties, text, ..
                        } if properties.is_empty() && comments.trailing.is_empty() => {
                            let (above, text) = text.split_at(comment_lines(&text).end);
                            format!("{}{above}- {}", comments.lead, indent(text, 2))
                        }
                        ValueText::Block {
                            properties, text, ..
                        } => {
                            let line = line_of("-", &properties, &comments.trailing);
                            format!("{}{line}\n  {}", comments.lead, indent(&text, 2))
                        }
                    })
                }
            },
        }
    }

    fn key_value(&self, key: &str, value: ValueText, comment: &str) -> String {
        match value {
            ValueText::Inline(text) => line_of(&format!("{key}:"), &text, comment),
            ValueText::Block {
                properties,
                text,
                sequence,
            } => {
                let at = if sequence {
                    self.style.sequence_indent
                } else {
                    self.style.indent
                };
                let space = if properties.is_empty() { "" } else { " " };
                let comment = spaced(comment);
                format!(
                    "{key}:{space}{properties}{comment}\n{}{}",
                    " ".repeat(at),
                    indent(&text, at)
                )
            }
        }
    }

    /// The key of a new or moved entry.
    pub(super) fn key_text(&self, entry: &Entry, flow: Option<&FlowStyle>) -> Result<String> {
        if entry.key.complex {
            return Err(Refusal::ComplexKey);
        }
        let quotes = flow.map_or(self.style.quotes, |f| f.quotes);
        if let Some(id) = entry.origin {
            let key = self.tree.node(self.tree.entry(id).key);
            let source = &self.text[key.span.range()];
            let quoted = source.starts_with(['"', '\'']);
            let fits = |f: &FlowStyle| {
                f.quote_keys == quoted && (quoted || scalar::is_plain(source, true))
            };
            if matches!(&key.content, Content::Scalar { text, .. } if *text == &*entry.key.text)
                && !source.is_empty()
                && !source.contains('\n')
                && flow.is_none_or(fits)
            {
                return Ok(source.to_owned());
            }
        }
        let always = flow.is_some_and(|f| f.quote_keys);
        let text: &str = &entry.key.text;
        // `80` stays what it is: `"80"` is another key for some readers.
        let quotable = scalar::kind(text, true, None) == scalar::Kind::Str;
        if entry.key.plain
            && !(always && quotable)
            && !text.contains('\n')
            && scalar::is_plain(text, true)
        {
            return Ok(text.to_owned());
        }
        Ok(scalar_text(text, scalar::Kind::Str, quotes, true, always))
    }

    /// A value in block context.
    pub(super) fn value_text(&mut self, node: &Node) -> Result<ValueText> {
        match node.origin {
            Origin::Source(id) if self.stays(node, id) => self.moved_value(node, id),
            Origin::Copy(id) => match (&node.value, self.inline_source(id)) {
                (Value::Scalar(s), Some(text)) if self.same_scalar(s, id) => {
                    Ok(ValueText::Inline(text))
                }
                (Value::Mapping(_) | Value::Sequence(_), Some(_)) => {
                    let style = FlowStyle::of(self.text, self.tree, id, self.style.quotes);
                    Ok(ValueText::Inline(self.flow_value(node, &style)?))
                }
                _ => self.new_value(node),
            },
            _ => self.new_value(node),
        }
    }

    /// The text of a source node that stands on one line and needs no block around it.
    pub(super) fn inline_source(&self, id: NodeId) -> Option<String> {
        let node = self.tree.node(id);
        let block = match &node.content {
            Content::Scalar { style, .. } => {
                matches!(style, Style::Literal | Style::Folded | Style::Empty)
            }
            Content::Mapping { layout, .. } | Content::Sequence { layout, .. } => {
                *layout != Layout::Flow
            }
            Content::Alias { .. } => true,
        };
        let text = &self.text[node.span.range()];
        // Between braces the parser takes it for a plain scalar; elsewhere a block would begin.
        let block = block || text.starts_with(['|', '>']);
        let tag = node.tag.map(|t| format!("{t} ")).unwrap_or_default();
        (!block && !text.contains('\n')).then(|| format!("{tag}{text}"))
    }

    /// A value that has no text of its own in the source.
    pub(super) fn new_value(&mut self, node: &Node) -> Result<ValueText> {
        let children = children_of(node);
        match &node.value {
            Value::Scalar(s) if s.literal => {
                Ok(ValueText::Inline(literal(&s.text, self.style.indent)))
            }
            Value::Scalar(s) => {
                let text = scalar_text(&s.text, s.kind, self.style.quotes, false, false);
                let tag = s
                    .tag
                    .as_deref()
                    .map(|t| format!("{t} "))
                    .unwrap_or_default();
                Ok(ValueText::Inline(format!("{tag}{text}")))
            }
            Value::Alias { name, .. } => Err(Refusal::BelowAlias {
                name: name.to_string(),
            }),
            Value::Mapping(_) | Value::Sequence(_) => {
                let sequence = matches!(node.value, Value::Sequence(_));
                let tag = self.collection_tag(node).unwrap_or_default().to_owned();
                if children.is_empty() {
                    let space = if tag.is_empty() { "" } else { " " };
                    let empty = if sequence { "[]" } else { "{}" };
                    return Ok(ValueText::Inline(format!("{tag}{space}{empty}")));
                }
                let lines = children
                    .iter()
                    .map(|c| self.block_child(*c))
                    .collect::<Result<Vec<_>>>()?;
                Ok(ValueText::Block {
                    properties: tag,
                    text: lines.join("\n"),
                    sequence,
                })
            }
        }
    }
}
