//! Paths as the catalogue writes them: `spec.rules[].http.paths[]`.

use std::fmt;
use std::str::FromStr;

use super::rule::{Path, Segment};

/// Why a text is no path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` is not a path: {reason}")]
pub struct PathError {
    pub path: String,
    pub reason: String,
}

impl Path {
    /// The scope itself, written `.`.
    pub const fn scope() -> Path {
        Path(Vec::new())
    }

    /// Whether it means several places.
    pub fn is_multiple(&self) -> bool {
        self.0.iter().any(Segment::is_multiple)
    }

    /// Whether it makes a new item of a list.
    pub fn grows_list(&self) -> bool {
        self.0
            .iter()
            .any(|s| matches!(s, Segment::First | Segment::Last))
    }

    /// How many leading segments two paths share, up to and with the last `[]` or `*` they share:
    /// the part in which every item is bound in turn.
    pub fn shared_items(&self, other: &Path) -> usize {
        let same = self
            .0
            .iter()
            .zip(&other.0)
            .take_while(|(a, b)| a == b)
            .count();
        self.0[..same]
            .iter()
            .rposition(Segment::is_multiple)
            .map_or(0, |last| last + 1)
    }
}

impl Segment {
    /// Whether it means every item or every key.
    pub fn is_multiple(&self) -> bool {
        matches!(self, Segment::EachItem | Segment::EachKey)
    }
}

impl FromStr for Path {
    type Err = PathError;

    fn from_str(text: &str) -> Result<Path, PathError> {
        if text == "." {
            return Ok(Path::scope());
        }
        segments(text).map(Path).map_err(|reason| PathError {
            path: text.to_owned(),
            reason,
        })
    }
}

fn segments(text: &str) -> Result<Vec<Segment>, String> {
    let mut segments = Vec::new();
    let mut rest = text;
    loop {
        let (segment, after) = if rest.starts_with('[') {
            bracket(rest)?
        } else {
            key(rest)?
        };
        segments.push(segment);
        rest = after;
        if rest.is_empty() {
            return Ok(segments);
        }
        if let Some(after) = rest.strip_prefix('.') {
            if after.starts_with('[') {
                return Err("there is no dot before a bracket".to_owned());
            }
            rest = after;
        } else if !rest.starts_with('[') {
            return Err("a dot or a bracket has to follow `]`".to_owned());
        }
    }
}

/// A key or `*`, and what follows it.
fn key(text: &str) -> Result<(Segment, &str), String> {
    let (name, rest) = text.split_at(text.find(['.', '[']).unwrap_or(text.len()));
    if name == "*" {
        return Ok((Segment::EachKey, rest));
    }
    if name.is_empty() {
        return Err("a key is missing".to_owned());
    }
    if !name.chars().all(is_plain) {
        return Err(format!("the key `{name}` has to be written [\"{name}\"]"));
    }
    Ok((Segment::Key(name.to_owned()), rest))
}

/// A bracket, and what follows it.
fn bracket(text: &str) -> Result<(Segment, &str), String> {
    for (written, segment) in [
        ("[]", Segment::EachItem),
        ("[first]", Segment::First),
        ("[last]", Segment::Last),
    ] {
        if let Some(rest) = text.strip_prefix(written) {
            return Ok((segment, rest));
        }
    }
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix('[').and_then(|t| t.strip_prefix(quote)) {
            let (name, rest) = inner
                .split_once(quote)
                .and_then(|(name, rest)| Some((name, rest.strip_prefix(']')?)))
                .ok_or("a bracket is not closed")?;
            return Ok((Segment::Key(name.to_owned()), rest));
        }
    }
    Err("a bracket holds nothing, `first`, `last`, or a key in quotes".to_owned())
}

/// Characters of a key that needs no brackets.
fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '$')
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str(".");
        }
        for (i, segment) in self.0.iter().enumerate() {
            let dot = if i > 0 { "." } else { "" };
            match segment {
                Segment::Key(name) if !name.is_empty() && name.chars().all(is_plain) => {
                    write!(f, "{dot}{name}")?;
                }
                Segment::Key(name) if name.contains('"') => write!(f, "['{name}']")?,
                Segment::Key(name) => write!(f, "[\"{name}\"]")?,
                Segment::EachKey => write!(f, "{dot}*")?,
                Segment::EachItem => f.write_str("[]")?,
                Segment::First => f.write_str("[first]")?,
                Segment::Last => f.write_str("[last]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Segment::{EachItem, EachKey, First, Last};
    use super::*;

    fn k(name: &str) -> Segment {
        Segment::Key(name.to_owned())
    }

    #[test]
    fn reads_every_form() {
        for (text, segments) in [
            (".", vec![]),
            ("status", vec![k("status")]),
            (
                "spec.rules[].http",
                vec![k("spec"), k("rules"), EachItem, k("http")],
            ),
            ("spec.limits.*", vec![k("spec"), k("limits"), EachKey]),
            ("*.name", vec![EachKey, k("name")]),
            (
                "metadata.annotations[\"a.b/c\"]",
                vec![k("metadata"), k("annotations"), k("a.b/c")],
            ),
            ("['a.b/c'].d", vec![k("a.b/c"), k("d")]),
            (
                "spec.patches[first].patch",
                vec![k("spec"), k("patches"), First, k("patch")],
            ),
            ("spec.patches[last]", vec![k("spec"), k("patches"), Last]),
            ("a[][]", vec![k("a"), EachItem, EachItem]),
            ("[].a", vec![EachItem, k("a")]),
            ("$patch", vec![k("$patch")]),
        ] {
            assert_eq!(text.parse(), Ok(Path(segments)), "{text}");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        for (text, reason) in [
            ("", "a key is missing"),
            ("a..b", "a key is missing"),
            ("a.", "a key is missing"),
            ("a.[]", "no dot before a bracket"),
            ("a[]b", "has to follow"),
            ("a[0]", "a bracket holds"),
            ("a[\"b", "not closed"),
            ("a[\"b\"", "not closed"),
            ("app.kubernetes.io/name", "[\"io/name\"]"),
            ("a b", "has to be written"),
            ("a.b*", "has to be written"),
        ] {
            let error = text.parse::<Path>().unwrap_err();
            assert!(error.to_string().contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn shares_up_to_the_last_common_item() {
        for (a, b, shared) in [
            ("spec.backend", "spec.defaultBackend", 0),
            ("spec.rules[].a", "spec.rules[].b.c", 3),
            ("spec.a[].b[].x.y", "spec.a[].b[].x.z", 5),
            ("spec.a[]", "spec.b[first]", 0),
            ("spec.a[]", "spec.a[]", 3),
            ("spec.*.a", "spec.*.b", 2),
        ] {
            let (a, b): (Path, Path) = (a.parse().unwrap(), b.parse().unwrap());
            assert_eq!(a.shared_items(&b), shared, "{a} {b}");
        }
    }

    fn segment() -> impl Strategy<Value = Segment> {
        prop_oneof![
            "[a-z$_-]{1,5}".prop_map(Segment::Key),
            "[a-z./ \"*\\[\\]]{1,6}".prop_map(Segment::Key),
            Just(EachItem),
            Just(EachKey),
            Just(First),
            Just(Last),
        ]
    }

    proptest! {
        #[test]
        fn reads_back_what_it_shows(segments in prop::collection::vec(segment(), 0..6)) {
            let path = Path(segments);
            prop_assert_eq!(path.to_string().parse(), Ok(path));
        }

        #[test]
        fn never_panics(text in "[a-z.*\\[\\]\"' ]{0,12}") {
            let _ = text.parse::<Path>();
        }
    }
}
