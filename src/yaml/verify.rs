//! The last check before text leaves this room: read again, it must say what the model says.

use std::collections::BTreeMap;

use super::document::{Document, DroppedComment};
use super::model::{Node, Value};
use super::scalar::Kind;

/// Checks that the written document has the values of the model in their order, and every comment
/// of the source but the dropped ones.
pub(super) fn verify(
    source: &Document,
    model: &Node,
    written: &Document,
    dropped: &[DroppedComment],
) -> Result<(), String> {
    same(model, &written.model(), &mut Vec::new())?;
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
    // A comment inside a value that became text is no comment any more, but still there.
    let occurrences =
        |document: &Document, comment: &str| document.text.matches(comment).count() as i64;
    let gone = |comment: &str| dropped.iter().filter(|d| d.text == comment).count() as i64;
    let lost = missing.into_iter().find(|&(comment, count)| {
        count > 0 && occurrences(source, comment) > occurrences(written, comment) + gone(comment)
    });
    lost.map_or(Ok(()), |(comment, _)| {
        Err(format!("a comment is lost: {comment}"))
    })
}

/// Equal in values, types, tags, keys and their order.
fn same<'m>(wanted: &'m Node, found: &'m Node, path: &mut Vec<&'m str>) -> Result<(), String> {
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
    match (&wanted.value, &found.value) {
        (Value::Scalar(a), Value::Scalar(b)) => {
            if a.kind != b.kind || (a.text != b.text && a.kind != Kind::Null) || a.tag != b.tag {
                return differs(
                    path,
                    format!("{:?} was meant, {:?} is there", a.text, b.text),
                );
            }
        }
        (Value::Alias { name: a, .. }, Value::Alias { name: b, .. }) if a == b => {}
        (Value::Sequence(a), Value::Sequence(b)) => {
            if a.len() != b.len() {
                return differs(
                    path,
                    format!("{} items were meant, {} are there", a.len(), b.len()),
                );
            }
            for (a, b) in a.iter().zip(b) {
                path.push("[]");
                same(&a.value, &b.value, path)?;
                path.pop();
            }
        }
        (Value::Mapping(a), Value::Mapping(b)) => {
            if a.len() != b.len() {
                return differs(
                    path,
                    format!("{} keys were meant, {} are there", a.len(), b.len()),
                );
            }
            for (a, b) in a.iter().zip(b) {
                if a.key != b.key {
                    return differs(
                        path,
                        format!("key {:?} was meant, {:?} is there", a.key.text, b.key.text),
                    );
                }
                path.push(&a.key.text);
                same(&a.value, &b.value, path)?;
                path.pop();
            }
        }
        _ => return differs(path, "another type of value is there".to_owned()),
    }
    Ok(())
}
