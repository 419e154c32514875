//! From model to text: the writer walks model and source side by side.
//!
//! What stands where it stood is kept as a piece of source. What moved is its own source lines,
//! shifted. What is new is printed in the style around it. New text is put together at column 0
//! and shifted to its place at last, so nested moves need no arithmetic.

use std::collections::HashSet;
use std::ops::Range;

use super::document::is_complex;
use super::error::Refusal;
use super::model::{Entry, Item, Node, Origin, Scalar, Value};
use super::region::{self, Child};
use super::rope::{Piece, Rope, dedent, indent};
use super::scalar::{self, Quotes};
use super::style::{DocumentStyle, FlowStyle, scalar_text};
use super::survey::{self, Survey};
use super::tree::{Content, EntryId, ItemId, Layout, NodeId, Style, Tree};

pub(super) type Result<T, E = Refusal> = std::result::Result<T, E>;

pub(super) struct Writer<'a> {
    pub text: &'a str,
    pub tree: &'a Tree,
    pub style: DocumentStyle,
    /// Anchors that aliases use.
    shared: HashSet<&'a str>,
    /// Where complex keys of several lines begin.
    long_keys: Vec<usize>,
    /// What the model still has of the source.
    pub survey: Survey<'a>,
    /// Source ranges that went into new text.
    pub copied: Vec<Range<usize>>,
}

/// A child of a collection in the model.
#[derive(Clone, Copy)]
pub(super) enum ModelChild<'m> {
    Entry(&'m Entry),
    Item(&'m Item),
}

impl<'m> ModelChild<'m> {
    /// The source child that it says it came from, which others may say as well.
    pub fn origin(self) -> Option<Child> {
        match self {
            ModelChild::Entry(e) => e.origin.map(Child::Entry),
            ModelChild::Item(i) => i.origin.map(Child::Item).or(i.entry.map(Child::Entry)),
        }
    }

    /// Whether this is the very same child of the model, not an equal one.
    pub fn is(self, other: ModelChild) -> bool {
        match (self, other) {
            (ModelChild::Entry(a), ModelChild::Entry(b)) => std::ptr::eq(a, b),
            (ModelChild::Item(a), ModelChild::Item(b)) => std::ptr::eq(a, b),
            _ => false,
        }
    }

    pub fn value(self) -> &'m Node {
        match self {
            ModelChild::Entry(e) => &e.value,
            ModelChild::Item(i) => &i.value,
        }
    }
}

/// The text of a value as it stands after a key or dash at column 0.
enum ValueText {
    /// On the line of the key, perhaps going on below it.
    Inline(String),
    /// On lines of its own, from column 0.
    Block {
        properties: String,
        text: String,
        sequence: bool,
    },
}

/// Where the children of a changed collection come to stand.
pub(super) struct Arrangement<'m> {
    /// New children before all others.
    pub front: Vec<ModelChild<'m>>,
    pub slots: Vec<Slot<'m>>,
}

impl Arrangement<'_> {
    /// Whether all children stand where they stood.
    fn is_same(&self) -> bool {
        let same =
            |slot: &Slot| slot.kept.is_some() && slot.instead.is_empty() && slot.after.is_empty();
        self.front.is_empty() && self.slots.iter().all(same)
    }
}

/// What became of one source child.
#[derive(Default)]
pub(super) struct Slot<'m> {
    pub kept: Option<ModelChild<'m>>,
    /// New children in the place of one that is gone.
    pub instead: Vec<ModelChild<'m>>,
    pub after: Vec<ModelChild<'m>>,
}

pub(super) fn children_of(node: &Node) -> Vec<ModelChild<'_>> {
    match &node.value {
        Value::Mapping(entries) => entries.iter().map(ModelChild::Entry).collect(),
        Value::Sequence(items) => items.iter().map(ModelChild::Item).collect(),
        _ => Vec::new(),
    }
}

/// Whether the model's collection is of the same sort as the source's.
fn same_sort(node: &Node, content: &Content) -> bool {
    matches!(
        (&node.value, content),
        (Value::Mapping(_), Content::Mapping { .. })
            | (Value::Sequence(_), Content::Sequence { .. })
    )
}

impl<'a> Writer<'a> {
    pub fn new(text: &'a str, tree: &'a Tree, root: &'a Node) -> Writer<'a> {
        let shared = tree.nodes.iter().filter_map(|n| match &n.content {
            Content::Alias { name } => Some(&**name),
            _ => None,
        });
        let style = DocumentStyle::of(text, tree);
        let keys = tree.entries.iter().map(|entry| tree.node(entry.key));
        let long_keys = keys
            .filter(|key| is_complex(key) && text[key.span.range()].contains('\n'))
            .map(|key| key.start as usize)
            .collect();
        Writer {
            text,
            tree,
            style,
            shared: shared.collect(),
            long_keys,
            survey: Survey::of(tree, root),
            copied: Vec::new(),
        }
    }

    /// The source child that a child of the model came from, with its comments; `None` where another
    /// one before it has taken them.
    pub(super) fn source(&self, child: ModelChild) -> Option<Child> {
        child
            .origin()
            .filter(|&source| self.survey.is_owner(child, source))
    }

    /// Decides for each child of a collection of the model whether it is kept where it was or written
    /// anew, and where. `source` are the children of the collection in the source.
    pub(super) fn arrange<'m>(
        &self,
        children: &[ModelChild<'m>],
        source: Range<u32>,
    ) -> Arrangement<'m> {
        let index = |id: u32| source.contains(&id).then(|| (id - source.start) as usize);
        let origins: Vec<Option<usize>> = children
            .iter()
            .map(|child| match (child, self.source(*child)?) {
                (ModelChild::Entry(_), Child::Entry(id)) => index(id.0),
                (ModelChild::Item(_), Child::Item(id)) => index(id.0),
                _ => None,
            })
            .collect();
        let mut slots: Vec<Slot> = source.clone().map(|_| Slot::default()).collect();
        let mut front = Vec::new();
        // Kept are those that still follow one another as in the source.
        let mut next = 0;
        let mut kept = vec![false; children.len()];
        for (i, child) in children.iter().enumerate() {
            if let Some(at) = origins[i].filter(|&at| at >= next) {
                kept[i] = true;
                slots[at].kept = Some(*child);
                next = at + 1;
            }
        }
        // The next one that is kept, which nothing before it may pass.
        let mut limits = vec![slots.len(); children.len()];
        for i in (1..children.len()).rev() {
            limits[i - 1] = origins[i].filter(|_| kept[i]).unwrap_or(limits[i]);
        }
        let mut last: Option<usize> = None;
        for (i, child) in children.iter().enumerate() {
            if kept[i] {
                last = origins[i];
                continue;
            }
            let place = match child {
                ModelChild::Entry(entry) => entry.place.and_then(|id| index(id.0)),
                ModelChild::Item(_) => None,
            };
            let place = place.filter(|&at| {
                slots[at].kept.is_none() && last.is_none_or(|last| at >= last) && at < limits[i]
            });
            match (place, last) {
                (Some(place), _) => {
                    slots[place].instead.push(*child);
                    last = Some(place);
                }
                (None, Some(last)) if slots[last].kept.is_none() => {
                    slots[last].instead.push(*child);
                }
                (None, Some(last)) => slots[last].after.push(*child),
                (None, None) => front.push(*child),
            }
        }
        Arrangement { front, slots }
    }

    /// The whole document.
    pub fn document(&mut self, root: &Node) -> Result<Rope> {
        let mut rope = Rope::default();
        let Some(id) = self.tree.root else {
            rope.keep(0..self.text.len());
            return Ok(rope);
        };
        let extent = self.extent(id);
        if self.stays(root, id) {
            rope.keep(0..extent.start);
            rope.append(self.in_place(root, id)?);
        } else {
            let properties = self.tree.node(id).start as usize;
            rope.keep(0..properties.min(extent.start));
            rope.new_text(self.render(root)?);
        }
        let mut rest = Rope::default();
        rest.keep(extent.end..self.text.len());
        rope.append(self.behind(Some(root), Some(id), rest));
        Ok(rope)
    }

    /// The text of one value as a document of its own.
    pub fn render(&mut self, node: &Node) -> Result<String> {
        Ok(match self.value_text(node)? {
            ValueText::Block {
                properties, text, ..
            } if !properties.is_empty() => format!("{properties}\n{text}"),
            ValueText::Inline(text) | ValueText::Block { text, .. } => text,
        })
    }

    /// The bytes that `in_place` accounts for.
    pub(super) fn extent(&self, id: NodeId) -> Range<usize> {
        match region::layout(self.tree, id) {
            Some(Layout::Block) => region::block_extent(self.text, self.tree, id),
            _ => self.tree.node(id).span.range(),
        }
    }

    /// Whether the model's node is this source node, changed at most below.
    pub(super) fn stays(&self, node: &Node, id: NodeId) -> bool {
        let source = self.tree.node(id);
        node.origin == Origin::Source(id)
            && match (&node.value, &source.content) {
                (Value::Scalar(new), Content::Scalar { style, .. }) => {
                    // A tag that goes goes with the whole value: it stands before it.
                    self.same_scalar(new, id) || (*style != Style::Empty && source.tag == new.tag)
                }
                (Value::Alias { .. }, Content::Alias { .. }) => true,
                (_, content) if same_sort(node, content) => {
                    // An emptied block collection can only be written as `{}`.
                    !children_of(node).is_empty() || region::children(self.tree, id).is_empty()
                }
                _ => false,
            }
    }

    /// Whether the model's node is this source node with everything below it.
    pub(super) fn is_same(&self, node: &Node, id: NodeId) -> bool {
        node.origin == Origin::Source(id) && self.survey.is_unchanged(id)
    }

    pub(super) fn same_scalar(&self, new: &Scalar, id: NodeId) -> bool {
        survey::same_scalar(self.tree, new, id)
    }

    /// A node that stays, with the changes below it.
    pub(super) fn in_place(&mut self, node: &Node, id: NodeId) -> Result<Rope> {
        let source = self.tree.node(id);
        let extent = self.extent(id);
        let mut rope = Rope::default();
        if self.survey.is_unchanged(id) {
            rope.keep(extent);
            return Ok(rope);
        }
        match (&node.value, &source.content) {
            (Value::Scalar(new), Content::Scalar { style, .. }) if !self.same_scalar(new, id) => {
                let text = match self.literal_like(new, *style, id) {
                    Some(text) => text,
                    None => self.scalar_like(new, *style)?,
                };
                let first = text.lines().next().unwrap_or_default().to_owned();
                rope.new_text(&*first);
                if let Some(comment) = self.header_comment(id) {
                    rope.keep(comment);
                }
                rope.new_text(&text[first.len()..]);
            }
            (
                Value::Mapping(_),
                Content::Mapping {
                    layout,
                    entries: range,
                },
            )
            | (
                Value::Sequence(_),
                Content::Sequence {
                    layout,
                    items: range,
                },
            ) => {
                let children = children_of(node);
                rope = match layout {
                    Layout::Block => self.block(&children, id, range.clone())?,
                    Layout::Flow => self.flow(&children, id, range.clone())?,
                    Layout::Pair => self.pair(&children, id)?,
                };
            }
            _ => rope.keep(extent.clone()),
        }
        match &source.anchor {
            Some(name) if self.shared.contains(&**name) && !rope.is_kept(&extent) => {
                Err(Refusal::SharedAnchor {
                    name: name.to_string(),
                })
            }
            _ => Ok(rope),
        }
    }

    /// The comment behind the header of a block scalar, with the space before it.
    pub(super) fn header_comment(&self, id: NodeId) -> Option<Range<usize>> {
        let node = self.tree.node(id);
        let is_scalar = matches!(node.content, Content::Scalar { .. });
        let comment = region::comments_from(self.tree, node.span.start()).first()?;
        let inside = is_scalar && comment.span.end() <= node.span.end();
        let before = self.text[..comment.span.start()].trim_end_matches([' ', '\t']);
        inside.then(|| before.len()..comment.span.end())
    }

    /// A new scalar in the place of one of this style.
    fn scalar_like(&self, new: &Scalar, style: Style) -> Result<String> {
        let quotes = match style {
            Style::Single => Quotes::Single,
            Style::Double => Quotes::Double,
            _ => self.style.quotes,
        };
        let always = matches!(style, Style::Single | Style::Double);
        // Inside a flow collection more has to be quoted; harmless elsewhere.
        Ok(scalar_text(&new.text, new.kind, quotes, true, always))
    }

    /// A new text in the place of a literal block scalar, at the same column.
    fn literal_like(&self, new: &Scalar, style: Style, id: NodeId) -> Option<String> {
        if !matches!(style, Style::Literal | Style::Folded) || new.kind != scalar::Kind::Str {
            return None;
        }
        let source = &self.text[self.tree.node(id).span.range()];
        let first = source
            .lines()
            .skip(1)
            .find(|line| !line.trim().is_empty())?;
        let column = first.len() - first.trim_start_matches(' ').len();
        let text = literal(&new.text, self.style.indent);
        // Where an indentation indicator is needed, the parent's column matters too.
        let header = text.lines().next()?;
        if !header.starts_with('|') || header.contains(|c: char| c.is_ascii_digit()) {
            return None;
        }
        Some(indent(&text, column.checked_sub(self.style.indent)?))
    }

    /// The children of a block collection, over its extent.
    fn block(&mut self, children: &[ModelChild], id: NodeId, source: Range<u32>) -> Result<Rope> {
        let regions = region::regions(self.text, self.tree, id);
        let source_children = region::children(self.tree, id);
        let mut rope = Rope::default();
        let Some(first) = regions.first() else {
            return Ok(rope);
        };
        let column = region::column_of(self.text, first.child);
        let line_break = format!("\n{}", " ".repeat(column));
        let arrangement = self.arrange(children, source);
        if !arrangement.is_same() && source_children.iter().any(|c| self.is_rigid(*c)) {
            return Err(Refusal::ComplexKey);
        }
        // The last source child that the output has passed.
        let mut passed: Option<usize> = None;
        let mut previous: Option<&Node> = None;
        let mut kept = false;
        let mut started = false;
        for child in &arrangement.front {
            if started {
                rope.new_text(&*line_break);
            }
            let text = self.block_child(*child)?;
            rope.new_text(indent(&text, column));
            started = true;
        }
        for (i, slot) in arrangement.slots.iter().enumerate() {
            let region = regions[i].clone();
            if slot.kept.is_none() && slot.instead.is_empty() {
                continue;
            }
            let gaps: Vec<Range<usize>> = (passed.unwrap_or(0)..i)
                .map(|j| regions[j].end..regions[j + 1].start)
                .collect();
            match (started, passed) {
                (false, _) => {
                    self.heading_stays(
                        &mut rope,
                        &regions[0],
                        source_children[0],
                        i > 0 || slot.kept.is_none(),
                    );
                    self.headings(&mut rope, &gaps);
                }
                (true, Some(passed)) => {
                    let mut between = Rope::default();
                    self.separate(&mut between, &gaps);
                    // What stood behind the last output in the source, if it still does.
                    let own = kept && (gaps.len() == 1 || self.text[gaps[0].clone()].contains('#'));
                    let behind = own.then(|| source_children[passed].value(self.tree));
                    rope.append(self.behind(previous, behind, between));
                }
                (true, None) => {
                    rope.new_text(&*line_break);
                    self.headings(&mut rope, &gaps);
                }
            }
            if let Some(kept) = slot.kept {
                rope.append(self.child_in_place(
                    kept,
                    source_children[i],
                    region.start..region.end,
                )?);
            }
            for (n, child) in slot.instead.iter().enumerate() {
                if n > 0 {
                    rope.new_text(&*line_break);
                }
                let text = self.block_child(*child)?;
                rope.new_text(indent(&text, column));
            }
            for child in &slot.after {
                rope.new_text(&*line_break);
                let text = self.block_child(*child)?;
                rope.new_text(indent(&text, column));
            }
            (passed, started) = (Some(i), true);
            let outputs = slot.kept.iter().chain(&slot.instead).chain(&slot.after);
            previous = outputs.last().map(|child| child.value());
            kept = slot.instead.is_empty() && slot.after.is_empty();
        }
        // What was a heading of removed children at the end stays; blank lines there do not.
        let last = passed.unwrap_or(0);
        let mut rest = Rope::default();
        for j in last..regions.len() - 1 {
            let gap = regions[j].end..regions[j + 1].start;
            let text = self.text[gap.clone()].trim_end();
            if text.contains('#') {
                rest.keep(gap.start..gap.start + text.len());
            }
        }
        let behind = kept.then(|| source_children[last].value(self.tree));
        rope.append(self.behind(previous, behind, rest));
        Ok(rope)
    }

    /// What follows an output that may end in a block scalar: white space on the lines behind it
    /// would become a part of it, and so would blank lines where it keeps them. `source` is what
    /// stood before this text in the source: its own white space does no harm.
    fn behind(&self, output: Option<&Node>, source: Option<NodeId>, text: Rope) -> Rope {
        let source = source.map(|id| self.last_leaf(id)).filter(|&id| {
            let end = self.tree.node(id).span.end();
            matches!(text.0.first(), Some(Piece::Keep(range)) if range.start >= end)
        });
        let flat: String = text.0.iter().map(|piece| self.piece(piece)).collect();
        let blank = &flat[..flat.len() - flat.trim_start().len()];
        let Some(end) = blank.rfind('\n') else {
            return text;
        };
        let keeps = match output.and_then(|node| self.open_end(node, source)) {
            Some(keeps) => keeps,
            // libyaml takes a line of tabs only behind some values.
            None if blank[..end].contains('\t')
                && !output.is_some_and(|node| self.ends_in(node, source)) =>
            {
                false
            }
            None => return text,
        };
        let breaks = if keeps {
            1
        } else {
            blank.matches('\n').count()
        };
        if blank[..=end].bytes().all(|b| b == b'\n' || b == b'\r')
            && breaks == blank.matches('\n').count()
        {
            return text;
        }
        let mut out = Rope::default();
        out.new_text("\n".repeat(breaks));
        out.append(text.split_at(end + 1).1);
        out
    }

    fn piece<'p>(&self, piece: &'p Piece) -> &'p str
    where
        'a: 'p,
    {
        match piece {
            Piece::Keep(range) => &self.text[range.clone()],
            Piece::New(text) => text,
        }
    }

    /// Whether a node ends in a block scalar other than the one the source node ends in; and
    /// whether that keeps the blank lines behind it.
    fn open_end(&self, node: &Node, source: Option<NodeId>) -> Option<bool> {
        let origin = match node.origin {
            Origin::Source(id) => Some(id),
            _ => None,
        };
        let content = origin.map(|id| &self.tree.node(id).content);
        match (&node.value, content) {
            (
                Value::Scalar(new),
                Some(Content::Scalar {
                    style: Style::Literal | Style::Folded,
                    ..
                }),
            ) if origin.is_some_and(|id| self.same_scalar(new, id)) => {
                let span = self.tree.node(origin?).span.range();
                let header = self.text[span].lines().next().unwrap_or_default();
                let own = source.map(|id| self.last_leaf(id)) == origin;
                (!own).then(|| header.contains('+'))
            }
            (Value::Scalar(new), Some(Content::Scalar { style, .. }))
                if !new.literal
                    && origin.is_none_or(|id| self.literal_like(new, *style, id).is_none()) =>
            {
                None
            }
            (Value::Scalar(new), Some(_)) => Some(new.text.ends_with("\n\n")),
            (Value::Scalar(new), None) => new.literal.then(|| new.text.ends_with("\n\n")),
            (Value::Mapping(_) | Value::Sequence(_), content) => {
                let flow = matches!(
                    content,
                    Some(
                        Content::Mapping {
                            layout: Layout::Flow | Layout::Pair,
                            ..
                        } | Content::Sequence {
                            layout: Layout::Flow,
                            ..
                        }
                    )
                );
                let last = children_of(node).pop().filter(|_| !flow)?;
                self.open_end(last.value(), source)
            }
            (Value::Alias { .. }, _) => None,
        }
    }

    /// Whether the last value of a node is what it was in the source.
    fn ends_in(&self, node: &Node, leaf: Option<NodeId>) -> bool {
        match children_of(node).pop() {
            Some(last) => self.ends_in(last.value(), leaf),
            None => leaf.is_some_and(|leaf| self.is_same(node, leaf)),
        }
    }

    /// The last scalar or alias below a node of the source.
    fn last_leaf(&self, mut id: NodeId) -> NodeId {
        while let Some(last) = region::children(self.tree, id).last() {
            id = last.value(self.tree);
        }
        id
    }

    /// Comments above a first child that is removed stay: they may speak of the whole mapping. When
    /// the child only moved, they went with it.
    fn heading_stays(
        &mut self,
        rope: &mut Rope,
        region: &region::Region,
        first: Child,
        gone: bool,
    ) {
        if gone && !self.survey.has(first) {
            rope.keep(region.start..region.child);
        }
    }

    /// Between two outputs with removed children between them: their headings stay, and one blank
    /// line where there was one.
    fn separate(&self, rope: &mut Rope, gaps: &[Range<usize>]) {
        let Some((last, removed)) = gaps.split_last() else {
            return;
        };
        let has_blank_line = |text: &str| text.matches('\n').count() > 1;
        let before = |text: &str| text.len() - text.trim_start().len();
        // A blank line stood before what comes next.
        let mut due = false;
        for gap in removed {
            let text = &self.text[gap.clone()];
            if !text.contains('#') {
                due |= has_blank_line(text);
                continue;
            }
            if due && !has_blank_line(&text[..before(text)]) {
                rope.new_text("\n");
            }
            let heading = text.trim_end().len();
            rope.keep(gap.start..gap.start + heading);
            due = has_blank_line(&text[heading..]);
        }
        let text = &self.text[last.clone()];
        if due && !has_blank_line(&text[..before(text)]) {
            rope.new_text("\n");
        }
        rope.keep(last.clone());
    }

    /// The headings of removed children before the first output.
    fn headings(&self, rope: &mut Rope, gaps: &[Range<usize>]) {
        for gap in gaps {
            let text = &self.text[gap.clone()];
            let skipped = text.len() - text.trim_start().len();
            if text.contains('#') {
                rope.keep(gap.start + skipped..gap.end);
            }
        }
    }

    /// A child that stays, from the start of its comments to the end of its last line.
    fn child_in_place(
        &mut self,
        model: ModelChild,
        child: Child,
        extent: Range<usize>,
    ) -> Result<Rope> {
        let mut rope = Rope::default();
        let column = region::column_of(self.text, child.start(self.tree));
        let after = match (child, model) {
            (Child::Entry(id), ModelChild::Entry(entry)) => {
                let source = self.tree.entry(id);
                let key = self.tree.node(source.key).span.range();
                rope.keep(extent.start..key.start);
                rope.append(self.key_in_place(entry, source.key)?);
                let Some(colon) = source.colon else {
                    if !self.stays(&entry.value, source.value) {
                        return Err(Refusal::ComplexKey);
                    }
                    rope.keep(key.end..extent.end);
                    return Ok(rope);
                };
                rope.keep(key.end..colon as usize + 1);
                colon as usize + 1
            }
            (Child::Item(id), _) => {
                let item = self.tree.item(id);
                let after = item
                    .dash
                    .map_or(self.tree.node(item.value).start as usize, |d| {
                        d as usize + 1
                    });
                rope.keep(extent.start..after);
                after
            }
            _ => return Err(Refusal::ComplexKey),
        };
        let source = child.value(self.tree);
        let is_item = matches!(child, Child::Item(_));
        let value = self.slot(model.value(), source, after..extent.end, column, is_item)?;
        if is_item && !self.text[after..].trim_start_matches(' ').starts_with('#') {
            let dash = child.start(self.tree);
            return Ok(self.lift(extent.start..dash, dash..after, value, column));
        }
        rope.append(value);
        Ok(rope)
    }

    /// An item of `lead` and `dash`. Where its value begins with comments, because what stood before
    /// them is gone, they go above the dash.
    fn lift(&mut self, lead: Range<usize>, dash: Range<usize>, value: Rope, column: usize) -> Rope {
        let text: String = value.0.iter().map(|piece| self.piece(piece)).collect();
        let comments = comment_lines(&text);
        let mut item = Rope::default();
        item.keep(lead);
        let lines = text[comments.clone()].trim_end_matches(' ').lines();
        for (n, line) in lines.enumerate() {
            let pad = if n == 0 || line.trim().is_empty() {
                0
            } else {
                column
            };
            item.new_text(format!("{}{}\n", " ".repeat(pad), line.trim()));
        }
        if !comments.is_empty() {
            item.new_text(" ".repeat(column));
        }
        item.keep(dash);
        item.new_text(&text[..comments.start]);
        let (lifted, rest) = value.split_at(comments.end);
        self.flatten(lifted);
        item.append(rest);
        item
    }

    pub(super) fn key_in_place(&self, entry: &Entry, id: NodeId) -> Result<Rope> {
        let mut rope = Rope::default();
        let source = self.tree.node(id);
        match &source.content {
            Content::Scalar { text, style } if *text != entry.key.text && !entry.key.complex => {
                if source.is_empty() {
                    return Err(Refusal::ComplexKey);
                }
                let new = Scalar {
                    text: entry.key.text.clone(),
                    kind: scalar::Kind::Str,
                    tag: None,
                    literal: false,
                };
                rope.new_text(self.scalar_like(&new, *style)?);
            }
            _ => rope.keep(source.span.range()),
        }
        Ok(rope)
    }

    /// What stands behind a key's colon or a dash, to the end of its region.
    fn slot(
        &mut self,
        node: &Node,
        id: NodeId,
        range: Range<usize>,
        column: usize,
        is_item: bool,
    ) -> Result<Rope> {
        let mut rope = Rope::default();
        let extent = self.extent(id);
        if self.stays(node, id) {
            rope.keep(range.start..extent.start);
            rope.append(self.in_place(node, id)?);
            let rest = extent.end..range.end;
            if self.open_end(node, Some(id)).is_none() {
                rope.keep(rest);
            } else {
                self.below(&mut rope, node, Some(id), rest, column);
            }
            return Ok(rope);
        }
        let source = self.tree.node(id);
        if let Some(name) = source.anchor.as_deref().filter(|n| self.shared.contains(n)) {
            return Err(Refusal::SharedAnchor {
                name: name.to_owned(),
            });
        }
        self.check_anchors(&extent)?;
        let was_block = region::layout(self.tree, id) == Some(Layout::Block);
        let start = if source.is_empty() {
            range.start
        } else {
            source.start as usize
        };
        match self.value_text(node)? {
            ValueText::Inline(text) => {
                let space = if text.is_empty() { "" } else { " " };
                if !was_block && !text.is_empty() && start > range.start {
                    rope.keep(range.start..start);
                } else {
                    rope.new_text(space);
                }
                let text = indent(&text, column);
                let block = block_scalar(&text);
                let first = block.map_or(text.as_str(), |(header, _)| header);
                rope.new_text(first);
                let commented =
                    block.is_some() && first.contains([' ', '\t']) && first.contains('#');
                // The comment of the line, which of a block scalar is that of its header.
                let behind = if was_block {
                    range.start
                } else {
                    extent.end.max(start)
                };
                let mut rest = extent.end.max(start);
                if let Some(c) = region::trailing_comment(self.text, self.tree, behind)
                    && c.span.end() <= range.end
                {
                    if !commented {
                        self.keep_comment(&mut rope, behind..c.span.end(), first.is_empty());
                    }
                    rest = rest.max(c.span.end());
                } else if let Some(comment) = self.header_comment(id)
                    && !self.survey.has_node(id)
                    && !commented
                {
                    self.keep_comment(&mut rope, comment, first.is_empty());
                }
                if let Some((_, lines)) = block {
                    rope.new_text(format!("\n{lines}"));
                }
                self.below(&mut rope, node, None, rest..range.end, column);
            }
            ValueText::Block {
                properties, text, ..
            } if is_item && properties.is_empty() => {
                let bare = was_block && source.start == source.span.start;
                let keep = if bare { extent.start } else { start };
                let way = &self.text[range.start..keep];
                let comment = region::trailing_comment(self.text, self.tree, extent.end);
                let comment = comment.filter(|c| !was_block && c.span.end() <= range.end);
                let mut rest = extent.end.max(keep);
                let mut at = column + 2;
                if let Some(comment) = comment {
                    rope.new_text(" ");
                    rope.keep(comment.span.range());
                    rope.new_text(format!("\n{}", " ".repeat(at)));
                    rest = comment.span.end();
                } else if way.is_empty() || !way.contains('#') && way.contains('\t') {
                    // YAML takes no tab before the keys or dashes of a block collection.
                    rope.new_text(" ");
                } else if way.contains('\t') {
                    return Err(Refusal::Tabs);
                } else {
                    rope.keep(range.start..keep);
                    at = region::column_of(self.text, keep);
                }
                rope.new_text(indent(&text, at));
                self.below(&mut rope, node, None, rest..range.end, column);
            }
            ValueText::Block {
                properties,
                text,
                sequence,
            } => {
                if !properties.is_empty() {
                    rope.new_text(format!(" {properties}"));
                }
                // A comment behind the key stays on its line.
                let comment = if was_block { range.start } else { extent.end };
                let mut rest = extent.end.max(range.start);
                if let Some(c) = region::trailing_comment(self.text, self.tree, comment) {
                    self.keep_comment(&mut rope, comment..c.span.end(), true);
                    rest = rest.max(c.span.end());
                }
                let at = column
                    + if is_item {
                        2
                    } else if sequence {
                        self.style.sequence_indent
                    } else {
                        self.style.indent
                    };
                rope.new_text(format!("\n{}{}", " ".repeat(at), indent(&text, at)));
                self.below(&mut rope, node, None, rest..range.end, column);
            }
        }
        Ok(rope)
    }

    /// A comment with the space before it; `bare` where it follows a colon or dash, behind which
    /// libyaml takes no tab.
    fn keep_comment(&self, rope: &mut Rope, range: Range<usize>, bare: bool) {
        let text = &self.text[range.clone()];
        let space = text.len() - text.trim_start().len();
        if bare && text[..space].contains('\t') {
            rope.new_text(" ");
            rope.keep(range.start + space..range.end);
        } else {
            rope.keep(range);
        }
    }

    /// What stood below a value in the source: comments that are deeper than the key. Below a block
    /// scalar that was not there before they would end up in its text, so they move to the column of
    /// the key.
    fn below(
        &mut self,
        rope: &mut Rope,
        node: &Node,
        source: Option<NodeId>,
        range: Range<usize>,
        column: usize,
    ) {
        if self.text[range.clone()].trim().is_empty() {
            return;
        }
        if self.open_end(node, source).is_none() {
            rope.keep(range);
            return;
        }
        for comment in region::comments_from(self.tree, range.start) {
            if comment.span.end() > range.end {
                break;
            }
            rope.new_text(format!("\n{}", " ".repeat(column)));
            rope.keep(comment.span.range());
        }
    }

    /// A child that is new here, as it stands in a block collection at column 0.
    fn block_child(&mut self, child: ModelChild) -> Result<String> {
        match child {
            ModelChild::Entry(entry) => match self.source(child) {
                Some(source) if source.is_block(self.tree) => self.moved_lines(child, source),
                source => {
                    let comments = source.map(|c| self.flow_comments(c)).unwrap_or_default();
                    let key = self.key_text(entry, None)?;
                    let value = self.value_text(&entry.value)?;
                    Ok(comments.lead + &self.key_value(&key, value, &comments.trailing))
                }
            },
            ModelChild::Item(item) => match self.source(child) {
                Some(source @ Child::Item(_)) if source.is_block(self.tree) => {
                    self.moved_lines(child, source)
                }
                source => {
                    let comments = source.map(|c| self.flow_comments(c)).unwrap_or_default();
                    Ok(match self.value_text(&item.value)? {
                        ValueText::Inline(text) => {
                            let line = line_of("-", &text, &comments.trailing);
                            comments.lead + &line
                        }
                        ValueText::Block {
                            properties, text, ..
                        } if properties.is_empty() && comments.trailing.is_empty() => {
                            let (above, text) = text.split_at(comment_lines(&text).end);
                            format!("{}{above}- {}", comments.lead, indent(text, 2))
                        }
                        ValueText::Block {
                            properties, text, ..
                        } => {
                            let line = line_of("-", &properties, &comments.trailing);
                            format!("{}{line}\n  {}", comments.lead, indent(&text, 2))
                        }
                    })
                }
            },
        }
    }

    fn key_value(&self, key: &str, value: ValueText, comment: &str) -> String {
        match value {
            ValueText::Inline(text) => line_of(&format!("{key}:"), &text, comment),
            ValueText::Block {
                properties,
                text,
                sequence,
            } => {
                let at = if sequence {
                    self.style.sequence_indent
                } else {
                    self.style.indent
                };
                let space = if properties.is_empty() { "" } else { " " };
                let comment = spaced(comment);
                format!(
                    "{key}:{space}{properties}{comment}\n{}{}",
                    " ".repeat(at),
                    indent(&text, at)
                )
            }
        }
    }

    /// Whether an entry of a block mapping depends on what stands before or behind it.
    fn is_rigid(&self, child: Child) -> bool {
        let Child::Entry(id) = child else {
            return false;
        };
        let key = self.tree.node(self.tree.entry(id).key).start as usize;
        self.is_half(child) || self.long_keys.contains(&key)
    }

    /// Whether an entry lacks its key or its colon, and so may become one with its neighbour.
    fn is_half(&self, child: Child) -> bool {
        match child {
            Child::Entry(id) => {
                let entry = self.tree.entry(id);
                entry.colon.is_none() || self.tree.node(entry.key).is_empty()
            }
            Child::Item(_) => false,
        }
    }

    /// The lines of a child that moved here from another block collection.
    fn moved_lines(&mut self, model: ModelChild, child: Child) -> Result<String> {
        let region = region::region(self.text, self.tree, child);
        if self.is_half(child) {
            return Err(Refusal::ComplexKey);
        }
        self.check_movable(&(region.start..region.end))?;
        let rope = self.child_in_place(model, child, region.start..region.end)?;
        let text = self.flatten(rope);
        dedent(&text, region::column_of(self.text, child.start(self.tree)))
    }

    /// Text that moves must not hold a key of several lines: its text, by which it is known, changes
    /// with its indentation. And it is checked for anchors.
    pub(super) fn check_movable(&self, range: &Range<usize>) -> Result<()> {
        let held = self.long_keys.iter().any(|key| range.contains(key));
        if held {
            return Err(Refusal::ComplexKey);
        }
        self.check_anchors(range)
    }

    /// Moved or replaced text must not carry an anchor that others use, nor an alias: their order
    /// in the document may change.
    pub(super) fn check_anchors(&self, range: &Range<usize>) -> Result<()> {
        if self.shared.is_empty() {
            return Ok(());
        }
        for node in self
            .tree
            .nodes
            .iter()
            .filter(|n| range.contains(&(n.start as usize)))
        {
            if let Some(name) = node.anchor.as_deref().filter(|n| self.shared.contains(n)) {
                return Err(Refusal::SharedAnchor {
                    name: name.to_owned(),
                });
            }
            if let Content::Alias { name } = &node.content {
                return Err(Refusal::BelowAlias {
                    name: name.to_string(),
                });
            }
        }
        Ok(())
    }

    /// The key of a new or moved entry.
    pub(super) fn key_text(&self, entry: &Entry, flow: Option<&FlowStyle>) -> Result<String> {
        if entry.key.complex {
            return Err(Refusal::ComplexKey);
        }
        let quotes = flow.map_or(self.style.quotes, |f| f.quotes);
        if let Some(id) = entry.origin {
            let key = self.tree.node(self.tree.entry(id).key);
            if matches!(&key.content, Content::Scalar { text, .. } if *text == entry.key.text)
                && !key.is_empty()
                && !self.text[key.span.range()].contains('\n')
                && flow.is_none_or(|f| {
                    f.quote_keys == self.text[key.span.range()].starts_with(['"', '\''])
                })
            {
                return Ok(self.text[key.span.range()].to_owned());
            }
        }
        let always = flow.is_some_and(|f| f.quote_keys);
        let text = &entry.key.text;
        // `80` stays what it is: `"80"` is another key for some readers.
        let quotable = scalar::kind(text, true, None) == scalar::Kind::Str;
        if entry.key.plain
            && !(always && quotable)
            && !text.contains('\n')
            && scalar::is_plain(text, true)
        {
            return Ok(text.clone());
        }
        Ok(scalar_text(text, scalar::Kind::Str, quotes, true, always))
    }

    /// A value in block context.
    fn value_text(&mut self, node: &Node) -> Result<ValueText> {
        match node.origin {
            Origin::Source(id) if self.stays(node, id) => self.moved_value(node, id),
            Origin::Copy(id) => match (&node.value, self.inline_source(id)) {
                (Value::Scalar(s), Some(text)) if self.same_scalar(s, id) => {
                    Ok(ValueText::Inline(text))
                }
                (Value::Mapping(_) | Value::Sequence(_), Some(_)) => {
                    let style = FlowStyle::of(self.text, self.tree, id, self.style.quotes);
                    Ok(ValueText::Inline(self.flow_value(node, &style)?))
                }
                _ => self.new_value(node),
            },
            _ => self.new_value(node),
        }
    }

    /// The text of a source node that stands on one line and needs no block around it.
    pub(super) fn inline_source(&self, id: NodeId) -> Option<String> {
        let node = self.tree.node(id);
        let block = match &node.content {
            Content::Scalar { style, .. } => {
                matches!(style, Style::Literal | Style::Folded | Style::Empty)
            }
            Content::Mapping { layout, .. } | Content::Sequence { layout, .. } => {
                *layout != Layout::Flow
            }
            Content::Alias { .. } => true,
        };
        let text = &self.text[node.span.range()];
        let tag = node
            .tag
            .as_deref()
            .map(|t| format!("{t} "))
            .unwrap_or_default();
        (!block && !text.contains('\n')).then(|| format!("{tag}{text}"))
    }

    /// A value that left its key or dash.
    fn moved_value(&mut self, node: &Node, id: NodeId) -> Result<ValueText> {
        let source = self.tree.node(id);
        let extent = self.extent(id);
        self.check_movable(&(source.start as usize..extent.end))?;
        let properties = self.properties(id);
        if let (Value::Scalar(new), Content::Scalar { style, .. }) = (&node.value, &source.content)
            && self.header_comment(id).is_some()
            && !self.same_scalar(new, id)
            && self.literal_like(new, *style, id).is_none()
        {
            // The comment is that of a text that is gone.
            return self.new_value(node);
        }
        let rope = self.in_place(node, id)?;
        let text = self.flatten(rope);
        let layout = region::layout(self.tree, id);
        if layout == Some(Layout::Block) {
            let text = dedent(&text, region::column_of(self.text, source.span.start()))?;
            let sequence = matches!(source.content, Content::Sequence { .. });
            return Ok(ValueText::Block {
                properties,
                text,
                sequence,
            });
        }
        let text = match source.content {
            Content::Scalar {
                style: Style::Literal | Style::Folded,
                ..
            } => dedent(&text, self.block_scalar_shift(id))?,
            Content::Scalar { .. } => self.continued(&text, self.line_indent(id)),
            _ => dedent(&text, self.line_indent(id))?,
        };
        let text = match layout {
            // libyaml does not take `:}` for a key without a value.
            Some(Layout::Pair) if self.ends_open(id) => format!("{{{text} }}"),
            Some(Layout::Pair) => format!("{{{text}}}"),
            _ => text,
        };
        let space = if properties.is_empty() || text.is_empty() {
            ""
        } else {
            " "
        };
        Ok(ValueText::Inline(format!("{properties}{space}{text}")))
    }

    /// Anchor and tag of a node, without the comments and line breaks between them.
    pub(super) fn properties(&self, id: NodeId) -> String {
        let node = self.tree.node(id);
        let text = &self.text[node.start as usize..node.span.start()];
        let lines = text
            .lines()
            .map(|l| l.split(" #").next().unwrap_or_default());
        let words = lines.flat_map(str::split_whitespace);
        words
            .filter(|w| w.starts_with(['&', '!']))
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The indentation of the line that a node begins on.
    pub(super) fn line_indent(&self, id: NodeId) -> usize {
        let line = region::line_start(self.text, self.tree.node(id).span.start());
        let bytes = self.text.as_bytes()[line..].iter();
        bytes.take_while(|&&b| b == b' ').count()
    }

    /// A plain or quoted scalar whose further lines, where there are any, move left, but stay deeper
    /// than a key at column 0. Their indentation is no part of the value.
    fn continued(&self, text: &str, columns: usize) -> String {
        let lines = || text.lines().skip(1).filter(|l| !l.trim().is_empty());
        let depth = |l: &str| l.len() - l.trim_start_matches(' ').len();
        let least = lines().map(depth).min().unwrap_or_default();
        match dedent(text, columns) {
            Ok(text) if least > columns => text,
            _ => {
                let lines = text.split('\n').map(str::trim_start);
                indent(&lines.collect::<Vec<_>>().join("\n"), self.style.indent)
            }
        }
    }

    /// How far the lines of a block scalar move left so that it may stand behind a key at column 0.
    fn block_scalar_shift(&self, id: NodeId) -> usize {
        let text = &self.text[self.tree.node(id).span.range()];
        let header = text.lines().next().unwrap_or_default();
        if header.bytes().skip(1).take(2).any(|b| b.is_ascii_digit()) {
            // Measured from the key or dash.
            let entry = (0..self.tree.entries.len() as u32).map(|i| Child::Entry(EntryId(i)));
            let item = (0..self.tree.items.len() as u32).map(|i| Child::Item(ItemId(i)));
            let parent = entry.chain(item).find(|c| c.value(self.tree) == id);
            return parent.map_or(0, |c| region::column_of(self.text, c.start(self.tree)));
        }
        let content = text.lines().skip(1).find(|l| !l.trim().is_empty());
        let column = content.map_or(0, |l| l.len() - l.trim_start_matches(' ').len());
        column.saturating_sub(self.style.indent)
    }

    /// A value that has no text of its own in the source.
    fn new_value(&mut self, node: &Node) -> Result<ValueText> {
        let children = children_of(node);
        match &node.value {
            Value::Scalar(s) if s.literal => {
                Ok(ValueText::Inline(literal(&s.text, self.style.indent)))
            }
            Value::Scalar(s) => {
                let text = scalar_text(&s.text, s.kind, self.style.quotes, false, false);
                let tag = s
                    .tag
                    .as_deref()
                    .map(|t| format!("{t} "))
                    .unwrap_or_default();
                Ok(ValueText::Inline(format!("{tag}{text}")))
            }
            Value::Alias { name, .. } => Err(Refusal::BelowAlias {
                name: name.to_string(),
            }),
            Value::Mapping(_) | Value::Sequence(_) => {
                let sequence = matches!(node.value, Value::Sequence(_));
                let tag = self.collection_tag(node).unwrap_or_default().to_owned();
                if children.is_empty() {
                    let space = if tag.is_empty() { "" } else { " " };
                    let empty = if sequence { "[]" } else { "{}" };
                    return Ok(ValueText::Inline(format!("{tag}{space}{empty}")));
                }
                let lines = children
                    .iter()
                    .map(|c| self.block_child(*c))
                    .collect::<Result<Vec<_>>>()?;
                Ok(ValueText::Block {
                    properties: tag,
                    text: lines.join("\n"),
                    sequence,
                })
            }
        }
    }

    /// The tag of a mapping or sequence that is printed anew; the model has none.
    pub(super) fn collection_tag(&self, node: &Node) -> Option<&'a str> {
        match node.origin {
            Origin::Source(id) | Origin::Copy(id) => {
                let source = self.tree.node(id);
                let same = same_sort(node, &source.content);
                source.tag.as_deref().filter(|_| same)
            }
            Origin::New => None,
        }
    }

    /// Pieces as one text with `\n` line ends.
    pub(super) fn flatten(&mut self, rope: Rope) -> String {
        let mut out = String::new();
        for piece in rope.0 {
            match piece {
                Piece::Keep(range) => {
                    out.push_str(&self.text[range.clone()].replace("\r\n", "\n"));
                    self.copied.push(range);
                }
                Piece::New(text) => out.push_str(&text),
            }
        }
        out
    }
}

/// The comments that a text begins with, up to what they stand above; empty without them.
fn comment_lines(text: &str) -> Range<usize> {
    let start = text.len() - text.trim_start_matches(' ').len();
    let mut end = start;
    while text[end..].starts_with('#') {
        let line = text[end..].find('\n').map_or(text.len(), |i| end + i);
        end = text.len() - text[line..].trim_start().len();
    }
    if end == start || end == text.len() {
        0..0
    } else {
        start..end
    }
}

/// A value and a comment behind a key or dash.
fn line_of(key: &str, value: &str, comment: &str) -> String {
    let space = if value.is_empty() { "" } else { " " };
    let comment = if value.is_empty() {
        spaced(comment)
    } else {
        comment.to_owned()
    };
    match block_scalar(value) {
        Some((header, lines)) => format!("{key}{space}{header}{comment}\n{lines}"),
        None => format!("{key}{space}{value}{comment}"),
    }
}

/// A comment with the space before it as it can stand behind a colon or dash: libyaml takes no tab there.
fn spaced(comment: &str) -> String {
    match comment.trim_start() {
        text if comment.contains('\t') => format!(" {text}"),
        _ => comment.to_owned(),
    }
}

/// Header and lines of a value that is a block scalar.
fn block_scalar(value: &str) -> Option<(&str, &str)> {
    let mut words = value.split(' ').filter(|w| !w.starts_with(['&', '!']));
    let is_block = words.next()?.starts_with(['|', '>']);
    value.split_once('\n').filter(|_| is_block)
}

/// A literal block scalar behind a key at column 0.
fn literal(text: &str, step: usize) -> String {
    let printable = text
        .chars()
        .all(|c| matches!(c, '\n' | '\t') || !scalar::needs_escape(c));
    let body = text.trim_end_matches('\n');
    if !printable || body.is_empty() {
        return scalar::quoted(text, Quotes::Double);
    }
    let chomping = match text.len() - body.len() {
        0 => "-",
        1 => "",
        _ => "+",
    };
    // A first line that begins with a space would be taken for indentation.
    let first = text.lines().find(|l| !l.is_empty()).unwrap_or_default();
    let indicator = if first.starts_with([' ', '\t']) {
        step.to_string()
    } else {
        String::new()
    };
    let lines = if chomping == "+" {
        &text[..text.len() - 1]
    } else {
        body
    };
    let pad = " ".repeat(step);
    let lines: Vec<String> = lines
        .split('\n')
        .map(|l| {
            if l.is_empty() {
                String::new()
            } else {
                format!("{pad}{l}")
            }
        })
        .collect();
    format!("|{indicator}{chomping}\n{}", lines.join("\n"))
}
