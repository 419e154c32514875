//! Looking for the names of API versions in bytes: which texts need parsing, and which do not.
//!
//! Nothing can be found in a text that names no old apiVersion. Two things could hide such a name,
//! both in double quotes: an escaped character (`"apps\u002fv1beta1"`, `"apps\/v1beta1"`) and an
//! escaped line break. A text that has one where a name could be goes on to be parsed.
//!
//! The core group's `v1` stands in nearly every manifest: for it, the old kinds are looked for.

use super::rule::Resource;

/// Names of API versions, such as `policy/v1beta1`, and of kinds of the core group.
#[derive(Clone, Debug, Default)]
pub struct Names {
    versions: Vec<String>,
    kinds: Vec<String>,
}

impl Names {
    /// Only versions.
    #[cfg(test)]
    pub fn new(names: impl IntoIterator<Item = impl Into<String>>) -> Names {
        Names {
            versions: sorted(names.into_iter().map(Into::into).collect()),
            kinds: Vec::new(),
        }
    }

    /// The names without one of which none of these versions can be in a text.
    pub fn of<'a>(versions: impl IntoIterator<Item = (&'a Resource, &'a str)>) -> Names {
        let mut names = Names::default();
        for (resource, version) in versions {
            if version.contains('/') {
                names.versions.push(version.to_owned());
            } else {
                names.kinds.extend(resource.kinds.iter().cloned());
            }
        }
        Names {
            versions: sorted(names.versions),
            kinds: sorted(names.kinds),
        }
    }

    /// Sorted, each once.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let names = self.versions.iter().chain(&self.kinds);
        names.map(String::as_str)
    }

    /// Whether one of the names stands there outright.
    pub fn are_in(&self, text: &[u8]) -> bool {
        // Every version ends in a word of `v` and a digit: rare enough in manifests to look at each.
        let version = |at: usize| {
            text.get(at + 1).is_some_and(u8::is_ascii_digit) && self.has(word_around(text, at))
        };
        memchr::memchr_iter(b'v', text).any(version)
            // The kind of a typed list begins with that of its items.
            || self
                .kinds
                .iter()
                .any(|kind| memchr::memmem::find(text, kind.as_bytes()).is_some())
    }

    /// Whether one of the names stands there, or could be hidden there.
    pub fn may_be_in(&self, text: &[u8]) -> bool {
        self.are_in(text) || hides(text, in_kind)
    }

    fn has(&self, word: &[u8]) -> bool {
        self.versions
            .binary_search_by(|name| name.as_bytes().cmp(word))
            .is_ok()
    }
}

fn sorted(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names.dedup();
    names
}

/// More than any name has: a group has at most 253 characters, a version 63.
const LONG: usize = 320;

/// The characters of names on both sides of a place, or so many of them that they are no name.
/// Whoever looked further would be slow on a long line of `v1v1v1v1`.
fn word_around(text: &[u8], at: usize) -> &[u8] {
    let text = &text[..text.len().min(at + LONG)];
    let first = at.saturating_sub(LONG);
    let start = text[first..at].iter().rposition(|&b| !in_name(b));
    let end = text[at..].iter().position(|&b| !in_name(b));
    &text[start.map_or(first, |i| first + i + 1)..end.map_or(text.len(), |i| at + i)]
}

/// Whether a character occurs in the name of an API version.
fn in_name(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'/' | b'-')
}

/// The same, also for the names of kinds.
fn in_kind(byte: u8) -> bool {
    in_name(byte) || byte.is_ascii_uppercase()
}

/// Whether an escape in a text could hide one of these characters, or a break between two.
pub(super) fn hides(text: &[u8], wanted: fn(u8) -> bool) -> bool {
    memchr::memchr_iter(b'\\', text).any(|at| may_hide(text, at, wanted))
}

/// Whether the escape at a backslash could stand for a part of a name.
fn may_hide(text: &[u8], at: usize, in_name: fn(u8) -> bool) -> bool {
    let (before, escape) = (&text[..at], &text[at + 1..]);
    let follows_name = || before.last().copied().is_some_and(in_name);
    match escape {
        [b'u', b'0', b'0', digits @ ..]
        | [b'x', digits @ ..]
        | [b'U', b'0', b'0', b'0', b'0', b'0', b'0', digits @ ..] => {
            hex(digits).is_some_and(in_name)
        }
        [b'/', b'v', ..] => follows_name(),
        [b'\n', rest @ ..] | [b'\r', b'\n', rest @ ..] => {
            let next = rest.iter().copied().find(|b| !matches!(b, b' ' | b'\t'));
            follows_name() && next.is_some_and(in_name)
        }
        _ => false,
    }
}

/// The character whose code two hexadecimal digits give.
fn hex(digits: &[u8]) -> Option<u8> {
    let text = str::from_utf8(digits.get(..2)?).ok()?;
    u8::from_str_radix(text, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_names_and_what_could_hide_one() {
        let names = Names {
            versions: vec!["extensions/v1beta1".into(), "policy/v1beta1".into()],
            kinds: vec!["Endpoints".into()],
        };
        for text in [
            "apiVersion: extensions/v1beta1\n",
            "# policy/v1beta1",
            r#"{"apiVersion":"policy/v1beta1"}"#,
            "{apiVersion: policy/v1beta1, kind: A}",
            "apiVersion: v1\nkind: Endpoints",
            "{apiVersion: v1, kind: EndpointsList}",
        ] {
            assert!(names.are_in(text.as_bytes()), "{text}");
            assert!(names.may_be_in(text.as_bytes()), "{text}");
        }
        for text in [
            r#"apiVersion: "policy\/v1beta1""#,
            r#"apiVersion: "policy\u002Fv1beta1""#,
            r#"apiVersion: "\x70olicy/v1beta1""#,
            r#"apiVersion: "\U00000070olicy/v1beta1""#,
            "apiVersion: \"policy/\\\n  v1beta1\"",
            "apiVersion: \"policy/v1\\\r\n  beta1\"",
            r#"kind: "\x45ndpoints""#,
            r#"kind: "Endpo\u0069nts""#,
            "kind: \"End\\\npoints\"",
        ] {
            assert!(!names.are_in(text.as_bytes()), "{text}");
            assert!(names.may_be_in(text.as_bytes()), "{text}");
        }
        for text in [
            "apiVersion: apps/v1\n",
            "apiVersion: v1\nkind: Endpoint",
            "url: https://example.com/apis/policy/v1beta1/pods",
            "kind: v2",
            r#"expr: "a \u003c b""#,
            r#"url: "https:\/\/example.com\/x""#,
            "run: |\n  a \\\n  b\n",
            r"\x",
            r"\u00",
            "\\",
            "v",
            "",
        ] {
            assert!(!names.may_be_in(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn a_long_word_is_no_name_and_takes_no_time() {
        let names = Names::new(["policy/v1beta1"]);
        let long = "v1".repeat(500_000);
        assert!(!names.may_be_in(long.as_bytes()));
        assert!(names.may_be_in(format!("{long}\npolicy/v1beta1").as_bytes()));
        assert!(!names.may_be_in(format!("{long}policy/v1beta1").as_bytes()));
    }
}
