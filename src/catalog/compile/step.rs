//! One step: exactly one verb, the attributes that verb takes, and paths that lead somewhere.

use super::super::format::{self, Any, Ordered, Texts};
use super::super::path::PathError;
use super::super::rule::{
    Action, As, Condition, Destination, Literal, Path, Segment, Step, Test, Type,
};
use super::Compiler;

/// Which verbs take an attribute; `when`, `from` and `why` go with all of them.
const TAKEN_BY: &[(&str, &[&str])] = &[
    ("to", &["move", "copy"]),
    ("as", &["move", "copy"]),
    ("with", &["move", "copy"]),
    ("pin", &["copy"]),
    ("values", &["map"]),
    ("steps", &["in"]),
    ("question", &["ask"]),
    ("answers", &["ask"]),
    ("default", &["ask"]),
    ("before", &["move", "copy", "add", "pin", "set"]),
    ("after", &["move", "copy", "add", "pin", "set"]),
];

/// What `move` and `copy` have in common.
struct Transfer {
    from: Path,
    to: Destination,
    convert: Option<As>,
    with: Vec<(Path, Literal)>,
}

impl Compiler<'_> {
    /// A list of steps.
    pub(super) fn steps(&mut self, written: &[format::Step], place: &str) -> Vec<Step> {
        let steps = written.iter().enumerate();
        steps
            .filter_map(|(i, step)| self.step(step, &format!("{place}[{i}]")))
            .collect()
    }

    fn step(&mut self, written: &format::Step, place: &str) -> Option<Step> {
        let verb = match written.verbs().as_slice() {
            [verb] => *verb,
            [] => {
                self.error(place, "a step has no verb", "write one: move, copy, add, pin, set, map, remove, in, manual, review, ask or function");
                return None;
            }
            several => {
                let reason = format!(
                    "a step has one verb, this one has `{}`",
                    several.join("` and `")
                );
                self.error(place, reason, "write a step for each");
                return None;
            }
        };
        for attribute in written.attributes() {
            let verbs = TAKEN_BY
                .iter()
                .find(|(name, _)| *name == attribute)
                .map_or(&[][..], |(_, verbs)| verbs);
            if !verbs.contains(&verb) {
                let reason = format!("`{attribute}` does not go with `{verb}`");
                self.error(place, reason, format!("it goes with {}", verbs.join(", ")));
            }
        }
        let action = self.action(verb, written, place);
        if written.from.as_ref().is_some_and(|from| from.0.is_empty()) {
            self.error(
                place,
                "`from` names no version",
                "name the versions, or leave it away",
            );
        }
        let texts = |texts: &Option<_>| {
            texts
                .as_ref()
                .map_or_else(Vec::new, |t: &Texts| t.0.clone())
        };
        Some(Step {
            action: action?,
            when: self.conditions(written.when.as_ref(), place),
            from: texts(&written.from),
            why: self.some_text(&written.why, &format!("{place}.why")),
            before: texts(&written.before),
            after: texts(&written.after),
        })
    }

    fn action(&mut self, verb: &str, written: &format::Step, place: &str) -> Option<Action> {
        let text = |text: &Option<String>| text.as_deref().unwrap_or_default().trim().to_owned();
        Some(match verb {
            "move" => {
                let Transfer {
                    from,
                    to,
                    convert,
                    with,
                } = self.transfer(&text(&written.r#move), written, place, "move")?;
                Action::Move {
                    from,
                    to,
                    convert,
                    with,
                }
            }
            "copy" => {
                let Transfer {
                    from,
                    to,
                    convert,
                    with,
                } = self.transfer(&text(&written.copy), written, place, "copy")?;
                let pin = written.pin == Some(format::Pin::Flag(true));
                Action::Copy {
                    from,
                    to,
                    convert,
                    with,
                    pin,
                }
            }
            "add" => Action::Add(self.values(written.add.as_ref(), &format!("{place}.add"))),
            "set" => Action::Set(self.values(written.set.as_ref(), &format!("{place}.set"))),
            "pin" => {
                let Some(format::Pin::Values(values)) = &written.pin else {
                    return None;
                };
                Action::Pin(self.values(Some(values), &format!("{place}.pin")))
            }
            "map" => Action::Map {
                path: self.path_or_scope(&text(&written.map), &format!("{place}.map"))?,
                values: self.exchanges(written.values.as_ref(), place),
            },
            "remove" => {
                Action::Remove(self.path(&text(&written.remove), &format!("{place}.remove"))?)
            }
            "in" => Action::In {
                paths: {
                    let paths = written.r#in.as_ref().map_or(&[][..], |paths| &paths.0);
                    if paths.is_empty() {
                        self.error(place, "`in` names no path", "name the scopes");
                    }
                    paths
                        .iter()
                        .filter_map(|path| self.path(path, &format!("{place}.in")))
                        .collect()
                },
                steps: {
                    let steps = written.steps.as_deref().unwrap_or_default();
                    if steps.is_empty() {
                        self.error(place, "`in` has no steps", "write the steps for this scope");
                    }
                    self.steps(steps, &format!("{place}.steps"))
                },
            },
            "manual" => {
                Action::Manual(self.text(text(&written.manual), &format!("{place}.manual")))
            }
            "review" => {
                Action::Review(self.text(text(&written.review), &format!("{place}.review")))
            }
            "ask" => self.ask(text(&written.ask), written, place),
            _ => Action::Function(self.text(text(&written.function), &format!("{place}.function"))),
        })
    }

    fn text(&mut self, text: String, place: &str) -> String {
        if text.is_empty() {
            self.error(place, "is empty", "write a text");
        }
        text
    }

    fn ask(&mut self, id: String, written: &format::Step, place: &str) -> Action {
        if id.is_empty()
            || !id
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
        {
            let place = format!("{place}.ask");
            self.error(
                &place,
                format!("`{id}` is not the name of a question"),
                "write `topic.detail`",
            );
        }
        let question = self.text(
            written
                .question
                .as_deref()
                .unwrap_or_default()
                .trim()
                .to_owned(),
            &format!("{place}.question"),
        );
        let answers = written
            .answers
            .as_ref()
            .map_or(&[][..], |answers| &answers.0);
        if answers.is_empty() {
            self.error(
                place,
                "`ask` has no answers",
                "write `answers: {word: [steps]}`",
            );
        }
        if let Some(default) = &written.default
            && !answers.iter().any(|(answer, _)| answer == default)
        {
            let words: Vec<&str> = answers.iter().map(|(answer, _)| answer.as_str()).collect();
            let place = format!("{place}.default");
            self.error(
                &place,
                format!("`{default}` is not an answer"),
                format!("write one of {}", words.join(", ")),
            );
        }
        let answers = answers
            .iter()
            .map(|(answer, steps)| {
                (
                    answer.clone(),
                    self.steps(steps, &format!("{place}.answers.{answer}")),
                )
            })
            .collect();
        Action::Ask {
            id,
            question,
            answers,
            default: written.default.clone(),
        }
    }

    fn transfer(
        &mut self,
        from: &str,
        written: &format::Step,
        place: &str,
        verb: &str,
    ) -> Option<Transfer> {
        let from = self.path(from, &format!("{place}.{verb}"))?;
        let Some(to) = &written.to else {
            self.error(place, "`to` is missing", "write where it goes");
            return None;
        };
        let place_to = format!("{place}.to");
        let to = match to {
            format::To::One(path) => Destination::One(self.destination(&from, path, &place_to)?),
            format::To::Union(cases) => self.union(&from, cases, &place_to)?,
        };
        let convert = written.form.as_deref().and_then(|name| {
            let form = As::named(name);
            if form.is_none() {
                let names: Vec<&str> = As::NAMES.iter().map(|(name, _)| *name).collect();
                let place = format!("{place}.as");
                self.error(
                    &place,
                    format!("`{name}` is not a form"),
                    format!("write one of {}", names.join(", ")),
                );
            }
            form
        });
        let mut with = Vec::new();
        if let Some(written) = &written.with {
            let place = format!("{place}.with");
            with = self.values(Some(written), &place);
            for (path, _) in &with {
                if path.0[path.shared_items(&from)..]
                    .iter()
                    .any(Segment::is_multiple)
                {
                    let reason =
                        format!("`{path}` means several places for each one that is moved");
                    self.error(&place, reason, "share the `[]` with the path that is moved");
                }
            }
        }
        if to == Destination::One(from.clone()) && convert.is_none() {
            self.error(
                place,
                format!("`{from}` would stay where it is"),
                "write another `to`, or `as`",
            );
        }
        Some(Transfer {
            from,
            to,
            convert,
            with,
        })
    }

    /// Where the value at `from` goes.
    fn destination(&mut self, from: &Path, to: &str, place: &str) -> Option<Path> {
        let to = self.parsed(to, place)?;
        let shared = from.shared_items(&to);
        let (own_from, own_to) = (&from.0[shared..], &to.0[shared..]);
        let grows = own_to
            .iter()
            .filter(|s| matches!(s, Segment::First | Segment::Last))
            .count();
        if own_to.iter().any(Segment::is_multiple) {
            let reason = format!("`{to}` means several places for each value of `{from}`");
            self.error(
                place,
                reason,
                "share the `[]` with the path that is moved, or write [first] or [last]",
            );
        } else if grows > 1 {
            self.error(
                place,
                format!("`{to}` makes two lists at once"),
                "write [first] or [last] once",
            );
        } else if own_from.iter().any(Segment::is_multiple) && grows == 0 {
            let reason = format!("several values of `{from}` would go to the one place `{to}`");
            self.error(place, reason, "write [first] or [last] where a list grows");
        } else if to.0.is_empty() {
            self.error(
                place,
                "the scope itself is no place for a value",
                "write a path below it",
            );
        }
        Some(to)
    }

    /// A destination for each type or value.
    fn union(
        &mut self,
        from: &Path,
        cases: &[(Literal, String)],
        place: &str,
    ) -> Option<Destination> {
        let mut paths: Vec<Path> = Vec::new();
        for (case, to) in cases {
            let to = self.destination(from, to, &format!("{place}.{case}"))?;
            if paths
                .iter()
                .any(|other| other.0.starts_with(&to.0) || to.0.starts_with(&other.0))
            {
                let reason = format!("`{to}` and another destination do not exclude each other");
                self.error(
                    &format!("{place}.{case}"),
                    reason,
                    "give every case a path of its own",
                );
            }
            paths.push(to);
        }
        if cases.is_empty() {
            self.error(place, "is empty", "write a path for each type or value");
        }
        let types: Vec<Option<Type>> = cases
            .iter()
            .map(|(case, _)| match case {
                Literal::String(name) => Type::named(name),
                _ => None,
            })
            .collect();
        if types.contains(&Some(Type::Integer)) && types.contains(&Some(Type::Number)) {
            self.error(place, "an integer is a number too", "name one of the two");
        }
        if types.iter().all(Option::is_some) {
            return Some(Destination::ByType(
                types.into_iter().flatten().zip(paths).collect(),
            ));
        }
        if types.iter().any(Option::is_some) {
            self.error(
                place,
                "mixes types and values",
                "name types only, or values only",
            );
        }
        for (case, _) in cases {
            if !case.is_scalar() {
                self.error(
                    place,
                    format!("`{case}` is not a scalar"),
                    "name scalar values",
                );
            }
        }
        Some(Destination::ByValue(
            cases
                .iter()
                .map(|(case, _)| case.clone())
                .zip(paths)
                .collect(),
        ))
    }

    /// The paths and values of `add`, `pin`, `set` and `with`.
    fn values(
        &mut self,
        written: Option<&Ordered<String, Any>>,
        place: &str,
    ) -> Vec<(Path, Literal)> {
        let written = written.map_or(&[][..], |values| &values.0);
        if written.is_empty() {
            self.error(place, "is empty", "write `path: value`");
        }
        let mut values: Vec<(Path, Literal)> = Vec::new();
        for (path, Any(value)) in written {
            let Some(path) = self.path(path, place) else {
                continue;
            };
            if !matches!(path.0.last(), Some(Segment::Key(_))) {
                self.error(
                    place,
                    format!("`{path}` does not end in a key"),
                    "name the key to write",
                );
            }
            values.push((path, value.clone()));
        }
        values
    }

    fn exchanges(
        &mut self,
        written: Option<&Ordered<Any, Any>>,
        place: &str,
    ) -> Vec<(Literal, Literal)> {
        let written = written.map_or(&[][..], |values| &values.0);
        if written.is_empty() {
            self.error(place, "`map` has no values", "write `values: {old: new}`");
        }
        for (Any(old), Any(new)) in written {
            if !(old.is_scalar() && new.is_scalar()) {
                self.error(
                    place,
                    format!("`{old}: {new}` does not exchange scalars"),
                    "use `set` or a function",
                );
            }
        }
        written
            .iter()
            .map(|(Any(old), Any(new))| (old.clone(), new.clone()))
            .collect()
    }

    fn conditions(
        &mut self,
        written: Option<&Ordered<String, format::Tests>>,
        place: &str,
    ) -> Vec<Condition> {
        let mut conditions = Vec::new();
        for (path, format::Tests(any)) in written.map_or(&[][..], |when| &when.0) {
            let place = format!("{place}.when.{path}");
            if any.is_empty() {
                self.error(&place, "has no test", "write one, such as `present`");
            }
            for test in any {
                self.test(test, &place);
            }
            if let Some(path) = self.parsed(path, &place) {
                if path.grows_list() {
                    self.error(
                        &place,
                        "a condition makes no new item",
                        "write `[]` for any item",
                    );
                }
                conditions.push(Condition {
                    path,
                    any: any.clone(),
                });
            }
        }
        conditions
    }

    fn test(&mut self, test: &Test, place: &str) {
        match test {
            Test::In(values) if values.is_empty() => {
                self.error(
                    place,
                    "`in` has no values, so it never holds",
                    "list the values",
                );
            }
            Test::Matches(pattern) => {
                if let Err(error) = regex_lite::Regex::new(pattern) {
                    let reason = format!("`{pattern}` is not a regular expression: {error}");
                    self.error(place, reason, "see the syntax of the crate regex-lite");
                }
            }
            Test::Not(inner) => self.test(inner, place),
            _ => {}
        }
    }

    /// A path to something below the scope that is there already.
    fn path(&mut self, text: &str, place: &str) -> Option<Path> {
        let path = self.path_or_scope(text, place)?;
        if path.0.is_empty() {
            self.error(
                place,
                "the scope itself can only be tested, or mapped",
                "write a path below it",
            );
            return None;
        }
        Some(path)
    }

    /// A path to something that is there already.
    fn path_or_scope(&mut self, text: &str, place: &str) -> Option<Path> {
        let path = self.parsed(text, place)?;
        if path.grows_list() {
            let reason = format!("`{path}` makes a new item");
            self.error(
                place,
                reason,
                "only `to` of move and copy does that; write `[]` for every item",
            );
            return None;
        }
        Some(path)
    }

    pub(super) fn parsed(&mut self, text: &str, place: &str) -> Option<Path> {
        match text.parse() {
            Ok(path) => Some(path),
            Err::<_, PathError>(error) => {
                self.error(
                    place,
                    error.to_string(),
                    "write it like `spec.rules[].http` or `metadata.labels[\"a.b/c\"]`",
                );
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::component;
    use super::super::compile;
    use super::*;

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
        let Action::Move { to, .. } = one("{move: a, to: {integer: b.n, string: b.s}}").action
        else {
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
}
