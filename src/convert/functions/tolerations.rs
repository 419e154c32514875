//! Tolerations of the taint `node-role.kubernetes.io/master`, which is `control-plane` now.

use crate::catalog::Version;
use crate::yaml::{Item, Node};

use super::super::engine::Stop;
use super::super::outcome::Grade;
use super::Scope;

const OLD: &str = "node-role.kubernetes.io/master";
const NEW: &str = "node-role.kubernetes.io/control-plane";

/// The first release whose nodes have the new taint alone; 1.24 sets both.
const ONLY_NEW: Version = Version::new(1, 25);

/// The scope is a list of tolerations. Where both taints may be met, both are tolerated.
pub(super) fn run(scope: &mut Scope) -> Result<(), Stop> {
    let only_new = scope.runs_now("kubernetes").is_some_and(|v| v >= ONLY_NEW);
    let mut index = 0;
    while let Some(item) = scope.node.items().get(index) {
        let toleration = item.value();
        index += 1;
        if toleration.get("key").and_then(Node::as_str) != Some(OLD) {
            continue;
        }
        let mut renamed = toleration.copy()?;
        if let Some(key) = renamed.get_mut("key")? {
            key.set_scalar(&Node::string(NEW))?;
        }
        let mut others = scope.node.items().iter().map(Item::value);
        let is_there = others.any(|other| tolerates_as_much(other, &renamed));
        let change = match (only_new, is_there) {
            (true, true) => "removed: control-plane is tolerated too",
            (true, false) => "master -> control-plane",
            (false, true) => continue,
            (false, false) => "added the same for control-plane after it",
        };
        let text = format!("{OLD}: {change}");
        let path = scope.item_path(index - 1);
        scope.changed_at(Grade::Safe, path, text);
        let Some(items) = scope.node.items_mut()? else {
            continue;
        };
        match (only_new, is_there) {
            (true, true) => {
                index -= 1;
                items.remove(index);
            }
            (true, false) => {
                if let Some(key) = items[index - 1].value_mut().get_mut("key")? {
                    key.set_scalar(&Node::string(NEW))?;
                }
            }
            (false, _) => items.insert(index, Item::new(renamed)),
        }
    }
    Ok(())
}

/// Whether a toleration covers all that another one of a taint by its key does.
fn tolerates_as_much(this: &Node, other: &Node) -> bool {
    if this.same_value(other) {
        return true;
    }
    let text = |key: &str| this.get(key).and_then(Node::as_str);
    let is_empty = |key: &str| this.get(key).is_none_or(Node::is_empty);
    let any_key = is_empty("key") && text("operator") == Some("Exists");
    let same_key = text("key") == Some(NEW) && text("operator") == Some("Exists");
    (any_key || same_key) && is_empty("effect") && is_empty("tolerationSeconds")
}
