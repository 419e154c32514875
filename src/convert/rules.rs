//! Rules without a kind: labels, annotations, fields and images, wherever one stands in an object.
//!
//! They run on an object after its conversion, in its new shape, each place by itself: what a person
//! has to decide at one place leaves the others alone.

use std::cmp::Reverse;

use crate::catalog::rule::{Path, Rule};
use crate::catalog::{Timing, Version};
use crate::manifest::{self, Gvk};
use crate::yaml::{Node, Refusal};

use super::Options;
use super::engine::{Engine, Render, Stopped};
use super::moves::prune;
use super::outcome::{Change, Fix, FixOutcome, Grade, Verb};
use super::path::{self, Link};

/// A rule that may have something to say in a document.
#[derive(Clone, Copy)]
pub(super) struct Candidate<'a> {
    rule: &'a Rule,
    timing: Timing,
    /// Since when what runs now takes no notice of what the rule replaces, if it does not.
    dead: Option<Version>,
}

/// The rules that may have something to say in a text.
pub(super) fn candidates<'a>(text: &[u8], options: &Options<'a>) -> Vec<Candidate<'a>> {
    let catalog = options.catalog;
    let timing = |rule: &Rule| rule.timing(options.window, options.policy);
    let wanted = |index: usize| timing(&catalog.rules()[index]) != Timing::Off;
    let found = catalog.literals().found(text, &wanted);
    let candidate = |index: usize| {
        let rule = &catalog.rules()[index];
        let timing = timing(rule);
        let range = options.window.range(&rule.component);
        let dead = rule.life.removed;
        let dead = dead.filter(|since| range.is_some_and(|range| *since <= range.from));
        Candidate { rule, timing, dead }
    };
    found.into_iter().map(candidate).collect()
}

/// An object that rules look at.
pub(super) struct Subject<'a> {
    /// As it stands in the document.
    pub object: &'a Node,
    pub gvk: &'a Gvk,
    /// What came of its conversion, which is what would be written, and what it is then.
    pub node: &'a Node,
    pub api_version: &'a str,
    pub kind: &'a str,
}

/// Runs rules on an object: what they found, and the object after that where it is another one.
pub(super) fn run(
    subject: &Subject,
    candidates: &[Candidate],
    options: &Options,
    render: &dyn Render,
) -> (Vec<Fix>, Option<Node>) {
    let mut fixes = Vec::new();
    let mut new = None;
    let paths = |rule| {
        let catalog = options.catalog;
        catalog.paths_of(rule, subject.api_version, subject.kind)
    };
    let candidates = candidates
        .iter()
        .map(|candidate| (*candidate, paths(candidate.rule)));
    let candidates: Vec<(Candidate, Vec<Path>)> =
        candidates.filter(|(_, paths)| !paths.is_empty()).collect();
    if candidates.is_empty() {
        return (fixes, new);
    }
    let mut engine = match Engine::new(subject.object, subject.gvk, options, render) {
        Ok(engine) => engine,
        Err(stopped) => {
            let outcome = FixOutcome::from(stopped);
            let refused = |(candidate, _): &(Candidate, _)| {
                fix(candidate.rule, options, String::new(), outcome.clone())
            };
            return (candidates.iter().map(refused).collect(), None);
        }
    };
    let is_encrypted = manifest::is_encrypted(subject.object);
    for (candidate, paths) in &candidates {
        let node = new.as_ref().unwrap_or(subject.node);
        let found = paths.iter().flat_map(|path| path::find(node, &path.0));
        let mut scopes: Vec<Vec<Link>> = found.collect();
        // The inner ones first: what changes in them moves none of the outer ones.
        scopes.sort_by_key(|links| Reverse(links.len()));
        for links in scopes {
            let node = new.as_ref().unwrap_or(subject.node);
            let Some(mut found) = one(&mut engine, candidate, node, &links) else {
                continue;
            };
            if let FixOutcome::Made { grade, applied, .. } = &mut found.outcome {
                *applied = !(options.safe_only && *grade > Grade::Safe);
                let made = match *applied {
                    true if is_encrypted => Err(SIGNED.to_owned()),
                    true => {
                        let node = new.get_or_insert_with(|| subject.node.clone());
                        put(node, &links, found.scope).map_err(|refusal| refusal.to_string())
                    }
                    false => Ok(()),
                };
                if let Err(reason) = made {
                    found.outcome = FixOutcome::Refused { reason };
                }
            }
            fixes.push(fix(candidate.rule, options, found.path, found.outcome));
        }
    }
    (fixes, new)
}

const SIGNED: &str =
    "encrypted with SOPS, which signs all values: decrypt it, change it, encrypt it again";

/// What a rule found at one scope.
struct Found {
    outcome: FixOutcome,
    path: String,
    /// The scope after the rule.
    scope: Node,
}

/// Runs a rule on one scope; `None` where it has nothing to say.
fn one(engine: &mut Engine, candidate: &Candidate, node: &Node, links: &[Link]) -> Option<Found> {
    let mut scope = path::at(node, links)
        .filter(|scope| !scope.is_null())?
        .clone();
    let here = engine.root().at(node, links);
    let ran = engine.run(&mut scope, &here, &candidate.rule.steps);
    let first = match &ran {
        Ok(changes) => changes.first().map(|change| change.path.clone()),
        Err(Stopped::Manual(reasons)) => reasons.first().map(|reason| reason.path.clone()),
        Err(Stopped::Refused(_)) => None,
    };
    let path = first.filter(|path| !path.is_empty());
    let path = path.unwrap_or_else(|| here.address.to_string());
    let outcome = match ran {
        Ok(changes) if changes.is_empty() => return None,
        Ok(notes) if notes.iter().all(is_note) => FixOutcome::Noted { notes },
        Ok(mut changes) => match candidate.timing {
            Timing::Wait { until } => FixOutcome::Waits { until },
            Timing::Now | Timing::Off => {
                let removes = |change: &Change| change.verb == Verb::Remove;
                if let Some(since) = candidate.dead.filter(|_| !changes.iter().all(removes)) {
                    let component = engine.options.catalog.component(&candidate.rule.component);
                    let component = component.map_or("", |component| &component.title);
                    changes.push(comes_alive(component, since, &path));
                }
                FixOutcome::Made {
                    grade: grade(&changes),
                    changes,
                    applied: true,
                }
            }
        },
        Err(stopped) => stopped.into(),
    };
    Some(Found {
        outcome,
        path,
        scope,
    })
}

/// What runs now takes no notice of the old way of writing it, but will of the new one.
fn comes_alive(component: &str, since: Version, path: &str) -> Change {
    Change {
        grade: Grade::Review,
        verb: Verb::Review,
        path: path.to_owned(),
        text: format!(
            "it has had no effect since {component} {since}, and has one again when written anew"
        ),
        why: None,
    }
}

/// Whether nothing was changed, but something said.
fn is_note(change: &Change) -> bool {
    matches!(change.verb, Verb::Review | Verb::Ask)
}

fn grade(changes: &[Change]) -> Grade {
    let grades = changes.iter().map(|change| change.grade);
    grades.max().unwrap_or(Grade::Safe)
}

impl From<Stopped> for FixOutcome {
    fn from(stopped: Stopped) -> FixOutcome {
        match stopped {
            Stopped::Manual(reasons) => FixOutcome::Manual { reasons },
            Stopped::Refused(reason) => FixOutcome::Refused { reason },
        }
    }
}

/// Puts the new scope in the place of the old one, or takes it out where it was emptied.
fn put(node: &mut Node, links: &[Link], scope: Node) -> Result<(), Refusal> {
    let emptied = scope.is_mapping() && scope.is_empty();
    let Some(place) = path::at_mut(node, links)? else {
        return Ok(());
    };
    let emptied = emptied && !place.is_empty();
    place.replace(scope);
    if emptied {
        prune(node, links, &[])?;
    }
    Ok(())
}

fn fix(rule: &Rule, options: &Options, path: String, outcome: FixOutcome) -> Fix {
    Fix {
        rule: rule.code.clone(),
        title: rule.title.clone(),
        docs: rule.docs.clone(),
        component: rule.component.clone(),
        status: rule.status(options.window),
        line: 0,
        column: 0,
        path,
        outcome,
    }
}
