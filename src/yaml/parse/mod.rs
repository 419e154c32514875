//! From text to the tree of spans: the parser's events say what comes, lexing the text between
//! them says where it is.
//!
//! Between two nodes there may be white space, comments, indicators, anchors and tags, and nothing
//! else. Anything else is an error, so a tree that was built accounts for every byte.

mod gap;
mod scalar;

use std::collections::BTreeSet;

use crate::yaml::error::ParseError;
use crate::yaml::events::{Events, Next, Properties, outdented_lines};
use crate::yaml::lines::line_column;
use crate::yaml::tree::{
    EntryId, ItemId, Layout, Named, NodeId, Packed, Shape, Span, Style, Text, Tree, TreeEntry,
    TreeItem,
};
use crate::yaml::words;
pub(super) use scalar::quoted_end;

/// How deep collections may be nested. Kubernetes' own limit is far higher, manifests are far lower,
/// and the parser goes no deeper in flow collections.
pub(crate) const MAX_DEPTH: usize = 255;

/// Builds the tree of one document.
pub(crate) fn parse(text: &str) -> Result<Tree<'_>, ParseError> {
    if u32::try_from(text.len()).is_err() {
        return Err(ParseError {
            line: 1,
            column: 1,
            message: "a document of 4 GiB or more".into(),
        });
    }
    let mut outdented = BTreeSet::new();
    let mut left = LENIENCE.max(8 * text.len());
    loop {
        let error = match build(text, &outdented) {
            Ok(tree) => return Ok(tree),
            Err(error) => error,
        };
        let before = outdented.len();
        outdented.extend(outdented_lines(text, &error));
        if outdented.len() == before || left < text.len() {
            return Err(error);
        }
        left -= text.len();
    }
}

/// How many bytes may be parsed again because lines in flow collections stand too far left; every
/// closing bracket may cost one more attempt. More of them would take seconds for a few kilobytes.
const LENIENCE: usize = 8 << 20;

fn build<'s>(text: &'s str, outdented: &BTreeSet<usize>) -> Result<Tree<'s>> {
    let mut builder = Builder {
        text,
        at: 0,
        depth: 0,
        column: 0,
        in_flow: false,
        events: Events::new(text, outdented),
        tree: Tree::of(text),
    };
    builder.check_characters()?;
    builder.document()?;
    Ok(builder.tree)
}

struct Builder<'s, 'e> {
    text: &'s str,
    /// Everything before this byte is accounted for.
    at: usize,
    depth: usize,
    /// The column of the innermost block collection's keys or dashes, which block scalars with an
    /// indentation indicator are measured from.
    column: usize,
    in_flow: bool,
    events: Events<'e>,
    tree: Tree<'s>,
}

type Result<T, E = ParseError> = std::result::Result<T, E>;

/// A tag or an anchor, where there is one.
type Name = Option<Span>;

impl Builder<'_, '_> {
    fn error(&self, at: usize, message: impl Into<String>) -> ParseError {
        let (line, column) = line_column(self.text, at);
        ParseError {
            line,
            column,
            message: message.into(),
        }
    }

    fn check_characters(&self) -> Result<()> {
        let bytes = self.text.as_bytes();
        if let Some(at) = memchr::memchr(0, bytes) {
            return Err(self.error(at, "a NUL byte"));
        }
        for at in memchr::memchr_iter(b'\r', bytes) {
            if bytes.get(at + 1) != Some(&b'\n') {
                return Err(self.error(
                    at,
                    "a carriage return without a line feed; parsers disagree on what it means",
                ));
            }
        }
        Ok(())
    }

    fn document(&mut self) -> Result<()> {
        let (first, mark) = self.events.next()?;
        self.skip_document_start()?;
        match first {
            Next::Nothing => {}
            event => {
                let root = self.node(event, mark)?;
                self.tree.root = Some(root);
                if !matches!(self.events.next()?.0, Next::Nothing) || !self.events.at_end()? {
                    let message = "another document follows in the same piece; split the file, or remove its % directives";
                    return Err(self.error(self.at, message));
                }
            }
        }
        self.skip_gap();
        while let Some(rest) = self.text[self.at..].strip_prefix("...") {
            self.at = self.text.len() - rest.len();
            self.skip_gap();
        }
        if self.at < self.text.len() {
            return Err(self.unexpected());
        }
        Ok(())
    }

    /// Directives and the `---` line.
    fn skip_document_start(&mut self) -> Result<()> {
        self.skip_gap();
        while self.byte() == Some(b'%') && self.is_line_start(self.at) {
            self.at = self.line_end(self.at);
            self.skip_gap();
        }
        if self.text[self.at..].starts_with("---")
            && self.is_line_start(self.at)
            && self.is_space(self.at + 3)
        {
            self.at += 3;
        }
        Ok(())
    }

    fn unexpected(&self) -> ParseError {
        let found: String = self.text[self.at..].chars().take(20).collect();
        self.error(self.at, format!("cannot place `{}`", found.trim_end()))
    }

    /// `mark` is where the parser says a collection begins; right for flow collections only.
    fn node(&mut self, event: Next, mark: usize) -> Result<NodeId> {
        let properties = match &event {
            Next::Scalar { properties, .. }
            | Next::SequenceStart { properties }
            | Next::MappingStart { properties } => *properties,
            _ => Properties {
                anchor: false,
                tag: false,
            },
        };
        if let Next::Scalar {
            style: Style::Empty,
            ..
        } = event
            && !properties.anchor
            && !properties.tag
        {
            let empty = Shape::Scalar {
                text: Text::Span,
                style: Style::Empty,
            };
            return Ok(self.push(Span::new(self.at, self.at), self.at, empty));
        }
        self.skip_gap();
        let start = self.at;
        let (tag, anchor) = self.properties(properties)?;
        if !matches!(
            event,
            Next::Scalar {
                style: Style::Empty,
                ..
            }
        ) {
            self.skip_gap();
        }
        let (span, shape) = match event {
            Next::Scalar {
                mut text, style, ..
            } => {
                let span = self.scalar(&mut text, style)?;
                let text = self.text_of(text, style, span);
                (span, Shape::Scalar { text, style })
            }
            Next::Alias => (self.word(b'*')?, Shape::Alias),
            Next::SequenceStart { .. } => self.nested(|b| b.sequence(mark))?,
            Next::MappingStart { .. } => self.nested(|b| b.mapping(mark))?,
            Next::End | Next::Nothing => return Err(self.unexpected()),
        };
        if tag.is_none() && anchor.is_none() {
            return Ok(self.push(span, span.start(), shape));
        }
        let id = self.push(span, start, shape);
        self.tree.named.push(Named {
            node: id,
            tag,
            anchor,
        });
        Ok(id)
    }

    fn push(&mut self, span: Span, start: usize, shape: Shape) -> NodeId {
        let id = NodeId(self.tree.nodes.len() as u32);
        self.tree.nodes.push(Packed {
            span,
            start: start as u32,
            shape,
        });
        id
    }

    /// Where the value of a scalar is found: mostly in the source.
    fn text_of(&mut self, text: String, style: Style, span: Span) -> Text {
        let source = &self.text[span.range()];
        let is_quoted = matches!(style, Style::Single | Style::Double);
        if source == text {
            Text::Span
        } else if is_quoted && source.get(1..source.len() - 1) == Some(&text) {
            Text::Quoted
        } else {
            self.tree.texts.push(text.into());
            Text::Other(self.tree.texts.len() as u32 - 1)
        }
    }

    fn nested<T>(&mut self, build: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.depth == MAX_DEPTH {
            return Err(self.error(self.at, words::too_deep()));
        }
        let (column, in_flow) = (self.column, self.in_flow);
        self.depth += 1;
        let built = build(self);
        self.depth -= 1;
        (self.column, self.in_flow) = (column, in_flow);
        built
    }

    fn sequence(&mut self, mark: usize) -> Result<(Span, Shape)> {
        if self.byte() == Some(b'[') && (mark == self.at || self.in_flow) {
            return self.flow_sequence();
        }
        let start = self.at;
        let mut items = Vec::new();
        let mut end = start;
        self.column = self.column_of(start);
        loop {
            let (event, mark) = self.events.next()?;
            if matches!(event, Next::End) {
                break;
            }
            let dash = self.indicator(b'-').ok_or_else(|| self.unexpected())?;
            let value = self.node(event, mark)?;
            end = self.tree.span(value).end().max(dash as usize + 1);
            items.push(TreeItem {
                dash: Some(dash),
                value,
            });
        }
        Ok((
            Span::new(start, end),
            self.finish_items(Layout::Block, items),
        ))
    }

    fn flow_sequence(&mut self) -> Result<(Span, Shape)> {
        let start = self.at;
        self.at += 1;
        self.in_flow = true;
        let mut items = Vec::new();
        loop {
            let (event, mark) = self.events.next()?;
            if matches!(event, Next::End) {
                break;
            }
            let value = self.node(event, mark)?;
            items.push(TreeItem { dash: None, value });
            self.indicator(b',');
        }
        self.indicator(b']').ok_or_else(|| self.unexpected())?;
        Ok((
            Span::new(start, self.at),
            self.finish_items(Layout::Flow, items),
        ))
    }

    fn finish_items(&mut self, layout: Layout, items: Vec<TreeItem>) -> Shape {
        let first = ItemId(self.tree.items.len() as u32);
        self.tree.items.extend(items);
        Shape::Sequence {
            layout,
            items: first.0..self.tree.items.len() as u32,
        }
    }

    fn mapping(&mut self, mark: usize) -> Result<(Span, Shape)> {
        let start = self.at;
        let braces = self.byte() == Some(b'{') && mark == start;
        let layout = match (braces, self.in_flow) {
            (true, _) => Layout::Flow,
            (false, true) => Layout::Pair,
            (false, false) => Layout::Block,
        };
        if layout == Layout::Flow {
            self.at += 1;
            self.in_flow = true;
        } else if layout == Layout::Block {
            self.column = self.column_of(start);
        }
        let mut entries = Vec::new();
        let mut end = start;
        loop {
            let (event, mark) = self.events.next()?;
            if matches!(event, Next::End) {
                break;
            }
            let entry = self.entry(event, mark, layout)?;
            let value = self.tree.span(entry.value).end();
            end = value.max(
                entry
                    .colon
                    .map_or(self.tree.span(entry.key).end(), |c| c as usize + 1),
            );
            entries.push(entry);
            if layout == Layout::Flow {
                self.indicator(b',');
            }
        }
        if layout == Layout::Flow {
            self.indicator(b'}').ok_or_else(|| self.unexpected())?;
            end = self.at;
        }
        let first = EntryId(self.tree.entries.len() as u32);
        self.tree.entries.extend(entries);
        Ok((
            Span::new(start, end),
            Shape::Mapping {
                layout,
                entries: first.0..self.tree.entries.len() as u32,
            },
        ))
    }

    fn entry(&mut self, key: Next, mark: usize, layout: Layout) -> Result<TreeEntry> {
        self.skip_gap();
        let question = match self.byte() {
            Some(b'?') if self.is_space(self.at + 1) => self.indicator(b'?'),
            _ => None,
        };
        let key = self.node(key, mark)?;
        let (value, mark) = self.events.next()?;
        let colon = match value {
            // Looking for the colon must not swallow the comments that follow an absent one.
            Next::Scalar {
                style: Style::Empty,
                ..
            } if !self.colon_follows() => None,
            _ => Some(self.indicator(b':').ok_or_else(|| self.unexpected())?),
        };
        let value = self.node(value, mark)?;
        Ok(TreeEntry {
            layout,
            question,
            key,
            colon,
            value,
        })
    }
}
