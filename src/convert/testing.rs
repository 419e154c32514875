//! A catalogue of one kind for unit tests of the engine.

use std::str::FromStr;

use crate::catalog::component;
use crate::catalog::format::File;
use crate::catalog::{Catalog, Policy, Window};

use super::{Answers, Change, Defaults, Form, Options, Outcome, Reason, Rewrite, rewrite};

const COMPONENTS: &str = "
- {id: kubernetes, title: K, docs: 'https://k8s.io', compare: minor, oldest: '1.0', newest: '1.37', released: 2026-08-26}";

/// What a `T` may become.
const OTHER: &str = "
component: kubernetes
kind: U
docs: https://k8s.io/
versions:
  a/v2: {introduced: '1.2'}";

/// What a test of the engine sets.
pub(super) struct Bench {
    catalog: Catalog,
    pub answers: Answers,
    pub defaults: Defaults,
    pub safe_only: bool,
    pub form: Form<'static>,
    pub from: Vec<&'static str>,
}

impl Bench {
    /// A kind `T` whose `a/v1` becomes `a/v2` by these steps.
    pub fn new(steps: &str) -> Bench {
        let steps: String = steps
            .trim_start_matches('\n')
            .lines()
            .map(|line| format!("      {line}\n"))
            .collect();
        Bench::with(&format!(
            "  - from: a/v1\n    to: a/v2\n    steps:\n{steps}"
        ))
    }

    /// A kind `T` with the versions `a/v1`, `a/v2`, `a/v3` and `b/v1`, of which those that these
    /// conversions leave are removed.
    pub fn with(conversions: &str) -> Bench {
        let mut file =
            "component: kubernetes\nkind: T\ndocs: https://k8s.io/\nversions:\n".to_owned();
        for version in ["a/v1", "a/v2", "a/v3", "b/v1"] {
            if conversions.contains(&format!("from: {version}")) {
                file += &format!("  {version}: {{removed: \"1.20\"}}\n");
            } else if conversions.contains(version) {
                file += &format!("  {version}: {{introduced: \"1.2\"}}\n");
            }
        }
        file += &format!("conversions:\n{conversions}");
        let components = component::parse("components.yaml", COMPONENTS).unwrap();
        let files = [
            File::parse("t.yaml", &file).unwrap(),
            File::parse("u.yaml", OTHER).unwrap(),
        ];
        let catalog = Catalog::compile(components, &files, None);
        Bench {
            catalog: catalog.unwrap_or_else(|errors| panic!("{errors}\n{file}")),
            answers: Answers::new(),
            defaults: Defaults::Keep,
            safe_only: false,
            form: Form::Whole,
            from: Vec::new(),
        }
    }

    pub fn answer(mut self, id: &str, answer: &str) -> Bench {
        self.answers.insert(id.to_owned(), answer.to_owned());
        self
    }

    pub fn part(self) -> Bench {
        Bench {
            form: Form::Part,
            ..self
        }
    }

    /// Rewrites a whole text.
    pub fn rewrite(&self, text: &str) -> Rewrite {
        let window = Window::parse(&self.catalog, &["1.33"], &self.from).unwrap();
        let options = Options {
            catalog: &self.catalog,
            window: &window,
            policy: Policy::from_str("deprecated").unwrap(),
            defaults: self.defaults,
            safe_only: self.safe_only,
            answers: &self.answers,
            form: self.form,
            embedded: false,
        };
        rewrite(text, &options)
    }

    /// The text below `apiVersion` and `kind` after the rewrite, and the changes but the first, which is
    /// that of the version.
    pub fn body(&self, body: &str) -> (String, Vec<Change>) {
        let done = self.rewrite(&format!("apiVersion: a/v1\nkind: T\n{body}"));
        let [object] = done.objects.as_slice() else {
            panic!("{done:#?}")
        };
        let Outcome::Converted { changes, .. } = &object.outcome else {
            panic!("{:#?}", object.outcome)
        };
        let text = done.text.expect("it is converted");
        let text = text
            .strip_prefix("apiVersion: a/v2\nkind: T\n")
            .expect("the version is first");
        (text.to_owned(), changes[1..].to_vec())
    }

    /// The texts of the changes.
    pub fn said(&self, body: &str) -> Vec<String> {
        self.body(body).1.iter().map(Change::to_string).collect()
    }

    /// Only the text.
    pub fn text(&self, body: &str) -> String {
        self.body(body).0
    }

    /// Why a person has to look; the text stays as it is.
    pub fn manual(&self, body: &str) -> Vec<String> {
        let done = self.rewrite(&format!("apiVersion: a/v1\nkind: T\n{body}"));
        assert_eq!(done.text, None);
        let [object] = done.objects.as_slice() else {
            panic!("{done:#?}")
        };
        let Outcome::Manual { reasons } = &object.outcome else {
            panic!("{:#?}", object.outcome)
        };
        reasons.iter().map(Reason::to_string).collect()
    }

    /// Why the text cannot be edited; it stays as it is.
    pub fn refused(&self, body: &str) -> String {
        let done = self.rewrite(&format!("apiVersion: a/v1\nkind: T\n{body}"));
        assert_eq!(done.text, None);
        let [object] = done.objects.as_slice() else {
            panic!("{done:#?}")
        };
        let Outcome::Refused { reason } = &object.outcome else {
            panic!("{:#?}", object.outcome)
        };
        reason.clone()
    }
}
