//! What surrounds an object: the text it stands in, and what is known beyond that text.

use crate::yaml::{Document, Location, Node};

use super::rules::Candidate;

/// What surrounds the objects of one document, or of a value in one.
pub(super) struct Around<'a> {
    pub source: &'a Document<'a>,
    /// The text of the document, and all before it.
    pub text: &'a str,
    /// The rules that may have something to say in it.
    pub rules: &'a [Candidate<'a>],
    /// A place in `source` as a place in the file.
    pub place: &'a dyn Fn(Location) -> Location,
    /// Why the object at a place of the file must not be converted.
    pub holds: &'a dyn Fn(Location) -> Option<String>,
    /// Which document of the file it is, from 1.
    pub document: usize,
    /// The place of the value in the object that holds it.
    pub inside: Option<String>,
}

impl Around<'_> {
    /// Where a node stands in the file.
    pub fn location(&self, node: &Node) -> Option<Location> {
        self.source.location(node).map(self.place)
    }

    /// Where an object stands in the file: its `apiVersion`, and where it begins.
    pub fn places(&self, node: &Node) -> (Location, Location) {
        let top = || (self.place)(Location { line: 1, column: 1 });
        let start = self.location(node).unwrap_or_else(top);
        let version = node.get("apiVersion").and_then(|node| self.location(node));
        (version.unwrap_or(start), start)
    }

    /// Why an object must not be converted, if there is a reason beyond it.
    pub fn held(&self, node: &Node) -> Option<String> {
        (self.holds)(self.places(node).0)
    }
}
