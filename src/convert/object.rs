//! Converting one object.

use crate::catalog::{Judgement, Next, Range, Way};
use crate::manifest::{self, Gvk, ObjectRef};
use crate::yaml::Node;

use super::around::Around;
use super::engine::{self, Converted, Stopped};
use super::outcome::{Change, Fix, Grade, Outcome, Verb};
use super::path;
use super::rules::{self, Subject};
use super::unit::{is_unjudged, stays};
use super::{Form, Options};

/// What became of an object, and its new node if that is to be written.
pub(super) struct Treated {
    pub outcome: Outcome,
    pub fixes: Vec<Fix>,
    pub node: Option<Node>,
    /// The node without what the rules did, where that is something else.
    pub plain: Option<Node>,
}

/// Converts an object, and lets the rules run on what came of it. An object that is left to a person is
/// left to them as a whole.
pub(super) fn treat(
    node: &Node,
    object: &ObjectRef,
    judgement: Option<&Judgement>,
    options: &Options,
    around: &Around,
) -> Treated {
    let gvk = &object.gvk;
    let (outcome, converted) = match judgement {
        Some(judgement) => convert(node, object, judgement, options, around),
        None => (Outcome::Clean, None),
    };
    let (api_version, kind) = match &outcome {
        Outcome::Manual { .. } | Outcome::Refused { .. } => {
            return Treated {
                outcome,
                fixes: Vec::new(),
                node: converted,
                plain: None,
            };
        }
        Outcome::Converted {
            api_version,
            kind,
            applied: true,
            ..
        } => (api_version, kind),
        _ => (&gvk.api_version, &gvk.kind),
    };
    let subject = Subject {
        object: node,
        gvk,
        node: converted.as_ref().unwrap_or(node),
        api_version,
        kind,
    };
    let (mut fixes, new) = rules::run(&subject, around.rules, options, around.source);
    for fix in &mut fixes {
        if let Some(place) = around.location(path::nearest(node, &fix.path)) {
            (fix.line, fix.column) = (place.line, place.column);
        }
    }
    fixes.sort_by_key(|fix| (fix.line, fix.column));
    let (node, plain) = match new {
        Some(new) => (Some(new), converted),
        None => (converted, None),
    };
    Treated {
        outcome,
        fixes,
        node,
        plain,
    }
}

/// What becomes of one object, and its new node if that is to be written.
pub(super) fn convert(
    node: &Node,
    object: &ObjectRef,
    judgement: &Judgement,
    options: &Options,
    around: &Around,
) -> (Outcome, Option<Node>) {
    let gvk = &object.gvk;
    let way = match &judgement.next {
        Next::Stay if is_unjudged(judgement) => {
            return (
                Outcome::NotJudged {
                    component: judgement.resource.component.to_string(),
                },
                None,
            );
        }
        Next::Stay => return (Outcome::Clean, None),
        Next::Wait { to, until } => {
            return (
                Outcome::Waits {
                    to: (*to).to_owned(),
                    until: *until,
                },
                None,
            );
        }
        Next::NoReplacement { advice } => {
            let mut text = if has_successor(judgement, options) {
                "refit does not convert it".to_owned()
            } else {
                "nothing replaces it".to_owned()
            };
            if let Some(advice) = advice {
                text.push_str("; ");
                text.push_str(advice);
            }
            return (stays(&text), None);
        }
        Next::Convert(way) => way,
    };
    if manifest::is_encrypted(node) {
        let reason =
            "encrypted with SOPS, which signs all values: decrypt it, convert it, encrypt it again";
        return (
            Outcome::Refused {
                reason: reason.to_owned(),
            },
            None,
        );
    }
    match engine::convert(node, gvk, way, options, around.source) {
        Ok(Converted {
            node: new,
            mut changes,
        }) => {
            let stored = options.form == Form::Part || node.get("metadata").is_some();
            changes.insert(0, version_change(gvk, judgement, way, stored, options));
            changes.shrink_to_fit();
            let grade = changes
                .iter()
                .map(|change| change.grade)
                .max()
                .unwrap_or(Grade::Safe);
            let applied = !(options.safe_only && grade > Grade::Safe);
            if let (Some(reason), true) = (around.held(node), applied) {
                return (stays(&reason), None);
            }
            let (api_version, kind) = (way.api_version.to_owned(), way.kind.to_owned());
            (
                Outcome::Converted {
                    api_version,
                    kind,
                    grade,
                    changes,
                    applied,
                },
                applied.then_some(new),
            )
        }
        Err(Stopped::Manual(reasons)) => (Outcome::Manual { reasons }, None),
        Err(Stopped::Refused(reason)) => (Outcome::Refused { reason }, None),
    }
}

/// The change of the version itself. A new group is a new entry for Flux, which prunes the old one,
/// and with it the object, as long as the cluster serves both. What no cluster stores, such as the
/// configuration file of a component, has no metadata.
pub(super) fn version_change(
    gvk: &Gvk,
    judgement: &Judgement,
    way: &Way,
    stored: bool,
    options: &Options,
) -> Change {
    let (old, new) = (gvk.group(), manifest::group(way.api_version));
    let kind = if way.kind == gvk.kind {
        String::new()
    } else {
        format!(", kind: {} -> {}", gvk.kind, way.kind)
    };
    let mut change = Change {
        grade: Grade::Safe,
        verb: Verb::Version,
        path: "apiVersion".to_owned(),
        text: format!(
            "apiVersion: {} -> {}{kind}",
            gvk.api_version, way.api_version
        ),
        why: None,
    };
    if old != new
        && stored
        && &*judgement.resource.component != "flux"
        && is_group_served(old, judgement, options)
    {
        change.grade = Grade::Review;
        change.why = Some(format!(
            "the API group changes from {} to {}: where both are served, Flux takes the new one for another \
             object and prunes the old one, which is the same object \
             (https://github.com/fluxcd/kustomize-controller/issues/510); set the annotation \
             kustomize.toolkit.fluxcd.io/prune: disabled on the object in the cluster first, or move once the \
             old group is no longer served",
            if old.is_empty() {
                "the core group"
            } else {
                old
            },
            if new.is_empty() {
                "the core group"
            } else {
                new
            },
        ));
    }
    change
}

/// Whether the target serves a newer version of the kind, to which no way leads.
fn has_successor(judgement: &Judgement, options: &Options) -> bool {
    let Some(range) = options.window.range(&judgement.resource.component) else {
        return false;
    };
    let at_target = Range {
        from: range.to,
        to: range.to,
    };
    let versions = judgement.resource.versions.iter().rev();
    let mut newer = versions.take_while(|v| v.api_version != judgement.version.api_version);
    newer.any(|version| version.is_served(at_target))
}

/// Whether what runs now may still serve the old group. An assumed version proves nothing.
fn is_group_served(group: &str, judgement: &Judgement, options: &Options) -> bool {
    let range = options
        .window
        .range(&judgement.resource.component)
        .filter(|_| !options.window.assumed_from);
    let Some(range) = range else { return true };
    let mut versions = judgement
        .resource
        .versions
        .iter()
        .filter(|v| manifest::group(&v.api_version) == group);
    versions.any(|version| version.removed.is_none_or(|removed| removed > range.from))
}
