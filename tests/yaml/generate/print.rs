//! Writing the choices down.

use std::collections::HashSet;

use proptest::sample::Index;

use super::{Block, Child, Form, Layout, LineEnds, Mode, Node, Properties, Scalar};

pub(super) struct Printer {
    pub form: Form,
    pub out: String,
    pub comments: usize,
    pub anchors: usize,
    /// The anchors that aliases may name, and whether they stand at mappings.
    pub named: Vec<(String, bool)>,
    /// The column of the block scalar that was written last, while only comments followed it: they
    /// would be content there.
    pub content: Option<usize>,
}

impl Printer {
    pub(super) fn new(form: Form) -> Printer {
        Printer {
            form,
            out: String::new(),
            comments: 0,
            anchors: 0,
            named: Vec::new(),
            content: None,
        }
    }

    pub(super) fn document(mut self, root: &Node) -> String {
        if let Mode::Json(_) = self.form.mode {
            self.json(root, 0);
            self.out.push('\n');
        } else {
            self.out.push_str(self.form.header);
            self.out.push_str(self.form.start);
            match root {
                Node::Collection {
                    properties,
                    mapping,
                    layout: Layout::Block,
                    children,
                } if self.form.mode == Mode::Block && !children.is_empty() => {
                    let properties = self.properties(properties, *mapping);
                    if !properties.text.is_empty() {
                        if self.form.start.is_empty() {
                            self.out.push_str("---\n");
                        }
                        self.out.push_str(&properties.text);
                        self.out.push('\n');
                    }
                    self.children(children, *mapping, 0, false);
                    self.name(properties);
                }
                root => {
                    self.inline(root, None);
                    self.end_line(None);
                }
            }
            self.out.push_str(self.form.end);
        }
        let mut text = self.out;
        if !self.form.final_newline && text.ends_with('\n') {
            text.pop();
        }
        match self.form.line_ends {
            LineEnds::Lf => text,
            LineEnds::CrLf => text.replace('\n', "\r\n"),
            LineEnds::Mixed(ends) => {
                let mut ends = ends.iter().cycle();
                text.split_inclusive('\n')
                    .map(|line| match line.strip_suffix('\n') {
                        Some(line) if ends.next() == Some(&true) => format!("{line}\r\n"),
                        _ => line.to_owned(),
                    })
                    .collect()
            }
        }
    }

    pub(super) fn comment(&mut self, flavour: u8) -> String {
        self.comments += 1;
        let n = self.comments;
        match flavour % 16 {
            0 => "#".to_owned(),
            1 => format!("#c{n}"),
            2 => format!("# key{n}: value"),
            3 => format!("#   - item {n}"),
            4 => format!("# it's \"{n}"),
            5 => format!("# 日本 é 😀 {n}"),
            6 => "# again".to_owned(),
            7 => format!("## {n} # {{"),
            _ => format!("# c{n}"),
        }
    }

    pub(super) fn pad(&mut self, column: usize) {
        self.out.push_str(&" ".repeat(column));
    }

    pub(super) fn comment_line(&mut self, column: usize, flavour: u8) {
        // Deeper, it would be part of the block scalar above it.
        let column = column.min(self.content.map_or(column, |c| c - 1));
        self.pad(column);
        let comment = self.comment(flavour);
        self.out.push_str(&comment);
        self.out.push('\n');
    }

    pub(super) fn end_line(&mut self, trailing: Option<(&'static str, u8)>) {
        if let Some((space, flavour)) = trailing
            && self.content.is_none()
        {
            let comment = self.comment(flavour);
            // libyaml takes no tab behind an indicator.
            let space = if self.out.ends_with([':', '-']) {
                "  "
            } else {
                space
            };
            self.out.push_str(space);
            self.out.push_str(&comment);
        }
        if !self.out.ends_with('\n') || self.content.is_none() {
            self.out.push('\n');
        }
    }

    /// Anchor and tag. The anchor can be named by aliases when its node is complete.
    pub(super) fn properties(&mut self, properties: &Properties, mapping: bool) -> Written {
        let mut written = Written {
            text: String::new(),
            anchor: None,
        };
        if properties.anchor {
            self.anchors += 1;
            let name = format!("a{}", self.anchors);
            written.text = format!("&{name}");
            written.anchor = Some((name, mapping));
        }
        if let Some(tag) = properties.tag {
            let space = if written.text.is_empty() { "" } else { " " };
            written.text = format!("{}{space}{tag}", written.text);
        }
        written
    }

    pub(super) fn name(&mut self, written: Written) {
        self.named.extend(written.anchor);
    }

    /// The children of a block collection at a column; the first one on the line that is begun, if
    /// `inline`.
    pub(super) fn children(
        &mut self,
        children: &[Child],
        mapping: bool,
        column: usize,
        inline: bool,
    ) {
        let mut seen = HashSet::new();
        for (i, child) in children.iter().enumerate() {
            if i > 0 || !inline {
                self.out.push_str(if i > 0 { child.blank } else { "" });
                if let Some(flavour) = child.heading {
                    self.comment_line(column, flavour);
                    self.out.push('\n');
                }
                for &flavour in &child.above {
                    self.comment_line(column.saturating_add_signed(child.shift), flavour);
                }
                self.pad(column);
            }
            self.content = None;
            if mapping {
                self.key(child, &mut seen, column, false);
            } else {
                self.out.push('-');
            }
            self.value(child, column, !mapping);
            for &flavour in &child.below {
                self.comment_line(column + 2, flavour);
            }
        }
    }

    /// A key with its colon.
    pub(super) fn key(
        &mut self,
        child: &Child,
        seen: &mut HashSet<String>,
        column: usize,
        flow: bool,
    ) {
        let key = &child.key;
        if let (true, Node::Alias(_)) = (key.merge, &child.value)
            && self.named.iter().any(|(_, mapping)| *mapping)
            && seen.insert("<<".into())
        {
            self.out.push_str("<<:");
            return;
        }
        let mut text = key.text.to_owned();
        while !seen.insert(text.clone()) {
            text.push_str("-x");
        }
        let quotes = match key.quotes {
            None if flow && !plain_in_flow(&text) => Some('"'),
            quotes => quotes,
        };
        let written = match quotes {
            _ if self.form.mode == Mode::Kyaml
                && !text.bytes().all(|b| b.is_ascii_alphabetic()) =>
            {
                double(&text)
            }
            None => text,
            Some('\'') if !text.contains(['\n', '\t']) => single(&text),
            Some(_) => double(&text),
        };
        if key.explicit && !flow {
            self.out.push_str(&format!("? {written}\n"));
            self.pad(column);
            self.out.push(':');
        } else {
            self.out.push_str(&written);
            self.out.push(':');
        }
    }

    /// What follows a key's colon or a dash, to the end of its last line.
    pub(super) fn value(&mut self, child: &Child, column: usize, dash: bool) {
        match &child.value {
            Node::Collection {
                properties,
                mapping,
                layout: Layout::Block,
                children,
            } if !children.is_empty() => {
                let written = self.properties(properties, *mapping);
                if dash && child.compact && written.text.is_empty() {
                    self.pad(child.space + 1);
                    let column = column + child.space + 2;
                    self.children(children, *mapping, column, true);
                    return;
                }
                if !written.text.is_empty() {
                    self.out.push(' ');
                    self.out.push_str(&written.text);
                }
                self.end_line(child.trailing);
                let usual = if *mapping || dash {
                    self.form.step
                } else {
                    self.form.dash
                };
                self.children(
                    children,
                    *mapping,
                    column + child.step.unwrap_or(usual),
                    false,
                );
                self.name(written);
            }
            Node::Scalar(
                Properties {
                    anchor: false,
                    tag: None,
                },
                Scalar::Empty,
            ) => self.end_line(child.trailing),
            value => {
                self.pad(child.space + 1);
                self.inline(value, Some(column));
                self.end_line(child.trailing);
            }
        }
    }

    /// A value that begins on the line of its key. Its further lines stand deeper than `column`.
    pub(super) fn inline(&mut self, node: &Node, column: Option<usize>) {
        match node {
            Node::Alias(index) => self.alias(*index),
            Node::Scalar(properties, Scalar::Block(block)) => {
                let written = self.properties(properties, false);
                if !written.text.is_empty() {
                    self.out.push_str(&written.text);
                    self.out.push(' ');
                }
                self.block_scalar(block, column);
                self.name(written);
            }
            Node::Scalar(..) => self.flow(node, column.map_or(1, |c| c + 1), false),
            Node::Collection { .. } => self.flow(node, column.unwrap_or(0), false),
        }
    }

    pub(super) fn alias(&mut self, index: Index) {
        if self.named.is_empty() {
            self.out.push_str("none");
        } else if self.out.trim_end().ends_with("<<:") {
            let mappings: Vec<_> = self.named.iter().filter(|(_, mapping)| *mapping).collect();
            let name = &mappings[index.index(mappings.len())].0;
            self.out.push_str(&format!("*{name}"));
        } else {
            let name = &self.named[index.index(self.named.len())].0;
            self.out.push_str(&format!("*{name}"));
        }
    }

    pub(super) fn block_scalar(&mut self, block: &Block, column: Option<usize>) {
        let mut lines: Vec<(usize, &str)> = block.lines.clone();
        // The first line that is not empty sets the column, unless the header does.
        if let Some(first) = lines.iter_mut().find(|(_, l)| !l.is_empty())
            && !block.indicator
        {
            first.0 = 0;
            first.1 = first.1.trim_start();
        }
        let indent = if column.is_none() && !block.indicator {
            block.indent.max(1)
        } else {
            block.indent
        };
        self.out.push(if block.folded { '>' } else { '|' });
        let mut header = block.chomping.to_owned();
        if block.indicator {
            header = if block.lines.len().is_multiple_of(2) {
                format!("{indent}{header}")
            } else {
                format!("{header}{indent}")
            };
        }
        self.out.push_str(&header);
        if let Some(flavour) = block.comment {
            let comment = self.comment(flavour);
            self.out.push_str(&format!(" {comment}"));
        }
        self.out.push('\n');
        // Without content, parsers do not agree on comments that are deeper than the parent.
        let empty = lines.iter().all(|(_, l)| l.is_empty());
        self.content = Some(column.unwrap_or(0) + if empty { 1 } else { indent });
        let column = column.unwrap_or(0) + indent;
        for (deeper, line) in lines {
            if !line.is_empty() {
                self.pad(column + deeper);
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
    }

    /// A scalar that is no block scalar.
    pub(super) fn scalar(&self, scalar: &Scalar, column: usize, flow: bool) -> String {
        let kyaml = self.form.mode == Mode::Kyaml;
        let pad = format!("\n{}", " ".repeat(column + 1));
        match scalar {
            Scalar::Empty => String::new(),
            Scalar::Plain(text) if kyaml && !text.bytes().all(|b| b.is_ascii_digit()) => {
                double(text)
            }
            Scalar::Plain(text) if flow && !plain_in_flow(text) => double(text),
            Scalar::Plain("#") => double("#"),
            Scalar::Plain(text) => (*text).to_owned(),
            Scalar::PlainLines(words) => {
                let words: Vec<&str> = words.iter().map(|w| w.trim_start_matches("- ")).collect();
                if kyaml || (flow && !words.iter().all(|w| plain_in_flow(w))) {
                    double(&words.join(" "))
                } else {
                    words.join(&pad)
                }
            }
            Scalar::Single(lines)
                if lines.iter().any(|l| {
                    l.chars()
                        .any(|c| c.is_control() || matches!(c, '\u{feff}' | '\u{2028}'))
                }) || kyaml =>
            {
                double(&lines.join(" "))
            }
            Scalar::Single(lines) => {
                let lines: Vec<String> = lines.iter().map(|l| l.replace('\'', "''")).collect();
                format!("'{}'", folded(&lines, &pad))
            }
            Scalar::Double(lines, escaped) => {
                let lines: Vec<String> = lines
                    .iter()
                    .map(|l| double(l))
                    .map(|l| l[1..l.len() - 1].to_owned())
                    .collect();
                if *escaped {
                    format!("\"{}\"", lines.join(&format!("\\{pad}")))
                } else {
                    format!("\"{}\"", folded(&lines, &pad))
                }
            }
            Scalar::Block(block) => double(
                &block
                    .lines
                    .iter()
                    .map(|(_, l)| *l)
                    .collect::<Vec<_>>()
                    .join("\n"),
            ),
        }
    }
}

/// Anchor and tag as they were written.
pub(super) struct Written {
    pub text: String,
    pub anchor: Option<(String, bool)>,
}

pub(super) fn plain_in_flow(text: &str) -> bool {
    !text.contains([',', '[', ']', '{', '}'])
        && !text.starts_with(['-', '?', ':', '#'])
        && !text.contains(":x")
}

/// Lines of a quoted scalar. White space around a line break is not content, so what is left of a
/// line is enough.
pub(super) fn folded(lines: &[String], pad: &str) -> String {
    if let [line] = lines {
        return line.clone();
    }
    lines.join(pad)
}

pub(super) fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

pub(super) fn double(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{feff}' | '\u{2028}') => {
                out.push_str(&format!("\\u{:04x}", c as u32))
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
