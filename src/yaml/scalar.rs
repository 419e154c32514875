//! Scalars: which type Kubernetes' YAML readers give a text, and how a text must be written so
//! that they read it back.

/// The type of a scalar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Null,
    Bool,
    Int,
    Float,
    Str,
}

/// The type of a scalar with this text, as sigs.k8s.io/yaml decides it: YAML 1.1, in which a plain
/// `y`, `no` or `on` is a boolean and `0777` is octal.
pub(crate) fn kind(text: &str, plain: bool, tag: Option<&str>) -> Kind {
    match tag {
        Some("!!int") => return Kind::Int,
        Some("!!float") => return Kind::Float,
        Some("!!bool") => return Kind::Bool,
        Some("!!null") => return Kind::Null,
        Some(_) => return Kind::Str,
        None if !plain => return Kind::Str,
        None => {}
    }
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Kind::Null,
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" | "true" | "True" | "TRUE" | "n"
        | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" | "false" | "False" | "FALSE" => {
            Kind::Bool
        }
        _ if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) => {
            Kind::Str
        }
        _ if is_int(text) => Kind::Int,
        _ if is_float(text) => Kind::Float,
        _ => Kind::Str,
    }
}

fn is_int(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (digits, radix) = match digits.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&digits[2..], 16),
        [b'0', b'b' | b'B', ..] => (&digits[2..], 2),
        [b'0', b'o' | b'O', ..] => (&digits[2..], 8),
        [b'0', _, ..] => (&digits[1..], 8),
        _ => (digits, 10),
    };
    digits.starts_with(|c: char| c.is_digit(radix))
        && digits.chars().all(|c| c == '_' || c.is_digit(radix))
}

fn is_float(text: &str) -> bool {
    let rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(rest, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(i) => (&rest[..i], Some(&rest[i + 1..])),
        None => (rest, None),
    };
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent = exponent.map(|e| e.strip_prefix(['+', '-']).unwrap_or(e));
    digits(whole)
        && digits(fraction)
        && mantissa.bytes().any(|b| b.is_ascii_digit())
        && exponent.is_none_or(|e| !e.is_empty() && digits(e))
}

/// Whether a string may be written without quotes: it reads back as this very string under
/// YAML 1.1 and 1.2.
pub(crate) fn may_be_plain(text: &str, in_flow: bool) -> bool {
    kind(text, true, None) == Kind::Str
        && !looks_like_time(text)
        && !matches!(text, "=" | "<<")
        && is_plain(text, in_flow)
}

/// Whether a scalar can stand without quotes, whatever type it then has.
pub(crate) fn is_plain(text: &str, in_flow: bool) -> bool {
    let Some(first) = text.chars().next() else {
        return false;
    };
    let second_is_space = text.chars().nth(1).is_none_or(char::is_whitespace);
    let indicator = match first {
        '-' => second_is_space,
        '?' | ':' => second_is_space || in_flow,
        ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%'
        | '@' | '`' => true,
        _ => false,
    };
    !indicator
        && !text.starts_with("---")
        && !text.starts_with("...")
        && !text.starts_with(char::is_whitespace)
        && !text.ends_with(char::is_whitespace)
        && !text.ends_with(':')
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.chars().any(needs_escape)
        && !(in_flow && text.contains([',', '[', ']', '{', '}', ':']) && !is_plain_in_flow(text))
}

/// In a flow collection only a colon inside a word (`http://x`) is harmless.
fn is_plain_in_flow(text: &str) -> bool {
    !text.contains([',', '[', ']', '{', '}'])
        && text.char_indices().all(|(i, c)| {
            c != ':' || text[i + 1..].starts_with(|n: char| n.is_ascii_alphanumeric() || n == '/')
        })
}

/// Dates and base-60 numbers, which older readers take for something else than a string.
fn looks_like_time(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-'))
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || b"-:.+TtZz _".contains(&b))
        && text.bytes().any(|b| b == b'-' || b == b':')
}

/// What no YAML text may hold as it is, or what some readers take for a line break.
pub(crate) fn needs_escape(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{2028}' | '\u{2029}'
        )
}

/// The quotes that a document prefers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quotes {
    Single,
    Double,
}

/// A string between quotes.
pub(crate) fn quoted(text: &str, quotes: Quotes) -> String {
    if quotes == Quotes::Single && !text.chars().any(needs_escape) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Four hexadecimal digits are read by JSON too.
            c if needs_escape(c) => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_those_of_kubernetes_readers() {
        let of = |t| kind(t, true, None);
        for (text, want) in [
            ("80", Kind::Int),
            ("-1", Kind::Int),
            ("0777", Kind::Int),
            ("0x1F", Kind::Int),
            ("1_000", Kind::Int),
            ("08", Kind::Float),
            ("1.10", Kind::Float),
            ("1e3", Kind::Float),
            (".5", Kind::Float),
            ("-.inf", Kind::Float),
            ("y", Kind::Bool),
            ("off", Kind::Bool),
            ("True", Kind::Bool),
            ("~", Kind::Null),
            ("", Kind::Null),
            ("100m", Kind::Str),
            ("1.2.3", Kind::Str),
            ("-", Kind::Str),
            ("tRuE", Kind::Str),
            (".", Kind::Str),
            ("25%", Kind::Str),
        ] {
            assert_eq!(of(text), want, "{text}");
        }
        assert_eq!(kind("80", false, None), Kind::Str);
        assert_eq!(kind("80", true, Some("!!str")), Kind::Str);
    }

    #[test]
    fn plain_only_where_it_reads_back() {
        for text in [
            "http",
            "apps/v1",
            "a:b",
            "IfNotPresent",
            "-x",
            "${VAR}",
            "25%",
            "/healthz",
        ] {
            assert!(may_be_plain(text, false), "{text}");
        }
        for text in [
            "",
            "80",
            "no",
            "a: b",
            "a #b",
            "- x",
            "*x",
            "2020-01-01",
            "1:30",
            " x",
            "x ",
            "x:",
            "a\nb",
            "@x",
            "---",
            "=",
            "<<",
        ] {
            assert!(!may_be_plain(text, false), "{text}");
        }
        assert!(!may_be_plain("a,b", true));
        assert!(!may_be_plain("${VAR}", true));
        assert!(may_be_plain("http://x", true));
    }
}
