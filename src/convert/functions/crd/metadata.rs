//! `apiVersion`, `kind` and `metadata` of an object: the API server itself knows what they are.

use crate::yaml::{At, Node};

use super::super::super::engine::Stop;
use super::super::super::outcome::Grade;
use super::super::super::path::Link;
use super::notes::{Rule, Walk};
use super::structural::{name_type, type_of, write_type};
use super::{int_or_string, put};

static STRIPPED: Rule = Rule {
    grade: Grade::Review,
    text: "removed",
    why: "v1 takes nothing but name and generateName in the schema of metadata, which it knows itself",
};
static METADATA_TYPE: Rule = Rule {
    grade: Grade::Safe,
    text: "wrote type: object",
    why: "v1 takes nothing else for metadata",
};
static NAME_TYPE: Rule = Rule {
    grade: Grade::Safe,
    text: "wrote type: string",
    why: "v1 takes nothing else for apiVersion and kind",
};

/// Brings the schema of an object's own keys to what v1 takes, at the root and in an embedded resource.
pub(super) fn restrict(walk: &mut Walk, node: &mut Node) -> Result<(), Stop> {
    walk.visit_key(node, "properties", |walk, properties| {
        for key in ["apiVersion", "kind"] {
            typed(walk, properties, key, "string", &NAME_TYPE)?;
        }
        strip(walk, properties)?;
        typed(walk, properties, "metadata", "object", &METADATA_TYPE)
    })
}

fn typed(
    walk: &mut Walk,
    properties: &mut Node,
    key: &str,
    wanted: &'static str,
    rule: &'static Rule,
) -> Result<(), Stop> {
    if properties.get(key).is_some_and(Node::is_null) {
        let mut schema = Node::mapping();
        write_type(&mut schema, wanted)?;
        walk.at(Link::Key(key.to_owned()), |walk| walk.ruled(rule));
        put(properties, key, schema, At::End)?;
        return Ok(());
    }
    walk.visit_key(properties, key, |walk, schema| {
        name_type(walk, schema)?;
        match type_of(schema) {
            _ if int_or_string::is_one(schema) => {
                walk.refuse(format!(
                    "v1 takes only {wanted} here, and this takes an integer as well"
                ));
            }
            Some(name) if name == wanted => {}
            Some(name) => walk.refuse_key(
                "type",
                format!("v1 takes only {wanted} here, and this says {name}"),
            ),
            None => {
                write_type(schema, wanted)?;
                walk.ruled(rule);
            }
        }
        Ok(())
    })
}

/// Takes everything out of `metadata` but its type, `name` and `generateName`.
fn strip(walk: &mut Walk, properties: &mut Node) -> Result<(), Stop> {
    walk.visit_key(properties, "metadata", |walk, metadata| {
        keep_only(walk, metadata, &["type", "properties"])?;
        walk.visit_key(metadata, "properties", |walk, named| {
            keep_only(walk, named, &["name", "generateName"])
        })?;
        if metadata.get("properties").is_some_and(Node::is_empty) {
            metadata.take("properties")?;
        }
        Ok(())
    })
}

fn keep_only(walk: &mut Walk, node: &mut Node, keep: &[&str]) -> Result<(), Stop> {
    let keys: Vec<String> = node
        .entries()
        .iter()
        .filter_map(|entry| entry.key().map(str::to_owned))
        .collect();
    for key in keys.iter().filter(|key| !keep.contains(&key.as_str())) {
        walk.at(Link::Key(key.clone()), |walk| walk.ruled(&STRIPPED));
        node.take(key)?;
    }
    Ok(())
}
