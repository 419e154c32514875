//! Where scalars end, which the parser does not say.

use super::{Builder, Result};
use crate::yaml::lines::{BLANK, next_line};
use crate::yaml::tree::{Comment, Span, Style};

impl Builder<'_, '_> {
    pub(super) fn scalar(&mut self, value: &mut String, style: Style) -> Result<Span> {
        let start = self.at;
        let end = match style {
            Style::Empty => start,
            Style::Plain => self.plain_end(value)?,
            Style::Single | Style::Double => {
                quoted_end(self.text, start).ok_or_else(|| self.unexpected())?
            }
            Style::Literal | Style::Folded => self.block_scalar_end(value)?,
        };
        self.at = end;
        Ok(Span::new(start, end))
    }

    /// A plain scalar ends where its value is used up; line breaks in it are folded.
    pub(super) fn plain_end(&self, value: &str) -> Result<usize> {
        let rest = &self.text[self.at..];
        if rest.starts_with(value) && !value.contains('\n') {
            return Ok(self.at + value.len());
        }
        let mut source = self.at;
        let mut value = value;
        while let Some(wanted) = value.chars().next() {
            let rest = &self.text[source..];
            let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
            let breaks = memchr::memchr_iter(b'\n', &rest.as_bytes()[..blank]).count();
            if breaks > 0 {
                let folded = if breaks == 1 {
                    " ".to_owned()
                } else {
                    "\n".repeat(breaks - 1)
                };
                value = value
                    .strip_prefix(folded.as_str())
                    .ok_or_else(|| self.unexpected())?;
                source += blank;
            } else if rest.starts_with(wanted) {
                value = &value[wanted.len_utf8()..];
                source += wanted.len_utf8();
            } else {
                return Err(self.unexpected());
            }
        }
        Ok(source)
    }

    /// Corrects the value where yaml-rust2 sees line breaks at the end of the text that are not
    /// there; libyaml, and with it Kubernetes' readers, do not.
    pub(super) fn block_scalar_end(&mut self, value: &mut String) -> Result<usize> {
        if !matches!(self.byte(), Some(b'|' | b'>')) {
            return Err(self.unexpected());
        }
        let bytes = self.text.as_bytes();
        let mut header = self.at + 1;
        let (mut keep, mut explicit) = (false, None);
        while let Some(byte) = bytes.get(header) {
            match byte {
                b'+' => keep = true,
                b'-' => {}
                b'1'..=b'9' => explicit = Some(usize::from(byte - b'0')),
                _ => break,
            }
            header += 1;
        }
        // Without content of its own, the first line that is not blank belongs to what follows.
        let only_breaks = value.bytes().all(|b| b == b'\n');
        if only_breaks && !keep {
            value.clear();
            return Ok(header);
        }
        // The header line may carry a comment.
        self.at = header;
        let first = self.line_end(header);
        while self.at < first && matches!(self.byte(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
        let comment = (self.byte() == Some(b'#')).then_some(self.at);
        // Detected from the first line that is not blank, unless the header says it.
        let mut indent = explicit.map(|n| if self.depth == 0 { n } else { self.column + n });
        let mut end = header;
        let mut blank_end = header;
        let mut line = next_line(self.text, first);
        while let Some(start) = line {
            let stop = self.line_end(start);
            let content = &self.text[start..stop].trim_end_matches('\r');
            let spaces = content.len() - content.trim_start_matches(' ').len();
            let blank = spaces == content.len() && indent.is_none_or(|n| spaces <= n);
            if blank {
                blank_end = stop;
            } else if !only_breaks && spaces >= *indent.get_or_insert(spaces) {
                (end, blank_end) = (stop, stop);
            } else {
                break;
            }
            line = next_line(self.text, stop);
        }
        if keep {
            end = blank_end;
        }
        if let Some(at) = comment.filter(|_| end > first) {
            self.tree.comments.push(Comment {
                span: Span::new(at, at + self.text[at..first].trim_end_matches(BLANK).len()),
                own_line: false,
            });
        }
        let unfinished = end == self.text.len();
        if only_breaks {
            let breaks = memchr::memchr_iter(b'\n', &bytes[header..end]).count();
            *value = "\n".repeat(breaks.saturating_sub(usize::from(unfinished)));
        } else if unfinished && value.ends_with('\n') {
            value.pop();
        }
        let end = end - usize::from(bytes[end - 1] == b'\r');
        Ok(end)
    }
}

/// The end of the quoted scalar that begins at `at`, behind its closing quote.
pub(in crate::yaml) fn quoted_end(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let quote = *bytes.get(at).filter(|b| matches!(b, b'"' | b'\''))?;
    let escape = if quote == b'"' { b'\\' } else { b'\'' };
    let mut end = at + 1;
    loop {
        end += memchr::memchr2(quote, escape, bytes.get(end..)?)?;
        // A backslash escapes what follows it, a single quote only another one.
        let escaped =
            bytes[end] == escape && (escape != quote || bytes.get(end + 1) == Some(&quote));
        if !escaped {
            return Some(end + 1);
        }
        end += 2;
    }
}
