//! Which lines belong to an entry or an item of a block collection.
//!
//! A trailing comment belongs to its entry; comments on lines of their own directly above a key, at
//! its column, belong to it; a block followed by a blank line is a heading and stays; comments
//! deeper than a key after its value belong to the value.

use std::ops::Range;

use super::tree::{Comment, Content, EntryId, ItemId, Layout, NodeId, Tree};

/// An entry of a block mapping or an item of a block sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Child {
    Entry(EntryId),
    Item(ItemId),
}

impl Child {
    /// The key (or `?`), or the dash.
    pub fn start(self, tree: &Tree) -> usize {
        match self {
            Child::Entry(id) => tree.entry_start(id),
            Child::Item(id) => tree.item_start(id),
        }
    }

    /// The end of the value, without comments.
    pub fn end(self, tree: &Tree) -> usize {
        match self {
            Child::Entry(id) => tree.entry_end(id),
            Child::Item(id) => tree.item_end(id),
        }
    }

    /// Whether it stands in a block collection.
    pub fn is_block(self, tree: &Tree) -> bool {
        match self {
            Child::Entry(id) => tree.entry(id).layout == Layout::Block,
            Child::Item(id) => tree.item(id).dash.is_some(),
        }
    }

    pub fn value(self, tree: &Tree) -> NodeId {
        match self {
            Child::Entry(id) => tree.entry(id).value,
            Child::Item(id) => tree.item(id).value,
        }
    }
}

/// The children of a collection, in the order of the text.
pub(crate) fn children(tree: &Tree, id: NodeId) -> Vec<Child> {
    match &tree.node(id).content {
        Content::Mapping { entries, .. } => {
            entries.clone().map(|i| Child::Entry(EntryId(i))).collect()
        }
        Content::Sequence { items, .. } => items.clone().map(|i| Child::Item(ItemId(i))).collect(),
        _ => Vec::new(),
    }
}

/// The layout of a collection.
pub(crate) fn layout(tree: &Tree, id: NodeId) -> Option<Layout> {
    match tree.node(id).content {
        Content::Mapping { layout, .. } | Content::Sequence { layout, .. } => Some(layout),
        _ => None,
    }
}

/// What belongs to a child of a block collection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Region {
    /// The first comment above the child that belongs to it, else the child itself. Always the first
    /// character of its line, or what follows a dash.
    pub start: usize,
    /// The key or dash.
    pub child: usize,
    /// The end of the last line, before its line break.
    pub end: usize,
}

/// The regions of all children of a block collection.
pub(crate) fn regions(text: &str, tree: &Tree, id: NodeId) -> Vec<Region> {
    let mut regions: Vec<Region> = Vec::new();
    for child in children(tree, id) {
        let start = child.start(tree);
        let floor = regions.last().map_or(0, |r| r.end);
        let column = column_of(text, start);
        let end = block_end(text, tree, child.end(tree), column);
        regions.push(Region {
            start: lead(text, tree, start, floor),
            child: start,
            end,
        });
    }
    regions
}

/// The region of one child of a block collection.
pub(crate) fn region(text: &str, tree: &Tree, child: Child) -> Region {
    let start = child.start(tree);
    let column = column_of(text, start);
    Region {
        start: lead(text, tree, start, 0),
        child: start,
        end: block_end(text, tree, child.end(tree), column),
    }
}

/// The bytes of a block collection with the comments that belong to its first and last children.
pub(crate) fn block_extent(text: &str, tree: &Tree, id: NodeId) -> Range<usize> {
    let children = children(tree, id);
    let (Some(first), Some(last)) = (children.first(), children.last()) else {
        return tree.span(id).range();
    };
    let start = first.start(tree);
    let column = column_of(text, start);
    lead(text, tree, start, 0)..block_end(text, tree, last.end(tree), column)
}

/// The column of a byte, in bytes: indentation is ASCII.
pub(crate) fn column_of(text: &str, at: usize) -> usize {
    at - line_start(text, at)
}

pub(crate) fn line_start(text: &str, at: usize) -> usize {
    memchr::memrchr(b'\n', &text.as_bytes()[..at]).map_or(0, |i| i + 1)
}

fn is_blank(text: &str) -> bool {
    text.bytes()
        .all(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n'))
}

/// The comments that begin at or after a byte.
pub(crate) fn comments_from<'t>(tree: &'t Tree, at: usize) -> &'t [Comment] {
    let first = tree.comments.partition_point(|c| c.span.start() < at);
    &tree.comments[first..]
}

/// The comment on the line where something ended at `end`.
pub(crate) fn trailing_comment<'t>(text: &str, tree: &'t Tree, end: usize) -> Option<&'t Comment> {
    let comment = comments_from(tree, end).first()?;
    let between = &text[end..comment.span.start()];
    (is_blank(between) && !between.contains('\n')).then_some(comment)
}

/// The start of the comments directly above a child that belong to it, or the child.
pub(crate) fn lead(text: &str, tree: &Tree, start: usize, floor: usize) -> usize {
    let above = tree.comments.partition_point(|c| c.span.start() < start);
    let mut first = start;
    for comment in tree.comments[..above].iter().rev() {
        let at = comment.span.start();
        let between = &text[comment.span.end()..first];
        // In this order: the line is only searched for where a comment is near.
        let adjacent = is_blank(between) && between.matches('\n').count() == 1;
        if !(adjacent
            && comment.own_line
            && at >= floor
            && column_of(text, at) == column_of(text, start))
        {
            break;
        }
        first = at;
    }
    first
}

/// The end of a child with its trailing comment and the deeper comments below it.
fn block_end(text: &str, tree: &Tree, end: usize, column: usize) -> usize {
    let mut end = end;
    if let Some(comment) = trailing_comment(text, tree, end) {
        end = comment.span.end();
    }
    for comment in comments_from(tree, end) {
        let at = comment.span.start();
        if !(comment.own_line && is_blank(&text[end..at]) && column_of(text, at) > column) {
            break;
        }
        end = comment.span.end();
    }
    // White space at the end of the line belongs to it too.
    end + text[end..]
        .bytes()
        .take_while(|b| matches!(b, b' ' | b'\t'))
        .count()
}
