//! Any manifests, converted with options that the input chooses.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use refit::catalog::rule::{Action, Step};
use refit::catalog::{Catalog, Policy, Window};
use refit::convert::{self, Answers, Defaults, Form, ObjectReport, Options, Rewrite};
use refit::manifest;
use refit::yaml::Document;

use super::choices::Choices;
use super::model::Tree;
use super::mutate::mutate;
use super::{Check, halves, hold};

/// From and to; the first ones convert most.
const WINDOWS: &[(&[&str], &[&str])] = &[
    (&[], &["latest"]),
    (&[], &["latest"]),
    (&[], &["latest"]),
    (&[], &["1.33", "flux=latest"]),
    (&[], &["1.22"]),
    (&["1.15"], &["1.16"]),
    (&["1.7"], &["1.25"]),
    (&[], &["flux=latest"]),
    (&["flux=0.20"], &["flux=2.0", "1.25"]),
    (&["1.30"], &["1.36"]),
];

static WINDOWS_PARSED: LazyLock<Vec<Window>> = LazyLock::new(|| {
    let parsed = WINDOWS
        .iter()
        .filter_map(|(from, to)| Window::parse(Catalog::builtin(), to, from).ok());
    parsed.collect()
});

/// The n-th answer to every question there is.
static ANSWERS: LazyLock<[Answers; 3]> = LazyLock::new(|| {
    let mut questions = Vec::new();
    for resource in Catalog::builtin().resources() {
        for conversion in &resource.conversions {
            asked(&conversion.steps, &mut questions);
        }
    }
    [usize::MAX, 0, 1].map(|n| {
        let answered = questions
            .iter()
            .filter_map(|(id, answers)| Some((id.clone(), answers.get(n)?.clone())));
        answered.collect()
    })
});

fn asked(steps: &[Step], found: &mut Vec<(String, Vec<String>)>) {
    for step in steps {
        match &step.action {
            Action::In { steps, .. } => asked(steps, found),
            Action::Ask { id, answers, .. } => {
                found.push((
                    id.clone(),
                    answers.iter().map(|(answer, _)| answer.clone()).collect(),
                ));
                answers.iter().for_each(|(_, steps)| asked(steps, found));
            }
            _ => {}
        }
    }
}

pub fn check(data: &[u8]) -> Check {
    outcome(data).map(drop)
}

/// The same, and whether anything was rewritten.
pub fn outcome(data: &[u8]) -> Result<bool, String> {
    let (text, choices) = halves(data);
    let mut choices = Choices::new(choices);
    let text = mutate(text, &mut choices);
    let options = Options {
        catalog: Catalog::builtin(),
        window: &WINDOWS_PARSED[choices.below(WINDOWS_PARSED.len())],
        policy: choices.one(&[Policy::Deprecated, Policy::Newest, Policy::Removed]),
        defaults: choices.one(&[Defaults::Keep, Defaults::New]),
        safe_only: choices.rarely(4),
        answers: &ANSWERS[choices.below(3)],
        form: if choices.rarely(2) {
            Form::Part
        } else {
            Form::Whole
        },
        embedded: false,
    };
    holds(&text, &options).map_err(|problem| {
        let Options {
            policy,
            defaults,
            safe_only,
            answers,
            form,
            window,
            ..
        } = options;
        let window: Vec<_> = window.ranges().collect();
        format!(
            "{problem}\nwith {window:?} {policy:?} {defaults:?} safe only {safe_only} {form:?} {answers:?}\non\n{text}\n{text:?}"
        )
    })
}

/// What must hold for every text.
pub fn holds(text: &str, options: &Options) -> Result<bool, String> {
    let chunks = hold::cuts(text)?;
    let done = convert::rewrite(text, options);
    if let Some(defect) = done.failures.iter().find(|f| f.message.contains("defect")) {
        return Err(defect.message.clone());
    }
    let Some(after) = &done.text else {
        return if done.edits.is_empty() {
            Ok(false)
        } else {
            Err("edits, but no text".to_owned())
        };
    };
    let shown = |problem: &str| format!("{problem}\nresult\n{after}\n{after:?}");
    hold::edits(text, after, &done.edits).map_err(|e| shown(&e))?;
    hold::line_ends(text, after).map_err(|e| shown(&e))?;

    // Documents without a changed object keep their bytes.
    let objects = done.objects.iter().filter(|object| object.is_changed());
    let mut changed: BTreeMap<usize, Vec<&ObjectReport>> = BTreeMap::new();
    for object in objects {
        changed.entry(object.document).or_default().push(object);
    }
    // So do references that name what objects elsewhere have become.
    for reference in &done.references {
        let document = chunks.partition_point(|chunk| chunk.first_line <= reference.line);
        let objects = done
            .objects
            .iter()
            .filter(|object| object.document == document);
        changed.entry(document).or_default().extend(objects);
    }
    for edit in &done.edits {
        let document = chunks
            .iter()
            .position(|c| c.range.start <= edit.range.start && edit.range.end <= c.range.end);
        if !document.is_some_and(|index| changed.contains_key(&(index + 1))) {
            return Err(shown(&format!("an edit beside what is changed: {edit:?}")));
        }
    }
    let new = hold::cuts(after).map_err(|e| shown(&e))?;
    if new.len() != chunks.len() {
        return Err(shown("documents came or went"));
    }
    for (index, (old, new)) in chunks.iter().zip(&new).enumerate() {
        let changed = changed.get(&(index + 1)).map_or(&[][..], Vec::as_slice);
        let (old, new) = (&text[old.range.clone()], &after[new.range.clone()]);
        if old != new {
            others_are_equal(old, new, changed).map_err(|e| shown(&e))?;
            if Tree::of_text(old).is_some() && Tree::of_text(new).is_none() {
                return Err(shown("libyaml read it, and does not any more"));
            }
        }
    }
    again(after, &done, options).map_err(|e| shown(&e))?;
    Ok(true)
}

/// Objects that keep their version and have no fix keep everything.
fn others_are_equal(old: &str, new: &str, changed: &[&ObjectReport]) -> Check {
    let parsed = |text| Document::parse(text).map_err(|e: refit::yaml::ParseError| e.to_string());
    let (old, new) = (parsed(old)?.model(), parsed(new)?.model());
    let (before, after) = (manifest::objects(&old), manifest::objects(&new));
    if before.len() != after.len() {
        return Err("objects came or went".to_owned());
    }
    for (a, b) in before.iter().zip(&after) {
        let is_told = |object: &&ObjectReport| object.gvk() == a.gvk && object.name == a.name;
        // What an object holds or names changes by itself.
        let mut holders = Catalog::builtin().holders(a.gvk.group(), &a.gvk.kind);
        let holds = holders.next().is_some();
        let alone = a.role == manifest::Role::Object
            && a.gvk == b.gvk
            && !holds
            && !changed.iter().any(is_told);
        if alone && a.node(&old).map(Tree::of_node) != b.node(&new).map(Tree::of_node) {
            return Err(format!("{} changed, but not its version", a.gvk));
        }
    }
    Ok(())
}

/// A second run finds nothing to do.
fn again(after: &str, done: &Rewrite, options: &Options) -> Check {
    let again = convert::rewrite(after, options);
    if let Some(failure) = again.failures.first()
        && done.failures.is_empty()
    {
        return Err(format!("the result does not parse: {}", failure.message));
    }
    match again.text {
        Some(twice) => Err(format!("a second run changes it again to\n{twice}")),
        None => Ok(()),
    }
}
