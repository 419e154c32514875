//! Where new keys go.

use crate::catalog::rule::{Literal, Path, Segment, Step};
use crate::yaml::{At, Item, Node, Place, Refusal, Taken};

use super::path::Link;

/// One step down to a place that may not be there yet.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Target {
    Key(String),
    /// An item that is there.
    Item(usize),
    /// A new item, this far from the beginning of the list.
    First(usize),
    /// A new item at the end of the list.
    Last,
}

/// The place of `path` once its first `bound.len()` segments are known.
pub(super) fn target(bound: &[Link], path: &[Segment], nth: usize) -> Vec<Target> {
    let bound_part = bound.iter().map(|link| match link {
        Link::Key(key) => Target::Key(key.clone()),
        Link::Item(index) => Target::Item(*index),
    });
    let rest = path[bound.len()..]
        .iter()
        .filter_map(|segment| match segment {
            Segment::Key(key) => Some(Target::Key(key.clone())),
            Segment::First => Some(Target::First(nth)),
            Segment::Last => Some(Target::Last),
            // The catalogue refuses paths that write to every item of what is not there.
            Segment::EachItem | Segment::EachKey => None,
        });
    bound_part.chain(rest).collect()
}

/// The node at a target, if it is there.
pub(super) fn existing<'a>(node: &'a Node, target: &[Target]) -> Option<&'a Node> {
    target.iter().try_fold(node, |node, step| match step {
        Target::Key(key) => node.get(key),
        Target::Item(index) => Some(node.items().get(*index)?.value()),
        Target::First(_) | Target::Last => None,
    })
}

/// The address of a target as far as its items are there.
pub(super) fn known(target: &[Target]) -> Vec<Link> {
    let link = |step: &Target| match step {
        Target::Key(key) => Some(Link::Key(key.clone())),
        Target::Item(index) => Some(Link::Item(*index)),
        Target::First(_) | Target::Last => None,
    };
    target.iter().map_while(link).collect()
}

/// A place that became free.
#[derive(Clone, Debug)]
pub(super) struct Vacated {
    /// The mapping it is in.
    pub mapping: Vec<Link>,
    pub place: Place,
    /// What stood there was emptied and is gone; its comments have no owner.
    pub emptied: bool,
}

/// What decides where the first new key of a target goes.
#[derive(Clone, Copy, Default)]
pub(super) struct Placing<'a> {
    pub step: Option<&'a Step>,
    /// What the step wrote before, in the order of the catalogue, and the path it writes now.
    pub order: Option<(&'a [(Path, Literal)], &'a Path)>,
    /// Where something was taken from.
    pub vacated: Option<&'a Vacated>,
    /// The key that a companion stands before, and its mapping.
    pub beside: Option<(&'a [Link], &'a str)>,
}

/// Something to put at a target.
#[derive(Debug)]
pub(super) enum Moved {
    Entry(Taken),
    Item(Item),
}

impl Moved {
    pub fn value_mut(&mut self) -> &mut Node {
        match self {
            Moved::Entry(taken) => taken.value_mut(),
            Moved::Item(item) => item.value_mut(),
        }
    }

    /// An item to hold the container of what moves: a moved item's own, with its comments.
    fn shell(&mut self, container: Node) -> Item {
        match self {
            Moved::Item(item) => {
                let value = item.exchange(container);
                std::mem::replace(item, Item::new(value))
            }
            Moved::Entry(_) => Item::new(container),
        }
    }

    fn into_taken(self) -> Taken {
        match self {
            Moved::Entry(taken) => taken,
            Moved::Item(item) => Taken::from(item.into_value()),
        }
    }

    fn into_item(self) -> Item {
        match self {
            Moved::Entry(taken) => Item::from_taken(taken),
            Moved::Item(item) => item,
        }
    }
}

/// Why something was not put at a target.
#[derive(Debug)]
pub(super) enum PutError {
    /// A value stands in the way: there.
    Occupied(Vec<Link>),
    Refused(Refusal),
}

impl From<Refusal> for PutError {
    fn from(refusal: Refusal) -> PutError {
        PutError::Refused(refusal)
    }
}

/// Puts a value at a target that is free, making the mappings and lists above it, and returns its
/// address.
pub(super) fn put(
    scope: &mut Node,
    target: &[Target],
    mut moved: Moved,
    placing: Placing,
) -> Result<Vec<Link>, PutError> {
    let Some((last, above)) = target.split_last() else {
        return Err(PutError::Occupied(Vec::new()));
    };
    let mut node = scope;
    let mut address = Vec::with_capacity(target.len());
    let mut placing = Some(placing);
    for (step, next) in above.iter().zip(&target[1..]) {
        let container = || match next {
            Target::First(_) | Target::Last => Node::sequence([]),
            Target::Key(_) | Target::Item(_) => Node::mapping(),
        };
        match step {
            Target::Key(key) => {
                match node.get(key) {
                    None => insert(
                        node,
                        &address,
                        key,
                        Taken::from(container()),
                        placing.take(),
                    )?,
                    // In its place, so that the key keeps its comments.
                    Some(there) if there.is_null() || is_wrong_blank(there, next) => {
                        if let Some(there) = node.get_mut(key)? {
                            there.replace(container());
                        }
                    }
                    Some(_) => {}
                }
                address.push(Link::Key(key.clone()));
                node = node
                    .get_mut(key)?
                    .ok_or_else(|| PutError::Occupied(address.clone()))?;
            }
            Target::Item(_) | Target::First(_) | Target::Last => {
                let items = node
                    .items_mut()?
                    .ok_or_else(|| PutError::Occupied(address.clone()))?;
                let index = match step {
                    Target::Item(index) => *index,
                    Target::First(nth) => {
                        let index = (*nth).min(items.len());
                        items.insert(index, moved.shell(container()));
                        index
                    }
                    _ => {
                        items.push(moved.shell(container()));
                        items.len() - 1
                    }
                };
                address.push(Link::Item(index));
                node = items
                    .get_mut(index)
                    .ok_or_else(|| PutError::Occupied(address.clone()))?
                    .value_mut();
            }
        }
    }
    match last {
        Target::Key(key) => {
            if !node.is_mapping() {
                return Err(PutError::Occupied(address));
            }
            match node.get(key) {
                Some(there) if is_free(there) => {
                    let there = node.take(key)?.map(|taken| taken.place());
                    let at = there.map_or(At::End, At::PlaceOf);
                    node.insert(key, moved.into_taken(), at)?;
                }
                Some(_) => {
                    address.push(Link::Key(key.clone()));
                    return Err(PutError::Occupied(address));
                }
                None => insert(node, &address, key, moved.into_taken(), placing)?,
            }
            address.push(Link::Key(key.clone()));
        }
        Target::Item(index) => {
            address.push(Link::Item(*index));
            return Err(PutError::Occupied(address));
        }
        Target::First(_) | Target::Last => {
            let items = node
                .items_mut()?
                .ok_or_else(|| PutError::Occupied(address.clone()))?;
            let index = match last {
                Target::First(nth) => (*nth).min(items.len()),
                _ => items.len(),
            };
            items.insert(index, moved.into_item());
            address.push(Link::Item(index));
        }
    }
    Ok(address)
}

/// Whether a value may be written over: nothing stands there.
pub(super) fn is_free(there: &Node) -> bool {
    there.is_null() || (there.is_empty() && there.as_scalar().is_none())
}

/// `{}` where a list is wanted, or `[]` where a mapping is.
fn is_wrong_blank(there: &Node, next: &Target) -> bool {
    let list = matches!(next, Target::First(_) | Target::Last);
    is_free(there) && there.is_sequence() != list
}

fn insert(
    mapping: &mut Node,
    address: &[Link],
    key: &str,
    taken: Taken,
    placing: Option<Placing>,
) -> Result<(), Refusal> {
    let placing = placing.unwrap_or_default();
    let is_there = |key: &str| {
        mapping
            .entries()
            .iter()
            .any(|entry| entry.key() == Some(key))
    };
    let first_there = |keys: &[String]| keys.iter().find(|key| is_there(key)).cloned();
    let after = placing.step.and_then(|step| first_there(&step.after));
    let before = placing.step.and_then(|step| first_there(&step.before));
    let preceding = placing
        .order
        .and_then(|(earlier, path)| preceding(earlier, path, address.len(), &is_there));
    let beside = placing
        .beside
        .filter(|(place, key)| *place == address && is_there(key));
    let vacated = placing.vacated.filter(|vacated| vacated.mapping == address);
    let mut keys: [&str; 1] = [""];
    let at = if let Some((_, key)) = beside {
        keys[0] = key;
        At::Before(&keys)
    } else if let Some(key) = preceding.or(after.as_deref()) {
        keys[0] = key;
        At::After(&keys)
    } else if let Some(key) = &before {
        keys[0] = key;
        At::Before(&keys)
    } else if let Some(vacated) = vacated {
        if vacated.emptied {
            At::HeirOf(vacated.place)
        } else {
            At::PlaceOf(vacated.place)
        }
    } else {
        At::End
    };
    mapping.insert(key, taken, at).map(|_| ())
}

/// The nearest key in the catalogue's order that stands in the same mapping.
fn preceding<'a>(
    earlier: &'a [(Path, Literal)],
    path: &Path,
    depth: usize,
    is_there: &dyn Fn(&str) -> bool,
) -> Option<&'a str> {
    earlier
        .iter()
        .rev()
        .find_map(|(other, _)| match other.0.get(depth) {
            Some(Segment::Key(k)) if path.0.starts_with(&other.0[..depth]) && is_there(k) => {
                Some(k.as_str())
            }
            _ => None,
        })
}
