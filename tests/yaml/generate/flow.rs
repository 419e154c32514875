//! Flow collections, and JSON.

use std::collections::HashSet;

use super::print::{Printer, double};
use super::{Child, Layout, Mode, Node, Properties, Scalar};

impl Printer {
    /// A node in a flow collection, or a scalar on the line of its key. Further lines are at or
    /// behind `column`.
    pub(super) fn flow(&mut self, node: &Node, column: usize, inside: bool) {
        match node {
            Node::Alias(index) => self.alias(*index),
            Node::Scalar(properties, scalar) => {
                // libyaml takes what follows a tag without a value for a part of the tag.
                let tag = properties.tag.filter(|_| !matches!(scalar, Scalar::Empty));
                let properties = &Properties { tag, ..*properties };
                let written = self.properties(properties, false);
                self.out.push_str(&written.text);
                let text = self.scalar(scalar, column, inside);
                if !written.text.is_empty() && (!text.is_empty() || inside) {
                    self.out.push(' ');
                }
                self.out.push_str(&text);
                self.name(written);
            }
            Node::Collection {
                properties,
                mapping,
                layout,
                children,
            } => {
                let written = self.properties(properties, *mapping);
                if !written.text.is_empty() {
                    self.out.push_str(&written.text);
                    self.out.push(' ');
                }
                let layout = match (layout, self.form.mode) {
                    (_, Mode::Kyaml) => Layout::Lines(true),
                    (Layout::Block, Mode::Flow) => Layout::Lines(false),
                    (Layout::Block, _) => Layout::Line(false, true),
                    (layout, _) => *layout,
                };
                self.flow_children(children, *mapping, layout, column);
                self.name(written);
            }
        }
    }

    pub(super) fn flow_children(
        &mut self,
        children: &[Child],
        mapping: bool,
        layout: Layout,
        column: usize,
    ) {
        let (open, close) = if mapping { ('{', '}') } else { ('[', ']') };
        self.out.push(open);
        let deeper = column + self.form.step.max(2);
        let mut seen = HashSet::new();
        let lines = matches!(layout, Layout::Lines(_));
        if let Layout::Line(true, _) = layout
            && !children.is_empty()
        {
            self.out.push(' ');
        }
        for (i, child) in children.iter().enumerate() {
            if lines {
                self.out.push('\n');
                if i > 0 {
                    self.out.push_str(child.blank);
                }
                for &flavour in &child.above {
                    self.comment_line(deeper.saturating_add_signed(child.shift).max(1), flavour);
                }
                self.pad(deeper);
            }
            if mapping {
                self.flow_entry(child, &mut seen, deeper);
            } else {
                self.flow_item(child, deeper);
            }
            let last = i + 1 == children.len();
            match layout {
                Layout::Lines(trailing) => {
                    if !last || trailing {
                        self.out.push(',');
                    }
                    if let Some((space, flavour)) = child.trailing {
                        let comment = self.comment(flavour);
                        self.out.push_str(&format!("{space}{comment}"));
                    }
                }
                Layout::Wrapped if !last => {
                    self.out.push(',');
                    if child.compact {
                        self.out.push('\n');
                        self.pad(deeper);
                    } else {
                        self.out.push(' ');
                    }
                }
                Layout::Line(_, space) if !last => {
                    self.out.push_str(if space { ", " } else { "," })
                }
                _ => {}
            }
        }
        match layout {
            Layout::Lines(_) if !children.is_empty() => {
                self.out.push('\n');
                self.pad(column);
            }
            Layout::Line(true, _) if !children.is_empty() => self.out.push(' '),
            _ => {}
        }
        self.out.push(close);
    }

    pub(super) fn flow_entry(&mut self, child: &Child, seen: &mut HashSet<String>, column: usize) {
        self.key(child, seen, column, true);
        if let Node::Scalar(
            Properties {
                anchor: false,
                tag: None,
            },
            Scalar::Empty,
        ) = child.value
        {
            // `{a}`, or `{a: }`.
            if !child.compact {
                self.out.pop();
            } else {
                self.out.push(' ');
            }
            return;
        }
        let adjacent =
            self.out.ends_with("\":") && !child.compact && !matches!(child.value, Node::Alias(_));
        if !adjacent {
            self.out.push(' ');
        }
        self.flow(&child.value, column, true);
    }

    pub(super) fn flow_item(&mut self, child: &Child, column: usize) {
        match &child.value {
            // A pair without braces. yaml-rust2 reads none whose value is a collection.
            Node::Collection {
                properties:
                    Properties {
                        anchor: false,
                        tag: None,
                    },
                mapping: true,
                children,
                ..
            } if children.len() == 1
                && !child.compact
                && self.form.mode != Mode::Kyaml
                && !matches!(children[0].value, Node::Collection { .. }) =>
            {
                self.flow_entry(
                    &Child {
                        compact: true,
                        ..children[0].clone()
                    },
                    &mut HashSet::new(),
                    column,
                );
            }
            Node::Scalar(properties, Scalar::Empty) if !properties.anchor => {
                self.out.push_str("\"\"")
            }
            value => self.flow(value, column, true),
        }
    }

    pub(super) fn json(&mut self, node: &Node, column: usize) {
        let Mode::Json(lines) = self.form.mode else {
            return;
        };
        match node {
            Node::Alias(_) => self.out.push_str("null"),
            Node::Scalar(_, scalar) => {
                let text = match scalar {
                    Scalar::Empty => "null".to_owned(),
                    Scalar::Plain(text @ ("80" | "0" | "-1" | "1.10" | "true" | "null")) => {
                        (*text).to_owned()
                    }
                    Scalar::Plain(text) => double(text),
                    Scalar::Block(block) => double(
                        &block
                            .lines
                            .iter()
                            .map(|(_, l)| *l)
                            .collect::<Vec<_>>()
                            .join("\n"),
                    ),
                    Scalar::PlainLines(l) | Scalar::Single(l) | Scalar::Double(l, _) => {
                        double(&l.join(" "))
                    }
                };
                self.out.push_str(&text);
            }
            Node::Collection {
                mapping, children, ..
            } => {
                let (open, close) = if *mapping { ('{', '}') } else { ('[', ']') };
                self.out.push(open);
                let step = if self.form.step == 1 {
                    2
                } else {
                    self.form.step
                };
                let mut seen = HashSet::new();
                for (i, child) in children.iter().enumerate() {
                    if i > 0 {
                        self.out.push(',');
                    }
                    if lines {
                        self.out.push('\n');
                        self.pad(column + step);
                    } else if i > 0 && self.form.dash > 0 {
                        self.out.push(' ');
                    }
                    if *mapping {
                        let mut key = child.key.text.to_owned();
                        while !seen.insert(key.clone()) {
                            key.push_str("-x");
                        }
                        self.out.push_str(&double(&key));
                        self.out.push_str(if lines || self.form.dash > 0 {
                            ": "
                        } else {
                            ":"
                        });
                    }
                    self.json(&child.value, column + step);
                }
                if lines && !children.is_empty() {
                    self.out.push('\n');
                    self.pad(column);
                }
                self.out.push(close);
            }
        }
    }
}
