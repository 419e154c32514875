//! Telling files that need no parsing from those that do.
//!
//! Nothing can be found in a file that names no old apiVersion. One pass of an automaton tells, on
//! bytes, for all of them at once. Two things could hide such a name from it, both in double
//! quotes: an escaped character (`"apps\u002fv1beta1"`, `"apps\/v1beta1"`) and an escaped line
//! break. A file that has one where a name could be goes on to be parsed.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::catalog::{Catalog, Policy, Window};

/// Beginnings of what can hide a name.
const ESCAPES: [&str; 6] = ["\\u00", "\\x", "\\U000000", "\\/", "\\\n", "\\\r\n"];

/// Finds the names of old API versions.
#[derive(Debug)]
pub(super) struct Prefilter {
    automaton: AhoCorasick,
    /// For each pattern, whether it is a name that is old at the target.
    is_old: Vec<bool>,
}

impl Prefilter {
    /// One for all names of a catalogue that something may be said about.
    pub(super) fn new(catalog: &Catalog, window: &Window, policy: Policy) -> Prefilter {
        let old: BTreeSet<&str> = catalog
            .resources()
            .iter()
            .filter_map(|resource| Some((resource, window.range(&resource.component)?)))
            .flat_map(|(resource, range)| {
                resource
                    .versions
                    .iter()
                    .filter(move |version| policy.wants(version.status(range.to)))
            })
            .map(|version| version.api_version.as_str())
            .collect();
        Prefilter::of(
            catalog
                .literals()
                .into_iter()
                .map(|literal| (literal, old.contains(literal))),
        )
    }

    /// One for these names; true with those that are old at the target.
    pub(super) fn of<'a>(literals: impl IntoIterator<Item = (&'a str, bool)>) -> Prefilter {
        let (patterns, is_old): (Vec<&str>, Vec<bool>) = ESCAPES
            .into_iter()
            .map(|escape| (escape, false))
            .chain(literals)
            .unzip();
        let automaton = AhoCorasick::builder()
            // The longest name wins, where one begins like another.
            .match_kind(MatchKind::LeftmostLongest)
            // Cheap to build: a run over one small file pays for this too.
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(patterns)
            // Only patterns of gigabytes in length are refused.
            .expect("the names of API versions are short");
        Prefilter { automaton, is_old }
    }

    /// Whether a name is there outright that is old at the target.
    pub(super) fn names_old(&self, bytes: &[u8]) -> bool {
        self.automaton
            .find_iter(bytes)
            .any(|m| self.is_old[m.pattern().as_usize()])
    }

    /// Whether an old API version is named, or could be.
    pub(super) fn may_hold(&self, bytes: &[u8]) -> bool {
        self.automaton.find_iter(bytes).any(|m| {
            let (before, after) = (&bytes[..m.start()], &bytes[m.end()..]);
            match m.pattern().as_usize() {
                0..=2 => hex(after).is_some_and(in_name),
                3 => after.first() == Some(&b'v') && before.last().copied().is_some_and(in_name),
                4 | 5 => {
                    let next = after.iter().copied().find(|b| !matches!(b, b' ' | b'\t'));
                    before.last().copied().is_some_and(in_name) && next.is_some_and(in_name)
                }
                _ => true,
            }
        })
    }
}

/// The character whose code two hexadecimal digits give.
fn hex(digits: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(digits.get(..2)?).ok()?;
    u8::from_str_radix(text, 16).ok()
}

/// Whether a character occurs in the name of an API version.
fn in_name(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'/' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_names_and_what_could_hide_one() {
        let filter = Prefilter::of([("extensions/v1beta1", true), ("policy/v1beta1", true)]);
        for text in ["apiVersion: extensions/v1beta1\n", "# policy/v1beta1"] {
            assert!(
                filter.names_old(text.as_bytes()) && filter.may_hold(text.as_bytes()),
                "{text}"
            );
        }
        for text in [
            r#"apiVersion: "policy\/v1beta1""#,
            r#"apiVersion: "policy\u002Fv1beta1""#,
            r#"apiVersion: "\x70olicy/v1beta1""#,
            r#"apiVersion: "\U00000070olicy/v1beta1""#,
            "apiVersion: \"policy/\\\n  v1beta1\"",
            "apiVersion: \"policy/v1\\\r\n  beta1\"",
        ] {
            assert!(
                !filter.names_old(text.as_bytes()) && filter.may_hold(text.as_bytes()),
                "{text}"
            );
        }
        for text in [
            "apiVersion: apps/v1\n",
            r#"expr: "a \u003c b""#,
            r#"url: "https:\/\/example.com\/x""#,
            "run: |\n  a \\\n  b\n",
            r"\x",
            r"\u00",
            "\\",
            "",
        ] {
            assert!(
                !filter.names_old(text.as_bytes()) && !filter.may_hold(text.as_bytes()),
                "{text}"
            );
        }
    }

    #[test]
    fn names_that_are_not_old_are_parsed_but_not_left() {
        let filter = Prefilter::of([("policy/v1beta1", true), ("policy/v1", false)]);
        assert!(filter.may_hold(b"policy/v1\n") && !filter.names_old(b"policy/v1\n"));
        assert!(filter.names_old(b"policy/v1beta1\n"));
    }
}
