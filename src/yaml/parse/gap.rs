//! What stands between two nodes: white space, comments, indicators, tags and anchors.

use super::{Builder, Name, Result};
use crate::yaml::events::Properties;
use crate::yaml::lines::{BLANK, WHITE, line_end};
use crate::yaml::tree::{Comment, Span};

impl Builder<'_, '_> {
    pub(super) fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn is_space(&self, at: usize) -> bool {
        self.text
            .as_bytes()
            .get(at)
            .is_none_or(|b| b" \t\r\n".contains(b))
    }

    pub(super) fn is_line_start(&self, at: usize) -> bool {
        at == 0 || self.text.as_bytes()[at - 1] == b'\n'
    }

    /// The end of the line that `at` is on, before its line break.
    pub(super) fn line_end(&self, at: usize) -> usize {
        line_end(self.text, at)
    }

    /// Skips white space and comments.
    pub(super) fn skip_gap(&mut self) {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                b'#' if self.at == 0 || b" \t\n".contains(&bytes[self.at - 1]) => {
                    let end = self.line_end(self.at);
                    let text = self.text[self.at..end].trim_end_matches(BLANK);
                    let line = self.text[..self.at].rfind('\n').map_or(0, |i| i + 1);
                    let own_line = self.text[line..self.at]
                        .bytes()
                        .all(|b| b == b' ' || b == b'\t');
                    self.tree.comments.push(Comment {
                        span: Span::new(self.at, self.at + text.len()),
                        own_line,
                    });
                    self.at = end;
                }
                _ => break,
            }
        }
    }

    /// Consumes an indicator, if it is what comes next.
    pub(super) fn indicator(&mut self, byte: u8) -> Option<u32> {
        self.skip_gap();
        let found = self.byte() == Some(byte);
        found.then(|| {
            self.at += 1;
            (self.at - 1) as u32
        })
    }

    /// Anchor and tag, in either order.
    pub(super) fn properties(&mut self, expected: Properties) -> Result<(Name, Name)> {
        let (mut tag, mut anchor) = (None, None);
        while (expected.tag && tag.is_none()) || (expected.anchor && anchor.is_none()) {
            self.skip_gap();
            match self.byte() {
                Some(b'&') if expected.anchor && anchor.is_none() => {
                    let span = self.word(b'&')?;
                    anchor = Some(Span::new(span.start() + 1, span.end()));
                }
                Some(b'!') if expected.tag && tag.is_none() => {
                    tag = Some(self.word(b'!')?);
                }
                _ => return Err(self.unexpected()),
            }
        }
        Ok((tag, anchor))
    }

    /// An anchor, a tag or an alias.
    pub(super) fn word(&mut self, first: u8) -> Result<Span> {
        self.skip_gap();
        if self.byte() != Some(first) {
            return Err(self.unexpected());
        }
        let rest = &self.text[self.at..];
        let end = if rest.starts_with("!<") {
            rest.find('>').map_or(rest.len(), |i| i + 1)
        } else {
            let stop = |c: char| WHITE.contains(&c) || (self.in_flow && ",[]{}".contains(c));
            rest.find(stop).unwrap_or(rest.len())
        };
        let span = Span::new(self.at, self.at + end);
        // YAML 1.2 takes the colon into the name; Kubernetes' reader ends the name before it.
        if first != b'!' && rest[..end].ends_with(':') {
            let message = "readers do not agree whether the colon belongs to this name: put a space before it";
            return Err(self.error(self.at, message));
        }
        self.at += end;
        Ok(span)
    }

    pub(super) fn colon_follows(&self) -> bool {
        let mut rest = self.text[self.at..].trim_start_matches(WHITE);
        while rest.starts_with('#') {
            rest = rest
                .find('\n')
                .map_or("", |i| rest[i..].trim_start_matches(WHITE));
        }
        rest.starts_with(':')
    }

    pub(super) fn column_of(&self, at: usize) -> usize {
        at - self.text[..at].rfind('\n').map_or(0, |i| i + 1)
    }
}
