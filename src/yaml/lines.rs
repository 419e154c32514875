//! Lines of a text, and its white space. What else Unicode takes for a line break or for white space
//! is text in YAML.

/// What may stand between two tokens.
pub(crate) const WHITE: [char; 4] = [' ', '\t', '\r', '\n'];

/// White space within a line.
pub(crate) const BLANK: [char; 2] = [' ', '\t'];

/// The end of the line that `at` is on, before `\n` or `\r\n`.
pub(crate) fn line_end(text: &str, at: usize) -> usize {
    let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |i| at + i);
    if end > at && text.as_bytes()[end - 1] == b'\r' {
        end - 1
    } else {
        end
    }
}

/// The start of the line after the one that `at` is on.
pub(crate) fn next_line(text: &str, at: usize) -> Option<usize> {
    memchr::memchr(b'\n', &text.as_bytes()[at..])
        .map(|i| at + i + 1)
        .filter(|&start| start < text.len())
}

/// Line and column from 1, the column in characters.
pub(crate) fn line_column(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let line = before.rfind('\n').map_or(0, |i| i + 1);
    (
        memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1,
        before[line..].chars().count() + 1,
    )
}
