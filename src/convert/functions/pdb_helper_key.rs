//! The key that the API server's own converter leaves in selectors of policy/v1beta1.

use crate::yaml::{At, Node};

use super::super::condition::is_blank;
use super::super::engine::Stop;
use super::super::outcome::Grade;
use super::Scope;

const KEY: &str = "pdb.kubernetes.io/deprecated-v1beta1-empty-selector-match";
const EXPRESSIONS: [&str; 3] = ["spec", "selector", "matchExpressions"];

pub(super) fn run(scope: &mut Scope) -> Result<(), Stop> {
    let is_helper = |item: &Node| item.get("key").and_then(Node::as_str) == Some(KEY);
    let Some(expressions) = scope.node.at(EXPRESSIONS) else {
        return Ok(());
    };
    if !expressions
        .items()
        .iter()
        .any(|item| is_helper(item.value()))
    {
        return Ok(());
    }
    let path: &[&str] = &EXPRESSIONS;
    let mut text =
        "the helper key of the API server's own converter is taken out of the selector".to_owned();
    let others = expressions
        .items()
        .iter()
        .any(|item| !is_helper(item.value()));
    let labels = scope.node.at(["spec", "selector", "matchLabels"]);
    let selects_all = !others && labels.is_none_or(is_blank);
    if selects_all {
        text.push_str("; an empty selector protects every pod of the namespace, as this key did");
    }
    scope.changed(Grade::Review, path, text, "");
    let Some(spec) = scope.node.get_mut("spec")? else {
        return Ok(());
    };
    let Some(selector) = spec.get_mut("selector")? else {
        return Ok(());
    };
    if others {
        if let Some(expressions) = selector.get_mut("matchExpressions")?
            && let Some(items) = expressions.items_mut()?
        {
            items.retain(|item| !is_helper(item.value()));
        }
    } else {
        selector.take("matchExpressions")?;
    }
    if selects_all && let Some(selector) = spec.take("selector")? {
        // Absent would mean no pods.
        spec.insert("selector", Node::mapping(), At::PlaceOf(selector.place()))?;
    }
    Ok(())
}
