//! Looking for the texts of which a rule needs one, all rules at once: which texts need parsing for
//! them, and which do not.

use aho_corasick::{AhoCorasick, Match};

use super::names;
use super::rule::Rule;

/// The texts that rules name under `contains`.
#[derive(Clone, Debug)]
pub struct Literals {
    /// `None` where there is no rule, or more text in them than an automaton can have.
    automaton: Option<AhoCorasick>,
    /// For each pattern, the rules that name it.
    owners: Vec<Vec<usize>>,
    rules: usize,
}

impl Literals {
    /// Those of these rules.
    pub fn new(rules: &[Rule]) -> Literals {
        let mut patterns: Vec<(&str, Vec<usize>)> = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            for text in &rule.contains {
                match patterns.iter_mut().find(|(known, _)| known == text) {
                    Some((_, owners)) => owners.push(index),
                    None => patterns.push((text, vec![index])),
                }
            }
        }
        let automaton = match patterns.as_slice() {
            [] => None,
            _ => AhoCorasick::new(patterns.iter().map(|(text, _)| text)).ok(),
        };
        Literals {
            automaton,
            owners: patterns.into_iter().map(|(_, owners)| owners).collect(),
            rules: rules.len(),
        }
    }

    /// The rules that may have something to do in a text, of those that are wanted, in their order.
    pub fn found(&self, text: &[u8], wanted: &dyn Fn(usize) -> bool) -> Vec<usize> {
        let mut found = vec![false; self.rules];
        self.each(text, &mut |rule| {
            found[rule] |= wanted(rule);
            false
        });
        (0..self.rules).filter(|rule| found[*rule]).collect()
    }

    /// Whether one of the rules that are wanted may have something to do in a text.
    pub fn may_be_in(&self, text: &[u8], wanted: &dyn Fn(usize) -> bool) -> bool {
        let mut found = false;
        self.each(text, &mut |rule| {
            found = found || wanted(rule);
            found
        });
        found
    }

    /// Calls `stop` with each rule that may have something to do, until it says so.
    fn each(&self, text: &[u8], stop: &mut dyn FnMut(usize) -> bool) {
        let automaton = self.automaton.as_ref();
        let hidden = self.rules > 0 && (automaton.is_none() || names::hides(text, in_literal));
        if hidden {
            let _ = (0..self.rules).any(stop);
            return;
        }
        let Some(automaton) = automaton else { return };
        let mut matches = automaton.find_overlapping_iter(text);
        let _ = matches.any(|found| {
            is_whole(text, &found)
                && self.owners[found.pattern().as_usize()]
                    .iter()
                    .any(|rule| stop(*rule))
        });
    }
}

/// Whether a word that a pattern begins or ends with does not go on: `serviceAccount` does not stand
/// in `serviceAccountName`.
fn is_whole(text: &[u8], found: &Match) -> bool {
    let goes_on = |inner: Option<&u8>, outer: Option<&u8>| {
        let is_word = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
        is_word(inner) && is_word(outer)
    };
    let (start, end) = (found.start(), found.end());
    let inside = &text[start..end];
    let before = text[..start].last();
    !goes_on(inside.first(), before) && !goes_on(inside.last(), text.get(end))
}

/// Whether a character occurs in the texts that rules name.
fn in_literal(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b'<' | b'>' | b'&' | b'\'')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::rule::Life;

    fn literals(contains: &[&[&str]]) -> Literals {
        let rules = contains.iter().enumerate().map(|(i, texts)| Rule {
            file: "x.yaml".into(),
            code: format!("rule-{i}").into(),
            title: "".into(),
            component: "k".into(),
            docs: "".into(),
            life: Life::default(),
            contains: texts.iter().map(|text| (*text).to_owned()).collect(),
            sites: Vec::new(),
            steps: Vec::new(),
        });
        Literals::new(&rules.collect::<Vec<_>>())
    }

    fn found(literals: &Literals, text: &str) -> Vec<usize> {
        let found = literals.found(text.as_bytes(), &|_| true);
        assert_eq!(
            literals.may_be_in(text.as_bytes(), &|_| true),
            !found.is_empty()
        );
        found
    }

    #[test]
    fn finds_the_rules_of_a_text() {
        let literals = literals(&[
            &["serviceAccount"],
            &["beta.kubernetes.io/os", "beta.kubernetes.io/arch"],
            &["beta.kubernetes.io/os", "seccomp.io/"],
        ]);
        for (text, rules) in [
            ("serviceAccount: x", &[0][..]),
            ("{\"serviceAccount\":\"x\"}", &[0]),
            ("serviceAccountName: x", &[]),
            ("myserviceAccount: x", &[]),
            ("beta.kubernetes.io/arch", &[1]),
            ("failure.beta.kubernetes.io/os: a", &[1, 2]),
            ("container.seccomp.io/web: a", &[2]),
            ("nothing", &[]),
            ("", &[]),
        ] {
            assert_eq!(found(&literals, text), rules, "{text}");
        }
    }

    #[test]
    fn what_an_escape_could_hide_may_be_there() {
        let literals = literals(&[&["serviceAccount"]]);
        for text in [
            r#""service\u0041ccount": x"#,
            r#""\x73erviceAccount": x"#,
            "\"service\\\n  Account\": x",
        ] {
            assert_eq!(found(&literals, text), [0], "{text}");
        }
        for text in [r#"a: "b\n""#, r#"a: "\u003c""#, "run: |\n  a \\\n  b\n"] {
            assert!(found(&literals, text).is_empty(), "{text}");
        }
    }

    #[test]
    fn only_what_is_wanted_counts() {
        let literals = literals(&[&["a"], &["a"]]);
        assert_eq!(literals.found(b"a", &|rule| rule == 1), [1]);
        assert!(!literals.may_be_in(b"a", &|_| false));
        assert!(!self::literals(&[]).may_be_in(b"\\u0041", &|_| true));
    }
}
