//! Rules on the objects of a small catalogue. What the built-in rules do is in their examples.

use crate::catalog::component;
use crate::catalog::format::{File, PlacesFile, RuleFile};
use crate::catalog::source::Source;
use crate::catalog::{Catalog, Policy, Window};
use crate::yaml::Location;

use super::super::{Answers, Beyond, Defaults, Form, Options, Outcome, Rewrite, rewrite_within};
use super::*;

const COMPONENTS: &str = "
- {id: kubernetes, title: K, docs: 'https://k8s.io', compare: minor, oldest: '1.0', newest: '1.37', released: 2026-08-26}
- {id: other, title: O, docs: 'https://k8s.io', compare: minor, oldest: '1.0', newest: '1.2', released: 2026-08-26}";

const KIND: &str = "
component: kubernetes
kind: T
docs: https://k8s.io/
versions:
  a/v1: {removed: '1.20'}
  a/v2: {introduced: '1.2'}
conversions:
  - from: a/v1
    to: a/v2
    steps:
      - {manual: no, when: {stop: present}}
      - {move: old, to: pod}";

const PLACES: &str = "
pod:
  - {kind: a/T, path: pod}
  - {kind: a/v1/T, path: old}
  - {kind: b/U, path: 'pods[]'}";

/// What a run of the test sets.
struct Bench {
    rules: Vec<String>,
    from: &'static str,
    safe_only: bool,
    form: Form<'static>,
    beyond: Beyond,
}

impl Bench {
    /// One rule with these versions and steps, for what names `image`.
    fn new(versions: &str, steps: &str) -> Bench {
        Bench {
            rules: Vec::new(),
            from: "1.32",
            safe_only: false,
            form: Form::Whole,
            beyond: Beyond::default(),
        }
        .and("one", "kubernetes", versions, steps)
    }

    fn and(mut self, code: &str, component: &str, versions: &str, steps: &str) -> Bench {
        self.rules.push(format!(
            "component: {component}\nrule: {code}\ntitle: T\ndocs: https://k8s.io\nversions: {versions}\n\
             contains: image\nplaces: [pod]\nsteps: {steps}\n"
        ));
        self
    }

    fn rewrite(&self, text: &str) -> Rewrite {
        let rules = self.rules.iter().enumerate();
        let source = Source {
            components: component::parse("components.yaml", COMPONENTS).unwrap(),
            places: PlacesFile::parse("places.yaml", PLACES).unwrap(),
            files: vec![File::parse("t.yaml", KIND).unwrap()],
            holders: Vec::new(),
            rules: rules
                .map(|(i, rule)| RuleFile::parse(&format!("{i}.yaml"), rule).unwrap())
                .collect(),
        };
        let catalog = Catalog::of(source, None).unwrap_or_else(|errors| panic!("{errors}"));
        let window = Window::parse(&catalog, &["1.33"], &[self.from]).unwrap();
        let options = Options {
            catalog: &catalog,
            window: &window,
            policy: Policy::Deprecated,
            defaults: Defaults::Keep,
            safe_only: self.safe_only,
            answers: &Answers::new(),
            form: self.form,
            embedded: false,
        };
        rewrite_within(text, &options, &self.beyond).unwrap()
    }

    /// What became of the fixes, one on a line: `code line:column path outcome`.
    fn fixes(&self, text: &str) -> Vec<String> {
        let done = self.rewrite(text);
        assert!(done.failures.is_empty(), "{:?}", done.failures);
        let fixes = done.objects.iter().flat_map(|object| &object.fixes);
        fixes.map(told).collect()
    }
}

fn told(fix: &Fix) -> String {
    let outcome = match &fix.outcome {
        FixOutcome::Made { grade, applied, .. } => format!("{grade} {applied}"),
        FixOutcome::Waits { until } => format!("waits {until}"),
        FixOutcome::Manual { reasons } => format!("manual {}", reasons[0].text),
        FixOutcome::Refused { reason } => format!("refused {reason}"),
        FixOutcome::Noted { notes } => format!("note {}", notes[0].text),
    };
    let Fix {
        rule,
        line,
        column,
        path,
        ..
    } = fix;
    format!("{rule} {line}:{column} {path} {outcome}")
}

const RENAME: &str = "[{map: ., values: {image: picture}}]";
const OLD: &str = "{deprecated: '1.20'}";

#[test]
fn a_rule_runs_after_the_conversion_in_the_same_edit() {
    let text = "apiVersion: a/v1\nkind: T\nold:\n  image: x  # kept\n";
    let done = Bench::new(OLD, RENAME).rewrite(text);
    assert_eq!(
        done.text.as_deref(),
        Some("apiVersion: a/v2\nkind: T\npod:\n  picture: x  # kept\n")
    );
    let object = &done.objects[0];
    assert!(matches!(object.outcome, Outcome::Converted { .. }));
    assert_eq!(told(&object.fixes[0]), "one 4:10 old.image safe true");
}

#[test]
fn every_place_is_a_fix_of_its_own() {
    let text = "apiVersion: b/v1\nkind: U\npods:\n- {image: x}\n- {image: x, picture: y}\n- null\n- {image: z}\n---\nkind: V\napiVersion: b/v1\nimage: x\n";
    let bench = Bench::new(OLD, RENAME);
    let done = bench.rewrite(text);
    assert_eq!(
        done.text.as_deref(),
        Some(
            "apiVersion: b/v1\nkind: U\npods:\n- {picture: x}\n- {image: x, picture: y}\n- null\n- {picture: z}\n---\nkind: V\napiVersion: b/v1\nimage: x\n"
        )
    );
    assert_eq!((done.objects.len(), done.others), (1, 1));
    let fixes = bench.fixes(text);
    assert_eq!(fixes[0], "one 4:11 pods[0].image safe true");
    assert!(
        fixes[1].starts_with("one 5:11 pods[1].image manual "),
        "{fixes:?}"
    );
    assert_eq!(fixes[2], "one 7:11 pods[3].image safe true");
}

#[test]
fn what_is_left_to_a_person_is_left_as_a_whole() {
    let text = "apiVersion: a/v1\nkind: T\nstop: 1\nold: {image: x}\n";
    assert!(Bench::new(OLD, RENAME).fixes(text).is_empty());
    let mut bench = Bench::new(OLD, RENAME);
    let place = Location {
        line: 1,
        column: 13,
    };
    bench.beyond.held.insert(place, "others stay".to_owned());
    let text = "apiVersion: a/v1\nkind: T\nold: {image: x}\n";
    assert_eq!(bench.rewrite(text).text, None);
    assert!(bench.fixes(text).is_empty());
}

#[test]
fn the_window_and_the_wishes_count() {
    let text = "apiVersion: b/v1\nkind: U\npods: [{image: x}]\n";
    let fixes = |versions: &str, steps: &str| Bench::new(versions, steps).fixes(text);
    assert!(fixes("{deprecated: '1.34'}", RENAME).is_empty());
    assert_eq!(
        fixes("{deprecated: '1.20', from: '1.33'}", RENAME),
        ["one 3:16 pods[0].image waits 1.33"]
    );
    let review = "[{review: look, when: {image: present}}, {map: ., values: {image: picture}}]";
    assert_eq!(fixes(OLD, review), ["one 3:16 pods[0].image review true"]);
    let bench = Bench {
        safe_only: true,
        ..Bench::new(OLD, review)
    };
    assert_eq!(bench.fixes(text), ["one 3:16 pods[0].image review false"]);
    assert_eq!(bench.rewrite(text).text, None);
    let untargeted = Bench::new("{deprecated: '1.34'}", RENAME).and("two", "other", OLD, RENAME);
    assert!(untargeted.fixes(text).is_empty());
}

#[test]
fn a_note_changes_nothing() {
    let text = "apiVersion: b/v1\nkind: U\npods: [{image: x}]\n";
    let steps = "[{review: see, when: {image: present}}]";
    let bench = Bench::new("{changed: '1.33'}", steps);
    assert_eq!(bench.fixes(text), ["one 3:16 pods[0].image note see"]);
    assert_eq!(bench.rewrite(text).text, None);
    assert!(!bench.rewrite(text).objects[0].is_left());
    let later = Bench {
        from: "1.33",
        ..bench
    };
    assert!(later.fixes(text).is_empty());
}

#[test]
fn what_had_no_effect_has_one_again() {
    let text = "apiVersion: b/v1\nkind: U\npods: [{image: x, name: a}]\n";
    let fixes = |steps: &str| Bench::new("{removed: '1.30'}", steps).fixes(text);
    assert_eq!(fixes(RENAME), ["one 3:16 pods[0].image review true"]);
    assert_eq!(
        fixes("[{remove: image}]"),
        ["one 3:16 pods[0].image safe true"]
    );
}

#[test]
fn a_scope_that_is_emptied_goes() {
    let text = "apiVersion: a/v2\nkind: T\npod: {image: x}\nspec: 1\n";
    let done = Bench::new(OLD, "[{remove: image}]").rewrite(text);
    assert_eq!(
        done.text.as_deref(),
        Some("apiVersion: a/v2\nkind: T\nspec: 1\n")
    );
}

#[test]
fn comments_that_go_are_told() {
    let text = "apiVersion: a/v2\nkind: T\npod:\n  image: x  # why\n  name: a\n";
    let done = Bench::new(OLD, "[{remove: image}]").rewrite(text);
    assert_eq!(done.objects[0].dropped[0].text.trim(), "# why");
}

#[test]
fn aliases_are_refused_and_spare_the_conversion() {
    let bench = Bench::new(OLD, RENAME);
    let text = "apiVersion: b/v1\nkind: U\npods:\n- &one {image: x}\n- *one\n";
    let fixes = bench.fixes(text);
    assert!(
        fixes[0].starts_with("one 4:16 pods[0].image refused the anchor &one"),
        "{fixes:?}"
    );
    assert!(fixes[1].contains("pods[1] refused"), "{fixes:?}");
    let text = "apiVersion: a/v1\nkind: T\nold: &one {image: x}\nspec: *one\n";
    let done = bench.rewrite(text);
    assert_eq!(
        done.text.as_deref(),
        Some("apiVersion: a/v2\nkind: T\npod: &one {image: x}\nspec: *one\n")
    );
    let fix = told(&done.objects[0].fixes[0]);
    assert!(fix.contains("refused the anchor &one"), "{fix}");
}

#[test]
fn what_is_signed_is_refused() {
    let text = "apiVersion: b/v1\nkind: U\npods: [{image: x}]\nsops: {mac: 'ENC[x]', lastmodified: y, version: 3.7.1}\n";
    let fixes = Bench::new(OLD, RENAME).fixes(text);
    assert!(
        fixes[0].contains("refused encrypted with SOPS"),
        "{fixes:?}"
    );
}

#[test]
fn an_alias_bomb_is_refused() {
    let mut text = "apiVersion: b/v1\nkind: U\na0: &a0 {image: x}\n".to_owned();
    for i in 1..5 {
        let items = vec![format!("*a{}", i - 1); 10].join(", ");
        text += &format!("a{i}: &a{i} [{items}]\n");
    }
    text += "pods: [*a4, *a4, *a4, *a4, *a4, *a4]\n";
    let fixes = Bench::new(OLD, RENAME).fixes(&text);
    assert_eq!(fixes.len(), 1);
    assert!(fixes[0].contains("refused"), "{fixes:?}");
}

#[test]
fn items_of_a_typed_list_meet_the_rules_too() {
    let text = "apiVersion: a/v1\nkind: TList\nitems:\n- old: {image: x}\n- {apiVersion: b/v1, kind: U, pods: [{image: y}]}\n";
    let bench = Bench::new(OLD, RENAME);
    let done = bench.rewrite(text);
    assert_eq!(
        done.text.as_deref(),
        Some(
            "apiVersion: a/v2\nkind: TList\nitems:\n- pod: {picture: x}\n- {apiVersion: b/v1, kind: U, pods: [{picture: y}]}\n"
        )
    );
    let fixes = bench.fixes(text);
    assert_eq!(fixes.len(), 2, "{fixes:?}");
}

#[test]
fn nothing_is_added_to_a_part() {
    let text = "apiVersion: a/v2\nkind: T\npod: {image: x}\n";
    let bench = Bench {
        form: Form::Part,
        ..Bench::new(
            OLD,
            "[{add: {name: a}}, {map: ., values: {image: picture}}]",
        )
    };
    let done = bench.rewrite(text);
    assert_eq!(
        done.text.as_deref(),
        Some("apiVersion: a/v2\nkind: T\npod: {picture: x}\n")
    );
}
