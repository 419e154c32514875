//! The operations that change a model. What lies behind an alias or a merge key is refused: the text
//! there belongs to others.

use super::{At, Entry, Item, Key, Node, Origin, Place, Scalar, Taken, Value, merged};
use crate::yaml::error::Refusal;

impl Node {
    fn mapping_mut(&mut self) -> Result<Option<&mut Vec<Entry>>, Refusal> {
        match &mut self.value {
            Value::Mapping(entries) => Ok(Some(entries)),
            Value::Alias { name, .. } => Err(Refusal::BelowAlias {
                name: name.to_string(),
            }),
            _ => Ok(None),
        }
    }

    /// The index of a key that may be edited.
    fn position(entries: &[Entry], key: &str) -> Result<Option<usize>, Refusal> {
        let mut found = entries
            .iter()
            .enumerate()
            .filter(|(_, e)| e.key() == Some(key))
            .map(|(i, _)| i);
        let first = found.next();
        if found.next().is_some() {
            return Err(Refusal::DuplicateKey {
                key: key.to_owned(),
            });
        }
        if merged(entries, key).is_some() {
            return Err(Refusal::MergeKey {
                key: key.to_owned(),
            });
        }
        Ok(first)
    }

    /// The value under a key, to be changed; `None` where it is missing or this is no mapping.
    ///
    /// # Errors
    /// Refuses what an alias or a merge key supplies, and duplicate keys.
    pub fn get_mut(&mut self, key: &str) -> Result<Option<&mut Node>, Refusal> {
        let Some(entries) = self.mapping_mut()? else {
            return Ok(None);
        };
        let found = Node::position(entries, key)?;
        Ok(found.map(|i| &mut entries[i].value))
    }

    /// All entries, to be changed.
    ///
    /// # Errors
    /// Refuses a mapping behind an alias.
    pub fn entries_mut(&mut self) -> Result<&mut [Entry], Refusal> {
        Ok(self
            .mapping_mut()?
            .map_or(&mut [], |entries| entries.as_mut_slice()))
    }

    /// The items of a sequence, to be changed, removed or added to; `None` for anything else.
    ///
    /// # Errors
    /// Refuses a sequence behind an alias.
    pub fn items_mut(&mut self) -> Result<Option<&mut Vec<Item>>, Refusal> {
        match &mut self.value {
            Value::Sequence(items) => Ok(Some(items)),
            Value::Alias { name, .. } => Err(Refusal::BelowAlias {
                name: name.to_string(),
            }),
            _ => Ok(None),
        }
    }

    /// Takes an entry out of this mapping, with its comments.
    ///
    /// # Errors
    /// As [`Node::get_mut`].
    pub fn take(&mut self, key: &str) -> Result<Option<Taken>, Refusal> {
        let Some(entries) = self.mapping_mut()? else {
            return Ok(None);
        };
        let Some(index) = Node::position(entries, key)? else {
            return Ok(None);
        };
        let entry = entries.remove(index);
        let place = Place {
            index,
            entry: entry.origin.or(entry.place),
        };
        Ok(Some(Taken {
            origin: entry.origin,
            value: entry.value,
            place,
        }))
    }

    /// Puts a value, new or taken, under a key that is not there yet, and returns it.
    ///
    /// # Errors
    /// Refuses a key that is there already, a mapping behind an alias, and anything but a mapping.
    pub fn insert(
        &mut self,
        key: &str,
        value: impl Into<Taken>,
        at: At,
    ) -> Result<&mut Node, Refusal> {
        let Some(entries) = self.mapping_mut()? else {
            return Err(Refusal::NotAMapping {
                key: key.to_owned(),
            });
        };
        if Node::position(entries, key)?.is_some() {
            return Err(Refusal::DuplicateKey {
                key: key.to_owned(),
            });
        }
        let Taken { origin, value, .. } = value.into();
        let index_of = |keys: &[&str]| {
            keys.iter()
                .find_map(|key| entries.iter().position(|e| e.key() == Some(key)))
        };
        let (index, place) = match at {
            At::End => (entries.len(), None),
            At::Before(keys) => (index_of(keys).unwrap_or(entries.len()), None),
            At::After(keys) => (index_of(keys).map_or(entries.len(), |i| i + 1), None),
            At::PlaceOf(place) | At::HeirOf(place) => (place.index.min(entries.len()), place.entry),
        };
        let origin = origin.or(place.filter(|_| matches!(at, At::HeirOf(_))));
        let key = Key::from(key);
        // Most new mappings stay small, and a large document may get very many of them.
        entries.reserve_exact(1);
        entries.insert(
            index,
            Entry {
                origin,
                place,
                key,
                value,
            },
        );
        Ok(&mut entries[index].value)
    }

    /// Gives an entry another key, in its place. False when the old key is not there.
    ///
    /// # Errors
    /// As [`Node::insert`].
    pub fn rename(&mut self, key: &str, to: &str) -> Result<bool, Refusal> {
        let Some(entries) = self.mapping_mut()? else {
            return Ok(false);
        };
        let Some(index) = Node::position(entries, key)? else {
            return Ok(false);
        };
        if Node::position(entries, to)?.is_some() {
            return Err(Refusal::DuplicateKey { key: to.to_owned() });
        }
        entries[index].key = Key::from(to);
        Ok(true)
    }

    /// Exchanges this value for another one, in its place.
    pub fn replace(&mut self, value: Node) {
        *self = value;
    }

    /// Changes the text and type of a scalar in its place; a string keeps its quotes.
    ///
    /// # Errors
    /// Refuses an alias.
    pub fn set_scalar(&mut self, new: &Node) -> Result<(), Refusal> {
        match (&mut self.value, &new.value) {
            (Value::Alias { name, .. }, _) => Err(Refusal::BelowAlias {
                name: name.to_string(),
            }),
            (Value::Scalar(old), Value::Scalar(new)) => {
                *old = Scalar {
                    tag: None,
                    ..new.clone()
                };
                Ok(())
            }
            _ => {
                *self = new.clone();
                Ok(())
            }
        }
    }

    /// A copy of the value for another place: aliases are written out, scalars keep their quotes,
    /// comments and anchors stay with the original.
    ///
    /// # Errors
    /// Refuses a value that aliases blow up beyond [`Node::COPY_LIMIT`] nodes.
    pub fn copy(&self) -> Result<Node, Refusal> {
        let mut left = Node::COPY_LIMIT;
        copy(self, &mut left, false)
    }

    /// How many nodes aliases may bring into a copy.
    pub const COPY_LIMIT: usize = 10_000;
}

fn copy(node: &Node, left: &mut usize, aliased: bool) -> Result<Node, Refusal> {
    let aliased = aliased || matches!(node.value, Value::Alias { .. });
    if aliased {
        let limit = Node::COPY_LIMIT;
        *left = left.checked_sub(1).ok_or(Refusal::TooLarge { limit })?;
    }
    let node = node.resolved();
    let origin = match node.origin {
        Origin::Source(id) | Origin::Copy(id) => Origin::Copy(id),
        Origin::New => Origin::New,
    };
    let value = match &node.value {
        Value::Scalar(s) => Value::Scalar(s.clone()),
        Value::Sequence(items) => Value::Sequence(
            items
                .iter()
                .map(|i| Ok(Item::new(copy(&i.value, left, aliased)?)))
                .collect::<Result<_, Refusal>>()?,
        ),
        Value::Mapping(entries) => {
            if let Some(merge) = entries.iter().find(|e| e.key() == Some("<<")) {
                return Err(Refusal::MergeKey {
                    key: merge.key.text.to_string(),
                });
            }
            if entries.iter().any(|e| e.key.complex) {
                return Err(Refusal::ComplexKey);
            }
            let copied = entries.iter().map(|e| {
                Ok(Entry {
                    origin: None,
                    place: None,
                    key: e.key.clone(),
                    value: copy(&e.value, left, aliased)?,
                })
            });
            Value::Mapping(copied.collect::<Result<_, Refusal>>()?)
        }
        Value::Alias { .. } => unreachable!("resolved"),
    };
    Ok(Node { origin, value })
}
