//! Keeping what a schema does not name.
//!
//! v1beta1 prunes nothing unless it is told to. v1 prunes below every node that lacks
//! `x-kubernetes-preserve-unknown-fields`, and begins anew at each node that the schema names: the
//! marker at the root is not enough.

use crate::yaml::{At, Node};

use super::super::super::engine::Stop;
use super::super::super::outcome::Grade;
use super::keys::{EMBEDDED, INT_OR_STRING, PRESERVE};
use super::notes::{Rule, Walk};
use super::put;
use super::structural::{anything, is_true, type_of};

static MARKED: Rule = Rule {
    grade: Grade::Review,
    text: "wrote x-kubernetes-preserve-unknown-fields: true",
    why: "v1beta1 kept fields that the schema does not name; v1 drops them at every object without this marker",
};
static VALUES: Rule = Rule {
    grade: Grade::Review,
    text: "additionalProperties: true becomes a schema that takes anything",
    why: "v1 keeps the keys and drops what stands in objects below them",
};

/// Marks every object of a structural schema.
pub(super) fn mark(walk: &mut Walk, schema: &mut Node) -> Result<(), Stop> {
    walk.visit(schema, |walk, schema| below(walk, schema, true))
}

/// Marks one node.
pub(super) fn mark_here(walk: &mut Walk, schema: &mut Node) -> Result<(), Stop> {
    walk.visit(schema, |walk, schema| {
        if schema.is_mapping() && !is_true(schema, PRESERVE) {
            put(schema, PRESERVE, Node::boolean(true), At::After(&["type"]))?;
            walk.ruled(&MARKED);
        }
        Ok(())
    })
}

fn below(walk: &mut Walk, node: &mut Node, root: bool) -> Result<(), Stop> {
    if is_true(node, INT_OR_STRING) {
        return Ok(());
    }
    if type_of(node) == Some("object") {
        object(walk, node)?;
    }
    let owns_metadata = root || is_true(node, EMBEDDED);
    walk.visit_values(node, "properties", |walk, name, property| {
        // The API server refuses a marker there, and keeps what it knows of metadata.
        if owns_metadata && name == "metadata" {
            Ok(())
        } else {
            below(walk, property, false)
        }
    })?;
    for key in ["items", "additionalProperties"] {
        walk.visit_key(node, key, |walk, child| below(walk, child, false))?;
    }
    Ok(())
}

fn object(walk: &mut Walk, node: &mut Node) -> Result<(), Stop> {
    let named = node
        .get("properties")
        .is_some_and(|properties| !properties.is_empty());
    let takes_any = is_true(node, "additionalProperties");
    if takes_any && named {
        node.take("additionalProperties")?;
    } else if takes_any {
        if let Some(values) = node.get_mut("additionalProperties")? {
            values.replace(anything());
            walk.ruled(&VALUES);
        }
        return Ok(());
    } else if node
        .get("additionalProperties")
        .is_some_and(|values| !values.is_null())
    {
        // A map: its values are marked.
        return Ok(());
    }
    mark_here(walk, node)
}
