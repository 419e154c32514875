//! The parser behind a small adapter: events with byte offsets.
//!
//! yaml-rust2 says where a token begins as line and column in characters. Its byte index is wrong
//! after block scalars that are not ASCII, so it is not used.

use std::str::Chars;

use yaml_rust2::parser::{Event, Parser};
use yaml_rust2::scanner::{Marker, ScanError, TScalarStyle};

use super::error::ParseError;
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
    parser: Parser<Chars<'s>>,
    text: &'s str,
    /// The last position that was converted: marks come in order, so each conversion goes on here.
    /// Starting over each time would be quadratic on a file of one long line.
    line: usize,
    column: usize,
    byte: usize,
}

impl<'s> Events<'s> {
    pub fn new(text: &'s str) -> Events<'s> {
        Events {
            parser: Parser::new(text.chars()),
            text,
            line: 1,
            column: 0,
            byte: 0,
        }
    }

    /// The next event, and the byte its mark points at.
    pub fn next(&mut self) -> Result<(Next, usize), ParseError> {
        loop {
            let (event, mark) = self.parser.next_token().map_err(|e| scan_error(&e))?;
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
            return Ok((next, self.offset(mark)));
        }
    }

    /// Whether nothing follows the document that was read.
    pub fn at_end(&mut self) -> Result<bool, ParseError> {
        loop {
            match self.parser.next_token().map_err(|e| scan_error(&e))?.0 {
                Event::DocumentEnd | Event::Nothing => {}
                Event::StreamEnd => return Ok(true),
                _ => return Ok(false),
            }
        }
    }

    fn offset(&mut self, mark: Marker) -> usize {
        let bytes = self.text.as_bytes();
        if (mark.line(), mark.col()) < (self.line, self.column) {
            // Marks of empty nodes may point back a little; they are not used for anything.
            return self.byte;
        }
        while self.line < mark.line() {
            match memchr::memchr(b'\n', &bytes[self.byte..]) {
                Some(i) => self.byte += i + 1,
                None => return self.text.len(),
            }
            self.line += 1;
            self.column = 0;
        }
        let mut rest = self.text[self.byte..].chars();
        while self.column < mark.col() {
            match rest.next() {
                Some(c) => self.byte += c.len_utf8(),
                None => break,
            }
            self.column += 1;
        }
        self.byte
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

fn scan_error(error: &ScanError) -> ParseError {
    let mark = error.marker();
    ParseError {
        line: mark.line(),
        column: mark.col() + 1,
        message: error.info().to_owned(),
    }
}
