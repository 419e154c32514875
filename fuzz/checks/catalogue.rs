//! Any text as a file of the catalogue, as one of components, and as a target.

use std::sync::LazyLock;

use refit::catalog::component::{self, Component};
use refit::catalog::format::File;
use refit::catalog::{Catalog, Policy, Window};
use refit::convert::{self, Answers, Defaults, Form, Options};

use super::choices::Choices;
use super::mutate::mutate;
use super::{Check, halves, hold};

static COMPONENTS: LazyLock<Vec<Component>> =
    LazyLock::new(|| Catalog::builtin().components().to_vec());

pub fn check(data: &[u8]) -> Check {
    outcome(data).map(drop)
}

/// The same, and whether the text is a file of the catalogue.
pub fn outcome(data: &[u8]) -> Result<bool, String> {
    let (text, choices) = halves(data);
    let mut choices = Choices::new(choices);
    let text = mutate(text, &mut choices);
    if let Err(errors) = component::parse("components.yaml", &text) {
        said(&errors.to_string())?;
    }
    let first = text.lines().next().unwrap_or_default();
    if let Err(error) = Window::parse(Catalog::builtin(), &[first], &[first]) {
        said(&error.to_string())?;
    }
    let file = match File::parse("fuzz.yaml", &text) {
        Ok(file) => file,
        Err(error) => return said(&error.to_string()).map(|()| false),
    };
    let functions = convert::function_names();
    if let Err(errors) = Catalog::builtin().with_files(std::slice::from_ref(&file), &functions) {
        said(&errors.to_string())?;
    }
    let compiled = Catalog::compile(
        COMPONENTS.clone(),
        std::slice::from_ref(&file),
        Some(&functions),
    );
    match compiled {
        Ok(catalog) => run(&file, &catalog, &mut choices).map(|()| true),
        Err(errors) => said(&errors.to_string()).map(|()| false),
    }
}

fn said(error: &str) -> Check {
    if error.trim().is_empty() {
        return Err("an error without a word".to_owned());
    }
    Ok(())
}

/// The steps of a file that compiles are run: on its own examples, which they need not fit.
fn run(file: &File, catalog: &Catalog, choices: &mut Choices) -> Check {
    let Ok(window) = Window::parse(catalog, &["latest"], &[] as &[&str]) else {
        return Err("the newest versions are no target".to_owned());
    };
    for example in file.examples.iter().take(4) {
        let answers: Answers = example.answers.0.iter().cloned().collect();
        let options = Options {
            catalog,
            window: &window,
            policy: choices.one(&[Policy::Newest, Policy::Deprecated, Policy::Removed]),
            defaults: choices.one(&[Defaults::Keep, Defaults::New]),
            safe_only: choices.rarely(3),
            answers: &answers,
            form: if example.part {
                Form::Part
            } else {
                Form::Whole
            },
            embedded: false,
        };
        let done = convert::rewrite(&example.before, &options);
        if let Some(failure) = done.failures.iter().find(|f| f.message.contains("defect")) {
            return Err(format!("{}\non\n{}", failure.message, example.before));
        }
        let after = done.text.as_deref().unwrap_or(&example.before);
        hold::edits(&example.before, after, &done.edits)?;
    }
    Ok(())
}
