//! Options that commands share.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::error::CliError;
use crate::catalog::rule::{Action, Step};
use crate::catalog::{Catalog, Policy, Window};
use crate::convert::{Answers, Defaults, Form, Options};

/// What to convert to, and how.
#[derive(Args, Debug)]
pub(super) struct ConvertArgs {
    /// What the manifests shall run on: 1.33, kubernetes=1.33,flux=2.8, or latest
    #[arg(long, value_name = "TARGETS")]
    to: Vec<String>,
    /// What runs now, in the same form; what is written is served there too
    #[arg(long, value_name = "TARGETS")]
    from: Vec<String>,
    /// What to convert: removed (what the target no longer serves), deprecated (also what it warns
    /// about), newest (all that has a newer version)
    #[arg(long, value_enum, default_value_t = PolicyArg::Deprecated, hide_possible_values = true)]
    policy: PolicyArg,
    /// Where the defaults of two versions differ: keep (write the old one out), new (take the new one)
    #[arg(long, value_enum, default_value_t = DefaultsArg::Keep, hide_possible_values = true)]
    defaults: DefaultsArg,
    /// Do only what nobody has to look at
    #[arg(long)]
    safe_only: bool,
    /// Also convert manifests inside ConfigMaps, which are data to Kubernetes
    #[arg(long)]
    embedded: bool,
    /// Answer a question that a report asks; may be given several times
    #[arg(long, value_name = "ID=ANSWER", value_parser = pair)]
    answer: Vec<(String, String)>,
    /// End with 0 where it would be 1 or 3 (for hooks)
    #[arg(long)]
    pub exit_zero: bool,
}

/// Which files to read.
#[derive(Args, Debug)]
pub(super) struct PathArgs {
    /// Files, folders, or - for standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// Take generated files too: gotk-components.yaml and those that say DO NOT EDIT
    #[arg(long)]
    pub generated: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PolicyArg {
    Removed,
    Deprecated,
    Newest,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum DefaultsArg {
    Keep,
    New,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    #[default]
    Text,
    Json,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (id, answer) = text
        .split_once('=')
        .ok_or("write ID=ANSWER, as the report shows it")?;
    Ok((id.trim().to_owned(), answer.trim().to_owned()))
}

/// The options of a conversion, checked.
pub(super) struct Chosen {
    catalog: &'static Catalog,
    window: Window,
    answers: Answers,
}

impl Chosen {
    pub(super) fn new(args: &ConvertArgs) -> Result<Chosen, CliError> {
        let catalog = Catalog::builtin();
        if args.to.is_empty() {
            return Err(CliError::NoTarget);
        }
        let window = Window::parse(catalog, &args.to, &args.from)?;
        Ok(Chosen {
            catalog,
            window,
            answers: answers(catalog, &args.answer)?,
        })
    }

    pub(super) fn options(&self, args: &ConvertArgs) -> Options<'_> {
        Options {
            catalog: self.catalog,
            window: &self.window,
            policy: match args.policy {
                PolicyArg::Removed => Policy::Removed,
                PolicyArg::Deprecated => Policy::Deprecated,
                PolicyArg::Newest => Policy::Newest,
            },
            defaults: match args.defaults {
                DefaultsArg::Keep => Defaults::Keep,
                DefaultsArg::New => Defaults::New,
            },
            safe_only: args.safe_only,
            answers: &self.answers,
            form: Form::Whole,
            embedded: args.embedded,
        }
    }
}

/// The answers, if they are answers to questions of the catalogue: a slip of the pen must not pass
/// for an open question.
fn answers(catalog: &Catalog, given: &[(String, String)]) -> Result<Answers, CliError> {
    let mut answers = Answers::new();
    if given.is_empty() {
        return Ok(answers);
    }
    let mut known = BTreeMap::new();
    for conversion in catalog
        .resources()
        .iter()
        .flat_map(|resource| &resource.conversions)
    {
        questions(&conversion.steps, &mut known);
    }
    for (id, answer) in given {
        let id = id.clone();
        match known.get(id.as_str()) {
            None => {
                return Err(CliError::NoQuestion {
                    id,
                    known: known.keys().map(ToString::to_string).collect(),
                });
            }
            Some(choices) if !choices.contains(answer.as_str()) => {
                let known = choices.iter().map(ToString::to_string).collect();
                return Err(CliError::NoAnswer {
                    id,
                    answer: answer.clone(),
                    known,
                });
            }
            Some(_) => {}
        }
        if answers.insert(id.clone(), answer.clone()).is_some() {
            return Err(CliError::AnsweredTwice { id });
        }
    }
    Ok(answers)
}

/// The questions of these steps and those within, with their answers.
fn questions<'a>(steps: &'a [Step], known: &mut BTreeMap<&'a str, BTreeSet<&'a str>>) {
    for step in steps {
        match &step.action {
            Action::In { steps, .. } => questions(steps, known),
            Action::Ask { id, answers, .. } => {
                known
                    .entry(id)
                    .or_default()
                    .extend(answers.iter().map(|(answer, _)| answer.as_str()));
                answers
                    .iter()
                    .for_each(|(_, steps)| questions(steps, known));
            }
            _ => {}
        }
    }
}
