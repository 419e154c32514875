//! Rewriting a text of any number of documents.

use std::collections::BTreeMap;

use crate::manifest;
use crate::yaml::{
    self, Chunk, Document, DroppedComment, Edit, Location, Node, Rewritten, WriteError,
};

use super::engine::Render;
use super::outcome::{Failure, Known, ObjectReport, Rewrite};
use super::rules::{self, Candidate};
use super::unit::{self, Context, Unit};
use super::{Options, path};

impl Render for Document<'_> {
    fn render(&self, node: &Node) -> Result<String, WriteError> {
        Document::render(self, node)
    }
}

/// Converts the objects of a text: one file or one stream. Everything else keeps its bytes.
///
/// ```
/// use refit::catalog::{Catalog, Policy, Window};
/// use refit::convert::{Answers, Defaults, Form, Options, rewrite};
///
/// let catalog = Catalog::builtin();
/// let window = Window::parse(catalog, &["1.33"], &[])?;
/// let answers = Answers::new();
/// let options = Options {
///     catalog,
///     window: &window,
///     policy: Policy::Deprecated,
///     defaults: Defaults::Keep,
///     safe_only: false,
///     answers: &answers,
///     form: Form::Whole,
/// };
/// let done = rewrite("kind: StorageClass # fast\napiVersion: storage.k8s.io/v1beta1\n", &options);
/// assert_eq!(done.text.as_deref(), Some("kind: StorageClass # fast\napiVersion: storage.k8s.io/v1\n"));
/// # Ok::<(), refit::catalog::TargetError>(())
/// ```
pub fn rewrite(text: &str, options: &Options) -> Rewrite {
    rewrite_except(text, options, &Held::new())
}

/// Conversions that must not be made, by the place of the object's `apiVersion` in the file, with the
/// reason.
pub type Held = BTreeMap<Location, String>;

/// [`rewrite`], but for some objects that have to stay as they are for a reason beyond this text.
pub fn rewrite_except(text: &str, options: &Options, held: &Held) -> Rewrite {
    let old = options.catalog.old_names();
    let mut rewrite = Rewrite::default();
    for (index, chunk) in yaml::split(text).into_iter().enumerate() {
        let bytes = &text.as_bytes()[chunk.range.clone()];
        let candidates = rules::candidates(bytes, options);
        if old.may_be_in(bytes) || !candidates.is_empty() {
            let file = InFile {
                text,
                chunk: &chunk,
                document: index + 1,
            };
            file.rewrite(options, &candidates, held, &mut rewrite);
        }
    }
    if !rewrite.edits.is_empty() {
        rewrite.text = Some(apply(text, &rewrite.edits));
    }
    rewrite
}

fn apply(text: &str, edits: &[Edit]) -> String {
    let grown: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let mut out = String::with_capacity(text.len() + grown);
    let mut at = 0;
    for edit in edits {
        out.push_str(&text[at..edit.range.start]);
        out.push_str(&edit.text);
        at = edit.range.end;
    }
    out.push_str(&text[at..]);
    out
}

/// One document and where it stands.
struct InFile<'a> {
    text: &'a str,
    chunk: &'a Chunk,
    document: usize,
}

impl InFile<'_> {
    fn rewrite<'a>(
        &self,
        options: &Options<'a>,
        rules: &[Candidate<'a>],
        held: &Held,
        rewrite: &mut Rewrite,
    ) {
        let source = &self.text[self.chunk.range.clone()];
        let document = match Document::parse(source) {
            Ok(document) => document,
            Err(error) => {
                let place = self.place(Location {
                    line: error.line,
                    column: error.column,
                });
                rewrite.failures.push(failure(place, error.message));
                return;
            }
        };
        let root = document.model();
        let objects = manifest::objects(&root);
        let context = Context {
            options,
            render: &document,
            rules,
        };
        let mut units = unit::units(&root, &objects, &context);
        for unit in &mut units {
            self.locate(&document, &root, unit);
        }
        let places: Vec<Places> = units
            .iter()
            .map(|unit| self.places(&document, &root, unit))
            .collect();
        for (unit, places) in units.iter_mut().zip(&places) {
            if let Some(reason) = places.iter().find_map(|(place, _)| held.get(place)) {
                unit.hold(reason);
            }
        }
        let written = if units.iter().any(|unit| unit.converted.is_some()) {
            self.write(&document, root, &mut units, rewrite)
        } else {
            None
        };

        let first = rewrite.objects.len();
        let mut starts = Vec::new();
        for (unit, places) in units.into_iter().zip(places) {
            rewrite.others += unit.others;
            for (member, (place, start)) in unit.members.into_iter().zip(places) {
                starts.push(start.line);
                let known = member.judgement.map(|judgement| Known {
                    component: judgement.resource.component.clone(),
                    status: judgement.status,
                    docs: judgement.resource.docs.clone(),
                    rule: judgement.resource.file.clone(),
                });
                rewrite.objects.push(ObjectReport {
                    line: place.line,
                    column: place.column,
                    document: self.document,
                    api_version: member.object.gvk.api_version.clone(),
                    kind: member.object.gvk.kind.clone(),
                    name: member.object.name.clone(),
                    namespace: member.object.namespace.clone(),
                    known,
                    outcome: member.outcome,
                    fixes: member.fixes,
                    dropped: Vec::new(),
                });
            }
        }
        if let Some(written) = written {
            let offset = self.chunk.range.start;
            rewrite
                .edits
                .extend(written.edits.into_iter().map(|edit| Edit {
                    range: edit.range.start + offset..edit.range.end + offset,
                    text: edit.text,
                }));
            self.report_dropped(written.dropped, &starts, first, rewrite);
        }
    }

    /// Reports each dropped comment, also with its object: the last changed one that begins before it.
    fn report_dropped(
        &self,
        dropped: Vec<DroppedComment>,
        starts: &[usize],
        first: usize,
        rewrite: &mut Rewrite,
    ) {
        let reports = &mut rewrite.objects[first..];
        let changed: Vec<usize> = (0..reports.len())
            .filter(|i| reports[*i].is_changed())
            .collect();
        for comment in dropped {
            let comment = DroppedComment {
                line: comment.line + self.chunk.first_line - 1,
                ..comment
            };
            let before = changed
                .partition_point(|i| starts[*i] <= comment.line)
                .saturating_sub(1);
            if let Some(report) = changed.get(before).and_then(|i| reports.get_mut(*i)) {
                report.dropped.push(comment.clone());
            }
            rewrite.dropped.push(comment);
        }
    }

    /// Says where in the file the fixes of a unit stand.
    fn locate(&self, document: &Document, root: &Node, unit: &mut Unit) {
        for member in &mut unit.members {
            let Some(object) = member.object.node(root) else {
                continue;
            };
            for fix in &mut member.fixes {
                if let Some(place) = document.location(path::nearest(object, &fix.path)) {
                    let place = self.place(place);
                    (fix.line, fix.column) = (place.line, place.column);
                }
            }
            member.fixes.sort_by_key(|fix| (fix.line, fix.column));
        }
    }

    /// Where the objects of a unit stand in the file: their `apiVersion`, and where they begin.
    fn places(&self, document: &Document, root: &Node, unit: &Unit) -> Places {
        let place = |node: Option<&Node>| {
            node.and_then(|node| document.location(node))
                .map(|place| self.place(place))
        };
        let top = Location {
            line: self.chunk.first_line,
            column: 1,
        };
        let members = unit.members.iter().map(|member| {
            let node = member.object.node(root);
            let start = place(node).unwrap_or(top);
            (
                place(node.and_then(|node| node.get("apiVersion"))).unwrap_or(start),
                start,
            )
        });
        members.collect()
    }

    /// A place in the document as a place in the file.
    fn place(&self, place: Location) -> Location {
        let start = self.chunk.range.start;
        let line_start =
            memchr::memrchr(b'\n', &self.text.as_bytes()[..start]).map_or(0, |at| at + 1);
        let before = self.text[line_start..start]
            .trim_start_matches('\u{feff}')
            .chars()
            .count();
        Location {
            line: place.line + self.chunk.first_line - 1,
            column: place.column + if place.line == 1 { before } else { 0 },
        }
    }

    /// Writes the document with all conversions, or with those that its text allows.
    fn write(
        &self,
        document: &Document,
        root: Node,
        units: &mut [Unit],
        rewrite: &mut Rewrite,
    ) -> Option<Rewritten> {
        let converted: Vec<usize> = (0..units.len())
            .filter(|i| units[*i].converted.is_some())
            .collect();
        let mut written = attempt(document, root, units, &converted);
        if let (Err(WriteError::Refused(_)), [_, _, ..]) = (&written, converted.as_slice()) {
            let mut accepted = Vec::new();
            written = settle(document, units, &mut accepted, &converted)
                .and_then(|()| attempt(document, document.model(), units, &accepted));
        }
        match written {
            Ok(written) => Some(written),
            Err(error) => {
                units
                    .iter_mut()
                    .for_each(|unit| unit.refuse(&error.to_string()));
                if let WriteError::Unverified(_) = error {
                    let place = self.place(Location { line: 1, column: 1 });
                    rewrite.failures.push(failure(place, error.to_string()));
                }
                None
            }
        }
    }
}

/// For each object of a unit, its `apiVersion` and its beginning.
type Places = Vec<(Location, Location)>;

fn failure(place: Location, message: String) -> Failure {
    Failure {
        line: place.line,
        column: place.column,
        message,
    }
}

/// Writes a document with the conversions of some units. They are moved into the model and back:
/// of a large document there is no room for another copy.
fn attempt(
    document: &Document,
    mut root: Node,
    units: &mut [Unit],
    chosen: &[usize],
) -> Result<Rewritten, WriteError> {
    let mut put = 0;
    let all = chosen.iter().try_for_each(|index| {
        units[*index].put(&mut root)?;
        put += 1;
        Ok(())
    });
    let written = all.and_then(|()| document.write(&root));
    let mut moved = chosen[..put].iter();
    moved.try_for_each(|index| units[*index].take_back(&mut root))?;
    written
}

/// Finds the units that can be written together, by halving: few are refused. The others are told so.
fn settle(
    document: &Document,
    units: &mut [Unit],
    accepted: &mut Vec<usize>,
    candidates: &[usize],
) -> Result<(), WriteError> {
    let chosen = [accepted.as_slice(), candidates].concat();
    match attempt(document, document.model(), units, &chosen) {
        Ok(_) => *accepted = chosen,
        Err(WriteError::Refused(refusal)) => match candidates {
            [] => {}
            [one] => units[*one].refuse(&refusal.to_string()),
            _ => {
                let (left, right) = candidates.split_at(candidates.len() / 2);
                settle(document, units, accepted, left)?;
                settle(document, units, accepted, right)?;
            }
        },
        Err(error) => return Err(error),
    }
    Ok(())
}
