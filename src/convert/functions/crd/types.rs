//! The types of a schema's nodes.

use crate::yaml::{Kind, Node};

use super::keys::JUNCTORS;

/// The types that the API server knows (`openapiV3Types`).
pub(super) const TYPES: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];

/// What v1beta1 let pass, though no value was ever of that type.
pub(super) fn meant_by(name: &str) -> Option<&'static str> {
    match name {
        "int" | "int32" | "int64" | "long" => Some("integer"),
        "double" | "float" | "float32" | "float64" => Some("number"),
        "bool" => Some("boolean"),
        _ => TYPES
            .into_iter()
            .find(|known| known.eq_ignore_ascii_case(name)),
    }
}

/// The type that the other keys of a node speak of, when they agree.
///
/// The keys of JSON Schema each check values of one type and let the others pass, so a node that has
/// keys of one type only was meant for it.
pub(super) fn implied(node: &Node) -> Option<&'static str> {
    let mut found = None;
    let mut agree = true;
    implied_by_keys(node, &mut |name| {
        agree &= found.is_none_or(|known| known == name);
        found = Some(name);
    });
    found.filter(|_| agree)
}

fn implied_by_keys(node: &Node, say: &mut dyn FnMut(&'static str)) {
    for entry in node.entries() {
        let (Some(key), value) = (entry.key(), entry.value()) else {
            continue;
        };
        if value.is_null() {
            continue;
        }
        match key {
            "properties"
            | "required"
            | "additionalProperties"
            | "minProperties"
            | "maxProperties" => say("object"),
            "items" | "minItems" | "maxItems" | "uniqueItems" => say("array"),
            "pattern" | "minLength" | "maxLength" => say("string"),
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
                // A node that says integer elsewhere stays one.
                let format = node
                    .get("format")
                    .and_then(Node::as_str)
                    .and_then(of_format);
                say(format.filter(|name| *name == "integer").unwrap_or("number"));
            }
            "format" => {
                if let Some(name) = value.as_str().and_then(of_format) {
                    say(name);
                }
            }
            "enum" => {
                let mut kinds = value.items().iter().map(|item| of_value(item.value()));
                if let Some(Some(first)) = kinds.next()
                    && kinds.all(|kind| kind == Some(first))
                {
                    say(first);
                }
            }
            "not" => implied_by_keys(value, say),
            junctor if JUNCTORS.contains(&junctor) => {
                for item in value.items() {
                    implied_by_keys(item.value(), say);
                }
            }
            _ => {}
        }
    }
}

fn of_format(format: &str) -> Option<&'static str> {
    match format {
        "int32" | "int64" => Some("integer"),
        "float" | "double" => Some("number"),
        "byte" | "binary" | "cidr" | "date" | "date-time" | "datetime" | "duration" | "email"
        | "hostname" | "ipv4" | "ipv6" | "mac" | "password" | "uri" | "uuid" | "uuid3"
        | "uuid4" | "uuid5" => Some("string"),
        _ => None,
    }
}

fn of_value(value: &Node) -> Option<&'static str> {
    match value.as_scalar()?.kind {
        Kind::Str => Some("string"),
        Kind::Int => Some("integer"),
        Kind::Bool => Some("boolean"),
        Kind::Null | Kind::Float => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::testing::node;

    #[test]
    fn keys_imply_a_type() {
        for (schema, implied_type) in [
            ("{properties: {a: {}}}", Some("object")),
            ("{required: [a], description: d}", Some("object")),
            ("{items: {}}", Some("array")),
            ("{pattern: ^a$, maxLength: 3}", Some("string")),
            ("{enum: [a, b]}", Some("string")),
            ("{enum: [1, 2]}", Some("integer")),
            ("{enum: [a, 1]}", None),
            ("{minimum: 1}", Some("number")),
            ("{minimum: 1, format: int32}", Some("integer")),
            ("{format: date-time}", Some("string")),
            ("{format: made-up}", None),
            (
                "{oneOf: [{required: [a]}, {required: [b]}]}",
                Some("object"),
            ),
            ("{not: {required: [a]}}", Some("object")),
            ("{pattern: a, properties: {a: {}}}", None),
            ("{description: anything}", None),
            ("{items: null}", None),
        ] {
            assert_eq!(implied(&node(schema)), implied_type, "{schema}");
        }
    }

    #[test]
    fn names_of_other_languages() {
        assert_eq!(meant_by("int"), Some("integer"));
        assert_eq!(meant_by("String"), Some("string"));
        assert_eq!(meant_by("file"), None);
        assert_eq!(meant_by("null"), None);
    }
}
