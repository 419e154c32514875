//! The paths, values and conditions of steps.

use super::super::format::{self, Any, Ordered};
use super::super::path::PathError;
use super::super::rule::{Condition, Literal, Path, Segment, Test};
use super::Compiler;

impl Compiler<'_> {
    /// The paths and values of `add`, `pin`, `set` and `with`.
    pub(super) fn values(
        &mut self,
        written: Option<&Ordered<String, Any>>,
        place: &str,
    ) -> Vec<(Path, Literal)> {
        let written = written.map_or(&[][..], |values| &values.0);
        if written.is_empty() {
            self.error(place, "is empty", "write `path: value`");
        }
        let mut values: Vec<(Path, Literal)> = Vec::new();
        for (path, Any(value)) in written {
            let Some(path) = self.path(path, place) else {
                continue;
            };
            if !matches!(path.0.last(), Some(Segment::Key(_))) {
                self.error(
                    place,
                    format!("`{path}` does not end in a key"),
                    "name the key to write",
                );
            }
            values.push((path, value.clone()));
        }
        values
    }

    pub(super) fn exchanges(
        &mut self,
        written: Option<&Ordered<Any, Any>>,
        place: &str,
    ) -> Vec<(Literal, Literal)> {
        let written = written.map_or(&[][..], |values| &values.0);
        if written.is_empty() {
            self.error(place, "`map` has no values", "write `values: {old: new}`");
        }
        for (Any(old), Any(new)) in written {
            if !(old.is_scalar() && new.is_scalar()) {
                self.error(
                    place,
                    format!("`{old}: {new}` does not exchange scalars"),
                    "use `set` or a function",
                );
            }
        }
        written
            .iter()
            .map(|(Any(old), Any(new))| (old.clone(), new.clone()))
            .collect()
    }

    pub(super) fn conditions(
        &mut self,
        written: Option<&Ordered<String, format::Tests>>,
        place: &str,
    ) -> Vec<Condition> {
        let mut conditions = Vec::new();
        for (path, format::Tests(any)) in written.map_or(&[][..], |when| &when.0) {
            let place = format!("{place}.when.{path}");
            if any.is_empty() {
                self.error(&place, "has no test", "write one, such as `present`");
            }
            for test in any {
                self.test(test, &place);
            }
            if let Some(path) = self.parsed(path, &place) {
                if path.grows_list() {
                    self.error(
                        &place,
                        "a condition makes no new item",
                        "write `[]` for any item",
                    );
                }
                conditions.push(Condition {
                    path,
                    any: any.clone(),
                });
            }
        }
        conditions
    }

    fn test(&mut self, test: &Test, place: &str) {
        match test {
            Test::In(values) if values.is_empty() => {
                self.error(
                    place,
                    "`in` has no values, so it never holds",
                    "list the values",
                );
            }
            Test::Matches(pattern) => {
                if let Err(error) = regex_lite::Regex::new(pattern) {
                    let reason = format!("`{pattern}` is not a regular expression: {error}");
                    self.error(place, reason, "see the syntax of the crate regex-lite");
                }
            }
            Test::Not(inner) => self.test(inner, place),
            _ => {}
        }
    }

    /// A path to something below the scope that is there already.
    pub(super) fn path(&mut self, text: &str, place: &str) -> Option<Path> {
        let path = self.path_or_scope(text, place)?;
        if path.0.is_empty() {
            self.error(
                place,
                "the scope itself can only be tested, or mapped",
                "write a path below it",
            );
            return None;
        }
        Some(path)
    }

    /// A path to something that is there already.
    pub(super) fn path_or_scope(&mut self, text: &str, place: &str) -> Option<Path> {
        let path = self.parsed(text, place)?;
        if path.grows_list() {
            let reason = format!("`{path}` makes a new item");
            self.error(
                place,
                reason,
                "only `to` of move and copy does that; write `[]` for every item",
            );
            return None;
        }
        Some(path)
    }

    pub(super) fn parsed(&mut self, text: &str, place: &str) -> Option<Path> {
        match text.parse() {
            Ok(path) => Some(path),
            Err::<_, PathError>(error) => {
                self.error(
                    place,
                    error.to_string(),
                    "write it like `spec.rules[].http` or `metadata.labels[\"a.b/c\"]`",
                );
                None
            }
        }
    }
}
