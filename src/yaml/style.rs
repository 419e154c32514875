//! How a document is written, so that new lines look like their neighbours.

use super::region::{Child, children, column_of};
use super::scalar::{Kind, Quotes};
use super::tree::{Content, Layout, NodeId, Shape, Span, Style, Tree};

/// The habits of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DocumentStyle {
    /// Columns from a key to the keys below it.
    pub indent: usize,
    /// Columns from a key to the dashes below it; 0 where sequences are not indented.
    pub sequence_indent: usize,
    pub quotes: Quotes,
}

impl DocumentStyle {
    /// The most frequent habits of a document; two columns, indented sequences and double quotes
    /// where it shows none.
    pub fn of(text: &str, tree: &Tree) -> DocumentStyle {
        let mut indents = [0usize; 9];
        let mut sequences = [0usize; 9];
        for entry in &tree.entries {
            let value = tree.node(entry.value);
            let (Content::Mapping {
                layout: Layout::Block,
                ..
            }
            | Content::Sequence {
                layout: Layout::Block,
                ..
            }) = value.content
            else {
                continue;
            };
            let key = column_of(text, tree.start(entry.key) as usize);
            let Some(step) = column_of(text, value.span.start())
                .checked_sub(key)
                .filter(|&s| s < 9)
            else {
                continue;
            };
            match value.content {
                Content::Mapping { .. } => indents[step] += 1,
                _ => sequences[step] += 1,
            }
        }
        let (mut single, mut double) = (0usize, 0usize);
        for node in &tree.nodes {
            match node.shape {
                Shape::Scalar {
                    style: Style::Single,
                    ..
                } => single += 1,
                Shape::Scalar {
                    style: Style::Double,
                    ..
                } => double += 1,
                _ => {}
            }
        }
        let indent = most(&indents[1..]).map_or(2, |i| i + 1);
        DocumentStyle {
            indent,
            sequence_indent: most(&sequences).unwrap_or(indent),
            quotes: if single > double {
                Quotes::Single
            } else {
                Quotes::Double
            },
        }
    }
}

/// The index of the largest count, the first of equals; `None` when all are zero.
fn most(counts: &[usize]) -> Option<usize> {
    let max = *counts.iter().max()?;
    (max > 0)
        .then(|| counts.iter().position(|&c| c == max))
        .flatten()
}

/// The habits of one flow collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FlowStyle {
    pub quote_keys: bool,
    pub quote_strings: bool,
    pub quotes: Quotes,
    /// Between a quoted key and its value.
    colon: &'static str,
    /// Between two entries on one line.
    pub comma: &'static str,
    /// Inside the brackets of a collection on one line.
    pub pad: &'static str,
    pub lines: Option<FlowLines>,
}

/// A flow collection with its children on lines of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FlowLines {
    /// The column of the children.
    pub column: usize,
    /// How much deeper the children of a child stand.
    pub step: usize,
    /// The last child is followed by a comma too.
    pub trailing_comma: bool,
    /// New collections inside are written over several lines as well.
    pub expand: bool,
}

impl FlowStyle {
    /// What stands between this key and its value. Only behind a quoted key may the space be missing.
    pub fn colon(&self, key: &str) -> &'static str {
        if key.starts_with(['"', '\'']) {
            self.colon
        } else {
            ": "
        }
    }

    /// The style of a collection on one line in a block document.
    pub fn inline(quotes: Quotes) -> FlowStyle {
        FlowStyle {
            quote_keys: false,
            quote_strings: false,
            quotes,
            colon: ": ",
            comma: ", ",
            pad: "",
            lines: None,
        }
    }

    /// The habits of a flow collection of the source; what it does not show is taken from the whole
    /// document.
    pub fn of(text: &str, tree: &Tree, id: NodeId, quotes: Quotes) -> FlowStyle {
        let node = tree.node(id);
        let is_json = is_json(tree);
        let root_is_flow = tree
            .root
            .is_some_and(|r| super::region::layout(tree, r) == Some(Layout::Flow));
        let children = children(tree, id);
        let mut style = FlowStyle {
            quote_keys: is_json,
            quote_strings: is_json || root_is_flow,
            ..FlowStyle::inline(quotes)
        };
        if is_json || root_is_flow {
            style.quotes = Quotes::Double;
        }
        let bytes = text.as_bytes();
        let mut bare_keys = false;
        for child in &children {
            let Child::Entry(entry) = child else { continue };
            let entry = tree.entry(*entry);
            let key = tree.node(entry.key);
            if !text[key.span.range()].starts_with(['"', '\'']) {
                bare_keys = true;
                continue;
            }
            style.quote_keys = true;
            if let Some(colon) = entry.colon {
                let value = &text[colon as usize + 1..];
                let close = value.starts_with(|c: char| !(c.is_whitespace() || ",]}#".contains(c)));
                style.colon = if close { ":" } else { ": " };
            }
        }
        // Where others are bare, those may have needed their quotes.
        style.quote_keys &= is_json || !bare_keys;
        if let [first, second, ..] = children[..] {
            let between = &text[first.end(tree)..second.start(tree)];
            style.comma = if between.trim_end_matches([' ', '\t']) == between {
                ","
            } else {
                ", "
            };
        }
        if let (Some(first), Some(last)) = (children.first(), children.last()) {
            let open = &text[node.span.start() + 1..first.start(tree)];
            if open.contains('\n') {
                let column = column_of(text, first.start(tree));
                let line = super::region::line_start(text, node.span.start());
                let outer = text[line..].bytes().take_while(|&b| b == b' ').count();
                let trailing_comma = bytes[last.end(tree)..node.span.end()].contains(&b',');
                style.comma = ", ";
                style.lines = Some(FlowLines {
                    column,
                    step: column.saturating_sub(outer).max(1),
                    trailing_comma: trailing_comma
                        && has_comma(text, tree, Span::new(last.end(tree), node.span.end())),
                    expand: root_is_flow,
                });
            } else if open.starts_with(' ') {
                style.pad = " ";
            }
        }
        style
    }
}

/// Whether a comma stands in a gap, outside its comments.
pub(crate) fn has_comma(text: &str, tree: &Tree, gap: Span) -> bool {
    comma_in(text, tree, gap.start(), gap.end()).is_some()
}

/// The comma in the gap after a child of a flow collection.
pub(crate) fn comma_in(text: &str, tree: &Tree, start: usize, end: usize) -> Option<usize> {
    let mut at = start;
    let mut comments = super::region::comments_from(tree, start).iter();
    let mut comment = comments.next();
    while at < end {
        if let Some(c) = comment
            && at == c.span.start()
        {
            at = c.span.end();
            comment = comments.next();
            continue;
        }
        match text.as_bytes()[at] {
            b',' => return Some(at),
            _ => at += 1,
        }
    }
    None
}

/// A document in which every key and every string stands between double quotes.
fn is_json(tree: &Tree) -> bool {
    let Some(root) = tree.root else { return false };
    let Content::Mapping {
        layout: Layout::Flow,
        ..
    } = tree.node(root).content
    else {
        return false;
    };
    tree.entries.iter().take(50).all(|e| {
        matches!(
            tree.node(e.key).content,
            Content::Scalar {
                style: Style::Double,
                ..
            }
        )
    })
}

/// A scalar as it is written in a flow or block collection.
pub(crate) fn scalar_text(
    text: &str,
    kind: Kind,
    quotes: Quotes,
    in_flow: bool,
    always_quote: bool,
) -> String {
    match kind {
        Kind::Str if always_quote || !super::scalar::may_be_plain(text, in_flow) => {
            super::scalar::quoted(text, quotes)
        }
        Kind::Null if text.is_empty() => "null".to_owned(),
        // A tag makes its type, so that it may look like anything.
        _ if !super::scalar::is_plain(text, in_flow) => super::scalar::quoted(text, quotes),
        _ => text.to_owned(),
    }
}
