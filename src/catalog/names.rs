//! Looking for the names of API versions in bytes: which texts need parsing, and which do not.
//!
//! Nothing can be found in a text that names no old apiVersion. Two things could hide such a name,
//! both in double quotes: an escaped character (`"apps\u002fv1beta1"`, `"apps\/v1beta1"`) and an
//! escaped line break. A text that has one where a name could be goes on to be parsed.

/// Names of API versions, such as `policy/v1beta1`.
#[derive(Clone, Debug, Default)]
pub struct Names(Vec<String>);

impl Names {
    pub fn new(names: impl IntoIterator<Item = impl Into<String>>) -> Names {
        let mut names: Vec<String> = names.into_iter().map(Into::into).collect();
        names.sort();
        names.dedup();
        Names(names)
    }

    /// Sorted, each once.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether one of the names stands there outright.
    pub fn are_in(&self, text: &[u8]) -> bool {
        // Every name ends in a word of `v` and a digit: rare enough in manifests to look at each.
        memchr::memchr_iter(b'v', text).any(|at| {
            text.get(at + 1).is_some_and(u8::is_ascii_digit) && self.has(word_around(text, at))
        })
    }

    /// Whether one of the names stands there, or could be hidden there.
    pub fn may_be_in(&self, text: &[u8]) -> bool {
        self.are_in(text) || hides(text, in_name)
    }

    fn has(&self, word: &[u8]) -> bool {
        self.0
            .binary_search_by(|name| name.as_bytes().cmp(word))
            .is_ok()
    }
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
        let names = Names::new(["policy/v1beta1", "extensions/v1beta1", "v1"]);
        for text in [
            "apiVersion: extensions/v1beta1\n",
            "# policy/v1beta1",
            r#"{"apiVersion":"policy/v1beta1"}"#,
            "{apiVersion: policy/v1beta1, kind: A}",
            "apiVersion: v1",
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
        ] {
            assert!(!names.are_in(text.as_bytes()), "{text}");
            assert!(names.may_be_in(text.as_bytes()), "{text}");
        }
        for text in [
            "apiVersion: apps/v1\n",
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
