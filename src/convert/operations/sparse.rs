//! One path as an object with one value, before and after the steps.

use serde_json::Value as Json;

use crate::catalog;
use crate::manifest::Gvk;
use crate::yaml::{At, Document, Node, Origin, Taken};

use super::super::Options;
use super::super::engine::{self, Stopped};
use super::super::outcome::{Reason, Verb};
use super::super::path::{self, Link};
use super::pointer::{pointer, tokens};

/// What an operation becomes.
#[derive(Clone, Debug)]
pub(super) enum Way {
    Same,
    /// The new version does not have the place at all.
    Gone,
    New {
        path: String,
        from: Option<String>,
        /// The new value, for operations that have one.
        value: Option<Node>,
    },
}

/// What an operation may become, the plainest way first.
pub(super) struct Choices {
    pub ways: Vec<Way>,
}

impl Choices {
    pub(super) fn is_same(&self) -> bool {
        matches!(self.ways[..], [Way::Same])
    }

    pub(super) fn get(&self, choice: usize) -> &Way {
        &self.ways[choice.min(self.ways.len() - 1)]
    }
}

/// More items than this no list of a manifest has; a path beyond them is a slip.
const MOST_ITEMS: usize = 4096;

/// Finds out what an operation may become.
pub(super) fn choices(
    operation: &Node,
    gvk: &Gvk,
    way: &catalog::Way,
    object: Option<&Json>,
    options: &Options,
    document: &Document,
) -> Result<Choices, String> {
    let text = |key: &str| operation.get(key).and_then(Node::as_str);
    let old = text("path").ok_or("it has no path")?;
    let place = Place {
        gvk,
        way,
        object,
        options,
        document,
    };
    // A scalar of the document, so that it is found again.
    let stand_in = operation.get("path").ok_or("it has no path")?;
    if let Some(from) = text("from") {
        let (path, source) = (
            place.moved(old, None, stand_in)?,
            place.moved(from, None, stand_in)?,
        );
        let (Some(path), Some(source)) = (path, source) else {
            return Err("the new version has no such place".to_owned());
        };
        let (path, source) = (path.pointer()?, source.pointer()?);
        let ways = match path == old && source == from {
            true => vec![Way::Same],
            false => vec![Way::New {
                path,
                from: Some(source),
                value: None,
            }],
        };
        return Ok(Choices { ways });
    }
    let value = operation.get("value");
    let Some(moved) = place.moved(old, value, stand_in)? else {
        return Ok(Choices {
            ways: vec![Way::Gone],
        });
    };
    let leaf = moved.pointer()?;
    let new_value = value.and(moved.value());
    let unchanged = match (value, &new_value) {
        (Some(before), Some(after)) => before.same_value(after),
        _ => true,
    };
    if leaf == old && unchanged && moved.alone() {
        return Ok(Choices {
            ways: vec![Way::Same],
        });
    }
    let mut ways = vec![Way::New {
        path: leaf,
        from: None,
        value: new_value,
    }];
    if text("op") != Some("test") {
        for length in moved.levels() {
            ways.push(Way::New {
                path: moved.pointer_to(length)?,
                from: None,
                value: value.and(moved.mapping(length)),
            });
        }
    }
    Ok(Choices { ways })
}

struct Place<'a> {
    gvk: &'a Gvk,
    way: &'a catalog::Way<'a>,
    object: Option<&'a Json>,
    options: &'a Options<'a>,
    document: &'a Document<'a>,
}

impl Place<'_> {
    /// Where a value comes out; `None` where a step removed it.
    fn moved(
        &self,
        old: &str,
        value: Option<&Node>,
        stand_in: &Node,
    ) -> Result<Option<Moved>, String> {
        let tokens = tokens(old).ok_or("a path begins with /")?;
        let there = self.object.and_then(|object| object.pointer(old));
        let mut marked = value.cloned().unwrap_or_else(|| stand_in.clone());
        if value.is_none() {
            let kind = match there {
                Some(Json::Number(number)) => match number.as_i64() {
                    Some(number) => Node::integer(number),
                    None => Node::float(number.to_string()),
                },
                Some(Json::Bool(value)) => Node::boolean(*value),
                Some(Json::String(text)) => Node::string(text),
                _ => Node::string("x"),
            };
            marked.set_scalar(&kind).map_err(|r| r.to_string())?;
        }
        let origin = marked.origin();
        whole(&mut marked, true)?;
        let (object, links) = build(self.gvk, &tokens, marked, self.object)?;
        let converted = engine::convert(&object, self.gvk, self.way, self.options, self.document);
        let converted = converted.map_err(|stopped| match stopped {
            Stopped::Manual(reasons) => {
                let texts: Vec<String> = reasons.iter().map(Reason::to_string).collect();
                texts.join("; ")
            }
            Stopped::Refused(reason) => reason,
        })?;
        let mut tree = converted.node;
        let Some(new) = find(&tree, origin) else {
            let removed = converted.changes.iter().any(|c| c.verb == Verb::Remove);
            return match removed {
                true => Ok(None),
                false => Err("its value takes another form in the new version".to_owned()),
            };
        };
        if let Ok(Some(node)) = path::at_mut(&mut tree, &new) {
            whole(node, false)?;
        }
        Ok(Some(Moved {
            tree,
            tokens,
            old: links,
            new,
        }))
    }
}

/// A value after the steps.
struct Moved {
    tree: Node,
    /// The old path as it is written.
    tokens: Vec<String>,
    old: Vec<Link>,
    new: Vec<Link>,
}

impl Moved {
    fn pointer(&self) -> Result<String, String> {
        self.pointer_to(self.new.len())
    }

    /// The pointer to so many links of the new place. Items keep the index they had, also `-`.
    fn pointer_to(&self, length: usize) -> Result<String, String> {
        let is_item = |link: &&Link| matches!(link, Link::Item(_));
        let items: Vec<&Link> = self.old.iter().filter(is_item).collect();
        let same = self.new.iter().filter(is_item).eq(items.iter().copied());
        if !same {
            return Err("it comes to stand in a list, whose other items are not known".to_owned());
        }
        let mut written = self
            .old
            .iter()
            .zip(&self.tokens)
            .filter(|(link, _)| matches!(link, Link::Item(_)))
            .map(|(_, token)| token.as_str());
        let tokens: Vec<&str> = self.new[..length]
            .iter()
            .filter_map(|link| match link {
                Link::Key(key) => Some(key.as_str()),
                Link::Item(_) => written.next(),
            })
            .collect();
        Ok(pointer(tokens))
    }

    fn value(&self) -> Option<Node> {
        path::at(&self.tree, &self.new).cloned()
    }

    /// Whether nothing came to stand beside the value.
    fn alone(&self) -> bool {
        (0..self.new.len()).all(|length| self.neighbours(length) == 0)
    }

    /// How many other keys the mapping at so many links has, nulls too.
    fn neighbours(&self, length: usize) -> usize {
        let Some(node) = path::at(&self.tree, &self.new[..length]) else {
            return 0;
        };
        let own = match length {
            0 => ["apiVersion", "kind"].as_slice(),
            _ => &[],
        };
        let keys = node.entries().iter().filter_map(|entry| entry.key());
        let next = self.new.get(length);
        keys.filter(|key| !own.contains(key))
            .filter(|key| next != Some(&Link::Key((*key).to_owned())))
            .count()
    }

    /// The levels above the value at which a whole mapping can be written instead: where something
    /// stands beside it, and where the new place leaves the old one.
    fn levels(&self) -> Vec<usize> {
        let mut levels: Vec<usize> = (1..self.new.len())
            .rev()
            .filter(|length| self.neighbours(*length) > 0)
            .collect();
        let shared = self
            .old
            .iter()
            .zip(&self.new)
            .take_while(|(a, b)| a == b)
            .count();
        if shared + 1 < self.new.len() && !levels.contains(&(shared + 1)) {
            levels.push(shared + 1);
        }
        levels.retain(|length| matches!(self.new[*length - 1], Link::Key(_)));
        levels
    }

    /// The mapping at a level, without the nulls that take other keys away.
    fn mapping(&self, length: usize) -> Option<Node> {
        let mut node = path::at(&self.tree, &self.new[..length])?.clone();
        without_nulls(&mut node);
        Some(node)
    }
}

fn without_nulls(node: &mut Node) {
    let keys = node
        .entries()
        .iter()
        .filter(|entry| entry.value().is_null());
    let keys: Vec<String> = keys.filter_map(|e| e.key().map(str::to_owned)).collect();
    for key in keys {
        // A new mapping holds nothing that could be refused.
        let _ = node.take(&key);
    }
    if let Ok(entries) = node.entries_mut() {
        entries.iter_mut().for_each(|entry| {
            if entry.value().origin() == Origin::New {
                without_nulls(entry.value_mut());
            }
        });
    }
}

/// Marks a value as whole for the steps, or takes the mark off again: what an operation writes is all
/// there is.
fn whole(node: &mut Node, mark: bool) -> Result<(), String> {
    let refused = |refusal: crate::yaml::Refusal| refusal.to_string();
    if node.is_mapping() {
        if mark {
            let value = Taken::from(Node::string("replace"));
            node.insert("$patch", value, At::End).map_err(refused)?;
        } else {
            node.take("$patch").map_err(refused)?;
        }
    }
    for item in node.items_mut().map_err(refused)?.into_iter().flatten() {
        whole(item.value_mut(), mark)?;
    }
    Ok(())
}

/// The object with one value, and where the value stands in it.
fn build(
    gvk: &Gvk,
    tokens: &[String],
    value: Node,
    object: Option<&Json>,
) -> Result<(Node, Vec<Link>), String> {
    let mut links = Vec::new();
    let mut there = object;
    for token in tokens {
        let index = match token.as_str() {
            "-" => Some(0),
            digits => digits.parse::<usize>().ok(),
        };
        let is_list = match there {
            Some(json) => json.is_array(),
            None => index.is_some(),
        };
        links.push(match index.filter(|_| is_list) {
            Some(index) if index > MOST_ITEMS => return Err("its index is too high".to_owned()),
            Some(index) => Link::Item(index),
            None => Link::Key(token.clone()),
        });
        there = there.and_then(|json| match json {
            Json::Array(items) => items.get(token.parse::<usize>().ok()?),
            other => other.get(token),
        });
    }
    let refused = |refusal: crate::yaml::Refusal| refusal.to_string();
    let mut node = value;
    for link in links.iter().rev() {
        node = match link {
            Link::Key(key) => {
                let mut mapping = Node::mapping();
                mapping.insert(key, node, At::End).map_err(refused)?;
                mapping
            }
            Link::Item(index) => {
                let nulls = std::iter::repeat_with(Node::null).take(*index);
                Node::sequence(nulls.chain([node]))
            }
        };
    }
    if !node.is_mapping() {
        return Err("it patches the object as a whole".to_owned());
    }
    for (key, value) in [("kind", &gvk.kind), ("apiVersion", &gvk.api_version)] {
        if node.get(key).is_none() {
            node.insert(key, Node::string(value), At::End)
                .map_err(refused)?;
        }
    }
    Ok((node, links))
}

/// The place of the node that came from that piece of source.
fn find(node: &Node, origin: Origin) -> Option<Vec<Link>> {
    if node.origin() == origin {
        return Some(Vec::new());
    }
    let below = |link: Link, child: &Node| {
        let found = find(child, origin)?;
        Some([vec![link], found].concat())
    };
    let in_keys = node
        .entries()
        .iter()
        .find_map(|entry| below(Link::Key(entry.key()?.to_owned()), entry.value()));
    in_keys.or_else(|| {
        let mut items = node.items().iter().enumerate();
        items.find_map(|(index, item)| below(Link::Item(index), item.value()))
    })
}
