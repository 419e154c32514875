//! What a kustomization must say once its objects have moved: new texts of its inline patches, new
//! versions in what picks objects.

use super::file::{Place, Step};
use crate::convert::Reference;
use crate::manifest::{Gvk, group};
use crate::yaml::{Document, Location, Node, Refusal, Rewritten, split};

/// A change of one kustomization.
#[derive(Clone, Debug)]
pub(in crate::repo) enum Follow {
    /// An inline patch gets this text.
    Patch(Place, String),
    /// A selector names this version.
    Target(Place, Gvk),
}

/// Makes the changes in the text of a kustomization.
///
/// # Errors
/// Says why the text cannot be edited.
pub(in crate::repo) fn follow(
    text: &str,
    changes: &[Follow],
) -> Result<(Rewritten, Vec<Reference>), String> {
    let chunks = split(text);
    let holds_something = |range: &std::ops::Range<usize>| {
        text[range.clone()].lines().any(|l| {
            !matches!(l.trim_start().bytes().next(), None | Some(b'#')) && l.trim() != "---"
        })
    };
    let mut documents = chunks.iter().filter(|chunk| holds_something(&chunk.range));
    let (Some(chunk), None) = (documents.next(), documents.next()) else {
        return Err("it has more than one document".to_owned());
    };
    let source = &text[chunk.range.clone()];
    let document = Document::parse(source).map_err(|error| error.to_string())?;
    let mut root = document.model();
    let mut references = Vec::new();
    for change in changes {
        let result = match change {
            Follow::Patch(place, new) => set(&mut root, &place.0, new).map(|_| ()),
            Follow::Target(place, gvk) => {
                retarget(&mut root, place, gvk, &document, &mut references)
            }
        };
        result.map_err(|refusal| refusal.to_string())?;
    }
    let mut written = document.write(&root).map_err(|error| error.to_string())?;
    let offset = chunk.range.start;
    for edit in &mut written.edits {
        edit.range = edit.range.start + offset..edit.range.end + offset;
    }
    for reference in &mut references {
        reference.line += chunk.first_line - 1;
    }
    written.text = [&text[..offset], &written.text, &text[chunk.range.end..]].concat();
    Ok((written, references))
}

/// The line on which the text of an inline patch begins, if it is a block scalar: what is found in
/// the patch is that much further down in the file.
pub(in crate::repo) fn first_line(text: &str, place: &Place) -> Option<usize> {
    let chunks = split(text);
    chunks.iter().find_map(|chunk| {
        let document = Document::parse(&text[chunk.range.clone()]).ok()?;
        let root = document.model();
        let node = place.0.iter().try_fold(&root, |node, step| match step {
            Step::Key(key) => node.get(key),
            Step::Item(index) => Some(node.items().get(*index)?.value()),
        })?;
        let Location { line, .. } = document.location(node)?;
        Some(line + chunk.first_line - 1)
    })
}

fn retarget(
    root: &mut Node,
    place: &Place,
    gvk: &Gvk,
    document: &Document,
    references: &mut Vec<Reference>,
) -> Result<(), Refusal> {
    let version = gvk.api_version.rsplit('/').next().unwrap_or_default();
    let api_version = gvk.api_version.as_str();
    for (key, new) in [
        ("group", group(api_version)),
        ("version", version),
        ("apiVersion", api_version),
    ] {
        let Some(node) = at(root, &place.0)? else {
            continue;
        };
        let Some(value) = node.get_mut(key)? else {
            continue;
        };
        let Some(old) = value.as_str().map(str::to_owned).filter(|old| old != new) else {
            continue;
        };
        let path = format!("{place}.{key}");
        let place = document
            .location(value)
            .unwrap_or(Location { line: 1, column: 1 });
        let text = format!("{path}: {old} -> {new}, as the {} that it picks", gvk.kind);
        references.push(Reference {
            line: place.line,
            column: place.column,
            path,
            text,
        });
        value.set_scalar(&Node::string(new))?;
    }
    Ok(())
}

fn set(root: &mut Node, path: &[Step], text: &str) -> Result<bool, Refusal> {
    match at(root, path)? {
        Some(node) => node.set_scalar(&Node::string(text)).map(|()| true),
        None => Ok(false),
    }
}

fn at<'n>(root: &'n mut Node, path: &[Step]) -> Result<Option<&'n mut Node>, Refusal> {
    let mut node = root;
    for step in path {
        let below = match step {
            Step::Key(key) => node.get_mut(key)?,
            Step::Item(index) => node
                .items_mut()?
                .and_then(|items| items.get_mut(*index))
                .map(|item| item.value_mut()),
        };
        let Some(below) = below else { return Ok(None) };
        node = below;
    }
    Ok(Some(node))
}
