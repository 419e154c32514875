//! The source as a tree of byte spans.

use std::collections::HashSet;
use std::ops::Range;

/// A node of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub(crate) u32);

/// A key with its value in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryId(pub(crate) u32);

/// An item of a sequence in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemId(pub(crate) u32);

/// Bytes `start..end` of the document's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(start: usize, end: usize) -> Span {
        // A document of 4 GiB or more is turned away before it is parsed.
        Span {
            start: start as u32,
            end: end as u32,
        }
    }

    pub fn start(self) -> usize {
        self.start as usize
    }

    pub fn end(self) -> usize {
        self.end as usize
    }

    pub fn range(self) -> Range<usize> {
        self.start()..self.end()
    }
}

/// How a collection is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    Block,
    /// Between brackets or braces.
    Flow,
    /// A single pair in a flow sequence, without braces: `[a: b]`.
    Pair,
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// Nothing stands there: null.
    Empty,
    Plain,
    Single,
    Double,
    Literal,
    Folded,
}

/// A node as its readers see it. It is put together when it is asked for: of a large document there
/// is room for [`Packed`] nodes only.
#[derive(Clone, Debug)]
pub(crate) struct TreeNode<'t> {
    /// The content, without anchor and tag. A block scalar ends before the line break of its last
    /// line, a block collection with its last value.
    pub span: Span,
    /// Where the anchor or tag begins; `span.start` without them.
    pub start: u32,
    pub content: Content<'t>,
    pub tag: Option<&'t str>,
    pub anchor: Option<&'t str>,
}

#[derive(Clone, Debug)]
pub(crate) enum Content<'t> {
    Scalar { text: &'t str, style: Style },
    Alias { name: &'t str },
    Sequence { layout: Layout, items: Range<u32> },
    Mapping { layout: Layout, entries: Range<u32> },
}

/// A node as it is kept.
#[derive(Debug)]
pub(crate) struct Packed {
    pub span: Span,
    pub start: u32,
    pub shape: Shape,
}

#[derive(Debug)]
pub(crate) enum Shape {
    Scalar { text: Text, style: Style },
    Alias,
    Sequence { layout: Layout, items: Range<u32> },
    Mapping { layout: Layout, entries: Range<u32> },
}

/// Where the value of a scalar is found.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Text {
    /// It is what stands in the source.
    Span,
    /// It is what stands between the quotes.
    Quoted,
    /// It is another one than the source shows, for its escapes or lines: the n-th of these.
    Other(u32),
}

/// The tag and the anchor of a node that has one of them.
#[derive(Debug)]
pub(crate) struct Named {
    pub node: NodeId,
    pub tag: Option<Span>,
    /// Without the `&`.
    pub anchor: Option<Span>,
}

impl TreeNode<'_> {
    /// Whether nothing stands there, but perhaps a tag or an anchor.
    pub fn is_empty(&self) -> bool {
        let style = match self.content {
            Content::Scalar { style, .. } => Some(style),
            _ => None,
        };
        style == Some(Style::Empty)
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct TreeEntry {
    /// How the mapping around it is written.
    pub layout: Layout,
    /// The `?` of an explicit key.
    pub question: Option<u32>,
    pub key: NodeId,
    pub colon: Option<u32>,
    pub value: NodeId,
}

#[derive(Debug)]
pub(crate) struct TreeItem {
    /// The dash in a block sequence.
    pub dash: Option<u32>,
    pub value: NodeId,
}

#[derive(Debug)]
pub(crate) struct Comment {
    /// From the `#` to the end of the line, without the line break.
    pub span: Span,
    /// Nothing but white space before it on its line.
    pub own_line: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Tree<'s> {
    pub text: &'s str,
    pub nodes: Vec<Packed>,
    /// In the order of the nodes.
    pub named: Vec<Named>,
    /// The values of scalars that the source does not show.
    pub texts: Vec<Box<str>>,
    pub entries: Vec<TreeEntry>,
    pub items: Vec<TreeItem>,
    /// In the order of the text.
    pub comments: Vec<Comment>,
    /// `None` for a document without a node.
    pub root: Option<NodeId>,
}

impl<'s> Tree<'s> {
    /// An empty tree with room for what the lines of a text mostly hold: of a large document it would
    /// else take twice the memory while it grows.
    pub fn of(text: &'s str) -> Tree<'s> {
        let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count();
        Tree {
            text,
            nodes: Vec::with_capacity(lines * 5 / 2),
            entries: Vec::with_capacity(lines),
            ..Tree::default()
        }
    }

    /// The anchors that aliases name.
    pub fn shared(&self) -> HashSet<&str> {
        let aliases = self
            .nodes
            .iter()
            .filter(|n| matches!(n.shape, Shape::Alias));
        // Without the `*`.
        aliases
            .map(|n| &self.text[n.span.start() + 1..n.span.end()])
            .collect()
    }

    /// All nodes in the order of their ends: what is inside comes before what is around it.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = TreeNode<'_>> {
        (0..self.nodes.len() as u32).map(|id| self.node(NodeId(id)))
    }

    #[inline]
    pub fn node(&self, id: NodeId) -> TreeNode<'_> {
        let packed = &self.nodes[id.0 as usize];
        let span = packed.span;
        let content = match &packed.shape {
            Shape::Scalar { text, style } => Content::Scalar {
                text: match *text {
                    Text::Span => &self.text[span.range()],
                    Text::Quoted => &self.text[span.start() + 1..span.end() - 1],
                    Text::Other(index) => &self.texts[index as usize],
                },
                style: *style,
            },
            Shape::Alias => Content::Alias {
                name: &self.text[span.start() + 1..span.end()],
            },
            Shape::Sequence { layout, items } => Content::Sequence {
                layout: *layout,
                items: items.clone(),
            },
            Shape::Mapping { layout, entries } => Content::Mapping {
                layout: *layout,
                entries: entries.clone(),
            },
        };
        let named = match packed.start < span.start {
            true => self
                .named
                .binary_search_by_key(&id, |named| named.node)
                .ok(),
            false => None,
        };
        let named = named.map(|index| &self.named[index]);
        let text = |span: Span| &self.text[span.range()];
        TreeNode {
            span,
            start: packed.start,
            content,
            tag: named.and_then(|named| named.tag).map(text),
            anchor: named.and_then(|named| named.anchor).map(text),
        }
    }

    /// [`TreeNode::span`], without the rest.
    pub fn span(&self, id: NodeId) -> Span {
        self.nodes[id.0 as usize].span
    }

    /// [`TreeNode::start`], without the rest.
    pub fn start(&self, id: NodeId) -> u32 {
        self.nodes[id.0 as usize].start
    }

    pub fn entry(&self, id: EntryId) -> &TreeEntry {
        &self.entries[id.0 as usize]
    }

    pub fn item(&self, id: ItemId) -> &TreeItem {
        &self.items[id.0 as usize]
    }

    /// Where an entry begins: at its `?`, or the key with anchor and tag.
    pub fn entry_start(&self, id: EntryId) -> usize {
        let entry = self.entry(id);
        entry.question.unwrap_or(self.start(entry.key)) as usize
    }

    /// Where an entry ends, without comments.
    pub fn entry_end(&self, id: EntryId) -> usize {
        let entry = self.entry(id);
        let value = self.span(entry.value).end();
        let key = entry
            .colon
            .map_or(self.span(entry.key).end(), |c| c as usize + 1);
        value.max(key)
    }

    pub fn item_start(&self, id: ItemId) -> usize {
        let item = self.item(id);
        item.dash.unwrap_or(self.start(item.value)) as usize
    }

    pub fn item_end(&self, id: ItemId) -> usize {
        let item = self.item(id);
        self.span(item.value)
            .end()
            .max(item.dash.map_or(0, |d| d as usize + 1))
    }
}
