//! Operations on a document, twice: on refit's model, and on libyaml's values. The text that refit
//! writes must have exactly the values of the second.

use refit::yaml::{At, Document, DroppedComment, Item, Node, WriteError};
use serde_yaml::{Mapping, Value};

use crate::judge::{self, equal, read};

/// A path of child indexes from the root.
pub type Path = Vec<usize>;

#[derive(Clone, Debug)]
pub enum Operation {
    /// The n-th key of the mapping at the path gets another name.
    Rename(Path, usize),
    Delete(Path, usize),
    /// A new key before (false) or after (true) the n-th one.
    Insert(Path, usize, bool),
    /// `k: v` becomes `new: {k: v}` in its place.
    Wrap(Path, usize),
    /// `new: {k: v}` becomes `k: v` in its place, for a mapping of one key.
    Unwrap(Path, usize),
    /// A key of a mapping below the n-th key moves up behind it; an emptied mapping goes.
    Hoist(Path, usize, usize),
    /// The n-th key moves to the end of the mapping at another path.
    Move(Path, usize, Path),
    /// The value of the n-th key is copied to a new key at the end.
    Copy(Path, usize),
    /// The n-th scalar value becomes another string.
    Set(Path, usize),
    /// The n-th value becomes a new one of several lines.
    Replace(Path, usize),
    /// `k: v` becomes `k: [v]`.
    ToList(Path, usize),
    /// `k: [v, w]` becomes `k: v`.
    FromList(Path, usize),
    DeleteItem(Path, usize),
    /// The n-th item moves to the front.
    FirstItem(Path, usize),
    /// The n-th item moves to the end of the sequence at another path.
    MoveItem(Path, usize, Path),
    AppendItem(Path),
}

use Operation as O;

impl Operation {
    fn path(&self) -> &Path {
        match self {
            O::Rename(p, _) | O::Delete(p, _) | O::Insert(p, _, _) | O::Wrap(p, _) => p,
            O::Unwrap(p, _) | O::Hoist(p, _, _) | O::Move(p, _, _) | O::Copy(p, _) => p,
            O::Set(p, _) | O::Replace(p, _) | O::ToList(p, _) | O::FromList(p, _) => p,
            O::DeleteItem(p, _) | O::FirstItem(p, _) | O::MoveItem(p, _, _) | O::AppendItem(p) => p,
        }
    }

    /// Whether something goes that may have had comments of its own.
    fn removes(&self) -> bool {
        !matches!(
            self,
            O::Rename(..)
                | O::Insert(..)
                | O::Wrap(..)
                | O::Move(..)
                | O::Copy(..)
                | O::Set(..)
                | O::FirstItem(..)
                | O::MoveItem(..)
                | O::AppendItem(..)
        )
    }
}

/// All operations that make sense on a value, at every path; of the moves from anywhere to
/// anywhere only as many as there are others.
pub fn all(value: &Value) -> Vec<Operation> {
    let mut found = Vec::new();
    let (mut mappings, mut sequences) = (Vec::new(), Vec::new());
    visit(
        value,
        &mut Vec::new(),
        &mut found,
        &mut mappings,
        &mut sequences,
    );
    let moves = |collections: &[(Path, usize)], make: fn(Path, usize, Path) -> Operation| {
        let children: Vec<(Path, usize)> = collections
            .iter()
            .flat_map(|(p, n)| (0..*n).map(|i| (p.clone(), i)))
            .collect();
        let pairs = children.len() * collections.len();
        let step = (pairs / (children.len() * 2).max(1)).max(1);
        // An odd step meets all combinations.
        let pairs = (0..pairs).step_by(step | 1);
        pairs
            .map(|i| {
                (
                    &children[i / collections.len()],
                    &collections[i % collections.len()].0,
                )
            })
            .filter(|((from, n), to)| {
                from != *to && !to.starts_with(&[from.as_slice(), &[*n]].concat())
            })
            .map(|((from, n), to)| make(from.clone(), *n, to.clone()))
            .collect::<Vec<_>>()
    };
    found.extend(moves(&mappings, O::Move));
    found.extend(moves(&sequences, O::MoveItem));
    found
}

type Collections = Vec<(Path, usize)>;

fn visit(
    value: &Value,
    path: &mut Path,
    found: &mut Vec<Operation>,
    mappings: &mut Collections,
    sequences: &mut Collections,
) {
    match value {
        Value::Mapping(map) => {
            mappings.push((path.clone(), map.len()));
            for (n, (key, child)) in map.iter().enumerate() {
                if key.as_str().is_some_and(|k| k != "<<") {
                    found.extend([
                        O::Rename(path.clone(), n),
                        O::Delete(path.clone(), n),
                        O::Insert(path.clone(), n, false),
                        O::Insert(path.clone(), n, true),
                        O::Wrap(path.clone(), n),
                        O::Copy(path.clone(), n),
                        O::Replace(path.clone(), n),
                        O::ToList(path.clone(), n),
                    ]);
                    match child {
                        Value::Mapping(inner) => {
                            found.extend((0..inner.len()).map(|m| O::Hoist(path.clone(), n, m)));
                            if inner.len() == 1 {
                                found.push(O::Unwrap(path.clone(), n));
                            }
                        }
                        Value::Sequence(items) if !items.is_empty() => {
                            found.push(O::FromList(path.clone(), n));
                        }
                        Value::Sequence(_) | Value::Tagged(_) => {}
                        _ => found.push(O::Set(path.clone(), n)),
                    }
                }
                path.push(n);
                visit(child, path, found, mappings, sequences);
                path.pop();
            }
        }
        Value::Sequence(items) => {
            sequences.push((path.clone(), items.len()));
            found.push(O::AppendItem(path.clone()));
            for (n, child) in items.iter().enumerate() {
                found.push(O::DeleteItem(path.clone(), n));
                found.push(O::FirstItem(path.clone(), n));
                path.push(n);
                visit(child, path, found, mappings, sequences);
                path.pop();
            }
        }
        _ => {}
    }
}

/// A key that is not there yet.
fn fresh(map: &Mapping) -> String {
    let names = (1..).map(|n| {
        if n == 1 {
            "refit-new".to_owned()
        } else {
            format!("refit-new{n}")
        }
    });
    names
        .into_iter()
        .find(|name| !map.contains_key(name.as_str()))
        .expect("one of many")
}

/// A new value, of each sort in turn.
fn new_value(n: usize) -> (Value, Node) {
    let text = |s: &str| Value::String(s.to_owned());
    match n % 4 {
        0 => (text("a new: value"), Node::string("a new: value")),
        1 => {
            let inner = Mapping::from_iter(
                [("name", text("x")), ("number", 80.into())].map(|(k, v)| (text(k), v)),
            );
            let list = Value::Sequence(vec![Value::Mapping(inner), text("no")]);
            let mut node = Node::mapping();
            node.insert("name", Node::string("x"), At::End)
                .expect("new");
            node.insert("number", Node::integer(80), At::End)
                .expect("new");
            let list_node = Node::sequence([node, Node::string("no")]);
            let mut outer = Node::mapping();
            outer
                .insert("empty", Node::mapping(), At::End)
                .expect("new");
            outer.insert("list", list_node, At::End).expect("new");
            let pairs = [("empty", Value::Mapping(Mapping::new())), ("list", list)];
            (
                Value::Mapping(Mapping::from_iter(pairs.map(|(k, v)| (text(k), v)))),
                outer,
            )
        }
        2 => (
            text("# line\n\n  deeper\nend"),
            Node::text("# line\n\n  deeper\nend"),
        ),
        _ => (Value::Bool(true), Node::boolean(true)),
    }
}

fn value_at<'v>(root: &'v mut Value, path: &[usize]) -> Option<&'v mut Value> {
    path.iter().try_fold(root, |value, &n| match value {
        Value::Mapping(map) => map.iter_mut().nth(n).map(|(_, v)| v),
        Value::Sequence(items) => items.get_mut(n),
        _ => None,
    })
}

/// The operation on libyaml's values; `None` where it does not apply after all.
pub fn on_value(root: &Value, operation: &Operation) -> Option<Value> {
    let mut root = root.clone();
    match operation {
        O::Move(from, n, to) => {
            // Taking the entry out moves the path to its later siblings.
            let source = value_at(&mut root, from)?.as_mapping_mut()?;
            let (key, value) = source.iter().nth(*n).map(|(k, v)| (k.clone(), v.clone()))?;
            key.as_str().filter(|k| *k != "<<")?;
            let target = value_at(&mut root, to)?.as_mapping_mut()?;
            target.insert(Value::String(fresh(target)), value);
            value_at(&mut root, from)?
                .as_mapping_mut()?
                .shift_remove(&key);
            return Some(root);
        }
        O::MoveItem(from, n, to) => {
            let value = value_at(&mut root, from)?
                .as_sequence_mut()?
                .get(*n)?
                .clone();
            value_at(&mut root, to)?.as_sequence_mut()?.push(value);
            value_at(&mut root, from)?.as_sequence_mut()?.remove(*n);
            return Some(root);
        }
        _ => {}
    }
    let target = value_at(&mut root, operation.path())?;
    if let Value::Sequence(items) = target {
        match operation {
            O::DeleteItem(_, n) if *n < items.len() => drop(items.remove(*n)),
            O::FirstItem(_, n) if *n < items.len() => items[..=*n].rotate_right(1),
            O::AppendItem(_) => items.push(new_value(items.len()).0),
            _ => return None,
        }
        return Some(root);
    }
    let map = target.as_mapping()?;
    let new = Value::String(fresh(map));
    let mut pairs: Vec<(Value, Value)> = map.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
    let n = match operation {
        O::Rename(_, n)
        | O::Delete(_, n)
        | O::Insert(_, n, _)
        | O::Wrap(_, n)
        | O::Unwrap(_, n) => n,
        O::Hoist(_, n, _) | O::Copy(_, n) | O::Set(_, n) | O::Replace(_, n) => n,
        O::ToList(_, n) | O::FromList(_, n) => n,
        _ => return None,
    };
    pairs.get(*n)?.0.as_str().filter(|k| *k != "<<")?;
    match operation {
        O::Rename(_, n) => pairs[*n].0 = new,
        O::Delete(_, n) => drop(pairs.remove(*n)),
        O::Insert(_, n, after) => pairs.insert(n + usize::from(*after), (new, new_value(*n).0)),
        O::Wrap(_, n) => {
            pairs[*n] = (
                new,
                Value::Mapping([pairs[*n].clone()].into_iter().collect()),
            )
        }
        O::Unwrap(_, n) => {
            let inner = pairs[*n].1.as_mapping().filter(|m| m.len() == 1)?;
            let (key, value) = inner.iter().next()?;
            key.as_str().filter(|k| *k != "<<")?;
            pairs[*n] = (key.clone(), value.clone());
        }
        O::Hoist(_, n, m) => {
            let inner = pairs[*n].1.as_mapping_mut()?;
            let (key, value) = inner.iter().nth(*m).map(|(k, v)| (k.clone(), v.clone()))?;
            key.as_str().filter(|k| *k != "<<")?;
            inner.shift_remove(&key);
            let emptied = inner.is_empty();
            pairs.insert(n + 1, (new, value));
            if emptied {
                pairs.remove(*n);
            }
        }
        O::Copy(_, n) => pairs.push((new, pairs[*n].1.clone())),
        O::Set(_, n) => pairs[*n].1 = new_value(0).0,
        O::Replace(_, n) => pairs[*n].1 = new_value(1 + *n % 2).0,
        O::ToList(_, n) => pairs[*n].1 = Value::Sequence(vec![pairs[*n].1.clone()]),
        O::FromList(_, n) => pairs[*n].1 = pairs[*n].1.as_sequence()?.first()?.clone(),
        _ => return None,
    }
    let count = pairs.len();
    let map: Mapping = pairs.into_iter().collect();
    if map.len() != count {
        return None;
    }
    *target = Value::Mapping(map);
    Some(root)
}

fn node_at<'n>(root: &'n mut Node, path: &[usize]) -> Result<&'n mut Node, WriteError> {
    path.iter().try_fold(root, |node, &n| {
        Ok(if node.is_mapping() {
            node.entries_mut()?[n].value_mut()
        } else {
            node.items_mut()?.expect("a sequence")[n].value_mut()
        })
    })
}

/// The operation on refit's model. `value` is what libyaml reads, for the keys.
pub fn on_model(root: &mut Node, value: &Value, operation: &Operation) -> Result<(), WriteError> {
    let mut value = value.clone();
    let mut at = |path: &[usize]| value_at(&mut value, path).expect("same shape").clone();
    let here = at(operation.path());
    let key = |n: usize| {
        let (key, _) = here
            .as_mapping()
            .expect("a mapping")
            .iter()
            .nth(n)
            .expect("n keys");
        key.as_str().expect("a string").to_owned()
    };
    let new = || fresh(here.as_mapping().expect("a mapping"));
    let node = node_at(root, operation.path())?;
    match operation {
        O::Rename(_, n) => drop(node.rename(&key(*n), &new())?),
        O::Delete(_, n) => drop(node.take(&key(*n))?),
        O::Insert(_, n, after) => {
            let key = key(*n);
            let at = [key.as_str()];
            let at = if *after {
                At::After(&at)
            } else {
                At::Before(&at)
            };
            node.insert(&new(), new_value(*n).1, at)?;
        }
        O::Wrap(_, n) => {
            let taken = node.take(&key(*n))?.expect("there");
            let inner = node.insert(&new(), Node::mapping(), At::PlaceOf(taken.place()))?;
            inner.insert(&key(*n), taken, At::End)?;
        }
        O::Unwrap(_, n) => {
            let mut outer = node.take(&key(*n))?.expect("there");
            let place = outer.place();
            let inner_key = outer.value().entries()[0]
                .key()
                .expect("a string")
                .to_owned();
            let inner = outer.value_mut().take(&inner_key)?.expect("there");
            node.insert(&inner_key, inner, At::PlaceOf(place))?;
        }
        O::Hoist(_, n, m) => {
            let outer = key(*n);
            let inner = node.get_mut(&outer)?.expect("there");
            let inner_key = inner.entries()[*m].key().expect("a string").to_owned();
            let taken = inner.take(&inner_key)?.expect("there");
            let emptied = inner.entries().is_empty();
            node.insert(&new(), taken, At::After(&[&outer]))?;
            if emptied {
                node.take(&outer)?;
            }
        }
        O::Move(from, n, to) => {
            let name = fresh(at(to).as_mapping().expect("a mapping"));
            let taken = node.take(&key(*n))?.expect("there");
            let to = after_removal(to, from, *n);
            node_at(root, &to)?.insert(&name, taken, At::End)?;
        }
        O::Copy(_, n) => {
            let copy = node.get(&key(*n)).expect("there").copy()?;
            node.insert(&new(), copy, At::End)?;
        }
        O::Set(_, n) => node
            .get_mut(&key(*n))?
            .expect("there")
            .set_scalar(&new_value(0).1)?,
        O::Replace(_, n) => node
            .get_mut(&key(*n))?
            .expect("there")
            .replace(new_value(1 + *n % 2).1),
        O::ToList(_, n) => {
            let value = node.get_mut(&key(*n))?.expect("there");
            let old = std::mem::replace(value, Node::null());
            value.replace(Node::sequence([old]));
        }
        O::FromList(_, n) => {
            let value = node.get_mut(&key(*n))?.expect("there");
            let first = value
                .items_mut()?
                .expect("a sequence")
                .remove(0)
                .into_value();
            value.replace(first);
        }
        O::DeleteItem(_, n) => drop(node.items_mut()?.expect("a sequence").remove(*n)),
        O::FirstItem(_, n) => node.items_mut()?.expect("a sequence")[..=*n].rotate_right(1),
        O::MoveItem(from, n, to) => {
            let item = node.items_mut()?.expect("a sequence").remove(*n);
            let to = after_removal(to, from, *n);
            node_at(root, &to)?
                .items_mut()?
                .expect("a sequence")
                .push(item);
        }
        O::AppendItem(_) => {
            let items = node.items_mut()?.expect("a sequence");
            let new = new_value(items.len()).1;
            items.push(Item::new(new));
        }
    }
    Ok(())
}

/// Whether a move leaves an empty collection behind.
fn empties(value: &Value, operation: &Operation) -> bool {
    let mut value = value.clone();
    match (operation, value_at(&mut value, operation.path())) {
        (O::Move(..), Some(Value::Mapping(map))) => map.len() == 1,
        (O::MoveItem(..), Some(Value::Sequence(items))) => items.len() == 1,
        _ => false,
    }
}

/// The path `to` after the n-th child at `from` is gone.
fn after_removal(to: &[usize], from: &[usize], n: usize) -> Path {
    let mut to = to.to_vec();
    if to.len() > from.len() && to.starts_with(from) && to[from.len()] > n {
        to[from.len()] -= 1;
    }
    to
}

/// What became of one write.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    Done(String),
    Refused(String),
    DoesNotApply,
}

/// Runs operations both ways, writes once, and compares. An operation is chosen by `choose` among
/// those that the values so far allow.
pub fn check(text: &str, operations: &[Operation]) -> Result<Outcome, String> {
    let mut operations = operations.iter();
    check_each(text, |_| operations.next().cloned()).1
}

/// The same, with each operation chosen on the values that the ones before it left. Also returns
/// the operations.
pub fn check_each(
    text: &str,
    mut next: impl FnMut(&Value) -> Option<Operation>,
) -> (Vec<Operation>, Result<Outcome, String>) {
    let mut done = Vec::new();
    let outcome = (|| {
        let Some(mut value) = read(text) else {
            return Ok(Outcome::DoesNotApply);
        };
        let document =
            Document::parse(text).map_err(|e| format!("libyaml reads it, refit does not: {e}"))?;
        let mut model = document.model();
        // What is left of an emptied collection has no place for the comments that were in it.
        let mut emptied = false;
        while let Some(operation) = next(&value) {
            let Some(wanted) = on_value(&value, &operation) else {
                return Ok(Outcome::DoesNotApply);
            };
            done.push(operation);
            match on_model(&mut model, &value, done.last().expect("one")) {
                Err(WriteError::Refused(reason)) => {
                    return Ok(Outcome::Refused(reason.to_string()));
                }
                Err(error) => return Err(error.to_string()),
                Ok(()) => {
                    emptied |= empties(&value, done.last().expect("one"));
                    value = wanted;
                }
            }
        }
        let written = match document.write(&model) {
            Ok(written) => written,
            Err(WriteError::Refused(reason)) => return Ok(Outcome::Refused(reason.to_string())),
            Err(error) => return Err(error.to_string()),
        };
        let may_drop = done.iter().any(Operation::removes) || emptied;
        judged(
            text,
            &written.text,
            &written.edits,
            &written.dropped,
            &value,
            may_drop,
        )
        .map_err(|e| format!("{e}\nbefore:\n{text}<<<\nafter:\n{}<<<", written.text))?;
        Ok(Outcome::Done(written.text))
    })();
    (done, outcome)
}

fn judged(
    before: &str,
    after: &str,
    edits: &[refit::yaml::Edit],
    dropped: &[DroppedComment],
    wanted: &Value,
    may_drop: bool,
) -> Result<(), String> {
    let found = read(after).ok_or("libyaml does not read the result")?;
    if !equal(&found, wanted) {
        return Err(format!("other values\nfound  {found:?}\nwanted {wanted:?}"));
    }
    outside_edits(before, after, edits)?;
    edges(before, after)?;
    comments(before, after, dropped)?;
    if let Some(comment) = dropped.first().filter(|_| !may_drop) {
        return Err(format!(
            "a comment is dropped though nothing was removed: {}",
            comment.text
        ));
    }
    judge::looks(before, after)?;
    // A second run changes nothing.
    let again =
        Document::parse(after).map_err(|e| format!("refit does not read the result: {e}"))?;
    let again = again.write(&again.model()).map_err(|e| e.to_string())?;
    if again.text == after {
        Ok(())
    } else {
        Err("an unchanged model changes the result".into())
    }
}

/// The comments of both texts, as granit sees them, are the same but for the dropped ones.
fn comments(before: &str, after: &str, dropped: &[DroppedComment]) -> Result<(), String> {
    let (Some(mut had), Some(mut has)) = (judge::comments(before), judge::comments(after)) else {
        return Ok(());
    };
    has.extend(dropped.iter().map(|d| d.text.clone()));
    had.sort();
    has.sort();
    if had == has {
        Ok(())
    } else {
        Err(format!(
            "comments {had:?} became {has:?} (dropped {dropped:?})"
        ))
    }
}

/// Every byte outside the edited ranges is where it was.
fn outside_edits(before: &str, after: &str, edits: &[refit::yaml::Edit]) -> Result<(), String> {
    let (mut at, mut to) = (0, 0);
    for edit in edits {
        let kept = before
            .get(at..edit.range.start)
            .ok_or("the edits overlap")?;
        if after.get(to..to + kept.len()) != Some(kept) {
            return Err("bytes outside the edits changed".into());
        }
        to += kept.len() + edit.text.len();
        at = edit.range.end;
    }
    if after[to..] == before[at..] {
        Ok(())
    } else {
        Err("bytes after the last edit changed".into())
    }
}

/// Line endings and the final newline stay what they were.
fn edges(before: &str, after: &str) -> Result<(), String> {
    let crlf = before.matches("\r\n").count();
    let all_crlf = crlf > 0 && crlf == before.matches('\n').count();
    if all_crlf && after.matches("\r\n").count() != after.matches('\n').count() {
        return Err("a line end is not CRLF".into());
    }
    if crlf == 0 && after.contains('\r') {
        return Err("a CR appeared".into());
    }
    if before.ends_with('\n') != after.ends_with('\n') {
        return Err("the final newline came or went".into());
    }
    Ok(())
}
