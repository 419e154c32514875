//! What two other parsers make of a text: libyaml, whose readings Kubernetes' tools follow, and
//! granit, which knows where everything stands.

use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle};
use refit::yaml::{Kind, Node};
use serde::Deserialize;
use serde_yaml::Value;

/// libyaml's reading of one document; `None` where it does not read it.
pub fn read(text: &str) -> Option<Value> {
    serde_yaml::from_str(text).ok()
}

/// libyaml's reading of all documents of a file.
pub fn read_all(text: &str) -> Option<Vec<Value>> {
    serde_yaml::Deserializer::from_str(text)
        .map(|d| Value::deserialize(d).ok())
        .collect()
}

/// Equal values with the same order of keys.
pub fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Mapping(a), Value::Mapping(b)) => {
            a.len() == b.len()
                && a.iter()
                    .zip(b)
                    .all(|((k, v), (l, w))| same_key(k, l) && equal(v, w))
        }
        (Value::Sequence(a), Value::Sequence(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Value::Tagged(a), Value::Tagged(b)) => a.tag == b.tag && equal(&a.value, &b.value),
        // Not a number is not equal to itself.
        (Value::Number(a), Value::Number(b)) => a.to_string() == b.to_string(),
        _ => a == b,
    }
}

/// Kubernetes has no keys but strings, and JSON has no others.
fn same_key(a: &Value, b: &Value) -> bool {
    a.is_string() != b.is_string() || equal(a, b)
}

/// A scalar as granit sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    pub text: String,
    pub range: Range<usize>,
    /// Line from 1, column in characters from 1.
    pub place: (usize, usize),
    pub block: bool,
    /// Nothing stands there.
    pub empty: bool,
}

/// granit's reading of one document: its scalars and comments in the order of the text, without
/// aliases.
#[derive(Debug, Default)]
pub struct Spans {
    pub scalars: Vec<Seen>,
    pub comments: Vec<Range<usize>>,
}

/// granit's reading; `None` where it does not read it.
pub fn spans(text: &str) -> Option<Spans> {
    let mut spans = Spans::default();
    let options = granit_parser::options! { max_buffered_comment_events: 100_000, block_scalar_eof_without_line_feed: true };
    for next in Parser::new_from_str_with_options(text, options) {
        let (event, span) = next.ok()?;
        match event {
            Event::Comment(..) => spans.comments.push(span.byte_range()?),
            Event::Scalar(text, style, _, _) => {
                let range = span.byte_range()?;
                spans.scalars.push(Seen {
                    text: text.into_owned(),
                    empty: range.is_empty() && style == ScalarStyle::Plain,
                    range,
                    place: (span.start.line(), span.start.col() + 1),
                    block: matches!(style, ScalarStyle::Literal | ScalarStyle::Folded),
                });
            }
            _ => {}
        }
    }
    spans.comments.sort_by_key(|r| r.start);
    spans.scalars.sort_by_key(|s| s.range.start);
    Some(spans)
}

/// The comments of a text, from the `#` on, in its order.
pub fn comments(text: &str) -> Option<Vec<String>> {
    // An end of line belongs to no comment.
    let text_of = |range: Range<usize>| text[range].trim_end_matches('\r').to_owned();
    Some(spans(text)?.comments.into_iter().map(text_of).collect())
}

/// Whether refit reads what libyaml reads. Types that YAML 1.1 (refit and sigs.k8s.io/yaml) and
/// 1.2 (libyaml's user serde) disagree on are compared as text.
pub fn same_reading(node: &Node, value: &Value, path: &str) -> Result<(), String> {
    let differs = || {
        Err(format!(
            "at `{path}`: refit reads {:?}, libyaml {value:?}",
            node.resolved()
        ))
    };
    match value {
        Value::Mapping(map) => {
            if !node.is_mapping() || node.entries().len() != map.len() {
                return differs();
            }
            for (entry, (key, value)) in node.entries().iter().zip(map) {
                match (entry.key(), key) {
                    (Some(a), Value::String(b)) if a != b => return differs(),
                    _ => same_reading(
                        entry.value(),
                        value,
                        &format!("{path}.{}", entry.key().unwrap_or("?")),
                    )?,
                }
            }
            Ok(())
        }
        Value::Sequence(items) => {
            if !node.is_sequence() || node.items().len() != items.len() {
                return differs();
            }
            for (n, (item, value)) in node.items().iter().zip(items).enumerate() {
                same_reading(item.value(), value, &format!("{path}[{n}]"))?;
            }
            Ok(())
        }
        Value::Tagged(tagged) => {
            let ours = node.resolved().as_scalar().map(|s| s.tag.as_deref());
            let tag = tagged.tag.to_string();
            match ours {
                Some(ours)
                    if !ours.is_some_and(|t| {
                        t == tag || t == format!("!<{}>", tag.trim_start_matches('!'))
                    }) =>
                {
                    differs()
                }
                Some(_) => Ok(()),
                None => same_reading(node, &tagged.value, path),
            }
        }
        _ => {
            let Some(scalar) = node.as_scalar() else {
                return differs();
            };
            let text = scalar.text.as_str();
            let same = match value {
                Value::Null => scalar.kind == Kind::Null,
                Value::Bool(b) => {
                    scalar.kind == Kind::Bool && text.eq_ignore_ascii_case(&b.to_string())
                }
                Value::Number(n) => {
                    matches!(scalar.kind, Kind::Int | Kind::Float) && same_number(text, n)
                }
                Value::String(s) => text == s && (scalar.kind == Kind::Str || only_in_1_1(text)),
                _ => false,
            };
            if same { Ok(()) } else { differs() }
        }
    }
}

fn same_number(text: &str, number: &serde_yaml::Number) -> bool {
    let digits = text.trim_start_matches(['+', '-']);
    match digits.get(..2) {
        Some("0x" | "0o" | "0b") => true,
        _ => match (
            text.replace(".inf", "inf")
                .replace(".NaN", "nan")
                .replace('_', "")
                .parse::<f64>(),
            number.as_f64(),
        ) {
            (Ok(a), Some(b)) => a == b || (a.is_nan() && b.is_nan()),
            _ => false,
        },
    }
}

/// A string for YAML 1.2, and something else for YAML 1.1.
fn only_in_1_1(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']);
    matches!(
        text.to_ascii_lowercase().as_str(),
        "y" | "n" | "yes" | "no" | "on" | "off"
    ) || digits.starts_with('0')
        || digits.contains('_')
        || (digits.len() > 18 && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// Whether a person would take the result for written by hand. Each rule forgives what the text
/// had before.
pub fn looks(before: &str, after: &str) -> Result<(), String> {
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let (old, new) = (lines(before), lines(after));
    // Blank lines may be content of block scalars.
    let content = old.iter().any(|l| l.trim().is_empty() && !l.is_empty());
    let blanks = |lines: &[String]| {
        let runs = lines.split(|l| !l.trim().is_empty()).map(<[String]>::len);
        runs.max().unwrap_or(0)
    };
    if blanks(&new) > blanks(&old).max(1) && !content {
        return Err("looks: several blank lines in a row".into());
    }
    let trailing = |lines: &[String]| {
        let blank = |l: &&String| l.ends_with([' ', '\t']);
        let mut found: Vec<String> = lines
            .iter()
            .filter(blank)
            .map(|l| l.trim_start().to_owned())
            .collect();
        found.sort();
        found
    };
    let (had, has) = (trailing(&old), trailing(&new));
    if let Some(line) = has
        .iter()
        .find(|l| !had.contains(l))
        .filter(|_| has.len() > had.len())
    {
        return Err(format!("looks: white space at the end of a line: {line:?}"));
    }
    let edge = |line: Option<&String>| line.is_some_and(|l| l.trim().is_empty());
    if edge(new.first()) && !edge(old.first()) {
        return Err("looks: a blank line at the start".into());
    }
    // Blank lines at the end of a scalar that keeps them are content.
    let keeps = old
        .iter()
        .any(|l| l.contains("|+") || l.contains(">+") || l.ends_with('+'));
    if edge(new.last()) && !edge(old.last()) && !keeps && !content {
        return Err("looks: a blank line at the end".into());
    }
    let (Some(had), Some(has)) = (placed(before), placed(after)) else {
        return Ok(());
    };
    for comment in &has {
        // Only of a comment that is there once can be said where it was.
        let mut same = had.iter().filter(|c| c.text == comment.text);
        let (Some(was), None) = (same.next(), same.next()) else {
            continue;
        };
        if comment.behind_dash && !was.behind_dash {
            return Err(format!("looks: {} stands behind a dash", comment.text));
        }
        if comment.own_line != was.own_line {
            return Err(format!("looks: {} left its line", comment.text));
        }
        // A comment that stays while its key goes may come to stand in a heading below it.
        let joins = comment.last != comment.text
            && had
                .iter()
                .any(|c| c.text == comment.last && c.own_line && !c.aligned);
        if was.aligned && !comment.aligned && !joins {
            return Err(format!(
                "looks: {} does not stand above its key",
                comment.text
            ));
        }
    }
    Ok(())
}

struct Placed<'t> {
    text: &'t str,
    own_line: bool,
    /// Nothing but dashes before it.
    behind_dash: bool,
    /// The next line that is no comment begins at its column.
    aligned: bool,
    /// The last comment of its block.
    last: &'t str,
}

fn placed(text: &str) -> Option<Vec<Placed<'_>>> {
    let comments = spans(text)?.comments;
    let is_comment = |at: usize| comments.binary_search_by_key(&at, |c| c.start).is_ok();
    let placed = comments.iter().map(|range| {
        let line = text[..range.start].rfind('\n').map_or(0, |i| i + 1);
        let before = &text[line..range.start];
        let own_line = before.trim().is_empty();
        let text_of = |at: usize| text[at..].lines().next().unwrap_or_default();
        let mut last = text_of(range.start);
        let mut at = line + text[line..].find('\n').map_or(text.len() - line, |i| i + 1);
        let aligned = loop {
            let rest = &text[at..];
            let indent = rest.len() - rest.trim_start_matches(' ').len();
            if !is_comment(at + indent) {
                break own_line
                    && indent == before.len()
                    && !rest.trim_start().is_empty()
                    && !rest[indent..].starts_with(['\r', '\n']);
            }
            last = text_of(at + indent);
            at += rest.find('\n').map_or(rest.len(), |i| i + 1);
        };
        Placed {
            text: text[range.clone()].trim_end_matches('\r'),
            own_line,
            behind_dash: !own_line && before.bytes().all(|b| matches!(b, b' ' | b'-')),
            aligned,
            last,
        }
    });
    Some(placed.collect())
}
