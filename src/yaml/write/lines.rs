//! Scalars that take the place of others, block scalars, and lines with a comment.

use std::ops::Range;

use super::rope::indent;
use super::{Result, Writer};
use crate::yaml::lines::{BLANK, WHITE};
use crate::yaml::model::Scalar;
use crate::yaml::region;
use crate::yaml::scalar::{self, Quotes};
use crate::yaml::style::scalar_text;
use crate::yaml::tree::{Content, NodeId, Style};

impl<'a> Writer<'a> {
    /// The comment behind the header of a block scalar, with the space before it.
    pub(super) fn header_comment(&self, id: NodeId) -> Option<Range<usize>> {
        let node = self.tree.node(id);
        let is_scalar = matches!(node.content, Content::Scalar { .. });
        let comment = region::comments_from(self.tree, node.span.start()).first()?;
        let inside = is_scalar && comment.span.end() <= node.span.end();
        let before = self.text[..comment.span.start()].trim_end_matches(BLANK);
        inside.then(|| before.len()..comment.span.end())
    }

    /// A new scalar in the place of one of this style.
    pub(super) fn scalar_like(&self, new: &Scalar, style: Style) -> Result<String> {
        let quotes = match style {
            Style::Single => Quotes::Single,
            Style::Double => Quotes::Double,
            _ => self.style.quotes,
        };
        let always = matches!(style, Style::Single | Style::Double);
        // Inside a flow collection more has to be quoted; harmless elsewhere.
        Ok(scalar_text(&new.text, new.kind, quotes, true, always))
    }

    /// A new text in the place of a literal block scalar, at the same column.
    pub(super) fn literal_like(&self, new: &Scalar, style: Style, id: NodeId) -> Option<String> {
        if !matches!(style, Style::Literal | Style::Folded) || new.kind != scalar::Kind::Str {
            return None;
        }
        let source = &self.text[self.tree.span(id).range()];
        let first = source
            .lines()
            .skip(1)
            .find(|line| !line.trim_matches(WHITE).is_empty())?;
        let column = first.len() - first.trim_start_matches(' ').len();
        let text = literal(&new.text, self.style.indent);
        // Where an indentation indicator is needed, the parent's column matters too.
        let header = text.lines().next()?;
        if !header.starts_with('|') || header.contains(|c: char| c.is_ascii_digit()) {
            return None;
        }
        Some(indent(&text, column.checked_sub(self.style.indent)?))
    }
}

/// The comments that a text begins with, up to what they stand above; empty without them.
pub(super) fn comment_lines(text: &str) -> Range<usize> {
    let start = text.len() - text.trim_start_matches(' ').len();
    let mut end = start;
    while text[end..].starts_with('#') {
        let line = text[end..].find('\n').map_or(text.len(), |i| end + i);
        end = text.len() - text[line..].trim_start_matches(WHITE).len();
    }
    if end == start || end == text.len() {
        0..0
    } else {
        start..end
    }
}

/// A value and a comment behind a key or dash.
pub(super) fn line_of(key: &str, value: &str, comment: &str) -> String {
    let space = if value.is_empty() { "" } else { " " };
    let comment = if value.is_empty() {
        spaced(comment)
    } else {
        comment.to_owned()
    };
    match block_scalar(value) {
        Some((header, lines)) => format!("{key}{space}{header}{comment}\n{lines}"),
        None => format!("{key}{space}{value}{comment}"),
    }
}

/// A comment with the space before it as it can stand behind a colon or dash: libyaml takes no tab there.
pub(super) fn spaced(comment: &str) -> String {
    match comment.trim_start_matches(WHITE) {
        text if comment.contains('\t') => format!(" {text}"),
        _ => comment.to_owned(),
    }
}

/// Header and lines of a value that is a block scalar.
pub(super) fn block_scalar(value: &str) -> Option<(&str, &str)> {
    let mut words = value.split(' ').filter(|w| !w.starts_with(['&', '!']));
    let is_block = words.next()?.starts_with(['|', '>']);
    value.split_once('\n').filter(|_| is_block)
}

/// A literal block scalar behind a key at column 0.
pub(super) fn literal(text: &str, step: usize) -> String {
    let printable = text
        .chars()
        .all(|c| matches!(c, '\n' | '\t') || !scalar::needs_escape(c));
    let body = text.trim_end_matches('\n');
    if !printable || body.is_empty() {
        return scalar::quoted(text, Quotes::Double);
    }
    let chomping = match text.len() - body.len() {
        0 => "-",
        1 => "",
        _ => "+",
    };
    // A first line that begins with a space would be taken for indentation.
    let first = text.lines().find(|l| !l.is_empty()).unwrap_or_default();
    let indicator = if first.starts_with([' ', '\t']) {
        step.to_string()
    } else {
        String::new()
    };
    let lines = if chomping == "+" {
        &text[..text.len() - 1]
    } else {
        body
    };
    let pad = " ".repeat(step);
    let lines: Vec<String> = lines
        .split('\n')
        .map(|l| {
            if l.is_empty() {
                String::new()
            } else {
                format!("{pad}{l}")
            }
        })
        .collect();
    format!("|{indicator}{chomping}\n{}", lines.join("\n"))
}
