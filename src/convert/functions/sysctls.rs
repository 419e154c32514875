//! Sysctls of a pod in annotations: `security.alpha.kubernetes.io/sysctls: "a=1,b=2"`.

use crate::yaml::{At, Item, Node};

use super::super::engine::Stop;
use super::super::outcome::Grade;
use super::Scope;

const KEYS: [&str; 2] = [
    "security.alpha.kubernetes.io/sysctls",
    "security.alpha.kubernetes.io/unsafe-sysctls",
];

/// The scope is a pod: its metadata and its spec.
pub(super) fn run(scope: &mut Scope) -> Result<(), Stop> {
    for key in KEYS {
        let at = ["metadata", "annotations", key];
        let Some(value) = scope.node.at(at).filter(|value| !value.is_null()) else {
            continue;
        };
        let Some(pairs) = value.as_str().and_then(pairs) else {
            scope.manual(&at, "is not of the form `name=value,name=value`");
            continue;
        };
        let there = scope.node.at(["spec", "securityContext", "sysctls"]);
        let items = there.map_or(&[][..], Node::items).iter();
        let named: Vec<&str> = items
            .filter_map(|item| item.value().get("name")?.as_str())
            .collect();
        let known = |(name, _): &(String, String)| named.contains(&name.as_str());
        if let Some((name, _)) = pairs.iter().find(|pair| known(pair)) {
            let text = format!("spec.securityContext.sysctls has {name} already; keep one of them");
            scope.manual(&at, text);
            continue;
        }
        let text = format!("{key} -> spec.securityContext.sysctls");
        let why =
            "unsafe ones need allowedUnsafeSysctls of the kubelet, which refuses the pod otherwise";
        scope.changed(Grade::Review, &at, text, why);
        write(scope.node, key, &pairs)?;
    }
    Ok(())
}

fn write(pod: &mut Node, key: &str, pairs: &[(String, String)]) -> Result<(), Stop> {
    if let Some(metadata) = pod.get_mut("metadata")? {
        if let Some(annotations) = metadata.get_mut("annotations")? {
            annotations.take(key)?;
            if annotations.is_empty() {
                metadata.take("annotations")?;
            }
        }
        if metadata.is_empty() {
            pod.take("metadata")?;
        }
    }
    let spec = child(pod, "spec", At::End, Node::mapping)?;
    let at = At::Before(&["initContainers", "containers"]);
    let security = child(spec, "securityContext", at, Node::mapping)?;
    let sysctls = child(security, "sysctls", At::End, || Node::sequence([]))?;
    if let Some(items) = sysctls.items_mut()? {
        for (name, value) in pairs {
            let mut item = Node::mapping();
            item.insert("name", Node::string(name), At::End)?;
            item.insert("value", Node::string(value), At::End)?;
            items.push(Item::new(item));
        }
    }
    Ok(())
}

/// The value under a key, made where there is none.
fn child<'a>(
    node: &'a mut Node,
    key: &str,
    at: At,
    make: impl FnOnce() -> Node,
) -> Result<&'a mut Node, Stop> {
    if node.get(key).is_none_or(Node::is_null) {
        node.take(key)?;
        node.insert(key, make(), at)?;
    }
    node.get_mut(key)?
        .ok_or_else(|| Stop::new(format!("{key} cannot be written")))
}

fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    let pairs = text.split(',').map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        (!name.is_empty() && !value.is_empty()).then(|| (name.to_owned(), value.to_owned()))
    });
    pairs.collect()
}
