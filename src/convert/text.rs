//! Rewriting a text of any number of documents.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::manifest::{self, Gvk};
use crate::yaml::{
    self, Chunk, Document, DroppedComment, Edit, Location, Node, Rewritten, WriteError,
};

use super::around::Around;
use super::engine::Render;
use super::outcome::{Failure, Grade, Outcome, Reference, Rewrite};
use super::path::{self, Address, Link};
use super::rules::{self, Candidate};
use super::schema_comment;
use super::unit::{self, Unit};
use super::{Form, Options};

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
///     embedded: false,
/// };
/// let done = rewrite("kind: StorageClass # fast\napiVersion: storage.k8s.io/v1beta1\n", &options);
/// assert_eq!(done.text.as_deref(), Some("kind: StorageClass # fast\napiVersion: storage.k8s.io/v1\n"));
/// # Ok::<(), refit::catalog::TargetError>(())
/// ```
pub fn rewrite(text: &str, options: &Options) -> Rewrite {
    // Without anything to set, nothing fails.
    rewrite_within(text, options, &Beyond::default()).unwrap_or_default()
}

/// Conversions that must not be made, by the place of the object's `apiVersion` in the file, with the
/// reason.
pub type Held = BTreeMap<Location, String>;

/// What is known beyond a text: what becomes of other files.
#[derive(Clone, Debug, Default)]
pub struct Beyond {
    pub held: Held,
    /// Values that are written, whatever becomes of the objects.
    pub sets: Vec<Set>,
}

/// A value that another file's change asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    /// Which document of the file, from 1; none: the only one that holds anything.
    pub document: Option<usize>,
    /// Where, by keys and indexes from the document's root.
    pub path: Vec<Link>,
    /// The new scalar.
    pub value: String,
    /// A sentence for the reviewer; none where the change speaks for itself.
    pub text: Option<String>,
}

/// [`rewrite`], with what is known beyond this text.
///
/// # Errors
/// Says why a value of [`Beyond::sets`] cannot be written.
pub fn rewrite_within(text: &str, options: &Options, beyond: &Beyond) -> Result<Rewrite, String> {
    let holds = |place: Location| beyond.held.get(&place).cloned();
    let surroundings = Surroundings {
        place: &|place| place,
        holds: &holds,
        document: None,
        inside: None,
    };
    all(text, options, &surroundings, &beyond.sets)
}

/// What surrounds a text.
pub(super) struct Surroundings<'a> {
    /// A place in the text as a place in the file.
    pub place: &'a dyn Fn(Location) -> Location,
    pub holds: &'a dyn Fn(Location) -> Option<String>,
    /// The document of the file that the text is a value of.
    pub document: Option<usize>,
    pub inside: Option<String>,
}

/// Converts a text that is a value of another one.
pub(super) fn rewrite_inside(text: &str, options: &Options, around: &Surroundings) -> Rewrite {
    // Without anything to set, nothing fails.
    all(text, options, around, &[]).unwrap_or_default()
}

fn all(
    text: &str,
    options: &Options,
    around: &Surroundings,
    sets: &[Set],
) -> Result<Rewrite, String> {
    let old = options.catalog.old_names();
    let mut rewrite = Rewrite::default();
    let chunks = yaml::split(text);
    for (index, chunk) in chunks.iter().enumerate() {
        let before = index.checked_sub(1).map(|index| &chunks[index].range);
        let is_empty = |range: &&Range<usize>| !holds_something(&text[(*range).clone()]);
        let above = before
            .filter(is_empty)
            .map_or(chunk.range.start, |range| range.start);
        let sets: Vec<&Set> = sets
            .iter()
            .filter(|set| match set.document {
                Some(document) => document == index + 1,
                None => holds_something(&text[chunk.range.clone()]),
            })
            .collect();
        let bytes = &text.as_bytes()[chunk.range.clone()];
        let rules = rules::candidates(bytes, options);
        if !sets.is_empty() || old.may_be_in(bytes) || !rules.is_empty() {
            let file = InFile {
                text,
                chunk,
                document: index + 1,
                above,
                around,
            };
            file.rewrite(options, &rules, &sets, &mut rewrite)?;
        }
    }
    if !rewrite.edits.is_empty() {
        rewrite.text = Some(apply(text, &rewrite.edits));
    }
    Ok(rewrite)
}

/// What a kustomization is: it need not say so.
fn kustomization() -> Gvk {
    Gvk::new("kustomize.config.k8s.io/v1beta1", "Kustomization")
}

/// Whether a document has more than comments.
pub(super) fn holds_something(document: &str) -> bool {
    !document.lines().all(is_blank)
}

/// Whether a line is empty, a comment or a document's begin.
fn is_blank(line: &str) -> bool {
    matches!(line.trim_start().bytes().next(), None | Some(b'#')) || line.trim() == "---"
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
    /// Where the comments above it begin, which may stand in an empty document.
    above: usize,
    around: &'a Surroundings<'a>,
}

impl InFile<'_> {
    fn rewrite(
        &self,
        options: &Options,
        rules: &[Candidate],
        sets: &[&Set],
        rewrite: &mut Rewrite,
    ) -> Result<(), String> {
        let source = &self.text[self.chunk.range.clone()];
        let document = match Document::parse(source) {
            Ok(document) => document,
            Err(error) => {
                let place = self.place(Location {
                    line: error.line,
                    column: error.column,
                });
                rewrite.failures.push(failure(place, error.message));
                return match sets {
                    [] => Ok(()),
                    _ => Err("it does not parse".to_owned()),
                };
            }
        };
        let mut root = document.model();
        for set in sets {
            let reference = self.set(&document, &mut root, set)?;
            rewrite.references.extend(reference);
        }
        if !sets.is_empty() {
            // Nobody takes it back when the rest turns out not to be writable.
            document.write(&root).map_err(|error| error.to_string())?;
        }
        let mut objects = manifest::objects(&root);
        if options.form == Form::Kustomization && objects.is_empty() {
            objects.extend(manifest::root_as(&root, &kustomization()));
        }
        let place = |place| self.place(place);
        let around = Around {
            source: &document,
            text: source,
            rules,
            place: &place,
            holds: self.around.holds,
            document: self.around.document.unwrap_or(self.document),
            inside: self.around.inside.clone(),
        };
        let mut units = unit::units(&root, &objects, options, &around);
        let written = if !sets.is_empty() || units.iter().any(|unit| unit.converted.is_some()) {
            self.write(&document, root, sets, &mut units, rewrite)
        } else {
            None
        };

        let first = rewrite.objects.len();
        let mut starts = Vec::new();
        for unit in units {
            rewrite.others += unit.others;
            rewrite.references.extend(unit.references);
            rewrite.failures.extend(unit.failures);
            rewrite.dropped.extend(unit.dropped);
            for member in unit.members {
                starts.push(member.start);
                rewrite.objects.push(member.report);
            }
        }
        if let Some(written) = written {
            self.schema_comment(first, rewrite);
            let offset = self.chunk.range.start;
            rewrite
                .edits
                .extend(written.edits.into_iter().map(|edit| Edit {
                    range: edit.range.start + offset..edit.range.end + offset,
                    text: edit.text,
                }));
            self.report_dropped(written.dropped, &starts, first, rewrite);
        }
        Ok(())
    }

    /// Lets the comment with the schema's URL follow the object that the document is. It comes before
    /// every other edit.
    fn schema_comment(&self, first: usize, rewrite: &mut Rewrite) {
        let Some(object) = rewrite.objects.get(first).filter(|o| o.inside.is_none()) else {
            return;
        };
        let Outcome::Converted {
            api_version,
            kind,
            applied: true,
            ..
        } = &object.outcome
        else {
            return;
        };
        let from = self.above;
        let lines = self.text[from..self.chunk.range.end].split_inclusive('\n');
        let above: usize = lines.take_while(|line| is_blank(line)).map(str::len).sum();
        let above = &self.text[from..from + above];
        let new = Gvk::new(api_version, kind);
        if let Some((range, text)) = schema_comment::moved(above, &object.gvk(), &new) {
            let range = range.start + from..range.end + from;
            let line = self.text[..range.start].matches('\n').count() + 1;
            rewrite.references.push(Reference {
                line,
                column: 1,
                path: "$schema".to_owned(),
                text: format!("$schema: {} -> {text}", &self.text[range.clone()]),
                grade: Grade::Safe,
            });
            rewrite.edits.push(Edit { range, text });
        }
    }

    /// Writes a value that somebody else asks for.
    fn set(
        &self,
        document: &Document,
        root: &mut Node,
        set: &Set,
    ) -> Result<Option<Reference>, String> {
        let address = || Address(set.path.clone());
        let value = path::at_mut(root, &set.path).map_err(|refusal| refusal.to_string())?;
        let value = value.ok_or_else(|| format!("{} is not there", address()))?;
        let place = document
            .location(value)
            .map_or(Location { line: 1, column: 1 }, |place| self.place(place));
        value
            .set_scalar(&Node::string(&set.value))
            .map_err(|refusal| refusal.to_string())?;
        Ok(set.text.as_ref().map(|text| Reference {
            line: place.line,
            column: place.column,
            path: address().to_string(),
            text: text.clone(),
            grade: Grade::Safe,
        }))
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
                line: self
                    .place(Location {
                        line: comment.line,
                        column: 1,
                    })
                    .line,
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

    /// A place in the document as a place in the file.
    fn place(&self, place: Location) -> Location {
        let start = self.chunk.range.start;
        let line_start =
            memchr::memrchr(b'\n', &self.text.as_bytes()[..start]).map_or(0, |at| at + 1);
        let before = self.text[line_start..start]
            .trim_start_matches('\u{feff}')
            .chars()
            .count();
        (self.around.place)(Location {
            line: place.line + self.chunk.first_line - 1,
            column: place.column + if place.line == 1 { before } else { 0 },
        })
    }

    /// Writes the document with all conversions, or with those that its text allows.
    fn write(
        &self,
        document: &Document,
        root: Node,
        sets: &[&Set],
        units: &mut [Unit],
        rewrite: &mut Rewrite,
    ) -> Option<Rewritten> {
        let converted: Vec<usize> = (0..units.len())
            .filter(|i| units[*i].converted.is_some())
            .collect();
        let mut written = attempt(document, root, units, &converted);
        if let Err(WriteError::Refused(_)) = &written {
            let mut accepted = Vec::new();
            let model = || {
                let mut root = document.model();
                // They went through before.
                for set in sets {
                    let _ = self.set(document, &mut root, set);
                }
                root
            };
            written = settle(document, &model, units, &mut accepted, &converted)
                .and_then(|()| attempt(document, model(), units, &accepted));
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
    model: &dyn Fn() -> Node,
    units: &mut [Unit],
    accepted: &mut Vec<usize>,
    candidates: &[usize],
) -> Result<(), WriteError> {
    let chosen = [accepted.as_slice(), candidates].concat();
    match attempt(document, model(), units, &chosen) {
        Ok(_) => *accepted = chosen,
        Err(WriteError::Refused(refusal)) => match candidates {
            [] => {}
            [one] => {
                let reason = refusal.to_string();
                if units[*one].give_up_fixes(&reason) {
                    return settle(document, model, units, accepted, candidates);
                }
                units[*one].refuse(&reason);
            }
            _ => {
                let (left, right) = candidates.split_at(candidates.len() / 2);
                settle(document, model, units, accepted, left)?;
                settle(document, model, units, accepted, right)?;
            }
        },
        Err(error) => return Err(error),
    }
    Ok(())
}
