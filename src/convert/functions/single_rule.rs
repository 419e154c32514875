//! The routes of the Gateway API whose newest version has one rule only.

use crate::yaml::Node;

use super::super::engine::Stop;
use super::Scope;

const RULES: [&str; 2] = ["spec", "rules"];

pub(super) fn run(scope: &mut Scope) -> Result<(), Stop> {
    let count = scope.node.at(RULES).map_or(0, |rules| rules.items().len());
    if count > 1 {
        let kind = scope.node.get("kind").and_then(Node::as_str);
        let kind = kind.unwrap_or("route").to_owned();
        scope.manual(
            &RULES,
            format!("v1 takes one rule only, and here are {count}: write a {kind} for each"),
        );
    }
    Ok(())
}
