//! The parser behind a small adapter: events with byte offsets.
//!
//! yaml-rust2 says where a token begins as line and column in characters. Its byte index is wrong
//! after block scalars that are not ASCII, so it is not used.

use std::collections::BTreeSet;
use std::ops::Range;
use std::str::Chars;

use yaml_rust2::parser::{Event, Parser};
use yaml_rust2::scanner::{Marker, ScanError, TScalarStyle};

use super::error::ParseError;
use super::parse::quoted_end;
use super::region::line_start;
use super::tree::Style;

/// What comes next in a document.
#[derive(Debug)]
pub(crate) enum Next {
    Scalar {
        text: String,
        style: Style,
        properties: Properties,
    },
    Alias,
    SequenceStart {
        properties: Properties,
    },
    MappingStart {
        properties: Properties,
    },
    End,
    /// The end of the document.
    Nothing,
}

/// Whether an anchor or a tag stands before a node. What they say is read from the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Properties {
    pub anchor: bool,
    pub tag: bool,
}

pub(crate) struct Events<'s> {
    parser: Parser<Shown<'s>>,
    text: &'s str,
    outdented: &'s BTreeSet<usize>,
    /// The last position that was converted; the next one is near it. Starting over each time would
    /// be quadratic on a file of one long line.
    line: usize,
    column: usize,
    byte: usize,
}

/// The text as the parser is shown it: outdented lines are moved to the right.
struct Shown<'s> {
    chars: Chars<'s>,
    outdented: &'s BTreeSet<usize>,
    line: usize,
    pad: usize,
}

/// How far to the right.
const PAD: usize = 256;

impl<'s> Shown<'s> {
    fn new(text: &'s str, outdented: &'s BTreeSet<usize>) -> Shown<'s> {
        let mut shown = Shown {
            chars: text.chars(),
            outdented,
            line: 0,
            pad: 0,
        };
        shown.begin_line();
        shown
    }

    fn begin_line(&mut self) {
        self.line += 1;
        if self.outdented.contains(&self.line) {
            self.pad = PAD;
        }
    }
}

impl Iterator for Shown<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        if self.pad > 0 {
            self.pad -= 1;
            return Some(' ');
        }
        let next = self.chars.next();
        if next == Some('\n') {
            self.begin_line();
        }
        next
    }
}

impl<'s> Events<'s> {
    /// `outdented` are lines, from 1, inside flow collections or quoted scalars, whose indentation
    /// the parser would not accept.
    pub fn new(text: &'s str, outdented: &'s BTreeSet<usize>) -> Events<'s> {
        Events {
            parser: Parser::new(Shown::new(text, outdented)),
            text,
            outdented,
            line: 1,
            column: 0,
            byte: 0,
        }
    }

    /// The next event, and for the start of a collection the byte its mark points at.
    pub fn next(&mut self) -> Result<(Next, usize), ParseError> {
        loop {
            let (event, mark) = self
                .parser
                .next_token()
                .map_err(|e| scan_error(&e, self.outdented))?;
            let next = match event {
                Event::Nothing | Event::StreamStart | Event::DocumentStart => continue,
                Event::DocumentEnd | Event::StreamEnd => Next::Nothing,
                Event::Alias(_) => Next::Alias,
                Event::Scalar(text, style, anchor, tag) => {
                    let properties = Properties {
                        anchor: anchor > 0,
                        tag: tag.is_some(),
                    };
                    Next::Scalar {
                        style: scalar_style(style, &text),
                        text,
                        properties,
                    }
                }
                Event::SequenceStart(anchor, tag) => Next::SequenceStart {
                    properties: Properties {
                        anchor: anchor > 0,
                        tag: tag.is_some(),
                    },
                },
                Event::MappingStart(anchor, tag) => Next::MappingStart {
                    properties: Properties {
                        anchor: anchor > 0,
                        tag: tag.is_some(),
                    },
                },
                Event::SequenceEnd | Event::MappingEnd => Next::End,
            };
            let at = match next {
                Next::SequenceStart { .. } | Next::MappingStart { .. } => self.offset(mark),
                _ => 0,
            };
            return Ok((next, at));
        }
    }

    /// Whether nothing follows the document that was read.
    pub fn at_end(&mut self) -> Result<bool, ParseError> {
        loop {
            match self
                .parser
                .next_token()
                .map_err(|e| scan_error(&e, self.outdented))?
                .0
            {
                Event::DocumentEnd | Event::Nothing => {}
                Event::StreamEnd => return Ok(true),
                _ => return Ok(false),
            }
        }
    }

    /// The byte of a mark. Marks may point back a little: that of a block mapping stands behind its
    /// first key.
    fn offset(&mut self, mark: Marker) -> usize {
        let bytes = self.text.as_bytes();
        let wanted = column(&mark, self.outdented);
        while self.line > mark.line() {
            let line = line_start(self.text, self.byte);
            self.byte = line_start(self.text, line.saturating_sub(1));
            self.line -= 1;
            self.column = 0;
        }
        while self.line < mark.line() {
            match memchr::memchr(b'\n', &bytes[self.byte..]) {
                Some(i) => self.byte += i + 1,
                None => return self.text.len(),
            }
            self.line += 1;
            self.column = 0;
        }
        while self.column > wanted {
            self.byte -= 1;
            if self.text.is_char_boundary(self.byte) {
                self.column -= 1;
            }
        }
        let mut rest = self.text[self.byte..].chars();
        while self.column < wanted {
            match rest.next() {
                Some(c) => self.byte += c.len_utf8(),
                None => break,
            }
            self.column += 1;
        }
        self.byte
    }
}

/// The lines that an error is about, when it is only that they stand left of the block around
/// their flow collection or quoted scalar. Kubernetes' readers take them, as in
///
/// ```yaml
/// args: [
///   "--verbose"
/// ]
/// ```
pub(crate) fn outdented_lines(text: &str, error: &ParseError) -> Range<usize> {
    match error.message.as_str() {
        "invalid indentation" | "invalid indentation in flow construct" => {
            error.line..error.line + 1
        }
        // The error is where the scalar begins.
        "invalid indentation in quoted scalar" => {
            let line = text
                .split_inclusive('\n')
                .take(error.line - 1)
                .map(str::len)
                .sum::<usize>();
            let start = text[line..]
                .chars()
                .take(error.column - 1)
                .map(char::len_utf8)
                .sum::<usize>();
            let end = quoted_end(text, line + start).unwrap_or(line);
            let breaks = memchr::memchr_iter(b'\n', &text.as_bytes()[line..end.max(line)]).count();
            error.line + 1..error.line + 1 + breaks
        }
        _ => 0..0,
    }
}

fn scalar_style(style: TScalarStyle, text: &str) -> Style {
    match style {
        TScalarStyle::Plain if text.is_empty() => Style::Empty,
        TScalarStyle::Plain => Style::Plain,
        TScalarStyle::SingleQuoted => Style::Single,
        TScalarStyle::DoubleQuoted => Style::Double,
        TScalarStyle::Literal => Style::Literal,
        TScalarStyle::Folded => Style::Folded,
    }
}

/// The column of a mark, from 0, in characters.
fn column(mark: &Marker, outdented: &BTreeSet<usize>) -> usize {
    let pad = if outdented.contains(&mark.line()) {
        PAD
    } else {
        0
    };
    mark.col().saturating_sub(pad)
}

fn scan_error(error: &ScanError, outdented: &BTreeSet<usize>) -> ParseError {
    let mark = error.marker();
    ParseError {
        line: mark.line(),
        column: column(mark, outdented) + 1,
        message: error.info().to_owned(),
    }
}
