//! What is converted together or not at all: an object, or a typed list with its items.

use crate::catalog::{Judgement, Next, Status, Way};
use crate::manifest::{self, Gvk, ObjectRef, Role};
use crate::yaml::{Node, Refusal};

use super::Options;
use super::engine::{self, Converted, Render, Stopped};
use super::outcome::{Change, Fix, Grade, Outcome, Reason, Verb};
use super::rules::{self, Candidate, Subject};

/// One or more objects, and what became of them.
pub(super) struct Unit<'a> {
    /// The whole list for a typed list.
    place: &'a ObjectRef,
    /// The new node for that place; `None` when nothing is to be written.
    pub converted: Option<Node>,
    /// Those that the catalogue knows, or in which a rule found something, in their order.
    pub members: Vec<Member<'a>>,
    /// How many there are beside them.
    pub others: usize,
}

/// An object that there is something to say about.
pub(super) struct Member<'a> {
    pub object: &'a ObjectRef,
    /// `None` where the catalogue does not have its kind.
    pub judgement: Option<Judgement<'a>>,
    pub outcome: Outcome,
    pub fixes: Vec<Fix>,
}

impl<'a> Unit<'a> {
    /// Takes an object in, if there is something to say about it.
    fn add(
        &mut self,
        object: &'a ObjectRef,
        judgement: Option<Judgement<'a>>,
        outcome: Outcome,
        fixes: Vec<Fix>,
    ) {
        if judgement.is_none() && fixes.is_empty() {
            self.others += 1;
            return;
        }
        self.members.push(Member {
            object,
            judgement,
            outcome,
            fixes,
        });
    }

    /// Puts the converted node into the document's model.
    ///
    /// # Errors
    /// Refuses an object behind an alias.
    pub fn put(&mut self, root: &mut Node) -> Result<(), Refusal> {
        if let Some(place) = self.place.node_mut(root)?
            && let Some(node) = self.converted.take()
        {
            place.replace(node);
        }
        Ok(())
    }

    /// Takes the converted node out of the model again, which is of no use then.
    ///
    /// # Errors
    /// As [`Unit::put`].
    pub fn take_back(&mut self, root: &mut Node) -> Result<(), Refusal> {
        if let Some(place) = self.place.node_mut(root)? {
            self.converted = Some(std::mem::replace(place, Node::null()));
        }
        Ok(())
    }

    /// Leaves every conversion of this unit to a person.
    pub fn hold(&mut self, reason: &str) {
        self.converted = None;
        for member in &mut self.members {
            if matches!(member.outcome, Outcome::Converted { applied: true, .. }) {
                let reason = Reason {
                    path: String::new(),
                    text: reason.to_owned(),
                    question: None,
                };
                member.outcome = Outcome::Manual {
                    reasons: vec![reason],
                };
            }
            member.fixes.iter_mut().for_each(Fix::undo);
        }
    }

    /// Turns every change of this unit into a refusal.
    pub fn refuse(&mut self, reason: &str) {
        self.converted = None;
        for member in &mut self.members {
            member.fixes.iter_mut().for_each(|fix| fix.refuse(reason));
            if matches!(member.outcome, Outcome::Converted { applied: true, .. }) {
                member.outcome = Outcome::Refused {
                    reason: reason.to_owned(),
                };
            }
        }
    }
}

/// What all objects of a document have in common.
pub(super) struct Context<'c, 'a> {
    pub options: &'c Options<'a>,
    pub render: &'c dyn Render,
    /// The rules that may have something to say in the document.
    pub rules: &'c [Candidate<'a>],
}

/// Judges and converts all objects of a document.
pub(super) fn units<'a>(
    root: &Node,
    objects: &'a [ObjectRef],
    context: &Context<'_, 'a>,
) -> Vec<Unit<'a>> {
    let mut units = Vec::new();
    let mut rest = objects;
    while let Some((first, after)) = rest.split_first() {
        let list = first
            .item_gvk()
            .and_then(|gvk| Some((context.judge(&gvk)?, gvk)));
        let below = match list {
            Some(_) => after
                .iter()
                .take_while(|object| object.path.starts_with(&first.path))
                .count(),
            None => 0,
        };
        rest = &after[below..];
        let Some(node) = first.node(root) else {
            continue;
        };
        match list {
            Some((judgement, gvk)) => {
                units.push(context.typed_list(node, first, &after[..below], judgement, &gvk));
            }
            // A list of things nobody knows is no object; what it holds comes next.
            None if first.role == Role::TypedList => {}
            None => units.push(context.single(node, first)),
        }
    }
    units
}

/// What became of an object, and its new node if that is to be written.
struct Treated {
    outcome: Outcome,
    fixes: Vec<Fix>,
    node: Option<Node>,
}

impl<'a> Context<'_, 'a> {
    fn judge(&self, gvk: &Gvk) -> Option<Judgement<'a>> {
        let Options {
            catalog,
            window,
            policy,
            ..
        } = *self.options;
        catalog.judge(&gvk.api_version, &gvk.kind, window, policy)
    }

    fn single(&self, node: &Node, object: &'a ObjectRef) -> Unit<'a> {
        let judgement = self.judge(&object.gvk);
        let treated = self.treat(node, &object.gvk, judgement.as_ref());
        let mut unit = Unit {
            place: object,
            converted: treated.node,
            members: Vec::new(),
            others: 0,
        };
        unit.add(object, judgement, treated.outcome, treated.fixes);
        unit
    }

    /// Converts an object, and lets the rules run on what came of it. An object that is left to a
    /// person is left to them as a whole.
    fn treat(&self, node: &Node, gvk: &Gvk, judgement: Option<&Judgement>) -> Treated {
        let (outcome, converted) = match judgement {
            Some(judgement) => convert(node, gvk, judgement, self.options, self.render),
            None => (Outcome::Clean, None),
        };
        let (api_version, kind) = match &outcome {
            Outcome::Manual { .. } | Outcome::Refused { .. } => {
                return Treated {
                    outcome,
                    fixes: Vec::new(),
                    node: converted,
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
        let (fixes, new) = rules::run(&subject, self.rules, self.options, self.render);
        Treated {
            fixes,
            node: new.or(converted),
            outcome,
        }
    }

    /// A list with a version of its own: it and its items move together.
    fn typed_list(
        &self,
        node: &Node,
        list: &'a ObjectRef,
        objects: &'a [ObjectRef],
        judgement: Judgement<'a>,
        gvk: &Gvk,
    ) -> Unit<'a> {
        let mut unit = Unit {
            place: list,
            converted: None,
            members: Vec::new(),
            others: 0,
        };
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
            let judgement = self.judge(&object.gvk);
            let treated = self.treat(item, &object.gvk, judgement.as_ref());
            nodes.extend(treated.node.map(|node| (below, node)));
            unit.add(object, judgement, treated.outcome, treated.fixes);
        }
        let way = match &judgement.next {
            Next::Convert(way) => Some(way.clone()),
            _ => None,
        };
        if unit.members.is_empty() {
            let outcome = match &way {
                Some(way) => {
                    let change = version_change(gvk, &judgement, way, self.options);
                    let applied = !(self.options.safe_only && change.grade > Grade::Safe);
                    let (api_version, kind) =
                        (way.api_version.to_owned(), format!("{}List", way.kind));
                    Outcome::Converted {
                        api_version,
                        kind,
                        grade: change.grade,
                        changes: vec![change],
                        applied,
                    }
                }
                None => convert(node, gvk, &judgement, self.options, self.render).0,
            };
            unit.add(list, Some(judgement), outcome, Vec::new());
        }
        if way.is_some() && hold_back(&mut unit.members, gvk) {
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
}

/// When one item of a list does not move with it, none does, nor the list. Says whether that is so.
fn hold_back(members: &mut [Member], gvk: &Gvk) -> bool {
    let stuck = members
        .iter()
        .find_map(|member| what_holds_back(member, gvk));
    let unapplied = members
        .iter()
        .any(|m| matches!(m.outcome, Outcome::Converted { applied: false, .. }));
    if stuck.is_none() && !unapplied {
        return false;
    }
    for member in members {
        member.fixes.iter_mut().for_each(Fix::undo);
        match (&mut member.outcome, &stuck) {
            (outcome @ Outcome::Converted { .. }, Some(text)) => {
                let reason = Reason {
                    path: String::new(),
                    text: text.clone(),
                    question: None,
                };
                *outcome = Outcome::Manual {
                    reasons: vec![reason],
                };
            }
            (Outcome::Converted { applied, .. }, None) => *applied = false,
            _ => {}
        }
    }
    true
}

/// Why an item of a list cannot move with it.
fn what_holds_back(member: &Member, gvk: &Gvk) -> Option<String> {
    let reason = match &member.outcome {
        Outcome::Manual { reasons } => reasons.first().map(Reason::to_string).unwrap_or_default(),
        Outcome::Refused { reason } => reason.clone(),
        _ => return None,
    };
    let index = member
        .object
        .path
        .last()
        .filter(|_| member.object.gvk == *gvk)?;
    let name = member
        .object
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

/// What becomes of one object, and its new node if that is to be written.
fn convert(
    node: &Node,
    gvk: &Gvk,
    judgement: &Judgement,
    options: &Options,
    render: &dyn Render,
) -> (Outcome, Option<Node>) {
    let way = match &judgement.next {
        Next::Stay if judgement.status == Status::Unjudged => {
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
            let text = match advice {
                Some(advice) => format!("nothing replaces it; {advice}"),
                None => "nothing replaces it".to_owned(),
            };
            let reason = Reason {
                path: String::new(),
                text,
                question: None,
            };
            return (
                Outcome::Manual {
                    reasons: vec![reason],
                },
                None,
            );
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
    match engine::convert(node, gvk, way, options, render) {
        Ok(Converted { node, mut changes }) => {
            changes.insert(0, version_change(gvk, judgement, way, options));
            changes.shrink_to_fit();
            let grade = changes
                .iter()
                .map(|change| change.grade)
                .max()
                .unwrap_or(Grade::Safe);
            let applied = !(options.safe_only && grade > Grade::Safe);
            let (api_version, kind) = (way.api_version.to_owned(), way.kind.to_owned());
            (
                Outcome::Converted {
                    api_version,
                    kind,
                    grade,
                    changes,
                    applied,
                },
                applied.then_some(node),
            )
        }
        Err(Stopped::Manual(reasons)) => (Outcome::Manual { reasons }, None),
        Err(Stopped::Refused(reason)) => (Outcome::Refused { reason }, None),
    }
}

/// The change of the version itself. A new group is a new entry for Flux, which prunes the old one,
/// and with it the object, as long as the cluster serves both.
fn version_change(gvk: &Gvk, judgement: &Judgement, way: &Way, options: &Options) -> Change {
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
