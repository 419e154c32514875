//! The last check before text leaves this room: read again, it must say what the model says.

use std::collections::{BTreeMap, HashMap};

use aho_corasick::AhoCorasick;

use super::document::{Document, DroppedComment};
use super::model::{Node, Value};
use super::read;
use super::scalar::{self, Kind};
use super::tree::{Content, EntryId, ItemId, NodeId, Style};

/// Checks that the written document has the values of the model in their order, and every comment
/// of the source but the dropped ones.
pub(super) fn verify(
    source: &Document,
    model: &Node,
    written: &Document,
    dropped: &[DroppedComment],
) -> Result<(), String> {
    // The tree, not its model: of a large document there is no room for another one.
    match written.tree.root {
        Some(root) => same((source, model), (written, root), &mut Vec::new())?,
        None if model.is_null() => {}
        None => return Err("nothing is there".to_owned()),
    }
    let mut missing: BTreeMap<&str, i64> = BTreeMap::new();
    for comment in source.comments() {
        *missing.entry(comment).or_default() += 1;
    }
    for comment in written
        .comments()
        .chain(dropped.iter().map(|d| d.text.as_str()))
    {
        *missing.entry(comment).or_default() -= 1;
    }
    if let Some((comment, _)) = missing.iter().find(|(_, count)| **count < 0) {
        return Err(format!("a comment is there once more: {comment}"));
    }
    // A comment inside a value that became text is no comment any more, but still there.
    missing.retain(|_, count| *count > 0);
    let missing: Vec<&str> = missing.into_keys().collect();
    let before = occurrences(source.text, &missing);
    let mut after = occurrences(written.text, &missing);
    for comment in dropped {
        if let Some(count) = after.get_mut(comment.text.as_str()) {
            *count += 1;
        }
    }
    match missing.into_iter().find(|c| before.get(c) > after.get(c)) {
        Some(comment) => Err(format!("a comment is lost: {comment}")),
        None => Ok(()),
    }
}

/// How often each of these comments, or a line of a value that reads like it, is there.
pub(super) fn occurrences<'c>(text: &str, comments: &[&'c str]) -> HashMap<&'c str, usize> {
    // Nearly always, and the search is dear to build.
    if comments.is_empty() {
        return HashMap::new();
    }
    let mut counts: HashMap<&str, usize> = comments.iter().map(|c| (*c, 0)).collect();
    let wanted: Vec<&str> = counts.keys().copied().collect();
    // It fails for gigabytes of patterns only; the comments are then taken for lost.
    let Ok(search) = AhoCorasick::new(&wanted) else {
        return counts;
    };
    for found in search.find_overlapping_iter(text) {
        let rest = &text[found.end()..];
        // In a quoted scalar the line ends with an escape.
        if rest.is_empty() || rest.starts_with(['\n', '\r', '\\', '"']) {
            *counts.entry(wanted[found.pattern()]).or_default() += 1;
        }
    }
    counts
}

/// Equal in values, types, tags, keys and their order.
fn same<'m>(
    (source, wanted): (&Document, &'m Node),
    (written, id): (&Document, NodeId),
    path: &mut Vec<&'m str>,
) -> Result<(), String> {
    let differs = |path: &[&str], what: String| {
        Err(format!(
            "{what} at {}",
            if path.is_empty() {
                "the root".into()
            } else {
                path.join(".")
            }
        ))
    };
    let tree = &written.tree;
    let found = tree.node(id);
    match (&wanted.value, &found.content) {
        (Value::Mapping(_) | Value::Sequence(_), _)
            if source.collection_tag(wanted) != found.tag =>
        {
            return differs(path, "another tag is there".to_owned());
        }
        (Value::Scalar(a), Content::Scalar { text, style }) => {
            let plain = matches!(style, Style::Plain | Style::Empty);
            let kind = scalar::kind(text, plain, found.tag);
            if a.kind != kind
                || (a.text != *text && kind != Kind::Null)
                || a.tag.as_deref() != found.tag
            {
                return differs(path, format!("{:?} was meant, {text:?} is there", a.text));
            }
        }
        (Value::Alias { name: a, .. }, Content::Alias { name: b }) if **a == **b => {}
        (Value::Sequence(a), Content::Sequence { items: b, .. }) => {
            if a.len() != b.len() {
                return differs(
                    path,
                    format!("{} items were meant, {} are there", a.len(), b.len()),
                );
            }
            for (a, b) in a.iter().zip(b.clone()) {
                path.push("[]");
                let b = tree.item(ItemId(b)).value;
                same((source, &a.value), (written, b), path)?;
                path.pop();
            }
        }
        (Value::Mapping(a), Content::Mapping { entries: b, .. }) => {
            if a.len() != b.len() {
                return differs(
                    path,
                    format!("{} keys were meant, {} are there", a.len(), b.len()),
                );
            }
            for (a, b) in a.iter().zip(b.clone()) {
                let b = tree.entry(EntryId(b));
                let key = read::key_text(tree, b.key);
                if *a.key.text != *key || a.key.complex != read::is_complex(&tree.node(b.key)) {
                    return differs(
                        path,
                        format!("key {:?} was meant, {:?} is there", a.key.text, key),
                    );
                }
                path.push(&a.key.text);
                same((source, &a.value), (written, b.value), path)?;
                path.pop();
            }
        }
        _ => return differs(path, "another type of value is there".to_owned()),
    }
    Ok(())
}
