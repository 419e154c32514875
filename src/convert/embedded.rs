//! Objects inside objects: patches of a kustomization, manifests in the values of a chart. The
//! catalogue says which kinds hold them and where ([`Holder`]).

use crate::catalog::{Holder, rule::Path};
use crate::manifest::{self, Gvk};
use crate::yaml::{DroppedComment, Location, Node};

use super::around::Around;
use super::outcome::{Failure, Reference};
use super::path::{self, Address, Link};
use super::unit::{self, Member};
use super::{Form, Options, text};

/// What became of the objects inside an object.
#[derive(Default)]
pub(super) struct Inner {
    pub members: Vec<Member>,
    pub others: usize,
    pub references: Vec<Reference>,
    pub failures: Vec<Failure>,
    pub dropped: Vec<DroppedComment>,
}

/// Converts what an object holds: the findings, and the object's new node if anything changed. `None`
/// for objects that hold nothing.
pub(super) fn convert(
    node: &Node,
    gvk: &Gvk,
    options: &Options,
    around: &Around,
) -> Option<(Inner, Option<Node>)> {
    let is_wanted = |holder: &&Holder| options.embedded || !holder.on_request;
    let mut holders = options
        .catalog
        .holders(gvk.group(), &gvk.kind)
        .filter(is_wanted)
        .peekable();
    holders.peek()?;
    if manifest::is_encrypted(node) {
        return None;
    }
    let mut all = Holding {
        options,
        around,
        inner: Inner::default(),
        new: None,
    };
    for holder in holders {
        let patches = holder.patches.iter().map(|path| (path, Form::Part));
        let objects = holder.objects.iter().map(|path| (path, Form::Whole));
        for (path, form) in patches.chain(objects) {
            all.at(node, path, form, holder.on_request);
        }
    }
    Some((all.inner, all.new))
}

struct Holding<'a> {
    options: &'a Options<'a>,
    around: &'a Around<'a>,
    inner: Inner,
    new: Option<Node>,
}

impl Holding<'_> {
    /// Converts what stands at a path. `is_data`: it need not be a manifest at all.
    fn at(&mut self, node: &Node, path: &Path, form: Form, is_data: bool) {
        let options = Options {
            form,
            ..*self.options
        };
        for links in path::find(node, &path.0) {
            let Some(value) = path::at(node, &links) else {
                continue;
            };
            match value.as_str() {
                Some(inner) => self.text(node, value, inner, &links, &options, is_data),
                None if value.is_mapping() => self.mapping(node, value, &links, &options),
                None => {}
            }
        }
    }

    fn inside(&self, links: &[Link]) -> String {
        let here = Address(links.to_vec()).to_string();
        match &self.around.inside {
            Some(above) => format!("{above}: {here}"),
            None => here,
        }
    }

    /// The node that gets the changes.
    fn place(&mut self, node: &Node, links: &[Link]) -> Result<&mut Node, String> {
        let new = self.new.get_or_insert_with(|| node.clone());
        match path::at_mut(new, links) {
            Ok(Some(place)) => Ok(place),
            Ok(None) => Err("it is not there any more".to_owned()),
            Err(refusal) => Err(refusal.to_string()),
        }
    }

    /// A document, or several, in a string.
    fn text(
        &mut self,
        node: &Node,
        value: &Node,
        inner: &str,
        links: &[Link],
        options: &Options,
        is_data: bool,
    ) {
        let around = self.around;
        let begin = around
            .source
            .location(value)
            .unwrap_or(Location { line: 1, column: 1 });
        let shift = Shift::of(around.text, begin, inner);
        let place = |inner: Location| (around.place)(shift.outward(inner));
        let surroundings = text::Surroundings {
            place: &place,
            holds: around.holds,
            document: Some(around.document),
            inside: Some(self.inside(links)),
        };
        let mut done = text::rewrite_inside(inner, options, &surroundings);
        if is_data && !done.failures.is_empty() {
            return;
        }
        if let Some(new) = done.text.take() {
            let written = self.place(node, links).and_then(|place| {
                place
                    .set_scalar(&Node::string(new))
                    .map_err(|r| r.to_string())
            });
            if let Err(reason) = written {
                done.refuse(&reason);
            }
        }
        let start = place(Location { line: 1, column: 1 }).line;
        let members = done.objects.into_iter();
        self.inner
            .members
            .extend(members.map(|report| Member { report, start }));
        self.inner.others += done.others;
        self.inner.references.extend(done.references);
        self.inner.failures.extend(done.failures);
        self.inner.dropped.extend(done.dropped);
    }

    /// An object, or a list of them, that is part of the document.
    fn mapping(&mut self, node: &Node, value: &Node, links: &[Link], options: &Options) {
        let objects = manifest::objects(value);
        let around = Around {
            inside: Some(self.inside(links)),
            ..*self.around
        };
        for mut unit in unit::units(value, &objects, options, &around) {
            if unit.converted.is_some() {
                let put = self
                    .place(node, links)
                    .and_then(|place| unit.put(place).map_err(|refusal| refusal.to_string()));
                if let Err(reason) = put {
                    unit.refuse(&reason);
                }
            }
            self.inner.members.extend(unit.members);
            self.inner.others += unit.others;
            self.inner.references.extend(unit.references);
            self.inner.failures.extend(unit.failures);
            self.inner.dropped.extend(unit.dropped);
        }
    }
}

/// Where the lines of a text inside a text stand in the outer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shift {
    /// A literal block: its lines are lines of the outer text, so much further right.
    Block { above: usize, indent: usize },
    /// Anything else is found where it begins.
    At(Location),
}

impl Shift {
    fn of(outer: &str, begin: Location, inner: &str) -> Shift {
        let mut lines = outer.lines().skip(begin.line - 1);
        let header = lines.next().unwrap_or_default();
        let is_block = header.chars().nth(begin.column - 1) == Some('|');
        let first = |line: &&str| !line.trim().is_empty();
        match (lines.find(first), inner.lines().find(first)) {
            (Some(there), Some(here)) if is_block && there.ends_with(here.trim_end()) => {
                Shift::Block {
                    above: begin.line,
                    indent: there.trim_end().len() - here.trim_end().len(),
                }
            }
            _ => Shift::At(begin),
        }
    }

    fn outward(self, inner: Location) -> Location {
        match self {
            Shift::Block { above, indent } => Location {
                line: inner.line + above,
                column: inner.column + indent,
            },
            Shift::At(begin) => begin,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_blocks_are_places_in_the_file() {
        let outer = "a: 1\nb: |\n\n    kind: X\n      y: 1\nc: \"kind: X\"\n";
        let block = Shift::of(
            outer,
            Location { line: 2, column: 4 },
            "\nkind: X\n  y: 1\n",
        );
        assert_eq!(
            block.outward(Location { line: 3, column: 3 }),
            Location { line: 5, column: 7 }
        );
        let begin = Location { line: 6, column: 4 };
        let quoted = Shift::of(outer, begin, "kind: X");
        assert_eq!(quoted.outward(Location { line: 1, column: 2 }), begin);
    }
}
