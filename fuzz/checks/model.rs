//! The values of a document as one reader sees them, to be edited beside refit's model.

use refit::yaml::{Kind, Node};
use serde_yaml::Value;

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    Refit,
    /// libyaml, which the readers of Kubernetes' tools follow.
    Libyaml,
}

/// A value without its text, aliases written out.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// The type and the text, in the words of the reader.
    Scalar(String),
    Sequence(Vec<Tree>),
    Mapping(Vec<(Key, Tree)>),
}

/// A key; two that are no strings are not compared: the readers write them down differently.
#[derive(Clone, Debug)]
pub enum Key {
    Text(String),
    Other,
}

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        match (self, other) {
            (Key::Text(a), Key::Text(b)) => a == b,
            _ => true,
        }
    }
}

/// Aliases can make a small text a very large value.
const LIMIT: usize = 20_000;

impl Tree {
    /// `None` for a value that is too large.
    pub fn of_node(node: &Node) -> Option<Tree> {
        from_node(node, &mut LIMIT.clone())
    }

    /// libyaml's reading of one document; `None` where it does not read it.
    pub fn of_text(text: &str) -> Option<Tree> {
        let value = serde_yaml::from_str(text).ok()?;
        from_value(&value, &mut LIMIT.clone())
    }

    /// The value that a new scalar of the model is to have.
    pub fn of_new(scalar: &Node, reader: Reader) -> Tree {
        if reader == Reader::Refit {
            return Tree::of_node(scalar).unwrap_or(Tree::Sequence(Vec::new()));
        }
        let Some(scalar) = scalar.as_scalar() else {
            return if scalar.is_mapping() {
                Tree::Mapping(Vec::new())
            } else {
                Tree::Sequence(Vec::new())
            };
        };
        let value = match scalar.kind {
            Kind::Str => Value::String(scalar.text.clone()),
            // Not a string, so it is read as what it looks like.
            _ => serde_yaml::from_str(&scalar.text).unwrap_or_default(),
        };
        Tree::Scalar(format!("{value:?}"))
    }

    /// Whether another reader sees collections of the same size in the same places.
    pub fn same_shape(&self, other: &Tree) -> bool {
        match (self, other) {
            (Tree::Scalar(_), Tree::Scalar(_)) => true,
            (Tree::Sequence(a), Tree::Sequence(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same_shape(b))
            }
            (Tree::Mapping(a), Tree::Mapping(b)) => {
                a.len() == b.len()
                    && a.iter()
                        .zip(b)
                        .all(|((k, a), (l, b))| k == l && a.same_shape(b))
            }
            _ => false,
        }
    }

    pub fn at(&mut self, path: &[usize]) -> Option<&mut Tree> {
        path.iter().try_fold(self, |tree, &n| match tree {
            Tree::Sequence(items) => items.get_mut(n),
            Tree::Mapping(entries) => entries.get_mut(n).map(|(_, value)| value),
            Tree::Scalar(_) => None,
        })
    }
}

fn from_node(node: &Node, left: &mut usize) -> Option<Tree> {
    *left = left.checked_sub(1)?;
    if let Some(scalar) = node.as_scalar() {
        let text = if scalar.kind == Kind::Null {
            ""
        } else {
            &scalar.text
        };
        let tag = scalar.tag.as_deref().unwrap_or_default();
        return Some(Tree::Scalar(format!("{tag} {:?} {text:?}", scalar.kind)));
    }
    if node.is_sequence() {
        let items = node.items().iter();
        return Some(Tree::Sequence(
            items
                .map(|item| from_node(item.value(), left))
                .collect::<Option<_>>()?,
        ));
    }
    let entries = node.entries().iter().map(|entry| {
        let key = entry
            .key()
            .map_or(Key::Other, |key| Key::Text(key.to_owned()));
        Some((key, from_node(entry.value(), left)?))
    });
    Some(Tree::Mapping(entries.collect::<Option<_>>()?))
}

fn from_value(value: &Value, left: &mut usize) -> Option<Tree> {
    *left = left.checked_sub(1)?;
    Some(match value {
        Value::Sequence(items) => Tree::Sequence(
            items
                .iter()
                .map(|item| from_value(item, left))
                .collect::<Option<_>>()?,
        ),
        Value::Mapping(map) => {
            let entries = map.iter().map(|(key, value)| {
                let key = key
                    .as_str()
                    .map_or(Key::Other, |key| Key::Text(key.to_owned()));
                Some((key, from_value(value, left)?))
            });
            Tree::Mapping(entries.collect::<Option<_>>()?)
        }
        // A tag of a collection is none of its values; the writer keeps it or refuses.
        // Readers see other values below a tag that they do not know.
        Value::Tagged(tagged) => match from_value(&tagged.value, left)? {
            Tree::Scalar(_) => Tree::Scalar(tagged.tag.to_string()),
            collection => collection,
        },
        scalar => Tree::Scalar(format!("{scalar:?}")),
    })
}
