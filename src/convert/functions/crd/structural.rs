//! Making a schema structural (`ValidateStructural` of the API server): every node says its type, and
//! nothing but value validation stands inside allOf, anyOf, oneOf and not.

use crate::yaml::{At, Node, Refusal};

use super::super::super::engine::Stop;
use super::super::super::outcome::Grade;
use super::super::super::path::Link;
use super::super::super::values;
use super::keys::{self, EMBEDDED, FORBIDDEN, INT_OR_STRING, PRESERVE};
use super::notes::{Rule, Walk};
use super::{int_or_string, junctors, metadata, pattern, put, types};

const TYPED: &str = "v1 needs a type at every node; a value of another type was let pass before";

static OBJECT: Rule = Rule {
    grade: Grade::Review,
    text: "wrote type: object",
    why: TYPED,
};
static ARRAY: Rule = Rule {
    grade: Grade::Review,
    text: "wrote type: array",
    why: TYPED,
};
static STRING: Rule = Rule {
    grade: Grade::Review,
    text: "wrote type: string",
    why: TYPED,
};
static INTEGER: Rule = Rule {
    grade: Grade::Review,
    text: "wrote type: integer",
    why: TYPED,
};
static BOOLEAN: Rule = Rule {
    grade: Grade::Review,
    text: "wrote type: boolean",
    why: TYPED,
};
static NUMBER: Rule = Rule {
    grade: Grade::Review,
    text: "wrote type: number",
    why: "v1 needs a type at every node; perhaps integer was meant",
};
static ANYTHING: Rule = Rule {
    grade: Grade::Review,
    text: "wrote x-kubernetes-preserve-unknown-fields: true",
    why: "v1 needs a type at every node, and this node takes any value",
};
static ITEMS: Rule = Rule {
    grade: Grade::Review,
    text: "wrote items: {x-kubernetes-preserve-unknown-fields: true}",
    why: "v1 needs a schema for the items of an array, and these take any value",
};
static UNKNOWN: Rule = Rule {
    grade: Grade::Safe,
    text: "removed a key",
    why: "no version of the API knows it; the API server dropped it without a word",
};
static DOLLAR_SCHEMA: Rule = Rule {
    grade: Grade::Safe,
    text: "removed $schema",
    why: "v1 refuses it",
};
static BLANK: Rule = Rule {
    grade: Grade::Safe,
    text: "removed a key that holds nothing",
    why: "v1 refuses it",
};
static PRESERVE_FALSE: Rule = Rule {
    grade: Grade::Safe,
    text: "removed x-kubernetes-preserve-unknown-fields: false",
    why: "v1 takes only true there, and absent means the same",
};
static ANYTHING_AT_ROOT: Rule = Rule {
    grade: Grade::Review,
    text: "additionalProperties: true becomes x-kubernetes-preserve-unknown-fields: true",
    why: "v1 takes no additionalProperties at the root of a schema",
};

/// Where a node stands.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Level {
    Root,
    Below,
}

/// Makes a whole schema structural; `status` says whether the status subresource is on.
pub(super) fn root(walk: &mut Walk, schema: &mut Node, status: bool) -> Result<(), Stop> {
    walk.visit(schema, |walk, schema| {
        if status {
            for key in schema.entries().iter().filter_map(|entry| entry.key()) {
                if keys::is_known(key) && !keys::is_allowed_beside_status(key) {
                    walk.refuse_key(key, "the root of a schema may not have this key while the status subresource is on");
                }
            }
        }
        if is_true(schema, "nullable") {
            walk.refuse_key("nullable", "the root of a schema may not be nullable");
        }
        shape(walk, schema, Level::Root)
    })
}

/// Makes a node and all below it structural.
fn shape(walk: &mut Walk, node: &mut Node, level: Level) -> Result<(), Stop> {
    if node.is_null() {
        node.replace(anything());
        walk.ruled(&ANYTHING);
        return Ok(());
    }
    if !clean(walk, node)? {
        return Ok(());
    }
    int_or_string::mark(walk, node)?;
    name_type(walk, node)?;
    if level == Level::Root {
        root_values(walk, node)?;
    }
    junctors::lift(walk, node, level == Level::Root)?;
    ensure_type(walk, node, level)?;
    if level == Level::Root || is_true(node, EMBEDDED) {
        metadata::restrict(walk, node)?;
    }
    exclusive(walk, node);
    walk.visit_values(node, "properties", |walk, _, property| {
        shape(walk, property, Level::Below)
    })?;
    walk.visit_key(node, "items", |walk, items| {
        if items.is_sequence() {
            walk.refuse("items must be one schema for all items, not a list of schemas");
            return Ok(());
        }
        shape(walk, items, Level::Below)
    })?;
    walk.visit_key(node, "additionalProperties", |walk, values| {
        if values.as_scalar().is_some() {
            Ok(())
        } else {
            shape(walk, values, Level::Below)
        }
    })?;
    if type_of(node) == Some("array") && node.get("items").is_none_or(Node::is_null) {
        put(node, "items", anything(), At::After(&["type"]))?;
        walk.ruled(&ITEMS);
    }
    Ok(())
}

/// Takes out the keys that the API server drops or refuses without need; false for what is no schema.
pub(super) fn clean(walk: &mut Walk, node: &mut Node) -> Result<bool, Stop> {
    if !node.is_mapping() {
        walk.refuse(format!(
            "a schema is a mapping, and this is {}",
            values::quote(node)
        ));
        return Ok(false);
    }
    let keys: Vec<String> = node
        .entries()
        .iter()
        .filter_map(|entry| entry.key().map(str::to_owned))
        .collect();
    for key in &keys {
        let value = node.get(key).filter(|value| !value.is_null());
        let key = key.as_str();
        if key == "<<" {
            return Err(Refusal::MergeKey {
                key: key.to_owned(),
            }
            .into());
        }
        let rule = if !keys::is_known(key) {
            &UNKNOWN
        } else if key == "$schema" {
            &DOLLAR_SCHEMA
        } else if FORBIDDEN.contains(&key) && value.is_none_or(Node::is_empty) {
            &BLANK
        } else if key == PRESERVE && value.is_some_and(super::is_false) {
            &PRESERVE_FALSE
        } else {
            if FORBIDDEN.contains(&key) {
                walk.refuse_key(
                    key,
                    format!("no API server takes {key} in a schema; {}", instead_of(key)),
                );
            }
            continue;
        };
        walk.at(Link::Key(key.to_owned()), |walk| walk.ruled(rule));
        node.take(key)?;
    }
    if is_true(node, "uniqueItems") {
        walk.refuse_key("uniqueItems", "no API server takes uniqueItems: true; x-kubernetes-list-type: set says it for scalars");
    }
    if let Some(found) = node
        .get("pattern")
        .and_then(Node::as_str)
        .and_then(pattern::problem)
    {
        walk.refuse_key(
            "pattern",
            format!("v1 takes only patterns that Go compiles, which has no {found}"),
        );
    }
    Ok(true)
}

fn instead_of(key: &str) -> &'static str {
    match key {
        "$ref" | "definitions" => "write the schema out where it is used",
        "patternProperties" => "additionalProperties takes any name",
        "id" => "leave it out",
        _ => "say it in another way",
    }
}

/// Gives an explicit type a name that v1 knows.
pub(super) fn name_type(walk: &mut Walk, node: &mut Node) -> Result<(), Stop> {
    let Some(value) = node.get("type").filter(|value| !value.is_null()) else {
        return Ok(());
    };
    let Some(name) = value.as_str().map(str::to_owned) else {
        let text = format!(
            "a type is one word, and this is {}; nullable: true says that null is taken too",
            values::quote(value)
        );
        walk.refuse_key("type", text);
        return Ok(());
    };
    if types::TYPES.contains(&name.as_str()) {
        return Ok(());
    }
    if name.is_empty() {
        node.take("type")?;
        return Ok(());
    }
    let why = "v1 knows array, boolean, integer, number, object and string";
    if name == "any" {
        let place = node.take("type")?.map(|taken| taken.place());
        if !is_true(node, PRESERVE) {
            put(
                node,
                PRESERVE,
                Node::boolean(true),
                place.map_or(At::End, At::PlaceOf),
            )?;
        }
        walk.changed(
            Grade::Review,
            format!("type: any becomes {PRESERVE}: true"),
            why,
        );
        return Ok(());
    }
    match types::meant_by(&name) {
        Some(meant) => {
            if let Some(value) = node.get_mut("type")? {
                value.set_scalar(&Node::string(meant))?;
            }
            walk.changed(Grade::Review, format!("type: {name} becomes {meant}"), why);
        }
        None => walk.refuse_key("type", format!("`{name}` is no type; {why}")),
    }
    Ok(())
}

/// The root of a schema names all its fields.
fn root_values(walk: &mut Walk, node: &mut Node) -> Result<(), Stop> {
    if is_true(node, "additionalProperties") {
        let place = node
            .take("additionalProperties")?
            .map(|taken| taken.place());
        if !is_true(node, PRESERVE) {
            put(
                node,
                PRESERVE,
                Node::boolean(true),
                place.map_or(At::End, At::PlaceOf),
            )?;
        }
        walk.ruled(&ANYTHING_AT_ROOT);
    } else if node
        .get("additionalProperties")
        .is_some_and(|value| !value.is_null())
    {
        walk.refuse_key(
            "additionalProperties",
            "v1 takes no additionalProperties at the root of a schema",
        );
    }
    Ok(())
}

/// Writes a type where one is missing, or says that there is none.
fn ensure_type(walk: &mut Walk, node: &mut Node, level: Level) -> Result<(), Stop> {
    if let Some(name) = type_of(node).filter(|name| level == Level::Root && *name != "object") {
        walk.refuse_key(
            "type",
            format!("the root of a schema is an object, and this says {name}"),
        );
        return Ok(());
    }
    if type_of(node).is_some() || is_true(node, INT_OR_STRING) {
        return Ok(());
    }
    let needed = level == Level::Root || is_true(node, EMBEDDED);
    if is_true(node, PRESERVE) && !is_true(node, EMBEDDED) {
        return Ok(());
    }
    match if needed {
        Some("object")
    } else {
        types::implied(node)
    } {
        Some(name) => {
            write_type(node, name)?;
            walk.ruled(rule_of(name));
        }
        None => {
            put(node, PRESERVE, Node::boolean(true), At::End)?;
            walk.ruled(&ANYTHING);
        }
    }
    Ok(())
}

/// Writes a type where a person would: after the description, before everything else.
pub(super) fn write_type(node: &mut Node, name: &str) -> Result<(), Refusal> {
    let mut keys = node.entries().iter().filter_map(|entry| entry.key());
    let first = keys
        .find(|key| !matches!(*key, "description" | "title" | "type"))
        .map(str::to_owned);
    let before = first.as_deref().map(|key| [key]);
    put(
        node,
        "type",
        Node::string(name),
        before.as_ref().map_or(At::End, |keys| At::Before(keys)),
    )
}

fn rule_of(name: &str) -> &'static Rule {
    match name {
        "array" => &ARRAY,
        "boolean" => &BOOLEAN,
        "integer" => &INTEGER,
        "number" => &NUMBER,
        "string" => &STRING,
        _ => &OBJECT,
    }
}

/// Names that are given stand in `properties`, names that may be any in `additionalProperties`; no API
/// server takes both.
fn exclusive(walk: &mut Walk, node: &Node) {
    let named = node
        .get("properties")
        .is_some_and(|properties| !properties.is_empty());
    let any = node
        .get("additionalProperties")
        .filter(|value| !value.is_null());
    if named && any.is_some() && !is_true(node, "additionalProperties") {
        walk.refuse_key(
            "additionalProperties",
            "no API server takes it beside properties",
        );
    }
}

/// `{x-kubernetes-preserve-unknown-fields: true}`
pub(super) fn anything() -> Node {
    let mut node = Node::mapping();
    // Nothing stands there yet that could be in the way.
    let _ = node.insert(PRESERVE, Node::boolean(true), At::End);
    node
}

pub(super) fn type_of(node: &Node) -> Option<&str> {
    node.get("type")
        .and_then(Node::as_str)
        .filter(|name| !name.is_empty())
}

pub(super) fn is_true(node: &Node, key: &str) -> bool {
    node.get(key)
        .is_some_and(|value| values::equals(value, &crate::catalog::rule::Literal::Boolean(true)))
}
