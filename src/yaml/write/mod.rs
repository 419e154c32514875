//! From model to text: the writer walks model and source side by side.
//!
//! What stands where it stood is kept as a piece of source. What moved is its own source lines,
//! shifted. What is new is printed in the style around it. New text is put together at column 0
//! and shifted to its place at last, so nested moves need no arithmetic.

mod arrange;
mod block;
mod flow;
mod flow_value;
mod lines;
mod moved;
mod rope;
mod slot;
mod survey;
mod tail;
mod value;

use std::collections::HashSet;
use std::ops::Range;

use crate::yaml::error::Refusal;
use crate::yaml::model::{Entry, Node, Origin, Scalar, Value};
use crate::yaml::region::{self, Child};
use crate::yaml::scalar;
use crate::yaml::style::DocumentStyle;
use crate::yaml::tree::{Content, Layout, NodeId, Style, Tree};
use arrange::{ModelChild, children_of};
pub(super) use rope::{Piece, Rope};
use survey::Survey;
use value::ValueText;

type Result<T, E = Refusal> = std::result::Result<T, E>;

pub(super) struct Writer<'a> {
    text: &'a str,
    tree: &'a Tree<'a>,
    style: DocumentStyle,
    /// Anchors that aliases use.
    shared: HashSet<&'a str>,
    /// Where keys of several lines begin.
    long_keys: Vec<usize>,
    /// What the model still has of the source.
    survey: Survey<'a>,
    /// Source ranges that went into new text.
    pub copied: Vec<Range<usize>>,
}

impl<'a> Writer<'a> {
    pub fn new(text: &'a str, tree: &'a Tree<'a>, root: &'a Node) -> Writer<'a> {
        let style = DocumentStyle::of(text, tree);
        let keys = tree.entries.iter().map(|entry| entry.key);
        let long_keys = keys
            .filter(|key| {
                memchr::memchr(b'\n', &text.as_bytes()[tree.span(*key).range()]).is_some()
            })
            .map(|key| tree.start(key) as usize)
            .collect();
        Writer {
            text,
            tree,
            style,
            shared: tree.shared(),
            long_keys,
            survey: Survey::of(tree, root),
            copied: Vec::new(),
        }
    }

    /// The whole document.
    pub fn document(&mut self, root: &Node) -> Result<Rope> {
        let mut rope = Rope::default();
        let Some(id) = self.tree.root else {
            rope.keep(0..self.text.len());
            return Ok(rope);
        };
        let extent = self.extent(id);
        if self.stays(root, id) {
            rope.keep(0..extent.start);
            rope.append(self.in_place(root, id)?);
        } else {
            let properties = self.tree.start(id) as usize;
            rope.keep(0..properties.min(extent.start));
            rope.new_text(self.render(root)?);
        }
        let mut rest = Rope::default();
        rest.keep(extent.end..self.text.len());
        rope.append(self.behind(Some(root), Some(id), rest));
        Ok(rope)
    }

    /// The text of one value as a document of its own.
    pub fn render(&mut self, node: &Node) -> Result<String> {
        Ok(match self.value_text(node)? {
            ValueText::Block {
                properties, text, ..
            } if !properties.is_empty() => format!("{properties}\n{text}"),
            ValueText::Inline(text) | ValueText::Block { text, .. } => text,
        })
    }

    /// The source child that a child of the model came from, with its comments; `None` where another
    /// one before it has taken them.
    fn source(&self, child: ModelChild) -> Option<Child> {
        child
            .origin()
            .filter(|&source| self.survey.is_owner(child, source))
    }

    /// The bytes that `in_place` accounts for.
    fn extent(&self, id: NodeId) -> Range<usize> {
        match region::layout(self.tree, id) {
            Some(Layout::Block) => region::block_extent(self.text, self.tree, id),
            _ => self.tree.span(id).range(),
        }
    }

    /// Whether the model's node is this source node, changed at most below.
    fn stays(&self, node: &Node, id: NodeId) -> bool {
        let source = self.tree.node(id);
        node.origin == Origin::Source(id)
            && match (&node.value, &source.content) {
                (Value::Scalar(new), Content::Scalar { style, .. }) => {
                    // A tag that goes goes with the whole value: it stands before it.
                    self.same_scalar(new, id)
                        || (*style != Style::Empty && source.tag == new.tag.as_deref())
                }
                (Value::Alias { .. }, Content::Alias { .. }) => true,
                (_, content) if same_sort(node, content) => {
                    // An emptied block collection can only be written as `{}`.
                    !children_of(node).is_empty() || region::children(self.tree, id).is_empty()
                }
                _ => false,
            }
    }

    /// Whether the model's node is this source node with everything below it.
    fn is_same(&self, node: &Node, id: NodeId) -> bool {
        node.origin == Origin::Source(id) && self.survey.is_unchanged(id)
    }

    fn same_scalar(&self, new: &Scalar, id: NodeId) -> bool {
        survey::same_scalar(self.tree, new, id)
    }

    /// A node that stays, with the changes below it.
    fn in_place(&mut self, node: &Node, id: NodeId) -> Result<Rope> {
        let source = self.tree.node(id);
        let extent = self.extent(id);
        let mut rope = Rope::default();
        if self.survey.is_unchanged(id) {
            rope.keep(extent);
            return Ok(rope);
        }
        match (&node.value, &source.content) {
            (Value::Scalar(new), Content::Scalar { style, .. }) if !self.same_scalar(new, id) => {
                let text = match self.literal_like(new, *style, id) {
                    Some(text) => text,
                    None => self.scalar_like(new, *style)?,
                };
                let first = text.lines().next().unwrap_or_default().to_owned();
                rope.new_text(&*first);
                if let Some(comment) = self.header_comment(id) {
                    rope.keep(comment);
                }
                rope.new_text(&text[first.len()..]);
            }
            (
                Value::Mapping(_),
                Content::Mapping {
                    layout,
                    entries: range,
                },
            )
            | (
                Value::Sequence(_),
                Content::Sequence {
                    layout,
                    items: range,
                },
            ) => {
                let children = children_of(node);
                rope = match layout {
                    Layout::Block => self.block(&children, id, range.clone())?,
                    Layout::Flow => self.flow(&children, id, range.clone())?,
                    Layout::Pair => self.pair(&children, id)?,
                };
            }
            _ => rope.keep(extent.clone()),
        }
        match &source.anchor {
            Some(name) if self.shared.contains(&**name) && !rope.is_kept(&extent) => {
                Err(Refusal::SharedAnchor {
                    name: name.to_string(),
                })
            }
            _ => Ok(rope),
        }
    }

    fn key_in_place(&self, entry: &Entry, id: NodeId) -> Result<Rope> {
        let mut rope = Rope::default();
        let source = self.tree.node(id);
        match &source.content {
            Content::Scalar { text, style } if *text != &*entry.key.text && !entry.key.complex => {
                if source.is_empty() {
                    return Err(Refusal::ComplexKey);
                }
                let new = Scalar {
                    text: entry.key.text.to_string(),
                    kind: scalar::Kind::Str,
                    tag: None,
                    literal: false,
                };
                rope.new_text(self.scalar_like(&new, *style)?);
            }
            _ => rope.keep(source.span.range()),
        }
        Ok(rope)
    }

    /// The tag of a mapping or sequence that is printed anew; the model has none.
    fn collection_tag(&self, node: &Node) -> Option<&'a str> {
        match node.origin {
            Origin::Source(id) | Origin::Copy(id) => {
                let source = self.tree.node(id);
                let same = same_sort(node, &source.content);
                source.tag.filter(|_| same)
            }
            Origin::New => None,
        }
    }

    /// The indentation of the line that a node begins on.
    fn line_indent(&self, id: NodeId) -> usize {
        let line = region::line_start(self.text, self.tree.span(id).start());
        let bytes = self.text.as_bytes()[line..].iter();
        bytes.take_while(|&&b| b == b' ').count()
    }

    /// Pieces as one text with `\n` line ends.
    fn flatten(&mut self, rope: Rope) -> String {
        let mut out = String::new();
        for piece in rope.0 {
            match piece {
                Piece::Keep(range) => {
                    out.push_str(&self.text[range.clone()].replace("\r\n", "\n"));
                    self.copied.push(range);
                }
                Piece::New(text) => out.push_str(&text),
            }
        }
        out
    }

    fn piece<'p>(&self, piece: &'p Piece) -> &'p str
    where
        'a: 'p,
    {
        match piece {
            Piece::Keep(range) => &self.text[range.clone()],
            Piece::New(text) => text,
        }
    }
}

/// Whether the model's collection is of the same sort as the source's.
fn same_sort(node: &Node, content: &Content) -> bool {
    matches!(
        (&node.value, content),
        (Value::Mapping(_), Content::Mapping { .. })
            | (Value::Sequence(_), Content::Sequence { .. })
    )
}
