//! YAML text in every style that people write, as a proptest strategy.
//!
//! A value carries its formatting choices with it, so that both shrink; [`Printer`] writes it down.
//! A choice that is not allowed where it stands (a block scalar in a flow collection, a second
//! equal key) gives way to one that is. What the text means is not computed here: libyaml is asked.

use std::collections::HashSet;

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{Index, select};

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

/// Plain in block collections, as the value of a key.
const PLAIN: &[&str] = &[
    "a",
    "nginx",
    "apps/v1",
    "80",
    "0",
    "-1",
    "1.10",
    "0777",
    "0x1F",
    "0o17",
    "0b11",
    "1e3",
    "1_000",
    ".5",
    "-.inf",
    ".NaN",
    "08",
    "+1",
    "true",
    "False",
    "yes",
    "NO",
    "on",
    "y",
    "n",
    "~",
    "null",
    "Null",
    "100m",
    "25%",
    "1.2.3",
    "2020-01-01",
    "12:30:45",
    "http://x.y/z?q=1",
    "a b c",
    "it's",
    "say \"hi\"",
    "back\\slash",
    "${VAR}",
    "$(VAR)",
    "-x",
    ":x",
    "?x",
    "a:b",
    "a#b",
    "a{b}",
    "a[0]",
    "a, b",
    "x,y",
    "IfNotPresent",
    "--flag=value",
    "/path/to",
    "=",
    "é",
    "日本",
    "😀 x",
    "a\tb",
    "...a",
    "host:80",
    "#",
    "0.0.0.0:8080",
    "key=value",
    "18446744073709551615",
];

/// Between quotes; `\n` and other controls are escaped, or the quotes are double.
const QUOTED: &[&str] = &[
    "",
    "a",
    "80",
    "true",
    "no",
    "a: b",
    "a #b",
    "- x",
    "*x",
    "&x",
    "{x}",
    "[]",
    "it's",
    "say \"hi\"",
    "back\\slash",
    " lead",
    "trail ",
    "  ",
    "é日本😀",
    "#",
    "x:",
    "@at",
    "`t`",
    "%p",
    "!t",
    "|",
    ">",
    "{{ .Values.x }}",
    "a\tb",
    "a\nb",
    "a\n",
    "\u{1}",
    "\u{feff}",
    "\u{2028}",
    "\u{85}",
    "<<",
    "null",
    "~",
    "1.10",
    "a, b",
    "\u{7f}",
];

const WORDS: &[&str] = &[
    "some", "words", "of", "text,", "a:b", "x#y", "é", "😀", "- dash", "80", "it's", "(end)",
    "word",
];

const LINES: &[&str] = &[
    "text",
    "a: b",
    "# no comment",
    "- x",
    "",
    "é日本😀",
    "trail ",
    "\ttab",
    "{{ x }}",
    "\"quoted\"",
    "#!/bin/sh",
    "---x",
    "key: |",
    "x # y",
    "",
    "line",
    "---",
    "...",
];

const KEYS: &[&str] = &[
    "a",
    "b",
    "c",
    "apiVersion",
    "kind",
    "metadata",
    "name",
    "spec",
    "replicas",
    "app.kubernetes.io/name",
    "x-y_z",
    "é",
    "日本",
    "😀",
    "80",
    "yes",
    "null",
    "true",
    "two words",
    "a:b",
    "-dash",
    "http://x",
    "1.10",
    "it's",
    "a.b",
    "on",
    "x#y",
];

const QUOTED_KEYS: &[&str] = &[
    "a",
    "b",
    "a: b",
    "#x",
    "",
    " lead",
    "it's",
    "say \"x\"",
    "a\tb",
    "80",
    "no",
    "*x",
    "{x}",
    "a\nb",
    "日本",
    "x y",
];

fn properties(tags: &'static [&'static str]) -> impl Strategy<Value = Properties> {
    prop_oneof![
        24 => Just(Properties::default()),
        1 => Just(Properties { anchor: true, tag: None }),
        1 => (any::<bool>(), select(tags)).prop_map(|(anchor, tag)| Properties { anchor, tag: Some(tag) }),
    ]
}

fn scalar() -> impl Strategy<Value = Scalar> {
    let words = || vec(select(WORDS), 2..5);
    let block = (
        any::<bool>(),
        select(vec!["", "-", "+"]),
        weighted(0.2, Just(())),
        1usize..5,
        weighted(0.1, any::<u8>()),
        vec(
            (
                prop_oneof![4 => Just(0usize), 1 => 1usize..4],
                select(LINES),
            ),
            0..5,
        ),
    )
        .prop_map(|(folded, chomping, indicator, indent, comment, lines)| {
            Scalar::Block(Block {
                folded,
                chomping,
                indicator: indicator.is_some(),
                indent,
                comment,
                lines,
            })
        });
    prop_oneof![
        10 => select(PLAIN).prop_map(Scalar::Plain),
        2 => select(QUOTED).prop_map(|t| Scalar::Single(vec![t])),
        3 => select(QUOTED).prop_map(|t| Scalar::Double(vec![t], false)),
        2 => Just(Scalar::Empty),
        1 => words().prop_map(Scalar::PlainLines),
        1 => vec(select(QUOTED), 2..4).prop_map(Scalar::Single),
        1 => (vec(select(QUOTED), 2..4), any::<bool>()).prop_map(|(l, e)| Scalar::Double(l, e)),
        3 => block,
    ]
}

fn layout() -> impl Strategy<Value = Layout> {
    prop_oneof![
        8 => Just(Layout::Block),
        2 => (any::<bool>(), any::<bool>()).prop_map(|(pad, comma)| Layout::Line(pad, comma)),
        2 => any::<bool>().prop_map(Layout::Lines),
        1 => Just(Layout::Wrapped),
    ]
}

fn node() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        16 => (properties(&["!foo", "!!str", "!<tag:x.y,2000:t>"]), scalar()).prop_map(|(p, s)| Node::Scalar(p, s)),
        1 => any::<Index>().prop_map(Node::Alias),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        (
            properties(&["!foo", "!<tag:x.y,2000:t>"]),
            any::<bool>(),
            layout(),
            vec(child(inner), 0..5),
        )
            .prop_map(|(properties, mapping, layout, children)| Node::Collection {
                properties,
                mapping,
                layout,
                children,
            })
    })
}

fn key() -> impl Strategy<Value = Key> {
    let key = |text, quotes| Key {
        text,
        quotes,
        explicit: false,
        merge: false,
    };
    prop_oneof![
        20 => select(KEYS).prop_map(move |t| key(t, None)),
        2 => select(QUOTED_KEYS).prop_map(move |t| key(t, Some('"'))),
        1 => select(QUOTED_KEYS).prop_map(move |t| key(t, Some('\''))),
        1 => select(KEYS).prop_map(move |t| Key { explicit: true, ..key(t, None) }),
        1 => select(KEYS).prop_map(move |t| Key { merge: true, ..key(t, None) }),
    ]
}

fn child(value: impl Strategy<Value = Node> + 'static) -> impl Strategy<Value = Child> {
    let comments = (
        prop_oneof![12 => Just(""), 3 => Just("\n"), 1 => Just("\n\n"), 1 => Just("  \n")],
        weighted(0.06, any::<u8>()),
        prop_oneof![6 => vec(any::<u8>(), 0..1), 1 => vec(any::<u8>(), 1..3)],
        prop_oneof![10 => Just(0isize), 1 => Just(-100), 1 => Just(2)],
        weighted(0.15, (select(vec![" ", "  ", "\t", "     "]), any::<u8>())),
        prop_oneof![12 => vec(any::<u8>(), 0..1), 1 => vec(any::<u8>(), 1..3)],
    );
    let spacing = (
        weighted(0.9, Just(())),
        prop_oneof![12 => Just(0usize), 1 => 1usize..4],
        weighted(0.06, 1usize..5),
    );
    (key(), value, comments, spacing).prop_map(|(key, value, comments, (compact, space, step))| {
        let (blank, heading, above, shift, trailing, below) = comments;
        let compact = compact.is_some();
        Child {
            key,
            value,
            blank,
            heading,
            above,
            shift,
            trailing,
            below,
            compact,
            space,
            step,
        }
    })
}

fn form() -> impl Strategy<Value = Form> {
    let mode = prop_oneof![
        14 => Just(Mode::Block),
        1 => Just(Mode::Flow),
        2 => any::<bool>().prop_map(Mode::Json),
        2 => Just(Mode::Kyaml),
    ];
    let line_ends = prop_oneof![
        6 => Just(LineEnds::Lf),
        2 => Just(LineEnds::CrLf),
        1 => vec(any::<bool>(), 2..8).prop_map(LineEnds::Mixed),
    ];
    let step = prop_oneof![6 => Just(2usize), 2 => Just(4), 1 => Just(3), 1 => Just(1)];
    let dash = prop_oneof![5 => Just(0usize), 3 => Just(2), 1 => Just(4), 1 => Just(1)];
    let header = prop_oneof![6 => Just(""), 1 => Just("# a licence\n# of two lines\n\n"), 1 => Just("# about the first key\n"), 1 => Just("\n")];
    let start = prop_oneof![6 => Just(""), 2 => Just("---\n"), 1 => Just("--- # start\n"), 1 => Just("---\n\n"), 1 => Just("%YAML 1.1\n---\n")];
    let end = prop_oneof![8 => Just(""), 1 => Just("# the end\n"), 1 => Just("...\n"), 1 => Just("\n"), 1 => Just("\n\n# the end\n")];
    (
        mode,
        step,
        dash,
        line_ends,
        weighted(0.8, Just(())),
        header,
        start,
        end,
    )
        .prop_map(
            |(mode, step, dash, line_ends, newline, header, start, end)| Form {
                mode,
                step,
                dash,
                line_ends,
                final_newline: newline.is_some(),
                header,
                start,
                end,
            },
        )
}

struct Printer {
    form: Form,
    out: String,
    comments: usize,
    anchors: usize,
    /// The anchors that aliases may name, and whether they stand at mappings.
    named: Vec<(String, bool)>,
    /// The column of the block scalar that was written last, while only comments followed it: they
    /// would be content there.
    content: Option<usize>,
}

impl Printer {
    fn new(form: Form) -> Printer {
        Printer {
            form,
            out: String::new(),
            comments: 0,
            anchors: 0,
            named: Vec::new(),
            content: None,
        }
    }

    fn document(mut self, root: &Node) -> String {
        if let Mode::Json(_) = self.form.mode {
            self.json(root, 0);
            self.out.push('\n');
        } else {
            self.out.push_str(self.form.header);
            self.out.push_str(self.form.start);
            match root {
                Node::Collection {
                    properties,
                    mapping,
                    layout: Layout::Block,
                    children,
                } if self.form.mode == Mode::Block && !children.is_empty() => {
                    let properties = self.properties(properties, *mapping);
                    if !properties.text.is_empty() {
                        if self.form.start.is_empty() {
                            self.out.push_str("---\n");
                        }
                        self.out.push_str(&properties.text);
                        self.out.push('\n');
                    }
                    self.children(children, *mapping, 0, false);
                    self.name(properties);
                }
                root => {
                    self.inline(root, None);
                    self.end_line(None);
                }
            }
            self.out.push_str(self.form.end);
        }
        let mut text = self.out;
        if !self.form.final_newline && text.ends_with('\n') {
            text.pop();
        }
        match self.form.line_ends {
            LineEnds::Lf => text,
            LineEnds::CrLf => text.replace('\n', "\r\n"),
            LineEnds::Mixed(ends) => {
                let mut ends = ends.iter().cycle();
                text.split_inclusive('\n')
                    .map(|line| match line.strip_suffix('\n') {
                        Some(line) if ends.next() == Some(&true) => format!("{line}\r\n"),
                        _ => line.to_owned(),
                    })
                    .collect()
            }
        }
    }

    fn comment(&mut self, flavour: u8) -> String {
        self.comments += 1;
        let n = self.comments;
        match flavour % 16 {
            0 => "#".to_owned(),
            1 => format!("#c{n}"),
            2 => format!("# key{n}: value"),
            3 => format!("#   - item {n}"),
            4 => format!("# it's \"{n}"),
            5 => format!("# 日本 é 😀 {n}"),
            6 => "# again".to_owned(),
            7 => format!("## {n} # {{"),
            _ => format!("# c{n}"),
        }
    }

    fn pad(&mut self, column: usize) {
        self.out.push_str(&" ".repeat(column));
    }

    fn comment_line(&mut self, column: usize, flavour: u8) {
        // Deeper, it would be part of the block scalar above it.
        let column = column.min(self.content.map_or(column, |c| c - 1));
        self.pad(column);
        let comment = self.comment(flavour);
        self.out.push_str(&comment);
        self.out.push('\n');
    }

    fn end_line(&mut self, trailing: Option<(&'static str, u8)>) {
        if let Some((space, flavour)) = trailing
            && self.content.is_none()
        {
            let comment = self.comment(flavour);
            // libyaml takes no tab behind an indicator.
            let space = if self.out.ends_with([':', '-']) {
                "  "
            } else {
                space
            };
            self.out.push_str(space);
            self.out.push_str(&comment);
        }
        if !self.out.ends_with('\n') || self.content.is_none() {
            self.out.push('\n');
        }
    }

    /// Anchor and tag. The anchor can be named by aliases when its node is complete.
    fn properties(&mut self, properties: &Properties, mapping: bool) -> Written {
        let mut written = Written {
            text: String::new(),
            anchor: None,
        };
        if properties.anchor {
            self.anchors += 1;
            let name = format!("a{}", self.anchors);
            written.text = format!("&{name}");
            written.anchor = Some((name, mapping));
        }
        if let Some(tag) = properties.tag {
            let space = if written.text.is_empty() { "" } else { " " };
            written.text = format!("{}{space}{tag}", written.text);
        }
        written
    }

    fn name(&mut self, written: Written) {
        self.named.extend(written.anchor);
    }

    /// The children of a block collection at a column; the first one on the line that is begun, if
    /// `inline`.
    fn children(&mut self, children: &[Child], mapping: bool, column: usize, inline: bool) {
        let mut seen = HashSet::new();
        for (i, child) in children.iter().enumerate() {
            if i > 0 || !inline {
                self.out.push_str(if i > 0 { child.blank } else { "" });
                if let Some(flavour) = child.heading {
                    self.comment_line(column, flavour);
                    self.out.push('\n');
                }
                for &flavour in &child.above {
                    self.comment_line(column.saturating_add_signed(child.shift), flavour);
                }
                self.pad(column);
            }
            self.content = None;
            if mapping {
                self.key(child, &mut seen, column, false);
            } else {
                self.out.push('-');
            }
            self.value(child, column, !mapping);
            for &flavour in &child.below {
                self.comment_line(column + 2, flavour);
            }
        }
    }

    /// A key with its colon.
    fn key(&mut self, child: &Child, seen: &mut HashSet<String>, column: usize, flow: bool) {
        let key = &child.key;
        if let (true, Node::Alias(_)) = (key.merge, &child.value)
            && self.named.iter().any(|(_, mapping)| *mapping)
            && seen.insert("<<".into())
        {
            self.out.push_str("<<:");
            return;
        }
        let mut text = key.text.to_owned();
        while !seen.insert(text.clone()) {
            text.push_str("-x");
        }
        let quotes = match key.quotes {
            None if flow && !plain_in_flow(&text) => Some('"'),
            quotes => quotes,
        };
        let written = match quotes {
            _ if self.form.mode == Mode::Kyaml
                && !text.bytes().all(|b| b.is_ascii_alphabetic()) =>
            {
                double(&text)
            }
            None => text,
            Some('\'') if !text.contains(['\n', '\t']) => single(&text),
            Some(_) => double(&text),
        };
        if key.explicit && !flow {
            self.out.push_str(&format!("? {written}\n"));
            self.pad(column);
            self.out.push(':');
        } else {
            self.out.push_str(&written);
            self.out.push(':');
        }
    }

    /// What follows a key's colon or a dash, to the end of its last line.
    fn value(&mut self, child: &Child, column: usize, dash: bool) {
        match &child.value {
            Node::Collection {
                properties,
                mapping,
                layout: Layout::Block,
                children,
            } if !children.is_empty() => {
                let written = self.properties(properties, *mapping);
                if dash && child.compact && written.text.is_empty() {
                    self.pad(child.space + 1);
                    let column = column + child.space + 2;
                    self.children(children, *mapping, column, true);
                    return;
                }
                if !written.text.is_empty() {
                    self.out.push(' ');
                    self.out.push_str(&written.text);
                }
                self.end_line(child.trailing);
                let usual = if *mapping || dash {
                    self.form.step
                } else {
                    self.form.dash
                };
                self.children(
                    children,
                    *mapping,
                    column + child.step.unwrap_or(usual),
                    false,
                );
                self.name(written);
            }
            Node::Scalar(
                Properties {
                    anchor: false,
                    tag: None,
                },
                Scalar::Empty,
            ) => self.end_line(child.trailing),
            value => {
                self.pad(child.space + 1);
                self.inline(value, Some(column));
                self.end_line(child.trailing);
            }
        }
    }

    /// A value that begins on the line of its key. Its further lines stand deeper than `column`.
    fn inline(&mut self, node: &Node, column: Option<usize>) {
        match node {
            Node::Alias(index) => self.alias(*index),
            Node::Scalar(properties, Scalar::Block(block)) => {
                let written = self.properties(properties, false);
                if !written.text.is_empty() {
                    self.out.push_str(&written.text);
                    self.out.push(' ');
                }
                self.block_scalar(block, column);
                self.name(written);
            }
            Node::Scalar(..) => self.flow(node, column.map_or(1, |c| c + 1), false),
            Node::Collection { .. } => self.flow(node, column.unwrap_or(0), false),
        }
    }

    fn alias(&mut self, index: Index) {
        if self.named.is_empty() {
            self.out.push_str("none");
        } else if self.out.trim_end().ends_with("<<:") {
            let mappings: Vec<_> = self.named.iter().filter(|(_, mapping)| *mapping).collect();
            let name = &mappings[index.index(mappings.len())].0;
            self.out.push_str(&format!("*{name}"));
        } else {
            let name = &self.named[index.index(self.named.len())].0;
            self.out.push_str(&format!("*{name}"));
        }
    }

    fn block_scalar(&mut self, block: &Block, column: Option<usize>) {
        let mut lines: Vec<(usize, &str)> = block.lines.clone();
        // The first line that is not empty sets the column, unless the header does.
        if let Some(first) = lines.iter_mut().find(|(_, l)| !l.is_empty())
            && !block.indicator
        {
            first.0 = 0;
            first.1 = first.1.trim_start();
        }
        let indent = if column.is_none() && !block.indicator {
            block.indent.max(1)
        } else {
            block.indent
        };
        self.out.push(if block.folded { '>' } else { '|' });
        let mut header = block.chomping.to_owned();
        if block.indicator {
            header = if block.lines.len().is_multiple_of(2) {
                format!("{indent}{header}")
            } else {
                format!("{header}{indent}")
            };
        }
        self.out.push_str(&header);
        if let Some(flavour) = block.comment {
            let comment = self.comment(flavour);
            self.out.push_str(&format!(" {comment}"));
        }
        self.out.push('\n');
        // Without content, parsers do not agree on comments that are deeper than the parent.
        let empty = lines.iter().all(|(_, l)| l.is_empty());
        self.content = Some(column.unwrap_or(0) + if empty { 1 } else { indent });
        let column = column.unwrap_or(0) + indent;
        for (deeper, line) in lines {
            if !line.is_empty() {
                self.pad(column + deeper);
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
    }

    /// A node in a flow collection, or a scalar on the line of its key. Further lines are at or
    /// behind `column`.
    fn flow(&mut self, node: &Node, column: usize, inside: bool) {
        match node {
            Node::Alias(index) => self.alias(*index),
            Node::Scalar(properties, scalar) => {
                // libyaml takes what follows a tag without a value for a part of the tag.
                let tag = properties.tag.filter(|_| !matches!(scalar, Scalar::Empty));
                let properties = &Properties { tag, ..*properties };
                let written = self.properties(properties, false);
                self.out.push_str(&written.text);
                let text = self.scalar(scalar, column, inside);
                if !written.text.is_empty() && (!text.is_empty() || inside) {
                    self.out.push(' ');
                }
                self.out.push_str(&text);
                self.name(written);
            }
            Node::Collection {
                properties,
                mapping,
                layout,
                children,
            } => {
                let written = self.properties(properties, *mapping);
                if !written.text.is_empty() {
                    self.out.push_str(&written.text);
                    self.out.push(' ');
                }
                let layout = match (layout, self.form.mode) {
                    (_, Mode::Kyaml) => Layout::Lines(true),
                    (Layout::Block, Mode::Flow) => Layout::Lines(false),
                    (Layout::Block, _) => Layout::Line(false, true),
                    (layout, _) => *layout,
                };
                self.flow_children(children, *mapping, layout, column);
                self.name(written);
            }
        }
    }

    fn flow_children(&mut self, children: &[Child], mapping: bool, layout: Layout, column: usize) {
        let (open, close) = if mapping { ('{', '}') } else { ('[', ']') };
        self.out.push(open);
        let deeper = column + self.form.step.max(2);
        let mut seen = HashSet::new();
        let lines = matches!(layout, Layout::Lines(_));
        if let Layout::Line(true, _) = layout
            && !children.is_empty()
        {
            self.out.push(' ');
        }
        for (i, child) in children.iter().enumerate() {
            if lines {
                self.out.push('\n');
                if i > 0 {
                    self.out.push_str(child.blank);
                }
                for &flavour in &child.above {
                    self.comment_line(deeper.saturating_add_signed(child.shift).max(1), flavour);
                }
                self.pad(deeper);
            }
            if mapping {
                self.flow_entry(child, &mut seen, deeper);
            } else {
                self.flow_item(child, deeper);
            }
            let last = i + 1 == children.len();
            match layout {
                Layout::Lines(trailing) => {
                    if !last || trailing {
                        self.out.push(',');
                    }
                    if let Some((space, flavour)) = child.trailing {
                        let comment = self.comment(flavour);
                        self.out.push_str(&format!("{space}{comment}"));
                    }
                }
                Layout::Wrapped if !last => {
                    self.out.push(',');
                    if child.compact {
                        self.out.push('\n');
                        self.pad(deeper);
                    } else {
                        self.out.push(' ');
                    }
                }
                Layout::Line(_, space) if !last => {
                    self.out.push_str(if space { ", " } else { "," })
                }
                _ => {}
            }
        }
        match layout {
            Layout::Lines(_) if !children.is_empty() => {
                self.out.push('\n');
                self.pad(column);
            }
            Layout::Line(true, _) if !children.is_empty() => self.out.push(' '),
            _ => {}
        }
        self.out.push(close);
    }

    fn flow_entry(&mut self, child: &Child, seen: &mut HashSet<String>, column: usize) {
        self.key(child, seen, column, true);
        if let Node::Scalar(
            Properties {
                anchor: false,
                tag: None,
            },
            Scalar::Empty,
        ) = child.value
        {
            // `{a}`, or `{a: }`.
            if !child.compact {
                self.out.pop();
            } else {
                self.out.push(' ');
            }
            return;
        }
        let adjacent =
            self.out.ends_with("\":") && !child.compact && !matches!(child.value, Node::Alias(_));
        if !adjacent {
            self.out.push(' ');
        }
        self.flow(&child.value, column, true);
    }

    fn flow_item(&mut self, child: &Child, column: usize) {
        match &child.value {
            // A pair without braces. yaml-rust2 reads none whose value is a collection.
            Node::Collection {
                properties:
                    Properties {
                        anchor: false,
                        tag: None,
                    },
                mapping: true,
                children,
                ..
            } if children.len() == 1
                && !child.compact
                && self.form.mode != Mode::Kyaml
                && !matches!(children[0].value, Node::Collection { .. }) =>
            {
                self.flow_entry(
                    &Child {
                        compact: true,
                        ..children[0].clone()
                    },
                    &mut HashSet::new(),
                    column,
                );
            }
            Node::Scalar(properties, Scalar::Empty) if !properties.anchor => {
                self.out.push_str("\"\"")
            }
            value => self.flow(value, column, true),
        }
    }

    /// A scalar that is no block scalar.
    fn scalar(&self, scalar: &Scalar, column: usize, flow: bool) -> String {
        let kyaml = self.form.mode == Mode::Kyaml;
        let pad = format!("\n{}", " ".repeat(column + 1));
        match scalar {
            Scalar::Empty => String::new(),
            Scalar::Plain(text) if kyaml && !text.bytes().all(|b| b.is_ascii_digit()) => {
                double(text)
            }
            Scalar::Plain(text) if flow && !plain_in_flow(text) => double(text),
            Scalar::Plain("#") => double("#"),
            Scalar::Plain(text) => (*text).to_owned(),
            Scalar::PlainLines(words) => {
                let words: Vec<&str> = words.iter().map(|w| w.trim_start_matches("- ")).collect();
                if kyaml || (flow && !words.iter().all(|w| plain_in_flow(w))) {
                    double(&words.join(" "))
                } else {
                    words.join(&pad)
                }
            }
            Scalar::Single(lines)
                if lines.iter().any(|l| {
                    l.chars()
                        .any(|c| c.is_control() || matches!(c, '\u{feff}' | '\u{2028}'))
                }) || kyaml =>
            {
                double(&lines.join(" "))
            }
            Scalar::Single(lines) => {
                let lines: Vec<String> = lines.iter().map(|l| l.replace('\'', "''")).collect();
                format!("'{}'", folded(&lines, &pad))
            }
            Scalar::Double(lines, escaped) => {
                let lines: Vec<String> = lines
                    .iter()
                    .map(|l| double(l))
                    .map(|l| l[1..l.len() - 1].to_owned())
                    .collect();
                if *escaped {
                    format!("\"{}\"", lines.join(&format!("\\{pad}")))
                } else {
                    format!("\"{}\"", folded(&lines, &pad))
                }
            }
            Scalar::Block(block) => double(
                &block
                    .lines
                    .iter()
                    .map(|(_, l)| *l)
                    .collect::<Vec<_>>()
                    .join("\n"),
            ),
        }
    }

    fn json(&mut self, node: &Node, column: usize) {
        let Mode::Json(lines) = self.form.mode else {
            return;
        };
        match node {
            Node::Alias(_) => self.out.push_str("null"),
            Node::Scalar(_, scalar) => {
                let text = match scalar {
                    Scalar::Empty => "null".to_owned(),
                    Scalar::Plain(text @ ("80" | "0" | "-1" | "1.10" | "true" | "null")) => {
                        (*text).to_owned()
                    }
                    Scalar::Plain(text) => double(text),
                    Scalar::Block(block) => double(
                        &block
                            .lines
                            .iter()
                            .map(|(_, l)| *l)
                            .collect::<Vec<_>>()
                            .join("\n"),
                    ),
                    Scalar::PlainLines(l) | Scalar::Single(l) | Scalar::Double(l, _) => {
                        double(&l.join(" "))
                    }
                };
                self.out.push_str(&text);
            }
            Node::Collection {
                mapping, children, ..
            } => {
                let (open, close) = if *mapping { ('{', '}') } else { ('[', ']') };
                self.out.push(open);
                let step = if self.form.step == 1 {
                    2
                } else {
                    self.form.step
                };
                let mut seen = HashSet::new();
                for (i, child) in children.iter().enumerate() {
                    if i > 0 {
                        self.out.push(',');
                    }
                    if lines {
                        self.out.push('\n');
                        self.pad(column + step);
                    } else if i > 0 && self.form.dash > 0 {
                        self.out.push(' ');
                    }
                    if *mapping {
                        let mut key = child.key.text.to_owned();
                        while !seen.insert(key.clone()) {
                            key.push_str("-x");
                        }
                        self.out.push_str(&double(&key));
                        self.out.push_str(if lines || self.form.dash > 0 {
                            ": "
                        } else {
                            ":"
                        });
                    }
                    self.json(&child.value, column + step);
                }
                if lines && !children.is_empty() {
                    self.out.push('\n');
                    self.pad(column);
                }
                self.out.push(close);
            }
        }
    }
}

/// Anchor and tag as they were written.
struct Written {
    text: String,
    anchor: Option<(String, bool)>,
}

fn plain_in_flow(text: &str) -> bool {
    !text.contains([',', '[', ']', '{', '}'])
        && !text.starts_with(['-', '?', ':', '#'])
        && !text.contains(":x")
}

/// Lines of a quoted scalar. White space around a line break is not content, so what is left of a
/// line is enough.
fn folded(lines: &[String], pad: &str) -> String {
    if let [line] = lines {
        return line.clone();
    }
    lines.join(pad)
}

fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn double(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{feff}' | '\u{2028}') => {
                out.push_str(&format!("\\u{:04x}", c as u32))
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
