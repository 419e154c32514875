//! A mapping of names and values as a list of both: `{a: b}` as `[{name: a, value: b}]`.

use crate::yaml::{At, Item, Node, Refusal};

/// The names in a mapping.
///
/// # Errors
/// Refuses merge keys, and keys that are no plain text: a list of names has no place for them.
pub(super) fn names(mapping: &Node) -> Result<Vec<String>, Refusal> {
    let name = |key: Option<&str>| key.filter(|name| *name != "<<").map(str::to_owned);
    let names = mapping.entries().iter().map(|entry| name(entry.key()));
    names.collect::<Option<_>>().ok_or(Refusal::ComplexKey)
}

/// Makes a mapping a list, in its place. Each value takes its comments along.
///
/// # Errors
/// As [`names`], and what an alias supplies.
pub(super) fn convert(mapping: &mut Node) -> Result<(), Refusal> {
    let mut items = Vec::new();
    for name in names(mapping)? {
        let Some(value) = mapping.take(&name)? else {
            continue;
        };
        let mut item = Node::mapping();
        item.insert("name", Node::string(name), At::End)?;
        item.insert("value", value, At::End)?;
        items.push(Item::new(item));
    }
    mapping.replace(Node::sequence([]));
    if let Some(list) = mapping.items_mut()? {
        *list = items;
    }
    Ok(())
}
