//! YAML in every style that people write, by the choices of the input. What it means is not computed
//! here: the readers are asked. Some of it is no YAML at all.

use super::choices::Choices;

/// The text of one document.
pub fn document(choices: &mut Choices) -> String {
    let mut printer = Printer {
        step: choices.one(&[2, 2, 4, 3, 1]),
        dash: choices.one(&[0, 2, 4, 1]),
        anchors: Vec::new(),
        comments: 0,
        left: 60,
        out: String::new(),
        choices,
    };
    printer.document();
    let out = printer.out;
    match choices.below(6) {
        1 => out.replace('\n', "\r\n"),
        2 => out.trim_end_matches('\n').to_owned(),
        3 => out.replacen('\n', "\r\n", 3),
        4 => out.replace('\n', "\r\n").trim_end().to_owned(),
        _ => out,
    }
}

struct Printer<'c, 'd> {
    choices: &'c mut Choices<'d>,
    step: usize,
    dash: usize,
    anchors: Vec<String>,
    /// How many there are, so that each is another one.
    comments: usize,
    /// How many nodes there may be yet.
    left: usize,
    out: String,
}

/// Where a value stands.
#[derive(Clone, Copy, PartialEq)]
enum In {
    Block,
    /// On one line, or on lines of this column.
    Flow(Option<usize>),
}

const PLAIN: &[&str] = &[
    "a",
    "80",
    "true",
    "no",
    "~",
    "null",
    "1.10",
    "0777",
    "0x1F",
    "1e3",
    "08",
    "2020-01-01",
    "12:30:45",
    "apps/v1",
    "http://x.y/z?q=1",
    "a b c",
    "it's",
    "-x",
    ":x",
    "?x",
    "a:b",
    "a#b",
    "x,y",
    "a{b}",
    "a[0]",
    "100m",
    "25%",
    "${VAR}",
    "--flag=value",
    "=",
    "é",
    "日本",
    "😀 x",
    "a\tb",
    "...a",
    "---a",
    "<<",
    "99999999999999999999",
    "-",
    "",
    "+1",
    ".inf",
    "1_000",
    "y",
];

const QUOTED: &[&str] = &[
    "",
    "a",
    "80",
    "true",
    "a: b",
    "a #b",
    "- x",
    "*x",
    "it''s",
    "\\\"",
    "\\\\",
    " lead",
    "trail ",
    "é日本😀",
    "#",
    "x:",
    "{{ .Values.x }}",
    "a\tb",
    "\\n",
    "\\x41",
    "\\u0041",
    "\\/",
    "<<",
    "---",
    "a\n\n  b",
    "a\n  b ",
    "\\\n  x",
    "\\e",
    "\\L",
    "''",
    "a, b",
    "]",
    "}",
];

const LINES: &[&str] = &[
    "text",
    "a: b",
    "# no comment",
    "- x",
    "",
    "é日本😀",
    "trail ",
    "\ttab",
    "{{ x }}",
    "\"quoted\"",
    "  deeper",
    "   ",
    "key: |",
    "---",
    "...",
    " one",
    "\"",
    "'",
];

const KEYS: &[&str] = &[
    "a",
    "b",
    "c",
    "d",
    "apiVersion",
    "kind",
    "metadata",
    "spec",
    "app.kubernetes.io/name",
    "é",
    "80",
    "yes",
    "null",
    "two words",
    "a:b",
    "-dash",
    "it's",
    "x#y",
    "\"q\"",
    "'s'",
    "\"a: b\"",
    "\"\"",
    "<<",
    "\"80\"",
    "? x",
    "&k kk",
    "!!str t",
    "[a]",
    "{a: 1}",
    "*a0",
    "~",
];

const TAGS: &[&str] = &[
    "!!str",
    "!foo",
    "!",
    "!<tag:x.y,2000:t>",
    "!!int",
    "!!null",
    "!!map",
    "!!seq",
    "!!binary",
    "!e!x",
];

impl Printer<'_, '_> {
    fn document(&mut self) {
        let start = [
            "",
            "",
            "",
            "",
            "---\n",
            "--- # start\n",
            "# licence\n\n",
            "---\n\n",
            "\n",
            "# about\n",
            "%YAML 1.1\n---\n",
            "%TAG ! tag:x,2000:\n---\n",
        ];
        let start = self.choices.one(&start);
        self.out.push_str(start);
        match self.choices.below(12) {
            0..=7 => self.block(0, true),
            8 => self.block(0, false),
            9 => self.flow(In::Flow(None)),
            10 => self.flow(In::Flow(Some(self.step))),
            _ => self.value(0, 0, In::Block),
        }
        if !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        let end = [
            "",
            "",
            "",
            "",
            "# end\n",
            "...\n",
            "\n\n",
            "\n# end\n",
            "... # x\n",
            "  # deep\n",
        ];
        let end = self.choices.one(&end);
        self.out.push_str(end);
    }

    fn pad(&mut self, column: usize) {
        self.out.push_str(&" ".repeat(column));
    }

    fn comment(&mut self) {
        self.comments += 1;
        let comment = match self.choices.below(6) {
            0 => "#".to_owned(),
            1 => "# same".to_owned(),
            2 => format!("#{}: x", self.comments),
            _ => format!("# c{}", self.comments),
        };
        self.out.push_str(&comment);
    }

    /// Perhaps comments and blank lines above a child.
    fn above(&mut self, column: usize) {
        while self.choices.rarely(5) {
            match self.choices.below(5) {
                0 => {}
                1 => {
                    self.pad(column + 2);
                    self.comment();
                }
                2 => self.comment(),
                _ => {
                    self.pad(column);
                    self.comment();
                }
            }
            self.out.push('\n');
        }
    }

    /// The end of a line, perhaps with a comment.
    fn line_end(&mut self) {
        if self.out.ends_with('\n') {
            return;
        }
        match self.choices.below(10) {
            1 => {
                self.out.push(' ');
                self.comment();
            }
            2 => {
                self.out.push_str("\t ");
                self.comment();
            }
            3 => self.out.push_str("  "),
            _ => {}
        }
        self.out.push('\n');
    }

    /// The lines of a block collection; the first one is padded already where it follows a dash.
    fn block(&mut self, column: usize, mapping: bool) {
        let count = 1 + self.choices.below(4);
        for n in 0..count {
            let follows = n == 0 && !self.out.is_empty() && !self.out.ends_with('\n');
            if !follows {
                self.above(column);
                self.pad(column);
            }
            if mapping {
                self.key(In::Block);
                self.out.push(':');
                self.value(column, column + self.step, In::Block);
            } else {
                self.out.push('-');
                self.value(column, column + 2, In::Block);
            }
            self.line_end();
        }
    }

    fn key(&mut self, place: In) {
        let mut key = self.choices.one(KEYS).to_owned();
        if key.contains('[') || key.contains('{') || key.contains(['?', '*', '&']) {
            // Often no YAML where it stands.
            if self.choices.rarely(2) {
                key = "e".to_owned();
            }
        }
        if place == In::Block && self.choices.rarely(24) {
            key = format!("? {key}\n");
            let column = self.out.len() - self.out.rfind('\n').map_or(0, |at| at + 1);
            key.push_str(&" ".repeat(column));
        }
        self.out.push_str(&key);
    }

    fn properties(&mut self) {
        if self.choices.rarely(14) {
            let name = format!("a{}", self.anchors.len());
            self.out.push_str(&format!(" &{name}"));
            self.anchors.push(name);
        }
        if self.choices.rarely(14) {
            let tag = self.choices.one(TAGS);
            self.out.push_str(&format!(" {tag}"));
        }
    }

    /// A value behind a key or a dash at `column`, with the space before it; its further lines are at
    /// `inner` or deeper.
    fn value(&mut self, column: usize, inner: usize, place: In) {
        self.left = self.left.saturating_sub(1);
        let deep = self.left == 0 || inner > 24;
        self.properties();
        let dash = self.out.ends_with('-');
        match self.choices.below(16) {
            0..=3 => {
                let text = self.choices.one(PLAIN);
                self.out.push_str(&format!(" {text}"));
            }
            4..=6 if !deep && place == In::Block => self.nested(inner, true, dash),
            7 | 8 if !deep && place == In::Block => {
                let inner = if dash { inner } else { column + self.dash };
                self.nested(inner, false, dash);
            }
            9 if !deep => {
                self.out.push(' ');
                self.flow(match place {
                    In::Block => In::Flow(None),
                    flow => flow,
                });
            }
            10 if !deep => {
                self.out.push(' ');
                self.flow(In::Flow(Some(inner + self.step)));
            }
            11 => {
                let text = self.choices.one(QUOTED);
                self.out.push_str(&format!(" \"{text}\""));
            }
            12 => {
                let text = self.choices.one(QUOTED).replace('\'', "''");
                self.out.push_str(&format!(" '{text}'"));
            }
            13 if place == In::Block => self.block_scalar(inner),
            14 if !self.anchors.is_empty() => {
                let name = self.anchors[self.choices.below(self.anchors.len())].clone();
                self.out.push_str(&format!(" *{name}"));
            }
            15 if place == In::Block => {
                // Plain, over several lines.
                let words = ["some", "words:x", "80", "# no", "- no", "é"];
                let first = self.choices.one(&["a", "80", "é b"]);
                self.out.push_str(&format!(" {first}"));
                for _ in 0..=self.choices.below(2) {
                    let blank = if self.choices.rarely(4) { "\n" } else { "" };
                    self.out.push_str(&format!("{blank}\n"));
                    self.pad(inner);
                    let word = self.choices.one(&words);
                    self.out.push_str(word);
                }
            }
            _ => {}
        }
    }

    fn nested(&mut self, inner: usize, mapping: bool, dash: bool) {
        if dash && !self.choices.rarely(4) {
            self.out.push(' ');
            let column = self.out.len() - self.out.rfind('\n').map_or(0, |at| at + 1);
            self.block(column, mapping);
        } else {
            self.line_end();
            self.block(inner, mapping);
        }
    }

    fn block_scalar(&mut self, inner: usize) {
        let header = self.choices.one(&[" |", " >", " |-", " >-", " |+", " >+"]);
        self.out.push_str(header);
        let indent = inner + self.choices.below(3);
        if self.choices.rarely(6) {
            let number = self.choices.one(&[1, 2, 4]);
            self.out.push_str(&number.to_string());
        }
        self.line_end();
        for _ in 0..self.choices.below(5) {
            let line = self.choices.one(LINES);
            if !line.is_empty() {
                self.pad(indent.max(1));
            }
            self.out.push_str(&format!("{line}\n"));
        }
    }

    fn flow(&mut self, place: In) {
        let mapping = !self.choices.rarely(3);
        let (open, close) = if mapping { ('{', '}') } else { ('[', ']') };
        let (colon, comma) = (
            self.choices.one(&[":", ":", ":", " :"]),
            self.choices.one(&[",", ", ", " , "]),
        );
        let json = self.choices.rarely(3);
        self.out.push(open);
        let count = self.choices.below(4);
        for n in 0..count {
            match place {
                In::Flow(Some(column)) => {
                    if self.choices.rarely(6) {
                        self.out.push(' ');
                        self.comment();
                    }
                    self.out.push('\n');
                    self.above(column);
                    self.pad(column);
                }
                _ if self.choices.rarely(6) => self.out.push(' '),
                _ => {}
            }
            if mapping || self.choices.rarely(8) {
                if json {
                    let key = self.choices.one(&["a", "b", "c", "apiVersion"]);
                    self.out.push_str(&format!("\"{key}\""));
                } else {
                    self.key(place);
                }
                if self.choices.rarely(12) {
                    // A key alone.
                } else {
                    self.out.push_str(colon);
                    let column = match place {
                        In::Flow(Some(column)) => column,
                        _ => 0,
                    };
                    self.value(column, column + self.step, place);
                }
            } else {
                self.value(0, 0, place);
            }
            if n + 1 < count || self.choices.rarely(4) {
                self.out.push_str(comma);
            }
        }
        if let In::Flow(Some(column)) = place
            && !self.choices.rarely(6)
        {
            if self.choices.rarely(6) {
                self.out.push(' ');
                self.comment();
            }
            self.out.push('\n');
            self.above(column);
            self.pad(column.saturating_sub(self.step));
        }
        self.out.push(close);
    }
}
