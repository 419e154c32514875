//! The model: the values of one document, for steps to change and the writer to put back.
//!
//! Steps never touch text. Every [`Node`], [`Entry`] and [`Item`] remembers the piece of source it
//! came from, so that the writer can leave alone what stands where it stood, shift what moved, and
//! print only what is new.
//!
//! ```
//! use refit::yaml::{At, Document, Node};
//!
//! let document = Document::parse("a: 1  # one\nb: 2\n")?;
//! let mut root = document.model();
//! let taken = root.take("a")?.expect("a is there");
//! let inner = root.insert("wrapped", Node::mapping(), At::PlaceOf(taken.place()))?;
//! inner.insert("a", taken, At::End)?;
//! assert_eq!(document.write(&root)?.text, "wrapped:\n  a: 1  # one\nb: 2\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod edit;

use std::sync::Arc;

use super::scalar::{self, Kind};
use super::tree::{EntryId, ItemId, NodeId};

/// Where a node of the model comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Made by a step; printed in the style of its surroundings.
    New,
    /// This very node of the source, perhaps changed below or moved.
    Source(NodeId),
    /// A copy of that node: its scalars keep their quotes, its comments stay with the original.
    Copy(NodeId),
}

/// One value of a document: a scalar, a sequence, a mapping, or an alias of another node.
#[derive(Clone, Debug)]
pub struct Node {
    pub(crate) origin: Origin,
    pub(crate) value: Value,
}

/// The contents of a [`Node`].
#[derive(Clone, Debug)]
pub enum Value {
    Scalar(Scalar),
    Sequence(Vec<Item>),
    Mapping(Vec<Entry>),
    /// `*name`. Read through it as through the node itself; it cannot be edited.
    Alias {
        name: Box<str>,
        target: Arc<Node>,
    },
}

/// A scalar: its decoded text and the type that Kubernetes' YAML readers give it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    pub text: String,
    pub kind: Kind,
    /// An explicit tag (`!!str`, `!ENV`), as written.
    pub tag: Option<Box<str>>,
    /// Print as a literal block scalar where the surroundings allow it.
    pub literal: bool,
}

/// A key and its value in a mapping.
#[derive(Clone, Debug)]
pub struct Entry {
    pub(crate) origin: Option<EntryId>,
    /// The source entry whose place a new entry takes.
    pub(crate) place: Option<EntryId>,
    pub(crate) key: Key,
    pub(crate) value: Node,
}

/// A key. Only plain scalar keys can be looked up; others are kept as they are.
#[derive(Clone, Debug)]
pub struct Key {
    /// Shared by equal keys: a manifest says the same few again and again.
    pub(crate) text: Arc<str>,
    /// A mapping, a sequence, an alias or a tagged scalar; `text` is its source text.
    pub(crate) complex: bool,
    /// It stands in the source without quotes, so a copy does too: `80` and `"80"` are not the same
    /// key for every reader.
    pub(crate) plain: bool,
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        self.text == other.text && self.complex == other.complex
    }
}

impl Eq for Key {}

impl From<&str> for Key {
    fn from(text: &str) -> Key {
        Key {
            text: text.into(),
            complex: false,
            plain: false,
        }
    }
}

/// One item of a sequence.
#[derive(Clone, Debug)]
pub struct Item {
    pub(crate) origin: Option<ItemId>,
    /// The entry that became this item; its comments come along.
    pub(crate) entry: Option<EntryId>,
    pub(crate) value: Node,
}

/// Where a key goes in a mapping.
#[derive(Clone, Copy, Debug)]
pub enum At<'a> {
    /// After all other keys.
    End,
    /// Before the first of these keys that is there, else at the end.
    Before(&'a [&'a str]),
    /// After the first of these keys that is there, else at the end.
    After(&'a [&'a str]),
    /// Where a taken entry stood.
    PlaceOf(Place),
    /// Where a taken entry stood; its comments now belong to the new one, also if it comes back.
    HeirOf(Place),
}

/// The place an entry was taken from; only meaningful in the mapping it was taken from.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    index: usize,
    entry: Option<EntryId>,
}

/// An entry taken out of a mapping, with its comments, ready to be put somewhere else.
#[derive(Clone, Debug)]
pub struct Taken {
    pub(crate) origin: Option<EntryId>,
    pub(crate) value: Node,
    place: Place,
}

impl Taken {
    /// Where it stood.
    pub fn place(&self) -> Place {
        self.place
    }

    /// The value alone, without the comments of its line.
    pub fn into_value(self) -> Node {
        self.value
    }

    /// The value.
    pub fn value(&self) -> &Node {
        &self.value
    }

    /// The value, to be changed before it is put back.
    pub fn value_mut(&mut self) -> &mut Node {
        &mut self.value
    }
}

impl From<Node> for Taken {
    fn from(value: Node) -> Taken {
        Taken {
            origin: None,
            value,
            place: Place {
                index: usize::MAX,
                entry: None,
            },
        }
    }
}

impl Item {
    /// An item of what was an entry before, with the comments of its line.
    pub fn from_taken(taken: Taken) -> Item {
        Item {
            origin: None,
            entry: taken.origin,
            value: taken.value,
        }
    }

    /// Gives the item another value, in its place and with its comments; returns the old value.
    pub fn exchange(&mut self, value: Node) -> Node {
        std::mem::replace(&mut self.value, value)
    }

    /// An item that was not in the source.
    pub fn new(value: Node) -> Item {
        Item {
            origin: None,
            entry: None,
            value,
        }
    }

    pub fn value(&self) -> &Node {
        &self.value
    }

    pub fn value_mut(&mut self) -> &mut Node {
        &mut self.value
    }

    pub fn into_value(self) -> Node {
        self.value
    }
}

impl Entry {
    /// The key, unless it is a mapping, a sequence or an alias.
    pub fn key(&self) -> Option<&str> {
        (!self.key.complex).then_some(&*self.key.text)
    }

    pub fn value(&self) -> &Node {
        &self.value
    }

    pub fn value_mut(&mut self) -> &mut Node {
        &mut self.value
    }
}

/// Making nodes.
impl Node {
    fn new(value: Value) -> Node {
        Node {
            origin: Origin::New,
            value,
        }
    }

    fn scalar(text: impl Into<String>, kind: Kind) -> Node {
        Node::new(Value::Scalar(Scalar {
            text: text.into(),
            kind,
            tag: None,
            literal: false,
        }))
    }

    pub fn string(text: impl Into<String>) -> Node {
        Node::scalar(text, Kind::Str)
    }

    /// A string of several lines, printed as a literal block scalar (`|-`) in block style.
    pub fn text(text: impl Into<String>) -> Node {
        let mut node = Node::string(text);
        if let Value::Scalar(s) = &mut node.value {
            s.literal = true;
        }
        node
    }

    pub fn integer(value: i64) -> Node {
        Node::scalar(value.to_string(), Kind::Int)
    }

    pub fn float(text: impl Into<String>) -> Node {
        Node::scalar(text, Kind::Float)
    }

    pub fn boolean(value: bool) -> Node {
        Node::scalar(if value { "true" } else { "false" }, Kind::Bool)
    }

    pub fn null() -> Node {
        Node::scalar("null", Kind::Null)
    }

    pub fn mapping() -> Node {
        Node::new(Value::Mapping(Vec::new()))
    }

    pub fn sequence(items: impl IntoIterator<Item = Node>) -> Node {
        Node::new(Value::Sequence(items.into_iter().map(Item::new).collect()))
    }
}

/// Reading; aliases and merge keys are looked through.
impl Node {
    /// The node itself, or the one its alias names.
    pub fn resolved(&self) -> &Node {
        match &self.value {
            Value::Alias { target, .. } => target.resolved(),
            _ => self,
        }
    }

    /// Where the node comes from.
    pub fn origin(&self) -> Origin {
        self.origin
    }

    pub fn is_mapping(&self) -> bool {
        matches!(self.resolved().value, Value::Mapping(_))
    }

    pub fn is_sequence(&self) -> bool {
        matches!(self.resolved().value, Value::Sequence(_))
    }

    /// The scalar, if it is one.
    pub fn as_scalar(&self) -> Option<&Scalar> {
        match &self.resolved().value {
            Value::Scalar(s) => Some(s),
            _ => None,
        }
    }

    /// The text of a string scalar.
    pub fn as_str(&self) -> Option<&str> {
        self.as_scalar()
            .filter(|s| s.kind == Kind::Str)
            .map(|s| s.text.as_str())
    }

    pub fn is_null(&self) -> bool {
        self.as_scalar().is_some_and(|s| s.kind == Kind::Null)
    }

    /// The entries of a mapping in their order, without those that a merge key brings.
    pub fn entries(&self) -> &[Entry] {
        match &self.resolved().value {
            Value::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a sequence.
    pub fn items(&self) -> &[Item] {
        match &self.resolved().value {
            Value::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The value under a key, also one that a merge key (`<<`) brings. Null values count as values.
    pub fn get(&self, key: &str) -> Option<&Node> {
        let entries = self.entries();
        // The last of duplicate keys is the one Kubernetes' readers keep.
        entries
            .iter()
            .rev()
            .find(|e| e.key() == Some(key))
            .map(|e| &e.value)
            .or_else(|| merged(entries, key))
    }

    /// The value at a path of keys.
    pub fn at<'a>(&self, path: impl IntoIterator<Item = &'a str>) -> Option<&Node> {
        path.into_iter().try_fold(self, |node, key| node.get(key))
    }

    /// Missing content: null, `{}` or `[]`, or an empty string.
    pub fn is_empty(&self) -> bool {
        match &self.resolved().value {
            Value::Scalar(s) => s.kind == Kind::Null || s.text.is_empty(),
            Value::Sequence(items) => items.is_empty(),
            Value::Mapping(entries) => entries.is_empty(),
            Value::Alias { .. } => unreachable!("resolved"),
        }
    }

    /// Equal as Kubernetes' readers see it: the order of keys and the way of writing do not count.
    pub fn same_value(&self, other: &Node) -> bool {
        match (&self.resolved().value, &other.resolved().value) {
            (Value::Scalar(a), Value::Scalar(b)) => {
                a.kind == b.kind && a.tag == b.tag && (a.text == b.text || a.kind == Kind::Null)
            }
            (Value::Sequence(a), Value::Sequence(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.value.same_value(&b.value))
            }
            (Value::Mapping(a), Value::Mapping(b)) => {
                a.len() == b.len()
                    && a.iter().all(|e| {
                        b.iter()
                            .any(|f| e.key == f.key && e.value.same_value(&f.value))
                    })
            }
            _ => false,
        }
    }
}

/// The value that the merge keys of a mapping bring for `key`.
fn merged<'a>(entries: &'a [Entry], key: &str) -> Option<&'a Node> {
    let merge = entries.iter().find(|e| e.key() == Some("<<"))?;
    let value = merge.value.resolved();
    match &value.value {
        Value::Sequence(items) => items.iter().find_map(|i| i.value.get(key)),
        _ => value.get(key),
    }
}

impl Scalar {
    /// A scalar as a reader finds it: its type follows from its text, style and tag.
    pub(crate) fn read(text: String, plain: bool, tag: Option<Box<str>>) -> Scalar {
        let kind = scalar::kind(&text, plain, tag.as_deref());
        Scalar {
            text,
            kind,
            tag,
            literal: false,
        }
    }
}
