//! One document of a file: parsed, read as a model, written back and verified.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::error::{ParseError, Refusal, WriteError};
use super::model::{Entry, Item, Key, Node, Origin, Scalar, Value};
use super::parse;
use super::region;
use super::rope::{Piece, Rope};
use super::tree::{Content, EntryId, ItemId, NodeId, Style, Tree, TreeNode};
use super::verify;
use super::write::Writer;

/// A document that was parsed.
#[derive(Debug)]
pub struct Document<'s> {
    pub(super) text: &'s str,
    tree: Tree,
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
    /// Text that is not YAML 1.2, NUL bytes, lone carriage returns, and nesting deeper than 256
    /// levels; with the place in this text.
    pub fn parse(text: &'s str) -> Result<Document<'s>, ParseError> {
        Ok(Document {
            text,
            tree: parse::parse(text)?,
            lines: OnceCell::new(),
        })
    }

    /// The values of the document; null for a document without any.
    pub fn model(&self) -> Node {
        let Some(root) = self.tree.root else {
            return Node::null();
        };
        Reader {
            text: self.text,
            tree: &self.tree,
            anchors: HashMap::new(),
            shared: self.shared(),
        }
        .node(root)
    }

    fn shared(&self) -> std::collections::HashSet<&str> {
        let names = self.tree.nodes.iter().filter_map(|n| match &n.content {
            Content::Alias { name } => Some(&**name),
            _ => None,
        });
        names.collect()
    }

    /// Writes a changed model back. What did not change keeps its bytes; the result has been parsed
    /// again and says what the model says.
    ///
    /// # Errors
    /// [`WriteError::Refused`] where the change cannot be made without touching what it should not;
    /// [`WriteError::Unverified`] where the result is not what was meant (a defect of refit).
    pub fn write(&self, model: &Node) -> Result<Rewritten, WriteError> {
        let mut writer = Writer::new(self.text, &self.tree, model);
        let rope = writer.document(model)?;
        let edits = self.edits(&rope);
        if edits.is_empty() {
            return Ok(Rewritten {
                text: self.text.to_owned(),
                edits,
                dropped: Vec::new(),
            });
        }
        let text = apply(self.text, &edits);
        let mut kept = writer.copied;
        kept.extend(rope.0.iter().filter_map(|p| {
            if let Piece::Keep(range) = p {
                Some(range.clone())
            } else {
                None
            }
        }));
        kept.sort_by_key(|r| r.start);
        self.check_anchors(&kept)?;
        let dropped = self.dropped(&kept, &text);
        let again = Document::parse(&text)
            .map_err(|e| WriteError::Unverified(format!("it does not parse, {e}")))?;
        verify::verify(self, model, &again, &dropped).map_err(WriteError::Unverified)?;
        if self.unfinished() != again.unfinished() {
            return Err(Refusal::UnfinishedLine.into());
        }
        Ok(Rewritten {
            text,
            edits,
            dropped,
        })
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
                Some(self.location_of(self.tree.node(id).span.start()))
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

    /// The block scalar that the text ends in without a line break, line by line. Parsers
    /// disagree on whether its value ends with one, so nothing may be put behind it, and no other
    /// one may come to stand there.
    fn unfinished(&self) -> Option<Vec<&str>> {
        let is_block = |n: &&TreeNode| {
            matches!(
                n.content,
                Content::Scalar {
                    style: Style::Literal | Style::Folded,
                    ..
                }
            )
        };
        let last = self
            .tree
            .nodes
            .iter()
            .rfind(is_block)
            .filter(|n| n.span.end() == self.text.len())?;
        let text = &self.text[last.span.range()];
        let strips = text
            .lines()
            .next()
            .is_some_and(|header| header.contains('-'));
        // Without the header, which a moved scalar may have got anew, and the indentation.
        (!strips).then(|| text.lines().skip(1).map(str::trim_start).collect())
    }

    /// An anchor that is gone while its aliases may still be there.
    fn check_anchors(&self, kept: &[Range<usize>]) -> Result<(), Refusal> {
        let shared = self.shared();
        let gone = self.tree.nodes.iter().find(|n| {
            n.anchor
                .as_deref()
                .is_some_and(|name| shared.contains(name))
                && !is_inside(kept, n.start as usize)
        });
        match gone.and_then(|n| n.anchor.as_deref()) {
            Some(name) => Err(Refusal::SharedAnchor {
                name: name.to_owned(),
            }),
            None => Ok(()),
        }
    }

    fn dropped(&self, kept: &[Range<usize>], output: &str) -> Vec<DroppedComment> {
        let mut dropped = Vec::new();
        for comment in &self.tree.comments {
            let at = comment.span.start();
            if is_inside(kept, at) {
                continue;
            }
            let text = &self.text[comment.span.range()];
            // Inside a value that was turned into text it is still there.
            if self.text.matches(text).count() <= output.matches(text).count() {
                continue;
            }
            dropped.push(DroppedComment {
                line: self.location_of(at).line,
                text: text.to_owned(),
                key: self.key_at(at),
            });
        }
        dropped
    }

    /// The key of the innermost entry that a comment belongs to.
    fn key_at(&self, at: usize) -> Option<String> {
        let entries = (0..self.tree.entries.len()).map(|i| EntryId(i as u32));
        let found = entries
            .filter(|&id| {
                let region = region::region(self.text, &self.tree, region::Child::Entry(id));
                (region.start..region.end).contains(&at)
            })
            .max_by_key(|&id| self.tree.entry_start(id))?;
        match &self.tree.node(self.tree.entry(found).key).content {
            Content::Scalar { text, .. } => Some(text.clone()),
            _ => None,
        }
    }
}

/// Whether one of the sorted ranges holds a byte.
fn is_inside(ranges: &[Range<usize>], at: usize) -> bool {
    let before = ranges.partition_point(|r| r.start <= at);
    // Ranges may overlap: a moved block inside another one.
    ranges[..before].iter().rev().any(|r| r.contains(&at))
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

/// Reads the model from the tree.
struct Reader<'t> {
    text: &'t str,
    tree: &'t Tree,
    anchors: HashMap<&'t str, Arc<Node>>,
    /// Anchors that are worth remembering.
    shared: std::collections::HashSet<&'t str>,
}

impl<'t> Reader<'t> {
    fn node(&mut self, id: NodeId) -> Node {
        let tree = self.tree;
        let source = tree.node(id);
        let value = match &source.content {
            Content::Scalar { text, style } => {
                let plain = matches!(style, Style::Plain | Style::Empty);
                Value::Scalar(Scalar::read(text.clone(), plain, source.tag.clone()))
            }
            Content::Alias { name } => {
                // An alias inside its own anchor has no value that ends.
                let target = self
                    .anchors
                    .get(&**name)
                    .cloned()
                    .unwrap_or_else(|| Arc::new(Node::null()));
                Value::Alias {
                    name: name.clone(),
                    target,
                }
            }
            Content::Sequence { items, .. } => Value::Sequence(
                items
                    .clone()
                    .map(|i| Item {
                        origin: Some(ItemId(i)),
                        entry: None,
                        value: self.node(tree.item(ItemId(i)).value),
                    })
                    .collect(),
            ),
            Content::Mapping { entries, .. } => Value::Mapping(
                entries
                    .clone()
                    .map(|i| {
                        let id = EntryId(i);
                        let key = self.key(tree.entry(id).key);
                        Entry {
                            origin: Some(id),
                            place: None,
                            key,
                            value: self.node(tree.entry(id).value),
                        }
                    })
                    .collect(),
            ),
        };
        let node = Node {
            origin: Origin::Source(id),
            value,
        };
        if let Some(name) = source.anchor.as_deref().filter(|n| self.shared.contains(n)) {
            self.anchors.insert(name, Arc::new(node.clone()));
        }
        node
    }

    fn key(&mut self, id: NodeId) -> Key {
        let source = self.tree.node(id);
        match &source.content {
            Content::Scalar { text, .. } if source.tag.is_none() => {
                if source.anchor.is_some() {
                    self.node(id);
                }
                Key {
                    text: text.clone(),
                    complex: false,
                }
            }
            _ => {
                self.node(id);
                Key {
                    text: self.text[source.start as usize..source.span.end()].to_owned(),
                    complex: true,
                }
            }
        }
    }
}
