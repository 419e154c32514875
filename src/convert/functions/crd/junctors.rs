//! allOf, anyOf, oneOf and not.
//!
//! v1 takes only value validation inside them (`validateNestedValueValidation`): no type, description,
//! default, additionalProperties, nullable or marker. And what they name at the root of a schema must
//! be named outside as well (`validateStructuralCompleteness`).

use crate::yaml::{At, Node};

use super::super::super::engine::Stop;
use super::super::super::outcome::Grade;
use super::super::super::path::Link;
use super::keys::{EMBEDDED, INT_OR_STRING, JUNCTORS, PRESERVE};
use super::notes::{Rule, Walk};
use super::structural::{self, is_true, name_type, type_of, write_type};
use super::{int_or_string, put, types};

static DOCUMENTATION: Rule = Rule {
    grade: Grade::Review,
    text: "removed a text",
    why: "v1 takes no description and no title inside allOf, anyOf, oneOf and not",
};
static SAID_OUTSIDE: Rule = Rule {
    grade: Grade::Safe,
    text: "removed what stands outside as well",
    why: "v1 takes only value validation inside allOf, anyOf, oneOf and not",
};
static LIFTED: Rule = Rule {
    grade: Grade::Review,
    text: "moved a type out of allOf, anyOf or oneOf",
    why: "v1 takes no type inside, so it now holds for every alternative",
};
static NAMED: Rule = Rule {
    grade: Grade::Review,
    text: "named outside of allOf, anyOf, oneOf and not as well",
    why: "v1 wants every field that they name to have its own schema",
};
static ALWAYS: Rule = Rule {
    grade: Grade::Safe,
    text: "removed alternatives that are always met",
    why: "only their types were left, and these stand outside",
};

/// How what is inside relates to the node outside.
#[derive(Clone, Copy)]
struct Inside {
    /// Every field needs a schema outside.
    complete: bool,
    /// Below a `not`, where a type says the contrary.
    negated: bool,
    /// This very node is an alternative, not a field of it.
    alternative: bool,
}

/// Frees the junctors of a node of everything but value validation.
pub(super) fn lift(walk: &mut Walk, node: &mut Node, root: bool) -> Result<(), Stop> {
    let inside = Inside {
        complete: root,
        negated: false,
        alternative: true,
    };
    for key in JUNCTORS {
        let Some(value) = node.get(key).filter(|value| !value.is_null()) else {
            continue;
        };
        if key == "anyOf" && is_true(node, INT_OR_STRING) && int_or_string::is_pattern(value) {
            continue;
        }
        // The node outside changes at the same time.
        let mut value = value.clone();
        let empty = empties(&value);
        junctor(walk, key, &mut value, node, inside)?;
        put_back(walk, node, key, value, empty)?;
    }
    Ok(())
}

fn junctor(
    walk: &mut Walk,
    key: &str,
    value: &mut Node,
    outer: &mut Node,
    inside: Inside,
) -> Result<(), Stop> {
    walk.at(Link::Key(key.to_owned()), |walk| {
        walk.visit(value, |walk, value| {
            if key == "not" {
                return element(
                    walk,
                    value,
                    outer,
                    Inside {
                        negated: true,
                        ..inside
                    },
                );
            }
            let common = common_type(key, value).filter(|_| !inside.negated && needs_type(outer));
            if let Some(name) = common {
                write_type(outer, name)?;
                walk.ruled(&LIFTED);
            }
            let Some(items) = value.items_mut()? else {
                walk.refuse(format!("{key} is a list of schemas"));
                return Ok(());
            };
            for (index, item) in items.iter_mut().enumerate() {
                // The first element of an allOf may hold the pattern of an integer or string.
                let pattern = key == "allOf" && index == 0 && is_true(outer, INT_OR_STRING);
                if pattern
                    && item
                        .value()
                        .get("anyOf")
                        .is_some_and(int_or_string::is_pattern)
                {
                    continue;
                }
                walk.at(Link::Item(index), |walk| {
                    walk.visit(item.value_mut(), |walk, item| {
                        element(walk, item, outer, inside)
                    })
                })?;
            }
            Ok(())
        })
    })
}

fn needs_type(outer: &Node) -> bool {
    type_of(outer).is_none() && !is_true(outer, INT_OR_STRING)
}

/// The type that all alternatives have; of an allOf, that any has.
fn common_type(key: &str, value: &Node) -> Option<&'static str> {
    let mut names = value
        .items()
        .iter()
        .map(|item| type_of(item.value()).and_then(types::meant_by));
    if key == "allOf" {
        return names.flatten().next();
    }
    let first = names.next()??;
    names.all(|name| name == Some(first)).then_some(first)
}

/// One schema inside a junctor, and what stands outside for the same value.
fn element(walk: &mut Walk, node: &mut Node, outer: &mut Node, inside: Inside) -> Result<(), Stop> {
    if node.is_null() || !structural::clean(walk, node)? {
        return Ok(());
    }
    for key in ["description", "title"] {
        if let Some(text) = node.take(key)?
            && !text.value().is_empty()
        {
            walk.at(Link::Key(key.to_owned()), |walk| walk.ruled(&DOCUMENTATION));
        }
    }
    for key in [
        "additionalProperties",
        "default",
        "nullable",
        EMBEDDED,
        INT_OR_STRING,
        PRESERVE,
    ] {
        generic(walk, node, outer, key)?;
    }
    for key in [
        "x-kubernetes-list-type",
        "x-kubernetes-list-map-keys",
        "x-kubernetes-map-type",
    ] {
        generic(walk, node, outer, key)?;
    }
    name_type(walk, node)?;
    take_type(walk, node, outer, inside)?;

    let field = Inside {
        alternative: false,
        ..inside
    };
    walk.visit_values(node, "properties", |walk, name, inner| {
        if name == "metadata" {
            walk.refuse("v1 takes nothing about metadata inside allOf, anyOf, oneOf and not");
            return Ok(());
        }
        named(walk, name, inner, outer, field)
    })?;
    walk.visit_key(node, "items", |walk, inner| {
        if outer.get("items").is_none_or(Node::is_null) {
            if !inside.complete && is_plain(inner) {
                return Ok(());
            }
            put(outer, "items", Node::mapping(), At::End)?;
            walk.ruled(&NAMED);
        }
        let Some(items) = outer.get_mut("items")? else {
            return Ok(());
        };
        element(walk, inner, items, field)?;
        finish(items, inner, field)
    })?;
    for key in JUNCTORS {
        let Some(value) = node.get(key).filter(|value| !value.is_null()) else {
            continue;
        };
        let mut value = value.clone();
        let empty = empties(&value);
        junctor(walk, key, &mut value, outer, inside)?;
        put_back(walk, node, key, value, empty)?;
    }
    Ok(())
}

/// A key that may not stand inside: it goes where it says nothing, or what is said outside anyway.
fn generic(walk: &mut Walk, node: &mut Node, outer: &Node, key: &str) -> Result<(), Stop> {
    let Some(value) = node.get(key) else {
        return Ok(());
    };
    let says_nothing = match key {
        "additionalProperties" => is_true(node, key),
        _ => super::is_false(value),
    };
    let said = outer.get(key).is_some_and(|there| there.same_value(value));
    if value.is_null() || says_nothing || said {
        node.take(key)?;
        walk.at(Link::Key(key.to_owned()), |walk| walk.ruled(&SAID_OUTSIDE));
    } else {
        let text = format!(
            "v1 takes no {key} inside allOf, anyOf, oneOf and not; say it outside, or leave it out"
        );
        walk.refuse_key(key, text);
    }
    Ok(())
}

/// Takes the type out: it is that of the node outside, or becomes it.
fn take_type(
    walk: &mut Walk,
    node: &mut Node,
    outer: &mut Node,
    inside: Inside,
) -> Result<(), Stop> {
    let Some(name) = type_of(node).map(str::to_owned) else {
        return Ok(());
    };
    // An integer is a number.
    let said = type_of(outer)
        .is_some_and(|outer| outer == name || (outer == "integer" && name == "number"));
    if said {
        walk.at(Link::Key("type".to_owned()), |walk| {
            walk.ruled(&SAID_OUTSIDE)
        });
    } else if needs_type(outer) && !inside.alternative && !inside.negated {
        write_type(outer, &name)?;
        walk.at(Link::Key("type".to_owned()), |walk| walk.ruled(&LIFTED));
    } else {
        let text = match type_of(outer) {
            Some(outer) => format!(
                "v1 takes no type inside allOf, anyOf, oneOf and not, and {name} is not the type outside, {outer}"
            ),
            None => format!(
                "v1 takes no type inside allOf, anyOf, oneOf and not, and a node has one type; here {name} is one of several"
            ),
        };
        walk.refuse_key("type", text);
        return Ok(());
    }
    node.take("type")?;
    Ok(())
}

/// A field that an alternative names.
fn named(
    walk: &mut Walk,
    name: &str,
    inner: &mut Node,
    outer: &mut Node,
    field: Inside,
) -> Result<(), Stop> {
    let there = outer
        .at(["properties", name])
        .is_some_and(|there| !there.is_null());
    let of_map = outer
        .get("additionalProperties")
        .is_some_and(Node::is_mapping);
    if !there && of_map {
        if field.complete {
            walk.refuse("v1 wants every field that is named here to be named in properties outside, where additionalProperties stands");
            return Ok(());
        }
        let Some(values) = outer.get_mut("additionalProperties")? else {
            return Ok(());
        };
        return element(walk, inner, values, field);
    }
    if !there {
        if !field.complete && is_plain(inner) {
            return Ok(());
        }
        if outer.get("properties").is_none_or(Node::is_null) {
            put(outer, "properties", Node::mapping(), At::End)?;
        }
        if let Some(properties) = outer.get_mut("properties")? {
            put(properties, name, Node::mapping(), At::End)?;
        }
        walk.ruled(&NAMED);
    }
    let Some(properties) = outer.get_mut("properties")? else {
        return Ok(());
    };
    let Some(there) = properties.get_mut(name)? else {
        return Ok(());
    };
    element(walk, inner, there, field)?;
    finish(there, inner, field)
}

/// Gives what was made outside the type that the keys inside speak of; without one, it takes anything.
fn finish(outer: &mut Node, inner: &Node, field: Inside) -> Result<(), Stop> {
    if outer.is_mapping() && outer.is_empty() {
        match types::implied(inner).filter(|_| !field.negated) {
            Some(name) => write_type(outer, name)?,
            None => outer.replace(structural::anything()),
        }
    }
    Ok(())
}

/// Whether a schema inside a junctor holds nothing but value validation.
fn is_plain(node: &Node) -> bool {
    const GENERIC: [&str; 10] = [
        "additionalProperties",
        "default",
        "description",
        "nullable",
        "title",
        "type",
        "$schema",
        EMBEDDED,
        INT_OR_STRING,
        PRESERVE,
    ];
    node.entries().iter().all(|entry| {
        let Some(key) = entry.key() else { return false };
        let value = entry.value();
        match key {
            "properties" => {
                let mut fields = value.entries().iter();
                fields.all(|field| field.key() != Some("metadata") && is_plain(field.value()))
            }
            "items" | "not" => is_plain(value),
            "allOf" | "anyOf" | "oneOf" => value.items().iter().all(|item| is_plain(item.value())),
            "pattern" => value
                .as_str()
                .is_none_or(|text| super::pattern::problem(text).is_none()),
            _ => {
                super::keys::is_known(key)
                    && !super::keys::FORBIDDEN.contains(&key)
                    && !GENERIC.contains(&key)
            }
        }
    })
}

fn empties(value: &Node) -> usize {
    value
        .items()
        .iter()
        .filter(|item| item.value().is_mapping() && item.value().is_empty())
        .count()
}

/// Puts a junctor back, without alternatives that say nothing any more.
fn put_back(
    walk: &mut Walk,
    node: &mut Node,
    key: &str,
    mut value: Node,
    empty: usize,
) -> Result<(), Stop> {
    if empties(&value) > empty {
        let always = match key {
            "anyOf" => true,
            "allOf" => {
                if let Some(items) = value.items_mut()? {
                    items.retain(|item| !(item.value().is_mapping() && item.value().is_empty()));
                }
                value.items().is_empty()
            }
            _ => false,
        };
        if always {
            node.take(key)?;
            walk.at(Link::Key(key.to_owned()), |walk| walk.ruled(&ALWAYS));
            return Ok(());
        }
    }
    if let Some(there) = node.get_mut(key)? {
        there.replace(value);
    }
    Ok(())
}
