//! The choices: what there is, and how it is written.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::words::{KEYS, LINES, PLAIN, QUOTED, QUOTED_KEYS, WORDS};
use super::{Block, Child, Form, Key, Layout, LineEnds, Mode, Node, Properties, Scalar};

pub(super) fn properties(tags: &'static [&'static str]) -> impl Strategy<Value = Properties> {
    prop_oneof![
        24 => Just(Properties::default()),
        1 => Just(Properties { anchor: true, tag: None }),
        1 => (any::<bool>(), select(tags)).prop_map(|(anchor, tag)| Properties { anchor, tag: Some(tag) }),
    ]
}

pub(super) fn scalar() -> impl Strategy<Value = Scalar> {
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

pub(super) fn layout() -> impl Strategy<Value = Layout> {
    prop_oneof![
        8 => Just(Layout::Block),
        2 => (any::<bool>(), any::<bool>()).prop_map(|(pad, comma)| Layout::Line(pad, comma)),
        2 => any::<bool>().prop_map(Layout::Lines),
        1 => Just(Layout::Wrapped),
    ]
}

pub(super) fn node() -> impl Strategy<Value = Node> {
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

pub(super) fn key() -> impl Strategy<Value = Key> {
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

pub(super) fn child(value: impl Strategy<Value = Node> + 'static) -> impl Strategy<Value = Child> {
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

pub(super) fn form() -> impl Strategy<Value = Form> {
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
