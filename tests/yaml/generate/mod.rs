//! YAML text in every style that people write, as a proptest strategy.
//!
//! A value carries its formatting choices with it, so that both shrink; [`Printer`] writes it down.
//! A choice that is not allowed where it stands (a block scalar in a flow collection, a second
//! equal key) gives way to one that is. What the text means is not computed here: libyaml is asked.

mod choose;
mod flow;
mod print;
mod words;

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use choose::{child, form, node};
use print::Printer;

/// The text of one document.
pub fn document() -> impl Strategy<Value = String> {
    let mapping =
        vec(child(node()), 1..6).prop_map(|children| Node::of(children, true, Layout::Block));
    let root = prop_oneof![
        12 => mapping,
        2 => vec(child(node()), 1..5).prop_map(|children| Node::of(children, false, Layout::Block)),
        2 => node(),
    ];
    (root, form()).prop_map(|(root, form)| Printer::new(form).document(&root))
}

/// The text of a file of several documents, perhaps with a byte order mark.
pub fn file() -> impl Strategy<Value = String> {
    (
        vec(document(), 1..5),
        any::<bool>(),
        weighted(0.2, Just("\u{feff}")),
    )
        .prop_map(|(documents, end, mark)| {
            let mut text = String::new();
            for document in documents {
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push('\n');
                }
                let starts = document
                    .lines()
                    .find(|l| !l.is_empty() && !l.starts_with('#'))
                    .is_some_and(|l| l.starts_with("---"));
                if !text.is_empty() && !starts {
                    text.push_str(if end { "...\n---\n" } else { "---\n" });
                }
                text.push_str(&document);
            }
            mark.unwrap_or_default().to_owned() + &text
        })
}

/// A text that is nearly YAML: a document that was cut short, or in which characters were
/// exchanged, doubled, removed or put in.
pub fn broken() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "", " ", "\n", "\r\n", "\r", "\t", "- ", "-", ": ", ":", "? ", "?", ",", "[", "]", "{",
        "}", "#", " #", "&a ", "&", "*a", "*", "!", "!!str ", "|", ">", "|2-", "|+", "'", "\"",
        "\\", "%", "@", "`", "---", "---\n", "...", "\n...\n", "<<: ", "~", "é", "😀", "\u{feff}",
        "\u{85}", "\u{2028}", "\0", "\u{1}", "  ", "    ", "\n\n", "\n  ", "\n- ", "a: ", "x",
    ]);
    let change = (any::<Index>(), 0usize..4, piece);
    (document(), vec(change, 0..4), weighted(0.3, any::<Index>())).prop_map(
        |(text, changes, cut)| {
            let mut chars: Vec<char> = text.chars().collect();
            for (at, gone, piece) in changes {
                let at = at.index(chars.len() + 1);
                let end = (at + gone).min(chars.len());
                chars.splice(at..end, piece.chars());
            }
            if let Some(cut) = cut {
                chars.truncate(cut.index(chars.len() + 1));
            }
            chars.into_iter().collect()
        },
    )
}

#[derive(Clone, Debug)]
enum Node {
    Scalar(Properties, Scalar),
    Collection {
        properties: Properties,
        mapping: bool,
        layout: Layout,
        children: Vec<Child>,
    },
    /// Of one of the anchors that stand before it, if there is one.
    Alias(Index),
}

impl Node {
    fn of(children: Vec<Child>, mapping: bool, layout: Layout) -> Node {
        Node::Collection {
            properties: Properties::default(),
            mapping,
            layout,
            children,
        }
    }
}

#[derive(Clone, Debug, Default)]
struct Properties {
    anchor: bool,
    tag: Option<&'static str>,
}

#[derive(Clone, Debug)]
enum Scalar {
    Empty,
    Plain(&'static str),
    PlainLines(Vec<&'static str>),
    Single(Vec<&'static str>),
    Double(Vec<&'static str>, bool),
    Block(Block),
}

#[derive(Clone, Debug)]
struct Block {
    folded: bool,
    chomping: &'static str,
    indicator: bool,
    indent: usize,
    comment: Option<u8>,
    /// Columns deeper than the first line, and the text.
    lines: Vec<(usize, &'static str)>,
}

#[derive(Clone, Copy, Debug)]
enum Layout {
    Block,
    /// `{a: 1}`: space inside the braces, space after a comma.
    Line(bool, bool),
    /// Every child on its own line; a comma after the last one.
    Lines(bool),
    /// Line breaks after some commas.
    Wrapped,
}

#[derive(Clone, Debug)]
struct Child {
    key: Key,
    value: Node,
    blank: &'static str,
    heading: Option<u8>,
    above: Vec<u8>,
    /// The column of the comments above, from that of the child.
    shift: isize,
    trailing: Option<(&'static str, u8)>,
    below: Vec<u8>,
    /// A collection begins on the line of its dash.
    compact: bool,
    /// Spaces after the colon or dash, beyond the first.
    space: usize,
    /// Columns that a collection stands deeper, where it is not as in the rest of the document.
    step: Option<usize>,
}

#[derive(Clone, Debug)]
struct Key {
    text: &'static str,
    quotes: Option<char>,
    explicit: bool,
    merge: bool,
}

#[derive(Clone, Debug)]
struct Form {
    mode: Mode,
    step: usize,
    dash: usize,
    line_ends: LineEnds,
    final_newline: bool,
    header: &'static str,
    start: &'static str,
    end: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Block,
    Flow,
    Json(bool),
    Kyaml,
}

#[derive(Clone, Debug)]
enum LineEnds {
    Lf,
    CrLf,
    Mixed(Vec<bool>),
}
