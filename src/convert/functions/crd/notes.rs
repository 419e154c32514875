//! What a walk through a schema found: the same repair at many nodes is one line of the report.

use crate::yaml::{Node, Refusal, Value};

use super::super::super::engine::Stop;
use super::super::super::outcome::Grade;
use super::super::super::path::{Address, Link};

/// A repair that may be made at many nodes.
#[derive(Debug, PartialEq)]
pub(super) struct Rule {
    pub grade: Grade,
    /// What was done, without the place.
    pub text: &'static str,
    /// The rule of the API server.
    pub why: &'static str,
}

/// The nodes that a rule was applied to.
#[derive(Debug)]
pub(super) struct Places {
    pub first: String,
    others: Vec<String>,
    count: usize,
}

/// How many places a sentence names.
const NAMED: usize = 4;

impl Places {
    pub fn sentence(&self, text: &str) -> String {
        if self.count == 1 {
            return format!("{text} at {}", self.first);
        }
        let mut named = vec![self.first.as_str()];
        named.extend(self.others.iter().map(String::as_str));
        let named = named.join(", ");
        match self.count.saturating_sub(1 + self.others.len()) {
            0 => format!("{text} at {named}"),
            more => format!("{text} at {} nodes: {named} and {more} more", self.count),
        }
    }
}

/// A change that stands alone in the report.
#[derive(Debug)]
pub(super) struct Said {
    pub grade: Grade,
    pub path: String,
    pub text: String,
    pub why: Option<&'static str>,
}

/// Everything to report of an object.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub refused: Vec<(String, String)>,
    pub changes: Vec<Said>,
    /// In the order in which the rules were first needed.
    pub ruled: Vec<(&'static Rule, Places)>,
    count: usize,
}

impl Notes {
    pub fn change(
        &mut self,
        grade: Grade,
        path: String,
        text: impl Into<String>,
        why: Option<&'static str>,
    ) {
        self.count += 1;
        self.changes.push(Said {
            grade,
            path,
            text: text.into(),
            why,
        });
    }

    fn rule(&mut self, rule: &'static Rule, path: &Address) {
        self.count += 1;
        match self.ruled.iter_mut().find(|(known, _)| *known == rule) {
            Some((_, places)) => {
                places.count += 1;
                if places.others.len() + 1 < NAMED {
                    places.others.push(path.to_string());
                }
            }
            None => self.ruled.push((
                rule,
                Places {
                    first: path.to_string(),
                    others: Vec::new(),
                    count: 1,
                },
            )),
        }
    }
}

/// A walk through a schema: where it is, and what it found so far.
pub(super) struct Walk<'n> {
    pub path: Address,
    pub notes: &'n mut Notes,
}

impl Walk<'_> {
    /// Says that a rule was applied here.
    pub fn ruled(&mut self, rule: &'static Rule) {
        self.notes.rule(rule, &self.path);
    }

    /// Says what was done here.
    pub fn changed(&mut self, grade: Grade, text: impl Into<String>, why: &'static str) {
        self.notes
            .change(grade, self.path.to_string(), text, Some(why));
    }

    /// Leaves the object to a person because of what stands here.
    pub fn refuse(&mut self, text: impl Into<String>) {
        self.notes
            .refused
            .push((self.path.to_string(), text.into()));
    }

    /// The same for a key of this node.
    pub fn refuse_key(&mut self, key: &str, text: impl Into<String>) {
        self.at(Link::Key(key.to_owned()), |walk| walk.refuse(text));
    }

    /// Goes one step down.
    pub fn at<T>(&mut self, link: Link, visit: impl FnOnce(&mut Self) -> T) -> T {
        self.path.0.push(link);
        let result = visit(self);
        self.path.0.pop();
        result
    }

    /// Visits a value; what an alias names may be looked at, and is refused when it would change.
    pub fn visit(
        &mut self,
        node: &mut Node,
        visit: impl FnOnce(&mut Self, &mut Node) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let Value::Alias { name, .. } = &node.value else {
            return visit(self, node);
        };
        let refusal = Refusal::BelowAlias {
            name: name.to_string(),
        };
        let mut copy = node.resolved().clone();
        let before = self.notes.count;
        visit(self, &mut copy)?;
        if self.notes.count > before {
            Err(refusal.into())
        } else {
            Ok(())
        }
    }

    /// Visits the value under a key, if it is there and not null.
    pub fn visit_key(
        &mut self,
        node: &mut Node,
        key: &str,
        visit: impl FnOnce(&mut Self, &mut Node) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let Some(value) = super::present(node, key)? else {
            return Ok(());
        };
        self.at(Link::Key(key.to_owned()), |walk| walk.visit(value, visit))
    }

    /// Visits every value of the mapping under a key, null ones too.
    pub fn visit_values(
        &mut self,
        node: &mut Node,
        key: &str,
        mut visit: impl FnMut(&mut Self, &str, &mut Node) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        self.visit_key(node, key, |walk, mapping| {
            for entry in mapping.entries_mut()? {
                // A key that is no scalar is no name of a field.
                let Some(name) = entry.key().map(str::to_owned) else {
                    continue;
                };
                let value = entry.value_mut();
                walk.at(Link::Key(name.clone()), |walk| {
                    walk.visit(value, |walk, value| visit(walk, &name, value))
                })?;
            }
            Ok(())
        })
    }
}
