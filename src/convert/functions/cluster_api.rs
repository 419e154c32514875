//! Cluster API's v1beta2: durations in seconds, arguments as lists, and nothing that is empty.

use crate::yaml::{Kind, Node};

use super::super::condition::is_blank;
use super::super::engine::Stop;
use super::super::outcome::Grade;
use super::super::path::Link;
use super::super::values;
use super::{Scope, named_list};

/// The scope, a duration such as `5m`, as a number of seconds.
pub(super) fn seconds(scope: &mut Scope) -> Result<(), Stop> {
    let Some(scalar) = scope.node.as_scalar() else {
        return Ok(());
    };
    if matches!(scalar.kind, Kind::Null | Kind::Int) {
        return Ok(());
    }
    let Some(seconds) = parse(&scalar.text) else {
        let text = format!(
            "`{}` is no duration of whole seconds, which the new version counts in",
            values::quote(scope.node)
        );
        scope.manual(&[], text);
        return Ok(());
    };
    let text = format!("{} -> {seconds}", values::quote(scope.node));
    scope.changed(Grade::Safe, &[], text, "the new version counts in seconds");
    scope.node.set_scalar(&Node::integer(seconds))?;
    Ok(())
}

/// `1h30m` as seconds.
fn parse(text: &str) -> Option<i64> {
    if text == "0" {
        return Some(0);
    }
    let mut seconds = 0_i64;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, after) = rest.split_at(digits);
        let (unit, factor) = [("h", 3600), ("m", 60), ("s", 1)]
            .into_iter()
            .find(|(unit, _)| after.starts_with(unit) && !after.starts_with("ms"))?;
        seconds = seconds.checked_add(number.parse::<i64>().ok()?.checked_mul(factor)?)?;
        rest = &after[unit.len()..];
    }
    (!text.is_empty()).then_some(seconds)
}

/// The scope, a mapping of arguments, as a list of names and values.
pub(super) fn arguments(scope: &mut Scope) -> Result<(), Stop> {
    if !scope.node.is_mapping() {
        return Ok(());
    }
    if scope.here.part {
        let text = "it becomes a list, and the list of a patch replaces the other one, where these were merged";
        scope.manual(&[], text);
        return Ok(());
    }
    let text = "becomes a list of names and values";
    scope.changed(
        Grade::Safe,
        &[],
        text,
        "the same argument may be given twice",
    );
    named_list::convert(scope.node)?;
    Ok(())
}

/// Where empty says more than absent: a node that joins as a control plane, and a selector of everything.
const MEANT: [&str; 3] = ["controlPlane", "selector", "value"];

/// Takes out the mappings and lists below the scope that are empty, which v1beta2 refuses.
pub(super) fn empties(scope: &mut Scope) -> Result<(), Stop> {
    let mut found = Vec::new();
    find(scope.node, &mut Vec::new(), &mut found);
    // From the last to the first, so that the indexes of items stay right.
    for links in found.iter().rev() {
        let text = "removed, as it is empty";
        scope.changed_below(Grade::Safe, links, text, "v1beta2 refuses what is empty");
        if let Some((Link::Key(key), above)) = links.split_last()
            && let Some(holder) = super::super::path::at_mut(scope.node, above)?
        {
            holder.take(key)?;
        }
    }
    Ok(())
}

fn find(node: &Node, at: &mut Vec<Link>, found: &mut Vec<Vec<Link>>) {
    for entry in node.entries() {
        let Some(key) = entry.key().filter(|key| !MEANT.contains(key)) else {
            continue;
        };
        at.push(Link::Key(key.to_owned()));
        let value = entry.value();
        let collection = value.is_mapping() || value.is_sequence();
        if collection && is_blank(value) && !has_meant(value) {
            found.push(at.clone());
        } else {
            find(value, at, found);
        }
        at.pop();
    }
    for (index, item) in node.items().iter().enumerate() {
        at.push(Link::Item(index));
        find(item.value(), at, found);
        at.pop();
    }
}

/// Whether something below is meant, though it is empty.
fn has_meant(node: &Node) -> bool {
    node.entries().iter().any(|entry| {
        entry.key().is_some_and(|key| MEANT.contains(&key)) || has_meant(entry.value())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_whole_seconds() {
        for (text, seconds) in [
            ("5m", 300),
            ("1h30m", 5400),
            ("90s", 90),
            ("0", 0),
            ("0s", 0),
        ] {
            assert_eq!(parse(text), Some(seconds), "{text}");
        }
        for text in [
            "",
            "1d",
            "500ms",
            "1.5h",
            "m",
            "5",
            "1h ",
            "99999999999999999999s",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
