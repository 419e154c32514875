//! Runs the steps of a conversion on the model of one object.
//!
//! Nothing here touches text, and nothing is half done: the steps run on a copy, which the caller
//! keeps only when all of them went through.

use crate::catalog::Way;
use crate::catalog::rule::{Action, Segment, Step};
use crate::manifest::Gvk;
use crate::yaml::{Node, Refusal, Value, WriteError};

use super::condition::{self, Missing};
use super::functions::{self, Scope};
use super::origins::Origins;
use super::outcome::{Change, Grade, Question, Reason, Verb};
use super::path::{Address, Link};
use super::{Defaults, Form, Options, part};

/// Turns a node of the document into text, for steps that put YAML into a string.
pub(super) trait Render {
    fn render(&self, node: &Node) -> Result<String, WriteError>;
}

/// An object after all steps.
#[derive(Debug)]
pub(super) struct Converted {
    pub node: Node,
    pub changes: Vec<Change>,
}

/// Why an object was not converted.
#[derive(Debug, PartialEq)]
pub(super) enum Stopped {
    Manual(Vec<Reason>),
    Refused(String),
}

/// An edit that cannot be made, and where.
#[derive(Debug)]
pub(super) struct Stop {
    address: Option<String>,
    reason: String,
}

impl Stop {
    pub fn new(reason: impl Into<String>) -> Stop {
        Stop {
            address: None,
            reason: reason.into(),
        }
    }

    fn at(mut self, address: &Address) -> Stop {
        self.address.get_or_insert_with(|| address.to_string());
        self
    }

    fn into_text(self) -> String {
        match self.address.as_deref() {
            None | Some("") => self.reason,
            Some(address) => format!("{address}: {}", self.reason),
        }
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Stop {
        Stop::new(refusal.to_string())
    }
}

impl From<WriteError> for Stop {
    fn from(error: WriteError) -> Stop {
        Stop::new(error.to_string())
    }
}

/// How many nodes the aliases of one object may stand for.
const ALIAS_LIMIT: usize = 100_000;

/// Runs all conversions of a way on an object, and gives it its new version and kind.
///
/// # Errors
/// When a person has to decide, or the text cannot be edited.
pub(super) fn convert(
    object: &Node,
    gvk: &Gvk,
    way: &Way,
    options: &Options,
    render: &dyn Render,
) -> Result<Converted, Stopped> {
    let mut engine = Engine::new(object, gvk, options, render)?;
    let mut node = object.clone();
    let here = engine.root();
    let ran = way.hops.iter().try_for_each(|hop| {
        engine.steps(&mut node, &here, &hop.steps)?;
        engine.came_through.push(hop.to.clone());
        Ok(())
    });
    let ran = ran.and_then(|()| engine.name(&mut node, "apiVersion", way.api_version));
    let ran = ran.and_then(|()| {
        if way.kind == gvk.kind {
            Ok(())
        } else {
            engine.name(&mut node, "kind", way.kind)
        }
    });
    let changes = engine.finish(ran)?;
    Ok(Converted { node, changes })
}

/// Whether the aliases of an object stand for few enough nodes: steps may walk through all of them.
fn aliases_fit(node: &Node, in_alias: bool, left: &mut usize) -> bool {
    if in_alias {
        let Some(less) = left.checked_sub(1) else {
            return false;
        };
        *left = less;
    }
    match &node.value {
        Value::Scalar(_) => true,
        Value::Sequence(items) => items
            .iter()
            .all(|item| aliases_fit(item.value(), in_alias, left)),
        Value::Mapping(entries) => entries
            .iter()
            .all(|entry| aliases_fit(entry.value(), in_alias, left)),
        Value::Alias { target, .. } => aliases_fit(target, true, left),
    }
}

/// Where steps run.
#[derive(Clone, Debug)]
pub(super) struct Here {
    pub address: Address,
    /// Other texts may supply keys that are missing.
    pub part: bool,
}

impl Here {
    fn below(&self, link: Link, node: &Node) -> Here {
        Here {
            part: self.part && part::is_merged(&self.address, &link, node),
            address: self.address.join(&[link]),
        }
    }

    /// The same for a node further down.
    pub fn at(&self, scope: &Node, links: &[Link]) -> Here {
        let mut here = self.clone();
        let mut node = scope;
        for link in links {
            let child = super::path::at(node, std::slice::from_ref(link));
            here = match child {
                Some(child) => here.below(link.clone(), child),
                None => Here {
                    address: here.address.join(std::slice::from_ref(link)),
                    ..here
                },
            };
            node = child.unwrap_or(node);
        }
        here
    }
}

pub(super) struct Engine<'a> {
    pub options: &'a Options<'a>,
    pub render: &'a dyn Render,
    object: &'a Node,
    origins: Origins<'a>,
    /// Every version that the object had so far.
    came_through: Vec<String>,
    changes: Vec<Change>,
    reasons: Vec<Reason>,
}

impl<'a> Engine<'a> {
    /// One for an object as it stands in the document.
    ///
    /// # Errors
    /// Refuses an object whose aliases stand for too much.
    pub fn new(
        object: &'a Node,
        gvk: &Gvk,
        options: &'a Options<'a>,
        render: &'a dyn Render,
    ) -> Result<Engine<'a>, Stopped> {
        let mut left = ALIAS_LIMIT;
        if !aliases_fit(object, false, &mut left) {
            let refusal = Refusal::TooLarge { limit: ALIAS_LIMIT };
            return Err(Stopped::Refused(refusal.to_string()));
        }
        Ok(Engine {
            options,
            render,
            object,
            origins: Origins::new(object),
            came_through: vec![gvk.api_version.clone()],
            changes: Vec::new(),
            reasons: Vec::new(),
        })
    }

    /// The object itself as a scope.
    pub fn root(&self) -> Here {
        Here {
            address: Address::default(),
            part: self.options.form == Form::Part && !part::replaces(self.object),
        }
    }

    /// Runs steps on one scope by themselves: what they changed, or why they did not.
    ///
    /// # Errors
    /// As [`convert`]; the scope is of no use then.
    pub fn run(
        &mut self,
        scope: &mut Node,
        here: &Here,
        steps: &[Step],
    ) -> Result<Vec<Change>, Stopped> {
        let ran = self.steps(scope, here, steps);
        self.finish(ran)
    }

    fn finish(&mut self, ran: Result<(), Stop>) -> Result<Vec<Change>, Stopped> {
        let changes = std::mem::take(&mut self.changes);
        let reasons = std::mem::take(&mut self.reasons);
        match ran {
            _ if !reasons.is_empty() => Err(Stopped::Manual(reasons)),
            Ok(()) => Ok(changes),
            Err(stop) => Err(Stopped::Refused(stop.into_text())),
        }
    }

    /// Writes the object's new `apiVersion` or `kind`; an item of a typed list may leave both to it.
    fn name(&mut self, node: &mut Node, key: &str, value: &str) -> Result<(), Stop> {
        if node.get(key).is_none_or(Node::is_null) {
            return Ok(());
        }
        if let Some(old) = node.get_mut(key)? {
            old.set_scalar(&Node::string(value))?;
        }
        Ok(())
    }

    fn steps(&mut self, scope: &mut Node, here: &Here, steps: &[Step]) -> Result<(), Stop> {
        steps.iter().try_for_each(|step| {
            self.step(scope, here, step)
                .map_err(|stop| stop.at(&here.address))
        })
    }

    fn step(&mut self, scope: &mut Node, here: &Here, step: &Step) -> Result<(), Stop> {
        if !step.from.is_empty()
            && !self
                .came_through
                .iter()
                .any(|version| step.from.contains(version))
        {
            return Ok(());
        }
        let demands = matches!(
            step.action,
            Action::Manual(_) | Action::Review(_) | Action::Ask { .. }
        );
        // What kustomize writes is missing here only.
        let labels = match self.options.form {
            Form::Labelled(labels) => Some(labels),
            _ => None,
        };
        let missing = if demands && (here.part || labels.is_some() && part::is_about_labels(step)) {
            Missing::Unknown
        } else {
            Missing::Absent
        };
        if !condition::all(&step.when, scope, missing) {
            return Ok(());
        }
        match &step.action {
            Action::In { paths, steps } => paths
                .iter()
                .try_for_each(|path| self.within(scope, here, &path.0, steps)),
            Action::Move {
                from,
                to,
                convert,
                with,
            } => {
                let mv = super::moves::Move {
                    step,
                    from,
                    to,
                    form: *convert,
                    with,
                    keep: false,
                    pin: false,
                };
                self.relocate(scope, here, &mv)
            }
            Action::Copy {
                from,
                to,
                convert,
                with,
                pin,
            } => {
                if let (Some(labels), true) = (labels, part::ends_in_labels(from)) {
                    return match part::selector_of(to, labels) {
                        Some(selector) => self.write(scope, here, step, &[selector], Verb::Add),
                        None => Ok(()),
                    };
                }
                let mv = super::moves::Move {
                    step,
                    from,
                    to,
                    form: *convert,
                    with,
                    keep: true,
                    pin: *pin,
                };
                self.relocate(scope, here, &mv)
            }
            Action::Add(values) => self.write(scope, here, step, values, Verb::Add),
            Action::Pin(values) => self.write(scope, here, step, values, Verb::Pin),
            Action::Set(values) => self.write(scope, here, step, values, Verb::Set),
            Action::Map { path, values } => self.map(scope, here, step, path, values),
            Action::Remove(path) => self.remove(scope, here, step, path),
            Action::Manual(reason) => {
                let path = self.place_tested(scope, here, step);
                self.manual(path, with_why(reason, step.why.as_deref()));
                Ok(())
            }
            Action::Review(reason) => {
                let path = self.place_tested(scope, here, step);
                self.change(
                    Grade::Review,
                    Verb::Review,
                    path,
                    reason.clone(),
                    step.why.as_deref(),
                );
                Ok(())
            }
            Action::Ask {
                id,
                question,
                answers,
                default,
            } => self.ask(scope, here, step, id, question, answers, default.as_deref()),
            Action::Function(name) => match functions::lookup(name) {
                Some(function) => function(&mut Scope {
                    engine: self,
                    node: scope,
                    here,
                    step,
                }),
                None => Err(Stop::new(format!(
                    "the catalogue names the function `{name}`, which refit does not have"
                ))),
            },
        }
    }

    #[allow(clippy::too_many_arguments)]
    fn ask(
        &mut self,
        scope: &mut Node,
        here: &Here,
        step: &Step,
        id: &str,
        question: &str,
        answers: &[(String, Vec<Step>)],
        default: Option<&str>,
    ) -> Result<(), Stop> {
        let path = self.place(scope, here);
        let given = self.options.answers.get(id).map(String::as_str);
        let chosen = given.or(default);
        let names = || {
            answers
                .iter()
                .map(|(name, _)| name.clone())
                .collect::<Vec<_>>()
        };
        let Some((name, steps)) =
            chosen.and_then(|chosen| answers.iter().find(|(name, _)| name == chosen))
        else {
            let flags = names()
                .iter()
                .map(|name| format!("--answer {id}={name}"))
                .collect::<Vec<_>>()
                .join(" or ");
            let unknown = chosen
                .map(|c| format!("`{c}` is not an answer; "))
                .unwrap_or_default();
            self.reasons.push(Reason {
                path,
                text: with_why(
                    &format!("{unknown}{question} Answer with {flags}"),
                    step.why.as_deref(),
                ),
                question: Some(Question {
                    id: id.to_owned(),
                    answers: names(),
                }),
            });
            return Ok(());
        };
        let by = if given.is_some() {
            "answered"
        } else {
            "not answered, taken"
        };
        let text = format!("{question} {by}: {name} ({id})");
        self.change(Grade::Review, Verb::Ask, path, text, step.why.as_deref());
        self.steps(scope, here, steps)
    }

    /// Runs steps on every node that a path means, and takes out a mapping that they emptied.
    fn within(
        &mut self,
        node: &mut Node,
        here: &Here,
        path: &[Segment],
        steps: &[Step],
    ) -> Result<(), Stop> {
        let Some((first, rest)) = path.split_first() else {
            return self.steps(node, here, steps);
        };
        match first {
            Segment::Key(key) => self.within_key(node, here, key, rest, steps),
            Segment::EachKey => {
                let keys: Vec<String> = node
                    .entries()
                    .iter()
                    .filter_map(|e| e.key().map(str::to_owned))
                    .collect();
                keys.iter()
                    .try_for_each(|key| self.within_key(node, here, key, rest, steps))
            }
            Segment::EachItem => {
                for index in 0..node.items().len() {
                    let Some(item) = node
                        .items()
                        .get(index)
                        .filter(|item| !item.value().is_null())
                    else {
                        continue;
                    };
                    let below = here.below(Link::Item(index), item.value());
                    let refusal = match node.items_mut() {
                        Ok(Some(items)) => {
                            self.within(items[index].value_mut(), &below, rest, steps)?;
                            continue;
                        }
                        Ok(None) => continue,
                        Err(refusal) => refusal,
                    };
                    let copy = node.items()[index].value().clone();
                    self.on_copy(copy, &below, rest, steps, refusal)?;
                }
                Ok(())
            }
            // The catalogue refuses scopes that are not there yet.
            Segment::First | Segment::Last => Ok(()),
        }
    }

    fn within_key(
        &mut self,
        node: &mut Node,
        here: &Here,
        key: &str,
        rest: &[Segment],
        steps: &[Step],
    ) -> Result<(), Stop> {
        let Some(value) = node.get(key).filter(|value| !value.is_null()) else {
            return Ok(());
        };
        let below = here.below(Link::Key(key.to_owned()), value);
        let had_content = !value.is_empty();
        let refusal = match node.get_mut(key) {
            Ok(Some(child)) => {
                self.within(child, &below, rest, steps)?;
                if had_content && child.is_mapping() && child.is_empty() {
                    node.take(key)?;
                }
                return Ok(());
            }
            Ok(None) => return Ok(()),
            Err(refusal) => refusal,
        };
        let copy = node.get(key).cloned().unwrap_or_else(Node::null);
        self.on_copy(copy, &below, rest, steps, refusal)
    }

    /// Runs steps on what an alias or a merge key supplies: they may look, and are refused when they
    /// change something.
    fn on_copy(
        &mut self,
        mut copy: Node,
        here: &Here,
        rest: &[Segment],
        steps: &[Step],
        refusal: Refusal,
    ) -> Result<(), Stop> {
        let before = self.changes.len();
        self.within(&mut copy, here, rest, steps)?;
        if self.changes.len() > before {
            return Err(Stop::from(refusal).at(&here.address));
        }
        Ok(())
    }

    /// Where a node stood in the text; where it stands now, for one that a step made.
    pub fn place(&mut self, node: &Node, here: &Here) -> String {
        self.origins
            .address(node)
            .unwrap_or_else(|| here.address.clone())
            .to_string()
    }

    /// What a step is about: the first thing that its conditions find, else the scope.
    fn place_tested(&mut self, scope: &Node, here: &Here, step: &Step) -> String {
        let tested = step.when.iter().flat_map(|condition| {
            let found = super::path::find(scope, &condition.path.0);
            found.into_iter().filter(|links| {
                let node = super::path::at(scope, links);
                node.is_some_and(|node| condition.is_met(node))
            })
        });
        match tested.into_iter().next() {
            Some(links) => self.place_of(scope, here, &links),
            None => self.place(scope, here),
        }
    }

    /// Where a node stood before any step.
    pub fn first_address(&mut self, node: &Node) -> Option<Address> {
        self.origins.address(node)
    }

    /// The same for a node below a scope.
    pub fn place_of(&mut self, scope: &Node, here: &Here, links: &[Link]) -> String {
        let first = super::path::at(scope, links).and_then(|node| self.origins.address(node));
        first
            .unwrap_or_else(|| here.address.join(links))
            .to_string()
    }

    pub fn change(
        &mut self,
        grade: Grade,
        verb: Verb,
        path: String,
        text: String,
        why: Option<&str>,
    ) {
        self.changes.push(Change {
            grade,
            verb,
            path,
            text,
            why: why.map(str::to_owned),
        });
    }

    pub fn manual(&mut self, path: String, text: String) {
        let reason = Reason {
            path,
            text,
            question: None,
        };
        if !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
    }

    /// Whether old defaults are written out.
    pub fn keeps_defaults(&self) -> bool {
        self.options.defaults == Defaults::Keep
    }
}

fn with_why(reason: &str, why: Option<&str>) -> String {
    match why {
        Some(why) => format!("{reason} ({why})"),
        None => reason.to_owned(),
    }
}
