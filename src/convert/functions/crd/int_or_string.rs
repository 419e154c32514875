//! Nodes that take an integer or a string.
//!
//! v1 knows them by `x-kubernetes-int-or-string: true`; a junctor beside it has to be exactly
//! `anyOf: [{type: integer}, {type: string}]` (`isIntOrStringAnyOfPattern`), alone or in the first
//! element of an allOf, and says no more than the marker does.

use crate::yaml::{At, Node};

use super::super::super::engine::Stop;
use super::super::super::outcome::Grade;
use super::keys::INT_OR_STRING;
use super::notes::{Rule, Walk};
use super::structural::{is_true, type_of};
use super::{put, types};

static MARKED: Rule = Rule {
    grade: Grade::Review,
    text: "wrote x-kubernetes-int-or-string: true",
    why: "v1 takes no types inside anyOf; this marker says integer or string",
};
static REPLACED: Rule = Rule {
    grade: Grade::Review,
    text: "x-kubernetes-int-or-string: true takes the place of the alternatives integer and string",
    why: "v1 takes no types inside anyOf and oneOf",
};
static NARROWED: Rule = Rule {
    grade: Grade::Review,
    text: "x-kubernetes-int-or-string: true takes the place of the alternatives number and string",
    why: "v1 takes no types inside anyOf and oneOf; fractions were let pass before",
};
static FORMAT: Rule = Rule {
    grade: Grade::Review,
    text: "x-kubernetes-int-or-string: true takes the place of format: int-or-string",
    why: "v1 needs a type at every node, and knows no such format",
};
static OUTER_TYPE: Rule = Rule {
    grade: Grade::Review,
    text: "removed type beside x-kubernetes-int-or-string",
    why: "the alternatives name both types",
};

/// How a node says integer or string.
enum Form {
    /// Under this key, as v1 takes it beside the marker.
    Exact(&'static str),
    /// Under this key, in another way; `true` where number stands for integer.
    Loose(&'static str, bool),
    Format,
}

/// Gives a node that takes an integer or a string the marker of v1.
pub(super) fn mark(walk: &mut Walk, node: &mut Node) -> Result<(), Stop> {
    let Some(form) = form(node) else {
        return Ok(());
    };
    let marked = is_true(node, INT_OR_STRING);
    match form {
        Form::Exact(_) if marked => return Ok(()),
        Form::Exact(key) => {
            put(node, INT_OR_STRING, Node::boolean(true), At::After(&[key]))?;
            walk.ruled(&MARKED);
        }
        Form::Loose(key, narrowed) => {
            let Some(taken) = node.take(key)? else {
                return Ok(());
            };
            let place = taken.place();
            if !marked {
                put(node, INT_OR_STRING, Node::boolean(true), At::PlaceOf(place))?;
            }
            // What checks only strings, or only numbers, says the same outside.
            for (key, value) in extras(taken.value()) {
                put(node, key, value.copy()?, At::After(&[INT_OR_STRING]))?;
            }
            walk.ruled(if narrowed { &NARROWED } else { &REPLACED });
        }
        Form::Format => {
            let place = node.take("format")?.map(|taken| taken.place());
            put(
                node,
                INT_OR_STRING,
                Node::boolean(true),
                place.map_or(At::End, At::PlaceOf),
            )?;
            walk.ruled(&FORMAT);
        }
    }
    if node.take("type")?.is_some() {
        walk.ruled(&OUTER_TYPE);
    }
    Ok(())
}

/// Whether a node takes an integer or a string, in whatever way it says so.
pub(super) fn is_one(node: &Node) -> bool {
    is_true(node, INT_OR_STRING) || form(node).is_some()
}

fn form(node: &Node) -> Option<Form> {
    let outer = type_of(node);
    if outer.is_some_and(|name| !matches!(types::meant_by(name), Some("integer" | "string"))) {
        return None;
    }
    if node.get("anyOf").is_some_and(is_pattern) {
        return Some(Form::Exact("anyOf"));
    }
    if let Some(first) = node.get("allOf").and_then(|all| all.items().first())
        && first.value().get("anyOf").is_some_and(is_pattern)
    {
        return Some(Form::Exact("allOf"));
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(narrowed) = node.get(key).and_then(alternatives)
            && extras(node.get(key)?).all(|(extra, _)| node.get(extra).is_none_or(Node::is_null))
        {
            return Some(Form::Loose(key, narrowed));
        }
    }
    let format = node.get("format").and_then(Node::as_str);
    (outer.is_none() && matches!(format, Some("int-or-string")) && !is_true(node, INT_OR_STRING))
        .then_some(Form::Format)
}

/// `[{type: integer}, {type: string}]`
pub(super) fn is_pattern(value: &Node) -> bool {
    let is = |index: usize, name| {
        let item = value.items().get(index).map(|item| item.value());
        item.is_some_and(|item| item.entries().len() == 1 && type_of(item) == Some(name))
    };
    value.items().len() == 2 && is(0, "integer") && is(1, "string")
}

/// Two alternatives, an integer and a string in any order, that check nothing but what could stand
/// outside as well. Whether `number` stands for the integer.
fn alternatives(value: &Node) -> Option<bool> {
    let [a, b] = value.items() else { return None };
    let name = |node: &Node| type_of(node).and_then(types::meant_by);
    let (number, string) = match (name(a.value())?, name(b.value())?) {
        (kind, "string") if kind != "string" => (a.value(), b.value()),
        ("string", kind) if kind != "string" => (b.value(), a.value()),
        _ => return None,
    };
    let narrowed = match name(number)? {
        "integer" => false,
        "number" => true,
        _ => return None,
    };
    let only = |node: &Node, keys: &[&str]| {
        node.entries().iter().all(|entry| {
            entry
                .key()
                .is_some_and(|key| key == "type" || keys.contains(&key))
        })
    };
    (only(number, &NUMBER_KEYS) && only(string, &STRING_KEYS)).then_some(narrowed)
}

const DROPPED: [&str; 3] = ["format", "description", "title"];
const NUMBER_KEYS: [&str; 8] = [
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "format",
    "description",
    "title",
];
const STRING_KEYS: [&str; 5] = ["pattern", "minLength", "maxLength", "description", "title"];

/// What the alternatives check beyond their types.
fn extras(value: &Node) -> impl Iterator<Item = (&str, &Node)> {
    let entries = value.items().iter().flat_map(|item| item.value().entries());
    entries
        .filter_map(|entry| Some((entry.key()?, entry.value())))
        .filter(|(key, value)| *key != "type" && !DROPPED.contains(key) && !value.is_null())
}
