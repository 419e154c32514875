//! The operations of a JSON6902 patch, converted with the object they are for.
//!
//! A path into an object is an object with one value: it is built, with the operation's own value or
//! with what stands there in the real object, walks the same steps as any patch, and where the value
//! comes out is the new path. What cannot be said by the path alone (a value that brings its
//! neighbours along) is said one level above. Where the object is at hand, the result is checked:
//! patching and then converting must give what converting and then patching gives.

mod check;
mod pointer;
mod sparse;
#[cfg(test)]
mod tests;

use serde_json::Value as Json;

use crate::catalog::Next;
use crate::manifest::Gvk;
use crate::yaml::{Document, Edit, Location, Node, split};

use super::outcome::{Grade, Reference};
use super::unit::judge;
use super::{Form, Options};
use check::Check;
use sparse::Way;

pub use check::object_at;

/// The operations of a patch after their conversion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operations {
    pub text: String,
    /// In bytes of the old text.
    pub edits: Vec<Edit>,
    pub references: Vec<Reference>,
    /// Whether the result was tried on the object.
    pub checked: bool,
    /// What the object becomes for which they are now.
    pub becomes: Gvk,
}

/// Whether a text is a list of JSON6902 operations.
pub fn is_operations(text: &str) -> bool {
    let model = only_document(text).map(|(_, document)| document.model());
    model.is_ok_and(|root| is_list(&root))
}

fn is_list(root: &Node) -> bool {
    let items = root.items();
    let is_operation = |node: &Node| node.get("op").and_then(Node::as_str).is_some();
    !items.is_empty() && items.iter().all(|item| is_operation(item.value()))
}

/// Converts the operations of a patch for an object of that kind. `object` is the object itself, where
/// it is known. `None` when nothing has to change.
///
/// # Errors
/// Says why a person has to look at it.
pub fn operations(
    text: &str,
    gvk: &Gvk,
    object: Option<&Json>,
    options: &Options,
) -> Result<Option<Operations>, String> {
    let sparse = Options {
        form: Form::Sparse,
        ..*options
    };
    let judgement = judge(gvk, &sparse);
    let Some(Next::Convert(way)) = judgement.map(|judgement| judgement.next) else {
        return Ok(None);
    };
    let (offset, document) = only_document(text)?;
    let first_line = text[..offset].matches('\n').count();
    let root = document.model();
    if !is_list(&root) {
        return Err("it is no list of JSON6902 operations".to_owned());
    }
    let old = root.items().iter().map(|item| item.value());
    let choices = old
        .map(|operation| {
            sparse::choices(operation, gvk, &way, object, &sparse, &document).map_err(|reason| {
                let path = operation.get("path").and_then(Node::as_str);
                format!(
                    "{}: {reason}",
                    path.unwrap_or("an operation without a path")
                )
            })
        })
        .collect::<Result<Vec<_>, String>>()?;
    if choices.iter().all(|choices| choices.is_same()) {
        return Ok(None);
    }
    let check = Check::new(&root, object, gvk, options)?;
    let most = choices.iter().map(|choices| choices.ways.len()).max();
    let mut failure = String::new();
    for choice in 0..most.unwrap_or(1) {
        let chosen: Vec<&Way> = choices.iter().map(|choices| choices.get(choice)).collect();
        let (new, references) = apply(&root, &chosen, &document, first_line)?;
        if let Err(reason) = check.holds(&new) {
            failure = reason;
            continue;
        }
        let mut written = document.write(&new).map_err(|error| error.to_string())?;
        for edit in &mut written.edits {
            edit.range = edit.range.start + offset..edit.range.end + offset;
        }
        return Ok(Some(Operations {
            text: [
                &text[..offset],
                &written.text,
                &text[offset + document_len(&document)..],
            ]
            .concat(),
            edits: written.edits,
            references,
            checked: check.is_real(),
            becomes: Gvk::new(way.api_version, way.kind),
        }));
    }
    Err(failure)
}

/// The one document of a text that holds anything, and where it begins.
fn only_document(text: &str) -> Result<(usize, Document<'_>), String> {
    let holds = |range: &std::ops::Range<usize>| super::text::holds_something(&text[range.clone()]);
    let chunks = split(text);
    let mut chunks = chunks.into_iter().filter(|chunk| holds(&chunk.range));
    let (Some(chunk), None) = (chunks.next(), chunks.next()) else {
        return Err("it is not one document".to_owned());
    };
    let document =
        Document::parse(&text[chunk.range.clone()]).map_err(|error| error.to_string())?;
    Ok((chunk.range.start, document))
}

fn document_len(document: &Document) -> usize {
    document.source().len()
}

/// The operations with the chosen paths and values.
fn apply(
    root: &Node,
    chosen: &[&Way],
    document: &Document,
    lines_above: usize,
) -> Result<(Node, Vec<Reference>), String> {
    let mut new = root.clone();
    let mut references = Vec::new();
    let refused = |refusal: crate::yaml::Refusal| refusal.to_string();
    let Some(items) = new.items_mut().map_err(refused)? else {
        return Err("it is no list".to_owned());
    };
    for (index, (item, way)) in items.iter_mut().zip(chosen).enumerate() {
        let operation = item.value_mut();
        let place = |key: &str, node: &Node| {
            let found = node.get(key).and_then(|node| document.location(node));
            let Location { line, column } = found.unwrap_or(Location { line: 1, column: 1 });
            (line + lines_above, column)
        };
        let mut say = |key: &str, node: &Node, text: String| {
            let (line, column) = place(key, node);
            let path = format!("[{index}].{key}");
            references.push(Reference {
                line,
                column,
                path,
                text,
                grade: Grade::Safe,
            });
        };
        match way {
            Way::Same => {}
            Way::Gone => {
                let text = operation
                    .get("path")
                    .and_then(Node::as_str)
                    .unwrap_or_default();
                let text =
                    format!("removed the operation on {text}, which the new version does not have");
                say("path", operation, text);
            }
            Way::New { path, from, value } => {
                for (key, new) in [("path", Some(path)), ("from", from.as_ref())] {
                    let old = operation.get(key).and_then(Node::as_str).map(str::to_owned);
                    let (Some(new), Some(old)) = (new, old) else {
                        continue;
                    };
                    if *new != old {
                        say(key, operation, format!("{old} -> {new}"));
                        if let Some(node) = operation.get_mut(key).map_err(refused)? {
                            node.set_scalar(&Node::string(new)).map_err(refused)?;
                        }
                    }
                }
                if let Some(value) = value
                    && let Some(node) = operation.get_mut("value").map_err(refused)?
                {
                    node.replace(value.clone());
                }
            }
        }
    }
    let mut gone = chosen.iter().map(|way| matches!(way, Way::Gone));
    items.retain(|_| !gone.next().unwrap_or(false));
    Ok((new, references))
}
