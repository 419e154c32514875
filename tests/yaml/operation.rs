//! Operations on a document, twice: on refit's model, and on libyaml's values. The text that refit
//! writes must have exactly the values of the second.

use refit::yaml::{At, Document, Kind, Node, WriteError};
use serde_yaml::Value;

/// A path of child indexes from the root.
pub type Path = Vec<usize>;

#[derive(Clone, Debug)]
pub enum Operation {
    /// The n-th key of the mapping at the path gets another name.
    Rename(Path, usize),
    Delete(Path, usize),
    /// A new key before (false) or after (true) the n-th one.
    Insert(Path, usize, bool),
    /// `k: v` becomes `wrapped: {k: v}` in its place.
    Wrap(Path, usize),
    /// A key of a mapping below the n-th key moves up behind it; an emptied mapping goes.
    Hoist(Path, usize, usize),
    /// The n-th key moves to the end of the mapping that is the value of the m-th key.
    MoveInto(Path, usize, usize),
    /// The value of the n-th key is copied to a new key at the end.
    Copy(Path, usize),
    /// The n-th scalar value becomes another string.
    Set(Path, usize),
    DeleteItem(Path, usize),
    /// The n-th item moves to the front.
    FirstItem(Path, usize),
    AppendItem(Path),
}

pub const NEW_KEY: &str = "refit-new";
const NEW_TEXT: &str = "a new: value";

/// All operations that make sense on a value, at every path.
pub fn all(value: &Value) -> Vec<Operation> {
    let mut found = Vec::new();
    visit(value, &mut Vec::new(), &mut found);
    found
}

fn visit(value: &Value, path: &mut Path, found: &mut Vec<Operation>) {
    match value {
        Value::Mapping(map) => {
            let simple = |v: &Value| v.is_string();
            for (n, (key, child)) in map.iter().enumerate() {
                if simple(key) && key.as_str() != Some("<<") {
                    found.extend([
                        Operation::Rename(path.clone(), n),
                        Operation::Delete(path.clone(), n),
                        Operation::Insert(path.clone(), n, false),
                        Operation::Insert(path.clone(), n, true),
                        Operation::Wrap(path.clone(), n),
                        Operation::Copy(path.clone(), n),
                    ]);
                    match child {
                        Value::Mapping(inner) => {
                            for m in 0..inner.len() {
                                found.push(Operation::Hoist(path.clone(), n, m));
                            }
                            for m in 0..map.len() {
                                if m != n {
                                    found.push(Operation::MoveInto(path.clone(), m, n));
                                }
                            }
                        }
                        Value::Sequence(_) | Value::Tagged(_) => {}
                        _ => found.push(Operation::Set(path.clone(), n)),
                    }
                }
                path.push(n);
                visit(child, path, found);
                path.pop();
            }
        }
        Value::Sequence(items) => {
            found.push(Operation::AppendItem(path.clone()));
            for (n, child) in items.iter().enumerate() {
                found.push(Operation::DeleteItem(path.clone(), n));
                found.push(Operation::FirstItem(path.clone(), n));
                path.push(n);
                visit(child, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}

fn key_of(value: &Value, n: usize) -> Option<String> {
    let (key, _) = value.as_mapping()?.iter().nth(n)?;
    key.as_str().map(str::to_owned)
}

/// The operation on libyaml's values; `None` where it does not apply after all.
pub fn on_value(root: &Value, operation: &Operation) -> Option<Value> {
    let mut root = root.clone();
    let at = |root: &mut Value, path: &Path| -> Option<*mut Value> {
        let mut value: &mut Value = root;
        for &n in path {
            value = match value {
                Value::Mapping(map) => map.iter_mut().nth(n)?.1,
                Value::Sequence(items) => items.get_mut(n)?,
                _ => return None,
            };
        }
        Some(value)
    };
    let path = match operation {
        Operation::Rename(p, _) | Operation::Delete(p, _) | Operation::Insert(p, _, _) | Operation::Wrap(p, _)
        | Operation::Hoist(p, _, _) | Operation::MoveInto(p, _, _) | Operation::Copy(p, _) | Operation::Set(p, _)
        | Operation::DeleteItem(p, _) | Operation::FirstItem(p, _) | Operation::AppendItem(p) => p,
    };
    // SAFETY: the pointer stems from the only reference to `root`, which lives on unborrowed.
    let target = unsafe { &mut *at(&mut root, path)? };
    if let Value::Sequence(items) = target {
        match operation {
            Operation::DeleteItem(_, n) => drop(items.remove(*n)),
            Operation::FirstItem(_, n) => {
                let item = items.remove(*n);
                items.insert(0, item);
            }
            Operation::AppendItem(_) => items.push(NEW_TEXT.into()),
            _ => return None,
        }
        return Some(root);
    }
    let map = target.as_mapping()?;
    let mut pairs: Vec<(Value, Value)> = map.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
    let text = |s: &str| Value::String(s.to_owned());
    match operation {
        Operation::Rename(_, n) => pairs[*n].0 = text(NEW_KEY),
        Operation::Delete(_, n) => drop(pairs.remove(*n)),
        Operation::Insert(_, n, after) => pairs.insert(n + usize::from(*after), (text(NEW_KEY), text(NEW_TEXT))),
        Operation::Wrap(_, n) => {
            let pair = pairs[*n].clone();
            pairs[*n] = (text(NEW_KEY), Value::Mapping([pair].into_iter().collect()));
        }
        Operation::Hoist(_, n, m) => {
            let inner = pairs[*n].1.as_mapping_mut()?;
            let (key, _) = inner.iter().nth(*m).map(|(k, v)| (k.clone(), v.clone()))?;
            key.as_str()?;
            let value = inner.shift_remove(&key)?;
            let emptied = inner.is_empty();
            pairs.insert(n + 1, (text(NEW_KEY), value));
            if emptied {
                pairs.remove(*n);
            }
        }
        Operation::MoveInto(_, n, m) => {
            let (key, value) = pairs[*n].clone();
            key.as_str()?;
            let inner = pairs[*m].1.as_mapping_mut()?;
            inner.insert(text(NEW_KEY), value);
            pairs.remove(*n);
        }
        Operation::Copy(_, n) => {
            let value = pairs[*n].1.clone();
            pairs.push((text(NEW_KEY), value));
        }
        Operation::Set(_, n) => pairs[*n].1 = text(NEW_TEXT),
        _ => return None,
    }
    let count = pairs.len();
    let map: serde_yaml::Mapping = pairs.into_iter().collect();
    if map.len() != count {
        return None;
    }
    *target = Value::Mapping(map);
    Some(root)
}

/// The operation on refit's model. `value` is libyaml's reading, for the keys.
pub fn on_model(root: &mut Node, value: &Value, operation: &Operation) -> Result<(), WriteError> {
    let (Operation::Rename(path, _) | Operation::Delete(path, _) | Operation::Insert(path, _, _)
    | Operation::Wrap(path, _) | Operation::Hoist(path, _, _) | Operation::MoveInto(path, _, _)
    | Operation::Copy(path, _) | Operation::Set(path, _) | Operation::DeleteItem(path, _)
    | Operation::FirstItem(path, _) | Operation::AppendItem(path)) = operation;
    let mut node = root;
    let mut value = value;
    for &n in path {
        if node.is_mapping() {
            node = node.entries_mut()?[n].value_mut();
        } else {
            node = node.items_mut()?.expect("a sequence")[n].value_mut();
        }
        value = match value {
            Value::Mapping(map) => map.iter().nth(n).expect("same shape").1,
            Value::Sequence(items) => &items[n],
            _ => unreachable!("same shape"),
        };
    }
    let key = |n: usize| key_of(value, n).expect("a string key");
    match operation {
        Operation::Rename(_, n) => drop(node.rename(&key(*n), NEW_KEY)?),
        Operation::Delete(_, n) => drop(node.take(&key(*n))?),
        Operation::Insert(_, n, after) => {
            let key = key(*n);
            let at = [key.as_str()];
            node.insert(NEW_KEY, Node::string(NEW_TEXT), if *after { At::After(&at) } else { At::Before(&at) })?;
        }
        Operation::Wrap(_, n) => {
            let key = key(*n);
            let taken = node.take(&key)?.expect("there");
            let inner = node.insert(NEW_KEY, Node::mapping(), At::PlaceOf(taken.place()))?;
            inner.insert(&key, taken, At::End)?;
        }
        Operation::Hoist(_, n, m) => {
            let outer = key(*n);
            let inner_key = key_of(value.as_mapping().expect("mapping").iter().nth(*n).expect("n").1, *m).expect("string key");
            let inner = node.get_mut(&outer)?.expect("there");
            let taken = inner.take(&inner_key)?.expect("there");
            let emptied = inner.entries().is_empty();
            node.insert(NEW_KEY, taken, At::After(&[&outer]))?;
            if emptied {
                node.take(&outer)?;
            }
        }
        Operation::MoveInto(_, n, m) => {
            let taken = node.take(&key(*n))?.expect("there");
            node.get_mut(&key(*m))?.expect("there").insert(NEW_KEY, taken, At::End)?;
        }
        Operation::Copy(_, n) => {
            let copy = node.get(&key(*n)).expect("there").copy()?;
            node.insert(NEW_KEY, copy, At::End)?;
        }
        Operation::Set(_, n) => node.get_mut(&key(*n))?.expect("there").set_scalar(&Node::string(NEW_TEXT))?,
        Operation::DeleteItem(_, n) => drop(node.items_mut()?.expect("a sequence").remove(*n)),
        Operation::FirstItem(_, n) => {
            let items = node.items_mut()?.expect("a sequence");
            let item = items.remove(*n);
            items.insert(0, item);
        }
        Operation::AppendItem(_) => {
            let items = node.items_mut()?.expect("a sequence");
            items.push(refit::yaml::Item::new(Node::string(NEW_TEXT)));
        }
    }
    Ok(())
}

/// libyaml's reading of one document; `None` where it does not read it.
pub fn read(text: &str) -> Option<Value> {
    serde_yaml::from_str(text).ok()
}

/// The comments of a text as the judge sees them: own lines that begin with `#`, outside of values.
pub fn comment_lines(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.lines().map(str::trim).filter(|l| l.starts_with('#')).map(str::to_owned).collect();
    lines.sort();
    lines
}

/// What became of one operation.
#[derive(Debug, PartialEq)]
pub enum Outcome {
    Done(String),
    Refused(String),
    DoesNotApply,
}

/// Runs one operation both ways and compares.
pub fn check(text: &str, operation: &Operation) -> Result<Outcome, String> {
    let Some(value) = read(text) else { return Ok(Outcome::DoesNotApply) };
    let Some(wanted) = on_value(&value, operation) else { return Ok(Outcome::DoesNotApply) };
    let document = Document::parse(text).map_err(|e| format!("libyaml reads it, refit does not: {e}"))?;
    let mut model = document.model();
    match on_model(&mut model, &value, operation) {
        Err(WriteError::Refused(reason)) => return Ok(Outcome::Refused(reason.to_string())),
        Err(error) => return Err(error.to_string()),
        Ok(()) => {}
    }
    let written = match document.write(&model) {
        Ok(written) => written,
        Err(WriteError::Refused(reason)) => return Ok(Outcome::Refused(reason.to_string())),
        Err(error) => return Err(error.to_string()),
    };
    let found = read(&written.text).ok_or_else(|| format!("libyaml does not read the result:\n{}", written.text))?;
    if !equal(&found, &wanted) {
        return Err(format!("other values.\nresult:\n{}\nfound {found:?}\nwanted {wanted:?}", written.text));
    }
    outside_edits(text, &written.text, &written.edits)?;
    edges(text, &written.text)?;
    Ok(Outcome::Done(written.text))
}

/// libyaml's values with the order of keys.
fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Mapping(a), Value::Mapping(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|((k, v), (l, w))| k == l && equal(v, w))
        }
        (Value::Sequence(a), Value::Sequence(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Number(a), Value::Number(b)) if a.is_f64() && b.is_f64() => a.to_string() == b.to_string(),
        _ => a == b,
    }
}

/// Every byte outside the edited ranges is where it was.
fn outside_edits(before: &str, after: &str, edits: &[refit::yaml::Edit]) -> Result<(), String> {
    let (mut at, mut to) = (0, 0);
    for edit in edits {
        let kept = &before[at..edit.range.start];
        if after.get(to..to + kept.len()) != Some(kept) {
            return Err("bytes outside the edits changed".into());
        }
        to += kept.len() + edit.text.len();
        at = edit.range.end;
    }
    if after[to..] == before[at..] { Ok(()) } else { Err("bytes after the last edit changed".into()) }
}

/// Line endings and the final newline stay what they were.
fn edges(before: &str, after: &str) -> Result<(), String> {
    let crlf = before.matches("\r\n").count();
    let all_crlf = crlf > 0 && crlf == before.matches('\n').count();
    if all_crlf && after.matches("\r\n").count() != after.matches('\n').count() {
        return Err(format!("a line end is not CRLF:\n{after:?}"));
    }
    if crlf == 0 && after.contains('\r') {
        return Err("a CR appeared".into());
    }
    if before.ends_with('\n') != after.ends_with('\n') {
        return Err(format!("the final newline came or went:\n{before:?}\n{after:?}"));
    }
    Ok(())
}

/// Whether the kind of every scalar is one that libyaml agrees on: its core schema knows no `yes`.
#[allow(dead_code)]
pub fn is_string(node: &Node) -> bool {
    node.as_scalar().is_some_and(|s| s.kind == Kind::Str)
}
