//! Extra arguments in kubeadm's configuration: a mapping until v1beta3, a list of names and values
//! from v1beta4 on.

use crate::yaml::{Kind, Node};

use super::super::engine::Stop;
use super::super::outcome::Grade;
use super::super::values;
use super::{Scope, named_list};

pub(super) fn run(scope: &mut Scope) -> Result<(), Stop> {
    if !scope.node.is_mapping() {
        return Ok(());
    }
    if scope.here.part {
        let text = "a list in a patch takes the place of the whole list, a mapping does not";
        scope.manual(&[], text);
        return Ok(());
    }
    let names = named_list::names(scope.node)?;
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
    named_list::convert(scope.node)?;
    Ok(())
}
