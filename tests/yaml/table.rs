//! Tables of edits that read as documentation: what holds, a text before, what is done, the exact text
//! after.
//!
//! Texts are written indented, for the eye; one that does not begin with a line break is taken as it
//! is. What is done is said in a few words, several things with `;` between them:
//!
//! | words | meaning |
//! | --- | --- |
//! | `rename a.b to c` | another key in the same place |
//! | `remove a.b` | |
//! | `move a.b to c.d` | to the end of `c`; `before x`, `after x` say where instead |
//! | `wrap a.b in c` | `b: v` becomes `c: {b: v}` where it stood |
//! | `unwrap a.b` | the only child of `b` takes its place |
//! | `copy a.b to c.d` | |
//! | `add a.b = VALUE` | at the end of `a`; `before x`, `after x` say where instead |
//! | `set a.b = VALUE` | another scalar with the same quotes |
//! | `replace a.b = VALUE` | another value, which knows nothing of the old one |
//! | `exchange a.b for c.d` | the value of `a.b` becomes that of `c.d`, which goes |
//! | `inherit a.b as c = VALUE` | a new key with the place and the comments of one that goes |
//! | `enclose a.b in c` | as `wrap`, but the comments of `b` are now those of `c` |
//! | `list a.b` | `b: v` becomes `b: [v]` |
//! | `empty a.b` | all children go |
//!
//! A number is an item of a sequence, or `#n` an entry whose key cannot be said so.

use refit::yaml::{At, Document, Item, Node, Refusal, Taken, WriteError};
use serde_yaml::Value;

use crate::judge;

/// What holds; before; what is done; after, or the reason of a refusal.
pub type Row = (&'static str, &'static str, &'static str, &'static str);

/// Checks every row, and tells of all that fail.
pub fn check(rows: &[Row]) {
    let mut failed = String::new();
    for (rule, before, edit, after) in rows {
        let (before, after) = (text(before), text(after));
        let found = edited(&before, edit);
        if found != after {
            failed += &format!(
                "\n\n{rule}\n--- before\n{before}--- {edit}\n--- should be\n{after}--- but is\n{found}\n{found:?}"
            );
        } else if judge::read(&before).is_some()
            && !after.starts_with("refused")
            && judge::read(&after).is_none()
        {
            failed += &format!("\n\n{rule}: libyaml does not read the result\n{found}");
        }
    }
    assert!(failed.is_empty(), "{failed}");
}

/// The text after an edit, and with it the comments that went.
fn edited(before: &str, edit: &str) -> String {
    let document = Document::parse(before).expect("a text that can be read");
    let mut root = document.model();
    let written = (edit.split("; ").filter(|words| !words.is_empty()))
        .try_for_each(|words| operate(&mut root, words))
        .map_err(WriteError::from)
        .and_then(|()| document.write(&root));
    match written {
        Ok(written) => {
            let gone = written.dropped.iter().map(|comment| &*comment.text);
            match gone.collect::<Vec<_>>().as_slice() {
                [] => written.text,
                gone => format!("{}(gone: {})", written.text, gone.join(" ")),
            }
        }
        Err(WriteError::Refused(refusal)) => format!("refused: {refusal}"),
        Err(error) => error.to_string(),
    }
}

/// Without the indentation of the table.
fn text(table: &str) -> String {
    let Some(lines) = table.strip_prefix('\n') else {
        return table.to_owned();
    };
    let indent = lines.len() - lines.trim_start_matches(' ').len();
    let lines = lines.trim_end_matches(' ').split_inclusive('\n');
    lines
        .map(|line| line.get(indent..).unwrap_or("\n"))
        .collect()
}

fn operate(root: &mut Node, words: &str) -> Result<(), Refusal> {
    let (verb, rest) = words.split_once(' ').expect("a verb and a path");
    match verb {
        "rename" => {
            let (path, to) = pair(rest, " to ");
            let (parent, key) = split(path);
            let parent = at(root, parent)?;
            let key = key_of(parent, key);
            assert!(parent.rename(&key, to)?, "{words}");
        }
        "remove" => drop(take(root, rest)?),
        "move" => {
            let (from, to) = pair(rest, " to ");
            let taken = take(root, from)?;
            put(root, to, taken)?;
        }
        "copy" => {
            let (from, to) = pair(rest, " to ");
            let copy = at(root, from)?.copy()?;
            put(root, to, copy.into())?;
        }
        "wrap" => {
            let (path, outer) = pair(rest, " in ");
            let (parent, key) = split(path);
            let taken = take(root, path)?;
            let parent = at(root, parent)?;
            let new = parent.insert(outer, Node::mapping(), At::PlaceOf(taken.place()))?;
            new.insert(key, taken, At::End)?;
        }
        "enclose" => {
            let (path, outer) = pair(rest, " in ");
            let (parent, key) = split(path);
            let taken = take(root, path)?;
            let parent = at(root, parent)?;
            let new = parent.insert(outer, Node::mapping(), At::HeirOf(taken.place()))?;
            new.insert(key, taken, At::End)?;
        }
        "unwrap" => {
            let (parent, _) = split(rest);
            let mut outer = take(root, rest)?;
            let key = key_of(outer.value(), "#0");
            let inner = outer.value_mut().take(&key)?.expect("a child");
            at(root, parent)?.insert(&key, inner, At::PlaceOf(outer.place()))?;
        }
        "add" => {
            let (to, value) = pair(rest, " = ");
            let (value, place) = match value.split_once(" before ") {
                Some((value, key)) => (value, format!(" before {key}")),
                None => match value.split_once(" after ") {
                    Some((value, key)) => (value, format!(" after {key}")),
                    None => (value, String::new()),
                },
            };
            put(root, &format!("{to}{place}"), new(value).into())?;
        }
        "set" => {
            let (path, value) = pair(rest, " = ");
            at(root, path)?.set_scalar(&new(value))?;
        }
        "replace" => {
            let (path, value) = pair(rest, " = ");
            at(root, path)?.replace(new(value));
        }
        "exchange" => {
            let (path, other) = pair(rest, " for ");
            let taken = take(root, other)?;
            at(root, path)?.replace(taken.into_value());
        }
        "inherit" => {
            let (path, rest) = pair(rest, " as ");
            let (key, value) = pair(rest, " = ");
            let taken = take(root, path)?;
            let parent = at(root, split(path).0)?;
            parent.insert(key, new(value), At::HeirOf(taken.place()))?;
        }
        "list" => {
            let node = at(root, rest)?;
            let value = std::mem::replace(node, Node::null());
            *node = Node::sequence([value]);
        }
        "empty" => {
            let node = at(root, rest)?;
            while !node.entries().is_empty() {
                let key = key_of(node, "#0");
                node.take(&key)?;
            }
            if let Some(items) = node.items_mut()? {
                items.clear();
            }
        }
        _ => panic!("what is `{verb}`?"),
    }
    Ok(())
}

fn pair<'a>(words: &'a str, between: &str) -> (&'a str, &'a str) {
    words
        .split_once(between)
        .unwrap_or_else(|| panic!("`{between}` is missing in `{words}`"))
}

/// The path of the collection, and the key or index in it.
fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('.').unwrap_or(("", path))
}

fn at<'n>(root: &'n mut Node, path: &str) -> Result<&'n mut Node, Refusal> {
    let mut node = root;
    for step in path.split('.').filter(|step| !step.is_empty()) {
        node = if node.is_sequence() {
            let index: usize = step.parse().expect("the index of an item");
            node.items_mut()?.expect("a sequence")[index].value_mut()
        } else {
            let key = key_of(node, step);
            let entries = node.entries_mut()?.iter_mut();
            let mut entries = entries.filter(|entry| entry.key() == Some(&key));
            entries
                .next()
                .unwrap_or_else(|| panic!("{path}"))
                .value_mut()
        };
    }
    Ok(node)
}

/// A key, perhaps said as `#n`.
fn key_of(node: &Node, key: &str) -> String {
    let index = key.strip_prefix('#').and_then(|n| n.parse::<usize>().ok());
    match index.map(|index| node.entries()[index].key()) {
        Some(key) => key.expect("a simple key").to_owned(),
        None => key.to_owned(),
    }
}

fn take(root: &mut Node, path: &str) -> Result<Taken, Refusal> {
    let (parent, key) = split(path);
    let node = at(root, parent)?;
    if node.is_sequence() {
        let index: usize = key.parse().expect("the index of an item");
        let items = node.items_mut()?.expect("a sequence");
        return Ok(items.remove(index).into_value().into());
    }
    let key = key_of(node, key);
    Ok(node.take(&key)?.unwrap_or_else(|| panic!("{path}")))
}

fn put(root: &mut Node, to: &str, taken: Taken) -> Result<(), Refusal> {
    let (path, place) = match to.split_once(' ') {
        Some((path, place)) => (path, Some(pair(place, " "))),
        None => (to, None),
    };
    let (parent, key) = split(path);
    let node = at(root, parent)?;
    if node.is_sequence() {
        let index: usize = key.parse().expect("the index of an item");
        let items = node.items_mut()?.expect("a sequence");
        items.insert(index, Item::from_taken(taken));
        return Ok(());
    }
    match place {
        Some(("before", next)) => node.insert(key, taken, At::Before(&[next]))?,
        Some(("after", last)) => node.insert(key, taken, At::After(&[last]))?,
        Some((other, _)) => panic!("what is `{other}`?"),
        None => node.insert(key, taken, At::End)?,
    };
    Ok(())
}

/// A new node of a value in flow style; a string of several lines is a text.
fn new(value: &str) -> Node {
    fn node(value: &Value) -> Node {
        match value {
            Value::String(text) if text.contains('\n') => Node::text(text),
            Value::String(text) => Node::string(text),
            Value::Number(number) => Node::integer(number.as_i64().expect("an integer")),
            Value::Bool(value) => Node::boolean(*value),
            Value::Null => Node::null(),
            Value::Sequence(items) => Node::sequence(items.iter().map(node)),
            Value::Mapping(entries) => {
                let mut mapping = Node::mapping();
                for (key, value) in entries {
                    let key = key.as_str().expect("a string");
                    let put = mapping.insert(key, node(value), At::End);
                    put.expect("each key once");
                }
                mapping
            }
            Value::Tagged(_) => panic!("no tags"),
        }
    }
    node(&serde_yaml::from_str(value).expect("a value"))
}
