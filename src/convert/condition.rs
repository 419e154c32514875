//! The `when` of a step.

use std::cell::RefCell;
use std::collections::HashMap;

use regex_lite::Regex;

use crate::catalog::rule::{Condition, Literal, Segment, Test, Type};
use crate::yaml::{Node, Value};

use super::values;

/// What a missing key says about a mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// It is absent.
    Absent,
    /// Nothing: another text may supply it. A null is absent all the same.
    Unknown,
}

/// Whether all conditions hold for a scope.
pub(super) fn all(conditions: &[Condition], scope: &Node, missing: Missing) -> bool {
    conditions
        .iter()
        .all(|c| some(Some(scope), &c.path.0, &c.any, missing))
}

/// Whether some node that the path means passes one of the tests. A path that leads nowhere means one
/// missing node.
fn some(node: Option<&Node>, path: &[Segment], tests: &[Test], missing: Missing) -> bool {
    let Some((first, rest)) = path.split_first() else {
        return tests
            .iter()
            .any(|test| passes(node, test, missing) == Some(true));
    };
    match first {
        Segment::EachItem => {
            let items = node.map_or(&[][..], Node::items);
            if items.is_empty() {
                return some(None, rest, tests, missing);
            }
            items
                .iter()
                .any(|item| some(Some(item.value()), rest, tests, missing))
        }
        Segment::EachKey => {
            let entries = node.map_or(&[][..], Node::entries);
            if entries.is_empty() {
                return some(None, rest, tests, missing);
            }
            entries
                .iter()
                .any(|entry| some(Some(entry.value()), rest, tests, missing))
        }
        Segment::Key(key) => some(node.and_then(|node| node.get(key)), rest, tests, missing),
        Segment::First | Segment::Last => some(None, rest, tests, missing),
    }
}

impl Condition {
    /// Whether a node that the path means passes one of the tests.
    pub(super) fn is_met(&self, node: &Node) -> bool {
        some(Some(node), &[], &self.any, Missing::Absent)
    }
}

/// `None` when nobody can tell.
fn passes(node: Option<&Node>, test: &Test, missing: Missing) -> Option<bool> {
    if let Test::Not(test) = test {
        return passes(node, test, missing).map(|passed| !passed);
    }
    let Some(node) = node else {
        return (missing == Missing::Absent).then(|| means_null(test));
    };
    Some(match test {
        Test::Absent => node.is_null(),
        Test::Present => !node.is_null(),
        Test::Blank => !node.is_null() && is_blank(node),
        Test::Empty => node.is_null() || is_blank(node),
        Test::Type(kind) => values::is_of_type(node, *kind),
        Test::Is(literal) => values::equals(node, literal),
        Test::In(literals) => literals.iter().any(|literal| values::equals(node, literal)),
        Test::Matches(pattern) => node
            .as_scalar()
            .is_some_and(|scalar| matches(pattern, &scalar.text)),
        Test::Not(_) => unreachable!("handled above"),
    })
}

/// What is missing is null.
fn means_null(test: &Test) -> bool {
    match test {
        Test::Absent | Test::Empty => true,
        Test::Type(kind) => *kind == Type::Null,
        Test::Is(literal) => *literal == Literal::Null,
        Test::In(literals) => literals.contains(&Literal::Null),
        Test::Present | Test::Blank | Test::Matches(_) | Test::Not(_) => false,
    }
}

/// There, but without content. A label with an empty value is content, a list of nothing is not.
pub(super) fn is_blank(node: &Node) -> bool {
    node.is_empty() || holds_nothing(node)
}

fn holds_nothing(node: &Node) -> bool {
    match &node.resolved().value {
        Value::Mapping(entries) => entries.iter().all(|entry| holds_nothing(entry.value())),
        Value::Sequence(items) => items.is_empty(),
        Value::Scalar(_) | Value::Alias { .. } => node.is_null(),
    }
}

thread_local! {
    /// The catalogue has few patterns; a run asks them often.
    static PATTERNS: RefCell<HashMap<String, Option<Regex>>> = RefCell::default();
}

fn matches(pattern: &str, text: &str) -> bool {
    PATTERNS.with_borrow_mut(|patterns| {
        if !patterns.contains_key(pattern) {
            // The catalogue checks its patterns when it is read.
            patterns.insert(pattern.to_owned(), Regex::new(pattern).ok());
        }
        patterns[pattern]
            .as_ref()
            .is_some_and(|regex| regex.is_match(text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::rule::Path;
    use crate::manifest::testing::node;

    fn holds(yaml: &str, path: &str, any: Vec<Test>, missing: Missing) -> bool {
        all(
            &[Condition {
                path: path.parse::<Path>().unwrap(),
                any,
            }],
            &node(yaml),
            missing,
        )
    }

    fn whole(yaml: &str, path: &str, test: Test) -> bool {
        holds(yaml, path, vec![test], Missing::Absent)
    }

    #[test]
    fn presence() {
        for (yaml, absent, blank, empty) in [
            ("{}", true, false, true),
            ("{a: null}", true, false, true),
            ("{a: ''}", false, true, true),
            ("{a: {}}", false, true, true),
            ("{a: []}", false, true, true),
            ("{a: {b: null, c: {}}}", false, true, true),
            ("{a: {b: ''}}", false, false, false),
            ("{a: [null]}", false, false, false),
            ("{a: 0}", false, false, false),
        ] {
            assert_eq!(whole(yaml, "a", Test::Absent), absent, "{yaml}");
            assert_eq!(whole(yaml, "a", Test::Present), !absent, "{yaml}");
            assert_eq!(whole(yaml, "a", Test::Blank), blank, "{yaml}");
            assert_eq!(whole(yaml, "a", Test::Empty), empty, "{yaml}");
        }
    }

    #[test]
    fn values_and_types() {
        assert!(whole("{a: 80}", "a", Test::Type(Type::Integer)));
        assert!(!whole("{a: '80'}", "a", Test::Type(Type::Integer)));
        assert!(whole(
            "{a: x}",
            "a",
            Test::In(vec![Literal::Null, Literal::String("x".into())])
        ));
        assert!(whole("{a: '80'}", "a", Test::Matches("^[0-9]+$".into())));
        assert!(!whole("{}", "a", Test::Matches("".into())));
        assert!(whole(
            "{}",
            "a",
            Test::Not(Box::new(Test::Is(Literal::Integer(1))))
        ));
        for yaml in ["{}", "{a: null}"] {
            let in_null = Test::In(vec![Literal::Null, Literal::Integer(1)]);
            assert!(whole(yaml, "a", in_null), "{yaml}");
            assert!(whole(yaml, "a", Test::Is(Literal::Null)), "{yaml}");
            assert!(whole(yaml, "a", Test::Type(Type::Null)), "{yaml}");
        }
        assert!(whole("5m", ".", Test::Matches("m$".into())));
        assert!(!whole("{a: b}", "a", Test::Matches("(".into())));
    }

    #[test]
    fn some_item_is_enough() {
        assert!(whole("{a: [{b: 1}, {}]}", "a[].b", Test::Absent));
        assert!(!whole("{a: [{b: 1}]}", "a[].b", Test::Absent));
        assert!(whole("{a: []}", "a[].b", Test::Absent));
        assert!(!whole("{a: []}", "a[].b", Test::Present));
        assert!(whole("{a: {x: {b: 1}}}", "a.*.b", Test::Present));
    }

    #[test]
    fn in_a_part_what_is_missing_is_unknown() {
        assert!(!holds("{}", "a", vec![Test::Absent], Missing::Unknown));
        assert!(!holds(
            "{}",
            "a",
            vec![Test::Not(Box::new(Test::Present))],
            Missing::Unknown
        ));
        assert!(holds(
            "{a: null}",
            "a",
            vec![Test::Absent],
            Missing::Unknown
        ));
        assert!(holds(
            "{a: x}",
            "a",
            vec![Test::Absent, Test::Present],
            Missing::Unknown
        ));
    }
}
