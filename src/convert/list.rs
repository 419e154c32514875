//! A list with a version of its own: it and its items move together.

use crate::catalog::{Judgement, Next};
use crate::manifest::{Gvk, ObjectRef};
use crate::yaml::{Node, Refusal};

use super::around::Around;
use super::outcome::{Fix, Grade, Outcome, Reason};
use super::unit::{Unit, judge, stays};
use super::{Options, object};

/// Converts a typed list, such as an `IngressList`.
pub(super) fn unit<'r>(
    node: &Node,
    list: &'r ObjectRef,
    objects: &'r [ObjectRef],
    judgement: Judgement,
    gvk: &Gvk,
    options: &Options,
    around: &Around,
) -> Unit<'r> {
    let mut unit = Unit::new(list);
    let mut nodes = Vec::new();
    for object in objects {
        let below = ObjectRef {
            path: object.path[list.path.len()..].to_vec(),
            ..object.clone()
        };
        let Some(item) = below.node(node) else {
            unit.others += 1;
            continue;
        };
        let judgement = judge(&object.gvk, options);
        let treated = object::treat(item, object, judgement.as_ref(), options, around);
        nodes.extend(treated.node.map(|node| (below, node)));
        let findings = (treated.outcome, treated.fixes);
        unit.add(item, object, judgement.as_ref(), findings, around);
    }
    let way = match &judgement.next {
        Next::Convert(way) => Some(way.clone()),
        _ => None,
    };
    if unit.members.is_empty() {
        let outcome = match &way {
            Some(way) => {
                let change = object::version_change(gvk, &judgement, way, true, options);
                let applied = !(options.safe_only && change.grade > Grade::Safe);
                let (api_version, kind) = (way.api_version.to_owned(), format!("{}List", way.kind));
                Outcome::Converted {
                    api_version,
                    kind,
                    grade: change.grade,
                    changes: vec![change],
                    applied,
                }
            }
            None => object::convert(node, list, &judgement, options, around).0,
        };
        unit.add(node, list, Some(&judgement), (outcome, Vec::new()), around);
    }
    if way.is_some() && hold_back(&mut unit, objects, gvk) {
        return unit;
    }
    if way.is_none() && nodes.is_empty() {
        return unit;
    }
    let mut new = node.clone();
    let placed = nodes.iter_mut().try_for_each(|(below, node)| {
        if let Some(place) = below.node_mut(&mut new)? {
            place.replace(std::mem::replace(node, Node::null()));
        }
        Ok(())
    });
    let named = placed.and_then(|()| match &way {
        Some(way) => {
            rename(&mut new, "apiVersion", way.api_version)?;
            if way.kind == gvk.kind {
                Ok(())
            } else {
                rename(&mut new, "kind", &format!("{}List", way.kind))
            }
        }
        None => Ok(()),
    });
    match named {
        Ok(()) => unit.converted = Some(new),
        Err(refusal) => unit.refuse(&refusal.to_string()),
    }
    unit
}

/// When one item of a list does not move with it, none does, nor the list. Says whether that is so.
fn hold_back(unit: &mut Unit, objects: &[ObjectRef], gvk: &Gvk) -> bool {
    let own = objects.iter().filter(|object| object.gvk == *gvk);
    let reports = unit.members.iter().map(|member| &member.report);
    let stuck = own
        .zip(reports.clone().filter(|report| report.gvk() == *gvk))
        .find_map(|(object, report)| what_holds_back(object, &report.outcome));
    let unapplied = reports
        .map(|report| &report.outcome)
        .any(|outcome| matches!(outcome, Outcome::Converted { applied: false, .. }));
    if stuck.is_none() && !unapplied {
        return false;
    }
    for member in &mut unit.members {
        let report = &mut member.report;
        report.fixes.iter_mut().for_each(Fix::undo);
        match (&mut report.outcome, &stuck) {
            (outcome @ Outcome::Converted { .. }, Some(text)) => *outcome = stays(text),
            (Outcome::Converted { applied, .. }, None) => *applied = false,
            _ => {}
        }
    }
    true
}

/// Why an item of a list cannot move with it.
fn what_holds_back(object: &ObjectRef, outcome: &Outcome) -> Option<String> {
    let reason = match outcome {
        Outcome::Manual { reasons } => reasons.first().map(Reason::to_string).unwrap_or_default(),
        Outcome::Refused { reason } => reason.clone(),
        _ => return None,
    };
    let index = object.path.last()?;
    let name = object
        .name
        .as_ref()
        .map(|name| format!(" ({name})"))
        .unwrap_or_default();
    Some(format!(
        "a list moves as a whole, and items[{index}]{name} cannot: {reason}"
    ))
}

fn rename(node: &mut Node, key: &str, value: &str) -> Result<(), Refusal> {
    match node.get_mut(key)? {
        Some(old) => old.set_scalar(&Node::string(value)),
        None => Ok(()),
    }
}
