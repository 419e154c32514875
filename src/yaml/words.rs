//! The parser's messages in plain words: what is wrong there, and what to do.
//!
//! Only the frequent ones, and only where every cause of the message is covered. The others pass
//! through as they are.

use super::error::ParseError;
use super::parse::MAX_DEPTH;

const WORDS: &[(&str, &str)] = &[
    // In the order of the parser's stages: lines and indentation, values, brackets, block text.
    ("simple key expect ':'", NO_KEY),
    ("simple key expected", NO_KEY),
    (
        "mapping values are not allowed in this context",
        "a `:` where no key can stand: quote the value if the `:` is a part of it, else check the indentation of this line",
    ),
    (
        "while parsing a block mapping, did not find expected key",
        "this neither goes on with the mapping above nor ends it: check the indentation of this line, and quote values with special characters",
    ),
    (
        "while parsing a block collection, did not find expected '-' indicator",
        "this neither goes on with the list above nor ends it: check the indentation of this line",
    ),
    (
        "block sequence entries are not allowed in this context",
        "a `-` where no list can begin: put it on a line of its own, or quote the value if the `-` is a part of it",
    ),
    (
        "invalid indentation",
        "this line stands left of the block that it belongs to: indent it",
    ),
    (
        "invalid indentation in flow construct",
        "this line stands left of the block that it belongs to: indent it",
    ),
    (
        "invalid indentation in quoted scalar",
        "this quote is not closed, or a line of its text stands left of the block that it belongs to: indent it",
    ),
    (
        "tabs disallowed within this context (block indentation)",
        TAB,
    ),
    ("tabs disallowed in this context", TAB),
    ("tab cannot be used as indentation", TAB),
    ("while scanning a plain scalar, found a tab", TAB),
    (
        "':' must be followed by a valid YAML whitespace",
        "a tab stands between the `:` and its value: use a space",
    ),
    ("'-' must be followed by a valid YAML whitespace", TAB),
    (
        "comments must be separated from other tokens by whitespace",
        "a space is missing before the `#` of this comment",
    ),
    (
        "invalid trailing content after double-quoted scalar",
        "something follows the quoted text on its line: quote all of the value, or separate the two",
    ),
    (
        "while scanning a quoted scalar, found unexpected end of stream",
        "this quote is not closed before the document ends",
    ),
    (
        "while scanning a quoted scalar, found unexpected document indicator",
        "this quoted text holds a line that begins with `---` or `...`, which ends a document: indent it",
    ),
    (
        "while parsing a quoted scalar, found unknown escape character",
        "this text in double quotes holds a backslash before a character that has no such escape: write `\\\\`, or use single quotes",
    ),
    (
        "while parsing a quoted scalar, did not find expected hexadecimal number",
        "an escape in this quoted text lacks hexadecimal digits: `\\x` takes two, `\\u` four, `\\U` eight",
    ),
    (
        "while scanning an anchor or alias, did not find expected alphabetic or numeric character",
        "an anchor `&` or an alias `*` without a name: quote the value if the character is a part of it",
    ),
    (
        "while parsing node, found unknown anchor",
        "no anchor of this name stands before the alias: quote the value if the `*` is a part of it",
    ),
    (
        "while parsing a flow mapping, did not find expected ',' or '}'",
        "a `,` or the closing `}` of the mapping is missing before this place",
    ),
    (
        "while parsing a flow sequence, expected ',' or ']'",
        "a `,` or the closing `]` of the list is missing before this place",
    ),
    (
        "while parsing a node, did not find expected node content",
        "a value or a closing bracket is expected here: quote the value if this character is a part of it",
    ),
    (
        "while scanning a block scalar, did not find expected comment or line break",
        "after `|` and `>` only a digit, `-`, `+` and a comment may stand on the line: quote the value if the character is a part of it",
    ),
    ("a block scalar content cannot start with a tab", TAB),
    (
        "wrongly indented line in block scalar",
        "an empty line at the top of this block text holds more spaces than its first line of text: remove them",
    ),
    (
        "did not find expected <document start>",
        "the line `---` is missing between the `%` directives and the document",
    ),
    (
        "the handle wasn't declared",
        "this tag begins with a handle that no %TAG line declares: quote the value if the `!` is a part of it",
    ),
];

const NO_KEY: &str = "this is no `key: value`: give it a `:`, indent it if it continues the value above, or make it a comment";
const TAB: &str = "a tab where indentation is expected: YAML is indented with spaces only";

/// How git marks the two sides of a conflict.
const CONFLICT: [&str; 3] = ["<<<<<<< ", "=======", ">>>>>>> "];

/// What is too deep, at whatever stage it is noticed.
pub(super) fn too_deep() -> String {
    format!("nested deeper than {MAX_DEPTH} levels, which is more than refit takes on")
}

/// The same error, said plainly where that can be done.
pub(super) fn plain(text: &str, error: ParseError) -> ParseError {
    if let Some(line) = conflict(text) {
        return ParseError {
            line,
            column: 1,
            message:
                "an unresolved merge conflict: decide for one side, and remove the marker lines"
                    .to_owned(),
        };
    }
    let known = WORDS.iter().find(|(theirs, _)| *theirs == error.message);
    let message = match known {
        Some((_, ours)) => (*ours).to_owned(),
        None if error.message == "recursion limit exceeded" => too_deep(),
        None => match character(&error.message) {
            Some(c) => format!("neither a key nor a plain value can begin with `{c}`: quote it"),
            None => return error,
        },
    };
    // The parser notices it only at the next token.
    let (line, column) = match message == NO_KEY {
        true => line_before(text, error.line, error.column),
        false => (error.line, error.column),
    };
    ParseError {
        line,
        column,
        message,
    }
}

/// The beginning of the last line with content above a place, if the place is a line's first.
fn line_before(text: &str, line: usize, column: usize) -> (usize, usize) {
    let indent = |line: &str| line.chars().take_while(|c| *c == ' ').count();
    let lines: Vec<&str> = text.lines().take(line).collect();
    let here = lines.get(line - 1).copied().unwrap_or_default();
    if indent(here) + 1 < column {
        return (line, column);
    }
    let above = lines.iter().take(line - 1).enumerate();
    let mut content =
        above.filter(|(_, line)| !matches!(line.trim().chars().next(), None | Some('#')));
    match content.next_back() {
        Some((index, line)) => (index + 1, indent(line) + 1),
        None => (line, column),
    }
}

/// The line on which a conflict begins, where all three markers follow each other.
fn conflict(text: &str) -> Option<usize> {
    let mut first = None;
    let mut wanted = CONFLICT.iter();
    let mut marker = wanted.next()?;
    for (index, line) in text.lines().enumerate() {
        if line.starts_with(marker) {
            first = first.or(Some(index + 1));
            match wanted.next() {
                Some(next) => marker = next,
                None => return first,
            }
        }
    }
    None
}

fn character(message: &str) -> Option<&str> {
    message
        .strip_prefix("unexpected character: `")?
        .strip_suffix('\'')
}

#[cfg(test)]
mod tests {
    use super::super::Document;

    fn error(text: &str) -> String {
        match Document::parse(text) {
            Ok(_) => "no error".to_owned(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_frequent_mistakes_are_said_plainly() {
        let cases = [
            ("a: 1\nb\n\n# x\nc: 2\n", "2:1: this is no `key: value`"),
            ("a:\n  b: 1\n  c\n", "3:3: this is no `key: value`"),
            ("a: b: c\n", "1:5: a `:` where no key can stand"),
            (
                "a:\n    b: 1\n  c: 2\n",
                "3:4: this neither goes on with the mapping above",
            ),
            (
                "- a\nb: 1\n",
                "2:1: this neither goes on with the list above",
            ),
            ("a: - b\n", "1:4: a `-` where no list can begin"),
            ("a:\n\tb: 1\n", "2:2: a tab where indentation is expected"),
            (
                "a:\n-\tb: 1\n\tc: 2\n",
                "a tab where indentation is expected",
            ),
            ("a: |\n\tb\n", "a tab where indentation is expected"),
            ("a: \"b\"#c\n", "1:7: a space is missing before the `#`"),
            ("a: 'b' c\n", "1:8: something follows the quoted text"),
            ("a: \"b\nc: d\n", "1:4: this quote is not closed, or"),
            ("a: \"b\n", "1:4: this quote is not closed before"),
            (
                "a: \"\\q\"\n",
                "1:4: this text in double quotes holds a backslash",
            ),
            ("a: \"\\xzz\"\n", "1:4: an escape in this quoted text lacks"),
            (
                "a: *\n",
                "1:4: an anchor `&` or an alias `*` without a name",
            ),
            ("a: *.example.com\n", "1:4: no anchor of this name"),
            ("a: {b: 1\n", "2:1: a `,` or the closing `}`"),
            ("a: [b\n", "2:1: a `,` or the closing `]`"),
            (
                "a: ]\n",
                "1:4: a value or a closing bracket is expected here",
            ),
            ("a: |b\n", "1:4: after `|` and `>` only"),
            (
                "a: |\n    \n  b\n",
                "3:3: an empty line at the top of this block text",
            ),
            ("%YAML 1.2\na: 1\n", "2:1: the line `---` is missing"),
            ("a: !b!c d\n", "1:4: this tag begins with a handle"),
            (
                "a: @b\n",
                "1:4: neither a key nor a plain value can begin with `@`: quote it",
            ),
            (
                "a: `b`\n",
                "1:4: neither a key nor a plain value can begin with ```: quote it",
            ),
        ];
        for (text, expected) in cases {
            let error = error(text);
            assert!(error.contains(expected), "{text:?}: {error}");
        }
    }

    #[test]
    fn a_merge_conflict_is_told_as_such_and_at_its_first_line() {
        let text = "a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> other\n";
        assert!(error(text).starts_with("2:1: an unresolved merge conflict"));
        let heading = "a: |\n  <<<<<<< HEAD\n=======\n>>>>>>> other\n";
        assert!(!error(heading).contains("conflict"));
    }

    #[test]
    fn all_that_is_too_deep_is_told_alike() {
        let deep = |open: &str, levels: usize| format!("a: {}", open.repeat(levels));
        for text in [
            deep("[", 10_000),
            deep("{a: ", 10_000),
            format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)),
            format!("a:\n{}", "- ".repeat(10_000)),
            (0..1000)
                .map(|i| format!("{}a:\n", " ".repeat(i)))
                .collect(),
        ] {
            let error = error(&text);
            assert!(error.ends_with(&super::too_deep()), "{error}");
        }
        let fits = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        assert!(Document::parse(&fits(255)).is_ok());
        assert!(Document::parse(&fits(256)).is_err());
        let fits = |levels: usize| format!("a:\n{}b\n", "- ".repeat(levels));
        assert!(Document::parse(&fits(254)).is_ok());
        assert!(Document::parse(&fits(255)).is_err());
    }

    #[test]
    fn what_is_not_known_passes_through() {
        assert_eq!(
            error("a: !<b\n"),
            "1:4: while scanning a verbatim tag, did not find the expected '>'"
        );
    }
}
