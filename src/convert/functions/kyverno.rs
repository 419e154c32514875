//! Settings of a Kyverno policy that each of its rules has by itself now.

use crate::yaml::{At, Node};

use super::super::engine::Stop;
use super::super::outcome::Grade;
use super::Scope;

/// What stood in the spec, the sections of a rule that have it now, and under which name.
const SETTINGS: [(&str, &[&str], &str); 4] = [
    (
        "validationFailureAction",
        &["validate", "verifyImages"],
        "failureAction",
    ),
    (
        "validationFailureActionOverrides",
        &["validate"],
        "failureActionOverrides",
    ),
    ("generateExisting", &["generate"], "generateExisting"),
    (
        "mutateExistingOnPolicyUpdate",
        &["mutate"],
        "mutateExistingOnPolicyUpdate",
    ),
];

/// Moves the settings of the scope, the spec of a policy, into its rules.
pub(super) fn settings(scope: &mut Scope) -> Result<(), Stop> {
    for (old, sections, new) in SETTINGS {
        let Some(value) = scope.node.get(old).filter(|value| !value.is_null()) else {
            continue;
        };
        if scope.here.part || scope.node.get("rules").is_none_or(Node::is_null) {
            let text = format!("each rule has {new} by itself, and the rules stand elsewhere");
            scope.manual(&[old], text);
            continue;
        }
        let mut value = value.copy()?;
        if new == "failureAction" {
            let Some(action) = value.as_str().and_then(action) else {
                scope.manual(&[old], "each rule takes Audit or Enforce");
                continue;
            };
            value = Node::string(action);
        }
        scope.changed(
            Grade::Safe,
            &[old],
            format!("{old} -> {new} of each rule"),
            "each rule has it by itself",
        );
        if let Some(rules) = scope.node.get_mut("rules")?
            && let Some(rules) = rules.items_mut()?
        {
            for rule in rules {
                for section in sections {
                    if let Some(section) = rule.value_mut().get_mut(section)? {
                        give(section, new, &value)?;
                    }
                }
            }
        }
        scope.node.take(old)?;
    }
    Ok(())
}

/// Writes a setting into a section, or into each item of it, where the rule has none of its own.
fn give(section: &mut Node, key: &str, value: &Node) -> Result<(), Stop> {
    if section.is_sequence() {
        if let Some(items) = section.items_mut()? {
            for item in items {
                give(item.value_mut(), key, value)?;
            }
        }
        return Ok(());
    }
    if section.is_mapping() && section.get(key).is_none() {
        let entries = section.entries().first();
        let first = entries.and_then(|entry| entry.key()).map(str::to_owned);
        match &first {
            Some(first) => section.insert(key, value.copy()?, At::Before(&[first]))?,
            None => section.insert(key, value.copy()?, At::End)?,
        };
    }
    Ok(())
}

/// The rules know the words with a capital only.
fn action(text: &str) -> Option<&'static str> {
    match text {
        "audit" | "Audit" => Some("Audit"),
        "enforce" | "Enforce" => Some("Enforce"),
        _ => None,
    }
}
