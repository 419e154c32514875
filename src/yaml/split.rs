//! Cutting a file into documents, by text alone, so that a broken one hides nothing.

use std::ops::Range;

/// One document of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Its bytes, from its `---` line to the end of the line before the next one. A byte order mark
    /// belongs to no chunk.
    pub range: Range<usize>,
    /// The line of the file it begins on, from 1.
    pub first_line: usize,
}

/// Cuts a file into its documents: at lines that begin with `---`, after lines that begin with
/// `...` (both followed by white space), and between concatenated JSON values. A file with `%`
/// directives is left in one piece, because they hold for what follows them.
///
/// Every byte but the byte order mark is in exactly one chunk; a chunk may hold nothing but comments.
pub fn split(text: &str) -> Vec<Chunk> {
    let start = if text.starts_with('\u{feff}') {
        '\u{feff}'.len_utf8()
    } else {
        0
    };
    let mut cuts = vec![start];
    let mut directive = false;
    let mut content = false;
    let mut at = start;
    while at < text.len() {
        let line = &text[at..];
        let end = memchr::memchr(b'\n', line.as_bytes()).map_or(text.len(), |i| at + i + 1);
        let line = &text[at..end];
        if is_marker(line, "---") {
            cuts.push(at);
            content = true;
        } else if is_marker(line, "...") {
            cuts.push(end);
            content = false;
        } else if !content {
            directive |= line.starts_with('%');
            content = !(line.trim().is_empty() || line.starts_with('#') || line.starts_with('%'));
        }
        at = end;
    }
    if directive {
        cuts.truncate(1);
    }
    cuts.push(text.len());
    cuts.dedup();
    let pieces = cuts.windows(2).flat_map(|w| json_values(text, w[0]..w[1]));
    let mut line = 1;
    let mut counted = start;
    pieces
        .map(|range| {
            line += memchr::memchr_iter(b'\n', &text.as_bytes()[counted..range.start]).count();
            counted = range.start;
            Chunk {
                range,
                first_line: line,
            }
        })
        .collect()
}

/// `---` or `...` at the start of a line, followed by white space or the end.
fn is_marker(line: &str, marker: &str) -> bool {
    line.strip_prefix(marker)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']))
}

/// Cuts concatenated JSON values apart. Anything else comes back whole.
fn json_values(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let bytes = text[range.clone()].as_bytes();
    let mut cuts = vec![0];
    let mut depth = 0usize;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'[' => {
                if depth == 0
                    && at > 0
                    && cuts
                        .last()
                        .is_some_and(|&c| !bytes[c..at].iter().all(u8::is_ascii_whitespace))
                {
                    cuts.push(at);
                }
                depth += 1;
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' if depth > 0 => {
                at += 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
            }
            byte if depth == 0 && !byte.is_ascii_whitespace() => return vec![range],
            // Not JSON: the quotes and brackets behind these would be counted wrongly.
            b'\'' | b'#' => return vec![range],
            _ => {}
        }
        at += 1;
    }
    if depth > 0 {
        return vec![range];
    }
    cuts.push(bytes.len());
    cuts.dedup();
    cuts.windows(2)
        .map(|w| range.start + w[0]..range.start + w[1])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str) -> Vec<(&str, usize)> {
        split(text)
            .into_iter()
            .map(|c| (&text[c.range], c.first_line))
            .collect()
    }

    #[test]
    fn markers_at_the_start_of_a_line_cut() {
        assert_eq!(
            pieces("a: 1\n---\nb: 2\n"),
            [("a: 1\n", 1), ("---\nb: 2\n", 2)]
        );
        assert_eq!(
            pieces("--- # x\na: |\n ---\n----\n"),
            [("--- # x\na: |\n ---\n----\n", 1)]
        );
        assert_eq!(pieces("a: 1\n...\nb: 2"), [("a: 1\n...\n", 1), ("b: 2", 3)]);
        assert_eq!(pieces("a\r\n---\r\nb"), [("a\r\n", 1), ("---\r\nb", 2)]);
        assert_eq!(pieces(""), []);
    }

    #[test]
    fn a_byte_order_mark_belongs_to_no_document() {
        assert_eq!(pieces("\u{feff}a: 1\n"), [("a: 1\n", 1)]);
    }

    #[test]
    fn directives_keep_the_file_together() {
        assert_eq!(pieces("%YAML 1.1\n---\na: 1\n---\nb: 2\n").len(), 1);
        assert_eq!(pieces("a: |\n  x\n---\nb: 2\n").len(), 2);
        assert_eq!(pieces("a: \"x\n%not a directive\"\n---\nb: 2\n").len(), 2);
    }

    #[test]
    fn json_values_are_cut_by_their_brackets() {
        assert_eq!(
            pieces("{\"a\": \"}{\"}\n{\"b\": 2}\n"),
            [("{\"a\": \"}{\"}\n", 1), ("{\"b\": 2}\n", 2)]
        );
        assert_eq!(
            pieces("{\"a\": 1}{\"b\": 2}"),
            [("{\"a\": 1}", 1), ("{\"b\": 2}", 1)]
        );
        assert_eq!(pieces("{a: 1} # {\n"), [("{a: 1} # {\n", 1)]);
        assert_eq!(pieces("{a: 1\n"), [("{a: 1\n", 1)]);
    }
}
