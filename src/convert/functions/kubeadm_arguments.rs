//! Extra arguments in kubeadm's configuration: a mapping until v1beta3, a list of names and values
//! from v1beta4 on.

use crate::yaml::{At, Item, Kind, Node, Refusal};

use super::super::engine::Stop;
use super::super::outcome::Grade;
use super::super::values;
use super::Scope;

pub(super) fn run(scope: &mut Scope) -> Result<(), Stop> {
    if !scope.node.is_mapping() {
        return Ok(());
    }
    if scope.here.part {
        let text = "a list in a patch takes the place of the whole list, a mapping does not";
        scope.manual(&[], text);
        return Ok(());
    }
    let mut names = Vec::new();
    for entry in scope.node.entries() {
        let Some(name) = entry.key().filter(|name| *name != "<<") else {
            return Err(Refusal::ComplexKey.into());
        };
        names.push(name.to_owned());
    }
    for name in &names {
        let value = scope.node.get(name).and_then(Node::as_scalar);
        if value.is_none_or(|value| value.kind != Kind::Str) {
            let text =
                "the value of an argument is a text, as kubeadm always wanted; put it in quotes";
            scope.manual(&[name], text);
            return Ok(());
        }
    }
    let quoted = values::quote(scope.node);
    scope.changed(
        Grade::Safe,
        &[],
        format!("{quoted} becomes a list of names and values"),
        "",
    );
    let mut items = Vec::with_capacity(names.len());
    for name in names {
        let Some(value) = scope.node.take(&name)? else {
            continue;
        };
        let mut argument = Node::mapping();
        argument.insert("name", Node::string(name), At::End)?;
        argument.insert("value", value, At::End)?;
        items.push(Item::new(argument));
    }
    scope.node.replace(Node::sequence([]));
    if let Some(list) = scope.node.items_mut()? {
        *list = items;
    }
    Ok(())
}
