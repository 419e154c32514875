//! Images of the registry that Kubernetes left: `k8s.gcr.io/pause` is `registry.k8s.io/pause`.

use crate::yaml::{Item, Node};

use super::super::engine::Stop;
use super::super::outcome::Grade;
use super::Scope;

const NEW: &str = "registry.k8s.io/";

/// What the same images were called before.
const OLD: [&str; 4] = [
    "k8s.gcr.io/",
    "us.gcr.io/k8s-artifacts-prod/",
    "eu.gcr.io/k8s-artifacts-prod/",
    "asia.gcr.io/k8s-artifacts-prod/",
];

/// Still older: not everything went along.
const OLDER: [&str; 2] = ["gcr.io/google_containers/", "gcr.io/google-containers/"];

/// The scope is the name of an image.
pub(super) fn run(scope: &mut Scope) -> Result<(), Stop> {
    let Some(image) = scope.node.as_str() else {
        return Ok(());
    };
    if OLDER.iter().any(|old| image.starts_with(old)) {
        let text = format!(
            "{image}: not all images of this registry went to registry.k8s.io; look where this one is now"
        );
        scope.manual(&[], text);
        return Ok(());
    }
    let Some(new) = renamed(image) else {
        return Ok(());
    };
    let text = format!("{image} -> {new}");
    scope.changed(Grade::Safe, &[], text, "");
    scope.node.set_scalar(&Node::string(new))?;
    Ok(())
}

/// The scope is the `images` of a kustomization, which name the images that a base has. The base may be
/// anybody's, so both names are there after this.
pub(super) fn names(scope: &mut Scope) -> Result<(), Stop> {
    let mut index = 0;
    while let Some(item) = scope.node.items().get(index) {
        let image = item.value();
        index += 1;
        let Some(new) = image
            .get("name")
            .and_then(Node::as_str)
            .and_then(renamed_name)
        else {
            continue;
        };
        let is_it = |item: &Item| item.value().get("name").and_then(Node::as_str) == Some(&new);
        if scope.node.items().iter().any(is_it) {
            continue;
        }
        let mut copy = image.copy()?;
        if let Some(name) = copy.get_mut("name")? {
            name.set_scalar(&Node::string(&new))?;
        }
        let text =
            format!("added an entry for {new} after it, which is the name of the same image");
        let path = scope.item_path(index - 1);
        scope.changed_at(Grade::Review, path, text);
        if let Some(items) = scope.node.items_mut()? {
            items.insert(index, Item::new(copy));
        }
        index += 1;
    }
    Ok(())
}

fn renamed(image: &str) -> Option<String> {
    let rest = OLD.iter().find_map(|old| image.strip_prefix(old))?;
    Some(format!("{NEW}{rest}"))
}

/// The same of a name, which has neither tag nor digest.
fn renamed_name(name: &str) -> Option<String> {
    renamed(name).filter(|name| name.len() > NEW.len())
}
