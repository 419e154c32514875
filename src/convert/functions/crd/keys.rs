//! The keys of a schema: JSONSchemaProps of both versions.

/// Where a key of a schema may stand, and what it makes of a value's type.
pub(super) const PRESERVE: &str = "x-kubernetes-preserve-unknown-fields";
pub(super) const INT_OR_STRING: &str = "x-kubernetes-int-or-string";
pub(super) const EMBEDDED: &str = "x-kubernetes-embedded-resource";

/// The keys that join schemas without structure of their own; `not` joins one.
pub(super) const JUNCTORS: [&str; 4] = ["allOf", "anyOf", "oneOf", "not"];

/// Keys that both versions decode and refuse.
pub(super) const FORBIDDEN: [&str; 6] = [
    "$ref",
    "additionalItems",
    "definitions",
    "dependencies",
    "id",
    "patternProperties",
];

/// Everything else that is decoded.
const KNOWN: [&str; 38] = [
    "additionalProperties",
    "allOf",
    "anyOf",
    "default",
    "description",
    "enum",
    "example",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "externalDocs",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "nullable",
    "oneOf",
    "pattern",
    "properties",
    "required",
    "title",
    "type",
    "uniqueItems",
    EMBEDDED,
    INT_OR_STRING,
    "x-kubernetes-list-map-keys",
    "x-kubernetes-list-type",
    "x-kubernetes-map-type",
    PRESERVE,
    "x-kubernetes-validations",
    // Refused by v1, and deleted with a line of its own.
    "$schema",
];

/// Whether the API server decodes a key; others it drops.
pub(super) fn is_known(key: &str) -> bool {
    KNOWN.contains(&key) || FORBIDDEN.contains(&key)
}

/// Whether the root of a schema may have a key while the status subresource is on
/// (`allowedFieldsAtRootSchema`).
pub(super) fn is_allowed_beside_status(key: &str) -> bool {
    const REFUSED: [&str; 10] = [
        "additionalProperties",
        "allOf",
        "anyOf",
        "default",
        "enum",
        "maxProperties",
        "minProperties",
        "not",
        "nullable",
        "oneOf",
    ];
    let extension =
        key.starts_with("x-kubernetes-") && key != PRESERVE && key != "x-kubernetes-validations";
    !REFUSED.contains(&key) && !extension
}
