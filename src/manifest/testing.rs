//! Nodes for unit tests.

use crate::yaml::{Document, Node};

/// The model of a YAML text.
pub(crate) fn node(yaml: &str) -> Node {
    Document::parse(yaml)
        .expect("the test's YAML is right")
        .model()
}
