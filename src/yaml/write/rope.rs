//! The output while it is put together: pieces of the source that stay, and new text between them.

use std::ops::Range;

use crate::yaml::error::Refusal;

/// One piece of the output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// These bytes of the source.
    Keep(Range<usize>),
    /// Text with `\n` line ends; they become those of the neighbouring lines at last.
    New(String),
}

/// Pieces in the order of the output.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rope(pub Vec<Piece>);

impl Rope {
    pub fn keep(&mut self, range: Range<usize>) {
        if range.start >= range.end {
            return;
        }
        match self.0.last_mut() {
            Some(Piece::Keep(last)) if last.end == range.start => last.end = range.end,
            _ => self.0.push(Piece::Keep(range)),
        }
    }

    pub fn new_text(&mut self, text: impl Into<String>) {
        let text = text.into();
        match self.0.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::New(last)) => last.push_str(&text),
            _ => self.0.push(Piece::New(text)),
        }
    }

    pub fn append(&mut self, other: Rope) {
        for piece in other.0 {
            match piece {
                Piece::Keep(range) => self.keep(range),
                Piece::New(text) => self.new_text(text),
            }
        }
    }

    /// The first bytes, and the rest.
    pub fn split_at(self, mut at: usize) -> (Rope, Rope) {
        let (mut first, mut rest) = (Rope::default(), Rope::default());
        for piece in self.0 {
            let size = match &piece {
                Piece::Keep(range) => range.len(),
                Piece::New(text) => text.len(),
            };
            let taken = size.min(at);
            at -= taken;
            match piece {
                Piece::Keep(range) => {
                    first.keep(range.start..range.start + taken);
                    rest.keep(range.start + taken..range.end);
                }
                Piece::New(text) => {
                    first.new_text(&text[..taken]);
                    rest.new_text(&text[taken..]);
                }
            }
        }
        (first, rest)
    }

    /// Whether this is nothing but one stretch of source.
    pub fn is_kept(&self, range: &Range<usize>) -> bool {
        match self.0.as_slice() {
            [] => range.is_empty(),
            [Piece::Keep(kept)] => kept == range,
            _ => false,
        }
    }
}

/// Shifts all lines but the first to the right. Empty lines stay empty.
pub(crate) fn indent(text: &str, columns: usize) -> String {
    if columns == 0 || !text.contains('\n') {
        return text.to_owned();
    }
    let pad = " ".repeat(columns);
    let mut out = String::with_capacity(text.len() + 16 * columns);
    for (i, line) in text.split('\n').enumerate() {
        if i > 0 {
            out.push('\n');
            if !line.is_empty() {
                out.push_str(&pad);
            }
        }
        out.push_str(line);
    }
    out
}

/// Shifts all lines but the first to the left. A comment, or a line of a flow collection or quoted
/// scalar, that stands left of the columns comes to stand at the first one.
///
/// # Errors
/// A line whose indentation has a tab within the columns.
pub(crate) fn dedent(text: &str, columns: usize) -> Result<String, Refusal> {
    if columns == 0 || !text.contains('\n') {
        return Ok(text.to_owned());
    }
    let mut out = String::with_capacity(text.len());
    for (i, line) in text.split('\n').enumerate() {
        if i == 0 {
            out.push_str(line);
            continue;
        }
        out.push('\n');
        let spaces = line.len() - line.trim_start_matches(' ').len();
        if spaces >= columns {
            out.push_str(&line[columns..]);
        } else if line[spaces..].starts_with('\t') {
            return Err(Refusal::Tabs);
        } else {
            out.push_str(&line[spaces..]);
        }
    }
    Ok(out)
}
