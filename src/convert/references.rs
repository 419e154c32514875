//! References by `apiVersion` and `kind`: they name what their object has become.
//!
//! Whoever follows a reference asks the cluster for that version, so it has to be one that the
//! cluster serves at both ends of the window, whether or not the object itself is in the run.

use crate::catalog::Next;
use crate::catalog::rule::{Path, Segment};
use crate::manifest::{self, Gvk, ObjectRef};
use crate::yaml::{Location, Node, Refusal};

use super::Options;
use super::around::Around;
use super::outcome::{Grade, Reference};
use super::path::{self, Address, Link};
use super::unit::judge;

/// Rewrites the references of an object in its new node, which is made if there is none yet.
pub(super) fn follow(
    node: &Node,
    new: &mut Option<Node>,
    object: &ObjectRef,
    options: &Options,
    around: &Around,
) -> Vec<Reference> {
    let mut followed = Vec::new();
    if manifest::is_encrypted(node) {
        return followed;
    }
    // A new version may be of another group.
    let now = |key| new.as_ref().and_then(|new| new.get(key)?.as_str());
    let gvk = match (now("apiVersion"), now("kind")) {
        (Some(api_version), Some(kind)) => &Gvk::new(api_version, kind),
        _ => &object.gvk,
    };
    let owners = owner_references();
    let paths = options
        .catalog
        .holders(gvk.group(), &gvk.kind)
        .flat_map(|holder| &holder.references)
        .chain([&owners]);
    for path in paths {
        for links in path::find(new.as_ref().unwrap_or(node), &path.0) {
            let now = new.as_ref().unwrap_or(node);
            let Some((old, to)) = moved(now, &links, options) else {
                continue;
            };
            let place = path::at(now, &links)
                .and_then(|node| around.location(node.get("apiVersion")?))
                .unwrap_or(Location { line: 1, column: 1 });
            let path = format!("{}.apiVersion", Address(links.clone()));
            let mut changed = now.clone();
            // What stands behind an alias is somebody else's, too.
            let text = match set(&mut changed, &links, &old, &to) {
                Ok(()) => {
                    *new = Some(changed);
                    format!(
                        "{path}: {} -> {}, a {}",
                        old.api_version, to.api_version, to.kind
                    )
                }
                Err(refusal) => {
                    format!(
                        "{path}: {} stays, though it is old: {refusal}",
                        old.api_version
                    )
                }
            };
            followed.push(Reference {
                line: place.line,
                column: place.column,
                path,
                text,
                grade: Grade::Safe,
            });
        }
    }
    followed
}

/// `metadata.ownerReferences[]`, which every kind has.
fn owner_references() -> Path {
    let key = |key: &str| Segment::Key(key.to_owned());
    Path(vec![
        key("metadata"),
        key("ownerReferences"),
        Segment::EachItem,
    ])
}

/// What a reference names, and what that has become.
fn moved(node: &Node, links: &[Link], options: &Options) -> Option<(Gvk, Gvk)> {
    let reference = path::at(node, links)?;
    let text = |key| reference.get(key).and_then(Node::as_str);
    let old = Gvk::new(text("apiVersion")?, text("kind")?);
    match judge(&old, options)?.next {
        Next::Convert(way) => {
            let new = Gvk::new(way.api_version, way.kind);
            Some((old, new))
        }
        _ => None,
    }
}

fn set(node: &mut Node, links: &[Link], old: &Gvk, new: &Gvk) -> Result<(), Refusal> {
    let Some(reference) = path::at_mut(node, links)? else {
        return Ok(());
    };
    for (key, old, new) in [
        ("apiVersion", &old.api_version, &new.api_version),
        ("kind", &old.kind, &new.kind),
    ] {
        if old != new
            && let Some(value) = reference.get_mut(key)?
        {
            value.set_scalar(&Node::string(new))?;
        }
    }
    Ok(())
}
