//! Steps as they are written, right and wrong.

use super::super::super::component;
use super::super::super::format;
use super::super::super::rule::{
    Action, As, Condition, Destination, Literal, Path, Step, Test, Type,
};
use super::super::compile;

/// The steps of a conversion that has these, or its errors.
fn steps(text: &str) -> Result<Vec<Step>, String> {
    let components = "[{id: k, title: K, docs: 'https://k8s.io', compare: minor, oldest: '1.0',
        newest: '1.37', released: 2026-08-26}]";
    let text = format!(
        "{{component: k, kind: X, docs: 'https://k8s.io', versions: {{a/v1: {{}}, a/v2: {{}}}},
          conversions: [{{from: a/v1, to: a/v2, steps: {text}}}]}}"
    );
    let file = format::File::parse("x.yaml", &text).map_err(|e| e.to_string())?;
    let resource = compile(
        &file,
        &component::parse("components.yaml", components).unwrap(),
    );
    resource
        .map(|mut r| r.conversions.remove(0).steps)
        .map_err(|errors| {
            errors
                .iter()
                .map(|e| format!("{}: {}", e.place, e.reason))
                .collect::<Vec<_>>()
                .join("\n")
        })
}

fn one(text: &str) -> Step {
    steps(&format!("[{text}]"))
        .unwrap_or_else(|e| panic!("{text}: {e}"))
        .remove(0)
}

fn path(text: &str) -> Path {
    text.parse().unwrap()
}

#[test]
fn compiles_every_verb() {
    let string = |text: &str| Literal::String(text.into());
    for (text, action) in [
        (
            "{move: a, to: b.c, as: seconds, with: {b.type: X}}",
            Action::Move {
                from: path("a"),
                to: Destination::One(path("b.c")),
                convert: Some(As::Seconds),
                with: vec![(path("b.type"), string("X"))],
            },
        ),
        (
            "{copy: a, to: b, pin: true}",
            Action::Copy {
                from: path("a"),
                to: Destination::One(path("b")),
                convert: None,
                with: vec![],
                pin: true,
            },
        ),
        (
            "{add: {a.b: 1}}",
            Action::Add(vec![(path("a.b"), Literal::Integer(1))]),
        ),
        (
            "{pin: {b: x, a: true}}",
            Action::Pin(vec![
                (path("b"), string("x")),
                (path("a"), Literal::Boolean(true)),
            ]),
        ),
        (
            "{set: {'x[].a': []}}",
            Action::Set(vec![(path("x[].a"), Literal::List(vec![]))]),
        ),
        (
            "{map: a, values: {x: y, 1: z}}",
            Action::Map {
                path: path("a"),
                values: vec![
                    (string("x"), string("y")),
                    (Literal::Integer(1), string("z")),
                ],
            },
        ),
        ("{remove: status}", Action::Remove(path("status"))),
        (
            "{in: [a, 'b[]'], steps: [{remove: c}]}",
            Action::In {
                paths: vec![path("a"), path("b[]")],
                steps: vec![one("{remove: c}")],
            },
        ),
        ("{manual: why}", Action::Manual("why".into())),
        ("{review: why}", Action::Review("why".into())),
        (
            "{ask: a.b, question: Q?, default: None, answers: {None: [], All: [{remove: x}]}}",
            Action::Ask {
                id: "a.b".into(),
                question: "Q?".into(),
                answers: vec![
                    ("None".into(), vec![]),
                    ("All".into(), vec![one("{remove: x}")]),
                ],
                default: Some("None".into()),
            },
        ),
        (
            "{function: keep_both}",
            Action::Function("keep_both".into()),
        ),
    ] {
        assert_eq!(one(text).action, action, "{text}");
    }
}

#[test]
fn compiles_attributes() {
    let step = one("{remove: a, why: ' because ', from: a/v1, when: {.: absent}}");
    assert_eq!(step.why.as_deref(), Some("because"));
    assert_eq!(step.from, ["a/v1"]);
    assert_eq!(
        step.when,
        [Condition {
            path: Path::scope(),
            any: vec![Test::Absent]
        }]
    );
    let step = one("{add: {a: 1}, before: b, after: [c, d]}");
    assert_eq!(
        (step.before, step.after),
        (vec!["b".into()], vec!["c".into(), "d".into()])
    );
}

#[test]
fn compiles_unions() {
    let Action::Move { to, .. } = one("{move: a, to: {integer: b.n, string: b.s}}").action else {
        panic!()
    };
    assert_eq!(
        to,
        Destination::ByType(vec![
            (Type::Integer, path("b.n")),
            (Type::String, path("b.s"))
        ])
    );
    let Action::Move { to, .. } = one("{move: a, to: {None: b, 1: c}}").action else {
        panic!()
    };
    let cases = vec![
        (Literal::String("None".into()), path("b")),
        (Literal::Integer(1), path("c")),
    ];
    assert_eq!(to, Destination::ByValue(cases));
}

#[test]
fn takes_the_paths_that_lead_somewhere() {
    for text in [
        "{move: 'a[].b', to: 'a[].c.d', with: {'a[].c.e': 1}}",
        "{move: 'spec.a[]', to: 'spec.b[first].patch', as: text}",
        "{move: 'a[].b[]', to: 'a[].c[last]'}",
        "{move: 'a[].b', to: 'a[].b', as: text}",
        "{move: target, to: target.value}",
        "{move: '*.a', to: '*.b'}",
        "{move: spec.file, to: 'spec.files[first]'}",
    ] {
        one(text);
    }
}

#[test]
fn says_what_is_wrong() {
    for (text, expected) in [
        ("{}", "conversions[0].steps[0]: a step has no verb"),
        ("{why: x}", "no verb"),
        ("{pin: true}", "no verb"),
        (
            "{move: a, remove: b, to: c}",
            "a step has one verb, this one has `move` and `remove`",
        ),
        (
            "{pin: {a: 1}, copy: b, to: c}",
            "this one has `copy` and `pin`",
        ),
        ("{remove: a, to: b}", "`to` does not go with `remove`"),
        (
            "{move: a, to: b, pin: true}",
            "`pin` does not go with `move`",
        ),
        (
            "{map: a, values: {a: b}, before: c}",
            "`before` does not go with `map`",
        ),
        (
            "{move: a, to: b, values: {a: b}}",
            "`values` does not go with `move`",
        ),
        ("{move: a}", "`to` is missing"),
        ("{move: a, to: a}", "would stay where it is"),
        (
            "{move: a, to: b, as: int}",
            "steps[0].as: `int` is not a form",
        ),
        (
            "{move: 'a[0]', to: b}",
            "steps[0].move: `a[0]` is not a path",
        ),
        (
            "{move: 'a[]', to: b}",
            "several values of `a[]` would go to the one place `b`",
        ),
        ("{move: a, to: 'b[]'}", "`b[]` means several places"),
        ("{move: 'a[first]', to: b}", "`a[first]` makes a new item"),
        ("{move: a, to: 'b[first].c[last]'}", "two lists at once"),
        (
            "{move: 'a[].b', to: 'a[].c', with: {'d[].e': 1}}",
            "steps[0].with: `d[].e` means several",
        ),
        ("{move: a, to: .}", "the scope itself is no place"),
        ("{move: ., to: a}", "the scope itself can only be tested"),
        (
            "{move: a, to: {integer: b, string: b.c}}",
            "steps[0].to.string: `b.c` and another destination",
        ),
        (
            "{move: a, to: {integer: b, number: c}}",
            "an integer is a number too",
        ),
        (
            "{move: a, to: {integer: b, x: c}}",
            "mixes types and values",
        ),
        ("{move: a, to: {}}", "steps[0].to: is empty"),
        ("{add: {}}", "steps[0].add: is empty"),
        ("{set: {'a[]': 1}}", "`a[]` does not end in a key"),
        ("{set: {'a[last].b': 1}}", "makes a new item"),
        ("{map: a}", "`map` has no values"),
        ("{map: a, values: {a: {b: c}}}", "does not exchange scalars"),
        ("{in: a}", "`in` has no steps"),
        ("{in: [], steps: [{remove: a}]}", "`in` names no path"),
        (
            "{in: a, steps: [{in: b, steps: [{}]}]}",
            "conversions[0].steps[0].steps[0].steps[0]: a step has no verb",
        ),
        ("{manual: ''}", "steps[0].manual: is empty"),
        ("{remove: a, why: ' '}", "steps[0].why: is empty"),
        ("{remove: a, from: []}", "`from` names no version"),
        (
            "{ask: 'a b', question: Q, answers: {x: []}}",
            "is not the name of a question",
        ),
        ("{ask: a, answers: {x: []}}", "steps[0].question: is empty"),
        ("{ask: a, question: Q}", "`ask` has no answers"),
        (
            "{ask: a, question: Q, answers: {x: []}, default: y}",
            "steps[0].default: `y` is not an answer",
        ),
        (
            "{ask: a, question: Q, answers: {x: [{}]}}",
            "steps[0].answers.x[0]: a step has no verb",
        ),
        ("{remove: a, when: {b: []}}", "steps[0].when.b: has no test"),
        ("{remove: a, when: {b: {in: []}}}", "it never holds"),
        (
            "{remove: a, when: {b: {not: {matches: '('}}}}",
            "`(` is not a regular expression",
        ),
        (
            "{remove: a, when: {'b[last]': absent}}",
            "a condition makes no new item",
        ),
        ("{remove: a, when: {a..b: absent}}", "`a..b` is not a path"),
    ] {
        let error = steps(&format!("[{text}]")).expect_err(text);
        assert!(error.contains(expected), "{text}: {error}");
    }
}
