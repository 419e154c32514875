//! One document of a file: parsed, read as a model, written back and verified.

use std::cell::OnceCell;
use std::ops::Range;

use super::aliases;
use super::error::{ParseError, Refusal, WriteError};
use super::lines;
use super::model::{Node, Origin, Value};
use super::parse;
use super::read;
use super::region;
use super::tree::{Content, Layout, Span, Style, Tree, TreeNode};
use super::verify;
use super::words;
use super::write::{Piece, Rope, Writer};

/// A document that was parsed.
#[derive(Debug)]
pub struct Document<'s> {
    pub(super) text: &'s str,
    pub(super) tree: Tree<'s>,
    /// Where its lines begin, once somebody asks for a place.
    lines: OnceCell<Vec<usize>>,
}

/// A place in a text: line and column from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    pub line: usize,
    pub column: usize,
}

/// A change of the text: these bytes of the source become this text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    pub range: Range<usize>,
    pub text: String,
}

/// A comment that went with what it belonged to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DroppedComment {
    /// Its line in the source, from 1.
    pub line: usize,
    /// From the `#` on.
    pub text: String,
    /// The key it belonged to.
    pub key: Option<String>,
}

/// A document after its model was written back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewritten {
    pub text: String,
    /// In the order of the text, not overlapping; empty when nothing changed.
    pub edits: Vec<Edit>,
    pub dropped: Vec<DroppedComment>,
}

impl<'s> Document<'s> {
    /// Parses one document, as [`split`](super::split) cuts them.
    ///
    /// # Errors
    /// Text that is not YAML 1.2, NUL bytes, lone carriage returns, and nesting deeper than 255
    /// levels, also through aliases, and aliases that stand for very much; with the place in this text.
    pub fn parse(text: &'s str) -> Result<Document<'s>, ParseError> {
        let tree = parse::parse(text).map_err(|error| inside(text, words::plain(text, error)))?;
        aliases::check(text, &tree)?;
        Ok(Document {
            text,
            tree,
            lines: OnceCell::new(),
        })
    }

    /// The text that was parsed.
    pub fn source(&self) -> &'s str {
        self.text
    }

    /// The values of the document; null for a document without any.
    pub fn model(&self) -> Node {
        read::model(&self.tree)
    }

    /// Writes a changed model back. What did not change keeps its bytes; the result has been parsed
    /// again and says what the model says.
    ///
    /// # Errors
    /// [`WriteError::Refused`] where the change cannot be made without touching what it should not;
    /// [`WriteError::Unverified`] where the result is not what was meant (a defect of refit).
    pub fn write(&self, model: &Node) -> Result<Rewritten, WriteError> {
        // What it takes to write is gone before the result is parsed: of a large document there is no
        // room for both.
        let (edits, kept) = self.changed(model)?;
        if !edits.is_empty() && self.has_fragile_pair() {
            return Err(Refusal::FlowPair.into());
        }
        if edits.is_empty() {
            return Ok(Rewritten {
                text: self.text.to_owned(),
                edits,
                dropped: Vec::new(),
            });
        }
        let text = apply(self.text, &edits);
        self.check_anchors(&kept)?;
        let dropped = self.dropped(&kept, &text);
        let again = Document::parse(&text)
            .map_err(|e| WriteError::Unverified(format!("it does not parse, {e}")))?;
        let verified = verify::verify(self, model, &again, &dropped).and_then(|()| {
            // The line break may be a part of the last value, whose end nobody compares below `!!null`.
            match text.ends_with('\n') == self.text.ends_with('\n') {
                true => Ok(()),
                false => Err("the final line break came or went".to_owned()),
            }
        });
        verified.map_err(|what| {
            let in_block = self.ends_in_block() || again.ends_in_block();
            if in_block && !self.text.ends_with('\n') {
                Refusal::UnfinishedLine.into()
            } else {
                WriteError::Unverified(what)
            }
        })?;
        Ok(Rewritten {
            text,
            edits,
            dropped,
        })
    }

    /// The edits that make the text of the model, and which bytes of the source are in it, where they
    /// stood or elsewhere.
    fn changed(&self, model: &Node) -> Result<(Vec<Edit>, Vec<Range<usize>>), Refusal> {
        let mut writer = Writer::new(self.text, &self.tree, model);
        let rope = writer.document(model)?;
        let mut kept = writer.copied;
        kept.extend(rope.0.iter().filter_map(|piece| match piece {
            Piece::Keep(range) => Some(range.clone()),
            Piece::New(_) => None,
        }));
        Ok((self.edits(&rope), united(kept)))
    }

    /// The text of one value of the model as a document of its own, from column 0 and without a
    /// final line break. Comments inside it come along.
    ///
    /// # Errors
    /// As [`Document::write`].
    pub fn render(&self, node: &Node) -> Result<String, WriteError> {
        Ok(Writer::new(self.text, &self.tree, node).render(node)?)
    }

    /// Where a node of the model stands in the source; `None` for one that is new.
    pub fn location(&self, node: &Node) -> Option<Location> {
        match node.origin {
            Origin::Source(id) | Origin::Copy(id) => {
                Some(self.location_of(self.tree.span(id).start()))
            }
            Origin::New => None,
        }
    }

    fn location_of(&self, at: usize) -> Location {
        let starts = || memchr::memchr_iter(b'\n', self.text.as_bytes()).map(|i| i + 1);
        let lines = self
            .lines
            .get_or_init(|| std::iter::once(0).chain(starts()).collect());
        let line = lines.partition_point(|&start| start <= at);
        let column = self.text[lines[line - 1]..at].chars().count() + 1;
        Location { line, column }
    }

    /// Turns the pieces of the output into edits of the source.
    fn edits(&self, rope: &Rope) -> Vec<Edit> {
        let mut edits: Vec<Edit> = Vec::new();
        let mut at = 0;
        let mut new = String::new();
        let mut flush = |new: &mut String, range: Range<usize>| {
            let text = with_line_ends(std::mem::take(new), self.line_end_at(range.start));
            if self.text[range.clone()] != text {
                edits.push(Edit { range, text });
            }
        };
        for piece in &rope.0 {
            match piece {
                Piece::New(text) => new.push_str(text),
                Piece::Keep(range) => {
                    if at < range.start || !new.is_empty() {
                        flush(&mut new, at..range.start);
                    }
                    at = range.end;
                }
            }
        }
        if at < self.text.len() || !new.is_empty() {
            flush(&mut new, at..self.text.len());
        }
        edits
    }

    /// The line end of the line that a byte is on, or of the one before the last.
    fn line_end_at(&self, at: usize) -> &'static str {
        let bytes = self.text.as_bytes();
        let end = memchr::memchr(b'\n', &bytes[at..])
            .map(|i| at + i)
            .or_else(|| memchr::memrchr(b'\n', &bytes[..at]));
        match end {
            Some(end) if end > 0 && bytes[end - 1] == b'\r' => "\r\n",
            _ => "\n",
        }
    }

    /// Every comment of the document, from the `#` on.
    pub(super) fn comments(&self) -> impl Iterator<Item = &str> {
        self.tree
            .comments
            .iter()
            .map(|c| &self.text[c.span.range()])
    }

    /// The tag of a mapping or sequence that stands, or stood, in this document.
    pub(super) fn collection_tag(&self, node: &Node) -> Option<&str> {
        let (Origin::Source(id) | Origin::Copy(id)) = node.origin else {
            return None;
        };
        let source = self.tree.node(id);
        let same = matches!(
            (&node.value, &source.content),
            (Value::Mapping(_), Content::Mapping { .. })
                | (Value::Sequence(_), Content::Sequence { .. })
        );
        source.tag.filter(|_| same)
    }

    /// Whether the last value is a block scalar. Where the text has no final line break, what is
    /// put behind it, or comes to stand there, would change its value.
    fn ends_in_block(&self) -> bool {
        let is_leaf = |n: &TreeNode| matches!(n.content, Content::Scalar { .. });
        let last = self.tree.nodes().rfind(is_leaf);
        last.is_some_and(|n| {
            matches!(
                n.content,
                Content::Scalar {
                    style: Style::Literal | Style::Folded,
                    ..
                }
            )
        })
    }

    /// Whether a collection stands in a pair without braces (`[a: [b]]`), which the parser reads only
    /// where braces stand before it.
    fn has_fragile_pair(&self) -> bool {
        self.tree.entries.iter().any(|entry| {
            let pair = entry.layout == Layout::Pair;
            pair && region::layout(&self.tree, entry.value).is_some()
        })
    }

    /// An anchor that is gone while its aliases may still be there.
    fn check_anchors(&self, kept: &[Range<usize>]) -> Result<(), Refusal> {
        let shared = self.tree.shared();
        let mut named = self
            .tree
            .named
            .iter()
            .map(|named| self.tree.node(named.node));
        let gone = named.find(|n| {
            n.anchor.is_some_and(|name| shared.contains(name)) && !is_inside(kept, n.start as usize)
        });
        match gone.and_then(|n| n.anchor) {
            Some(name) => Err(Refusal::SharedAnchor {
                name: name.to_owned(),
            }),
            None => Ok(()),
        }
    }

    fn dropped(&self, kept: &[Range<usize>], output: &str) -> Vec<DroppedComment> {
        let gone = self.tree.comments.iter().map(|c| c.span);
        let gone: Vec<Span> = gone.filter(|c| !is_inside(kept, c.start())).collect();
        let texts: Vec<&str> = gone.iter().map(|c| &self.text[c.range()]).collect();
        // Inside a value that was turned into text a comment is still there.
        let before = verify::occurrences(self.text, &texts);
        let after = verify::occurrences(output, &texts);
        let dropped = gone.iter().zip(texts);
        dropped
            .filter(|(_, text)| before.get(text) > after.get(text))
            .map(|(comment, text)| DroppedComment {
                line: self.location_of(comment.start()).line,
                text: text.to_owned(),
                key: self.key_at(comment.start()),
            })
            .collect()
    }

    /// The key of the innermost entry that a comment belongs to.
    fn key_at(&self, at: usize) -> Option<String> {
        let mut key = None;
        let mut node = self.tree.root?;
        loop {
            let children = region::children(&self.tree, node);
            let region = |child: &region::Child| region::region(self.text, &self.tree, *child);
            let after = children.partition_point(|child| region(child).start <= at);
            let child = after.checked_sub(1).and_then(|last| children.get(last));
            let Some(child) = child.filter(|child| at < region(child).end) else {
                break;
            };
            if let region::Child::Entry(id) = child {
                key = Some(self.tree.entry(*id).key);
            }
            node = child.value(&self.tree);
        }
        match &self.tree.node(key?).content {
            Content::Scalar { text, .. } => Some((*text).to_owned()),
            _ => None,
        }
    }
}

/// The parser counts a line more where the last one has no line break, and counts bytes in the last
/// line of a block scalar.
fn inside(text: &str, error: ParseError) -> ParseError {
    let (line, column) = lines::line_column(text, text.len());
    if error.line < line {
        return error;
    }
    ParseError {
        column: if error.line > line {
            column
        } else {
            error.column.min(column)
        },
        line,
        ..error
    }
}

/// The ranges in order, those that overlap or touch as one: a moved block may be inside another one.
fn united(mut ranges: Vec<Range<usize>>) -> Vec<Range<usize>> {
    ranges.sort_by_key(|r| r.start);
    ranges.dedup_by(|next, last| {
        let one = next.start <= last.end;
        if one {
            last.end = last.end.max(next.end);
        }
        one
    });
    ranges
}

/// Whether one of the united ranges holds a byte.
fn is_inside(ranges: &[Range<usize>], at: usize) -> bool {
    let before = ranges.partition_point(|r| r.start <= at);
    before > 0 && at < ranges[before - 1].end
}

fn with_line_ends(text: String, line_end: &str) -> String {
    if line_end == "\n" {
        text
    } else {
        text.replace('\n', line_end)
    }
}

/// Makes the edits, which are in order and do not overlap.
pub(crate) fn apply(text: &str, edits: &[Edit]) -> String {
    let mut out =
        String::with_capacity(text.len() + edits.iter().map(|e| e.text.len()).sum::<usize>());
    let mut at = 0;
    for edit in edits {
        out.push_str(&text[at..edit.range.start]);
        out.push_str(&edit.text);
        at = edit.range.end;
    }
    out.push_str(&text[at..]);
    out
}
