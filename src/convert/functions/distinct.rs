//! A list that no longer takes an item twice: texts, or mappings by their `name`.

use std::collections::BTreeMap;

use crate::yaml::Node;

use super::super::engine::Stop;
use super::Scope;

pub(super) fn run(scope: &mut Scope) -> Result<(), Stop> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for item in scope.node.items() {
        let value = item.value();
        let name = value
            .as_str()
            .or_else(|| value.get("name").and_then(Node::as_str));
        *counts.entry(name.unwrap_or_default()).or_default() += 1;
    }
    let twice: Vec<String> = counts
        .into_iter()
        .filter(|(name, count)| *count > 1 && !name.is_empty())
        .map(|(name, _)| name.to_owned())
        .collect();
    for name in twice {
        let text = format!("`{name}` stands twice, and the new version takes it once");
        scope.manual(&[], text);
    }
    Ok(())
}
