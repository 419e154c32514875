//! Every verb and attribute, on real text.

use super::testing::Bench;
use super::{Defaults, Grade, Outcome, Verb};

#[test]
fn a_move_in_one_mapping_keeps_its_place() {
    let bench = Bench::new("- {move: spec.old, to: spec.new}");
    let (text, changes) = bench.body("spec:\n  a: 1\n  old: 2 # two\n  b: 3\n");
    assert_eq!(text, "spec:\n  a: 1\n  new: 2 # two\n  b: 3\n");
    assert_eq!(changes.len(), 1);
    assert_eq!(
        (changes[0].grade, changes[0].verb),
        (Grade::Safe, Verb::Move)
    );
    assert_eq!(changes[0].path, "spec.old");
    assert_eq!(changes[0].text, "spec.old -> spec.new");
    assert_eq!(bench.text("spec:\n  a: 1\n"), "spec:\n  a: 1\n");
    // Null stays null where only the name changes.
    assert_eq!(bench.text("spec:\n  old:\n"), "spec:\n  new:\n");
}

#[test]
fn the_first_move_into_a_new_mapping_takes_the_place() {
    let bench = Bench::new("- {move: spec.x, to: spec.m.x}\n- {move: spec.y, to: spec.m.y}");
    assert_eq!(
        bench.text("spec:\n  a: 1\n  x: 2\n  b: 3\n  y: 4\n"),
        "spec:\n  a: 1\n  m:\n    x: 2\n    y: 4\n  b: 3\n"
    );
}

#[test]
fn before_and_after_decide_first() {
    let body = "spec:\n  a: 1\n  b: 2\n";
    assert_eq!(
        Bench::new("- {add: {spec.k: 0}, before: [x, b]}").text(body),
        "spec:\n  a: 1\n  k: 0\n  b: 2\n"
    );
    assert_eq!(
        Bench::new("- {add: {spec.k: 0}, after: a}").text(body),
        "spec:\n  a: 1\n  k: 0\n  b: 2\n"
    );
    assert_eq!(
        Bench::new("- {add: {spec.k: 0}, after: x}").text(body),
        "spec:\n  a: 1\n  b: 2\n  k: 0\n"
    );
    assert_eq!(
        Bench::new("- {add: {spec.k: 0, spec.m: 1}, before: b}").text(body),
        "spec:\n  a: 1\n  k: 0\n  m: 1\n  b: 2\n"
    );
}

#[test]
fn what_a_step_empties_goes() {
    let bench = Bench::new("- {move: spec.m.x, to: spec.x}\n- {remove: status.a.b}");
    assert_eq!(
        bench.text("spec:\n  m:\n    x: 1\n  z: 2\nstatus: {a: {b: 1}}\n"),
        "spec:\n  x: 1\n  z: 2\n"
    );
    // Not what was empty before.
    assert_eq!(
        bench.text("spec:\n  x: 1\n  m: {}\n"),
        "spec:\n  x: 1\n  m: {}\n"
    );
}

#[test]
fn a_scope_that_its_steps_empty_goes() {
    let bench = Bench::new("- in: spec.m\n  steps:\n  - {remove: x}\n  - {remove: y}");
    assert_eq!(
        bench.text("spec:\n  a: 1\n  m:\n    x: 1\n    y: 2\n"),
        "spec:\n  a: 1\n"
    );
    assert_eq!(
        bench.text("spec:\n  a: 1\n  m:\n    z: 1\n"),
        "spec:\n  a: 1\n  m:\n    z: 1\n"
    );
}

#[test]
fn a_union_goes_by_type_or_value() {
    let bench = Bench::new("- {move: port, to: {integer: p.number, string: p.name}}");
    assert_eq!(bench.text("port: 80\n"), "p:\n  number: 80\n");
    assert_eq!(bench.text("port: '80'\n"), "p:\n  name: '80'\n");
    assert_eq!(
        bench.manual("port: [1]\n"),
        ["port: [1] is of type array, where integer or string is wanted"]
    );
    let bench = Bench::new("- {move: mode, to: {fast: quick.mode, slow: lazy.mode}}");
    assert_eq!(bench.text("mode: slow\n"), "lazy:\n  mode: slow\n");
    assert_eq!(
        bench.manual("mode: no-idea\n"),
        ["mode: no-idea is none of the values it can have: fast or slow"]
    );
}

#[test]
fn a_value_that_is_there_already() {
    let bench = Bench::new("- {move: a, to: m.a}");
    assert_eq!(bench.text("a: 1\nm:\n  a: 1\n"), "m:\n  a: 1\n");
    assert_eq!(
        bench.said("a: 1\nm:\n  a: 1\n"),
        ["removed a: m.a says the same"]
    );
    assert_eq!(
        bench.manual("a: 1\nm:\n  a: 2\n"),
        ["a: a (1) would become m.a, where 2 stands; keep one of them"]
    );
    assert_eq!(
        bench.manual("a: 1\nm: x\n"),
        ["a: a has no place to go: m is in the way"]
    );
    assert_eq!(bench.text("a: 1\nm:\n"), "m:\n  a: 1\n");
    assert_eq!(bench.text("a: 1\nm: {a: null}\n"), "m: {a: 1}\n");
}

#[test]
fn null_is_not_moved() {
    let bench = Bench::new("- {move: a, to: m.a}");
    let (text, changes) = bench.body("a: null\nb: 1\n");
    assert_eq!(text, "b: 1\n");
    assert_eq!(changes[0].verb, Verb::Remove);
    assert_eq!(
        bench.part().text("a: null\nb: 1\n"),
        "m:\n  a: null\nb: 1\n"
    );
}

#[test]
fn items_are_bound_in_turn() {
    let bench = Bench::new("- {move: 'l[].m[].x', to: 'l[].m[].v.z'}");
    let (text, changes) = bench.body("l:\n- m:\n  - x: 1\n  - x: 2\n- m:\n  - {x: 3, w: 4}\n");
    assert_eq!(
        text,
        "l:\n- m:\n  - v:\n      z: 1\n  - v:\n      z: 2\n- m:\n  - {v: {z: 3}, w: 4}\n"
    );
    assert_eq!(changes[2].text, "l[1].m[0].x -> l[1].m[0].v.z");
}

#[test]
fn whole_items_move_with_their_comments() {
    let bench = Bench::new("- {move: 'old[]', to: 'new[last]'}");
    assert_eq!(
        bench.text("old:\n# one\n- a: 1\n- a: 2 # two\nnew:\n- a: 0\n"),
        "new:\n- a: 0\n# one\n- a: 1\n- a: 2 # two\n"
    );
    let bench = Bench::new("- {move: 'old[]', to: 'new[first]'}");
    assert_eq!(bench.text("old: [1, 2]\nnew: [3]\n"), "new: [1, 2, 3]\n");
    assert_eq!(
        bench.text("x: 1\nold:\n- 1\n- 2\nz: 1\n"),
        "x: 1\nnew:\n- 1\n- 2\nz: 1\n"
    );
}

#[test]
fn values_take_another_form() {
    let bench = Bench::new("- {move: 'p[]', to: 'q[first].patch', as: text}");
    let (text, changes) = bench.body("p:\n- a: 1 # one\n  b:\n  - 2\n");
    assert_eq!(text, "q:\n- patch: |-\n    a: 1 # one\n    b:\n    - 2\n");
    assert_eq!(changes[0].text, "p[0] -> q[0].patch, as text");
    let bench = Bench::new("- {move: 'p[].x', to: 'p[].x', as: text}");
    assert_eq!(
        bench.text("p:\n- x:\n    a: 1\n- x: text\n"),
        "p:\n- x: |-\n    a: 1\n- x: text\n"
    );
    let bench = Bench::new("- {move: t, to: timeout, as: seconds}");
    assert_eq!(bench.text("t: 30 # half\n"), "timeout: 30s # half\n");
    assert_eq!(bench.text("t: '30'\n"), "timeout: '30s'\n");
    assert_eq!(bench.text("t: 1m\n"), "timeout: 1m\n");
    assert_eq!(bench.manual("t: true\n"), ["t: `true` is not a number"]);
    let bench = Bench::new("- {move: n, to: n, as: integer}");
    let (text, changes) = bench.body("n: \"80\"\n");
    assert_eq!(text, "n: 80\n");
    assert_eq!(changes[0].text, "n: \"80\" -> 80");
    assert_eq!(
        bench.manual("n: http\n"),
        ["n: `http` is not a whole number"]
    );
    let bench = Bench::new("- {move: n, to: m, as: string}");
    assert_eq!(bench.text("n: 1.10\n"), "m: \"1.10\"\n");
    let bench = Bench::new("- {move: file, to: files, as: list}");
    assert_eq!(bench.text("file: a.yaml\n"), "files:\n  - a.yaml\n");
}

#[test]
fn companions_stand_just_before() {
    let bench = Bench::new("- {move: avg, to: target.value, with: {target.type: Average}}");
    let (text, changes) = bench.body("name: x\navg: 1\n");
    assert_eq!(text, "name: x\ntarget:\n  type: Average\n  value: 1\n");
    assert_eq!(changes[1].text, "wrote target.type: Average");
    assert_eq!(
        bench.text("avg: 1\ntarget: {type: Average}\n"),
        "target: {type: Average, value: 1}\n"
    );
    assert_eq!(
        bench.manual("avg: 1\ntarget: {type: Other}\n"),
        ["target.type: target.type is Other, where the new version needs Average"]
    );
}

#[test]
fn a_copy_stays_and_is_written_where_nothing_stands() {
    let bench =
        Bench::new("- {copy: spec.template.labels, to: spec.selector.match, before: template}");
    let body = "spec:\n  template:\n    labels: {app: \"y\"} # keep\n";
    let (text, changes) = bench.body(body);
    assert_eq!(
        text,
        format!(
            "{}{}",
            "spec:\n  selector:\n    match: {app: \"y\"}\n",
            &body[6..]
        )
    );
    assert_eq!(
        changes[0].text,
        "copied spec.template.labels -> spec.selector.match"
    );
    assert!(
        bench
            .said("spec: {template: {labels: {a: b}}, selector: {match: {a: b}}}\n")
            .is_empty()
    );
    assert_eq!(
        bench
            .manual("spec: {template: {labels: {a: b}}, selector: {match: {a: c}}}\n")
            .len(),
        1
    );
}

#[test]
fn pins_obey_the_defaults() {
    let mut bench =
        Bench::new("- {pin: {spec.limit: 2}, why: v2 keeps 10}\n- {copy: a, to: b, pin: true}");
    let (text, changes) = bench.body("spec:\n  x: 1\na: 1\n");
    assert_eq!(text, "spec:\n  x: 1\n  limit: 2\na: 1\nb: 1\n");
    assert_eq!(
        changes[0].to_string(),
        "wrote spec.limit: 2, the old default (v2 keeps 10)"
    );
    assert_eq!(changes[0].grade, Grade::Safe);
    assert!(bench.said("spec: {limit: 3}\n").is_empty());
    bench.defaults = Defaults::New;
    let (text, changes) = bench.body("spec:\n  x: 1\na: 1\n");
    assert_eq!(text, "spec:\n  x: 1\na: 1\n");
    assert_eq!(
        changes
            .iter()
            .map(|c| (c.grade, c.text.as_str()))
            .collect::<Vec<_>>(),
        [
            (
                Grade::Review,
                "left spec.limit to the new version's default; it was 2"
            ),
            (
                Grade::Review,
                "left b to the new version's default; it was a copy of a"
            ),
        ]
    );
    assert!(bench.said("spec: {limit: 3}\n").is_empty());
}

#[test]
fn add_and_set() {
    let bench = Bench::new("- {add: {'l[].type': X}}\n- {set: {mode: fast}}");
    let (text, changes) = bench.body("l:\n- a: 1\n- type: Y\n- type:\n");
    assert_eq!(
        text,
        "l:\n- a: 1\n  type: X\n- type: Y\n- type: X\nmode: fast\n"
    );
    assert_eq!(changes[0].text, "wrote l[0].type: X");
    let (text, changes) = bench.body("mode: 'slow' # why\n");
    assert_eq!(text, "mode: 'fast' # why\n");
    assert_eq!(changes[0].text, "mode: slow -> fast");
    assert!(bench.said("mode: fast\n").is_empty());
    let bench = Bench::new("- {add: {a.b: 1}}");
    assert_eq!(bench.text("a: {}\n"), "a: {b: 1}\n");
    assert_eq!(bench.text("a:\nc: 1\n"), "a:\n  b: 1\nc: 1\n");
    assert_eq!(
        bench.manual("a: x\n"),
        ["a.b: a.b: 1 cannot be written: a is in the way"]
    );
    let bench = Bench::new("- {add: {a: {b: 1, c: [x]}}}");
    for body in ["z: 1\na: {}\n", "z: 1\n"] {
        assert_eq!(bench.text(body), "z: 1\na:\n  b: 1\n  c:\n    - x\n");
    }
}

#[test]
fn map_exchanges_values() {
    let bench = Bench::new("- {map: 'l[].mode', values: {Old: New, 1: 2}}");
    let (text, changes) = bench.body("l:\n- mode: \"Old\"\n- mode: 1\n- mode: '1'\n- {}\n");
    assert_eq!(text, "l:\n- mode: \"New\"\n- mode: 2\n- mode: '1'\n- {}\n");
    assert_eq!(changes[0].text, "l[0].mode: Old -> New");
}

#[test]
fn remove_quotes_what_goes() {
    let bench =
        Bench::new("- {remove: spec.v, why: ignored}\n- {remove: 'l[].x'}\n- {remove: 'm[]'}");
    let (text, changes) =
        bench.body("spec:\n  v: {a: [1, x], b: ''} # gone\nl:\n- {x: 1, y: 2}\nm: [1, 2]\n");
    assert_eq!(text, "l:\n- {y: 2}\n");
    assert_eq!(
        changes[0].to_string(),
        "removed spec.v: {a: [1, x], b: \"\"} (ignored)"
    );
    assert_eq!(changes[3].text, "removed m[1]: 2");
}

#[test]
fn manual_leaves_the_object_alone() {
    let bench = Bench::new(
        "- {add: {x: 1}}\n- in: 'l[]'\n  steps:\n  - {manual: needs a name, when: {name: absent}}",
    );
    assert_eq!(
        bench.manual("l: [{}, {name: a}, {}]\n"),
        ["l[0]: needs a name", "l[2]: needs a name"]
    );
    assert_eq!(bench.text("l: []\n"), "l: []\nx: 1\n");
}

#[test]
fn review_is_applied_and_flagged() {
    let mut bench = Bench::new("- {review: look at this, when: {x: present}}");
    let (_, changes) = bench.body("x: 1\n");
    assert_eq!(
        (changes[0].grade, changes[0].text.as_str()),
        (Grade::Review, "look at this")
    );
    bench.safe_only = true;
    let done = bench.rewrite("apiVersion: a/v1\nkind: T\nx: 1\n");
    assert_eq!(done.text, None);
    assert!(matches!(
        done.objects[0].outcome,
        Outcome::Converted {
            applied: false,
            grade: Grade::Review,
            ..
        }
    ));
}

#[test]
fn a_question_needs_an_answer() {
    let steps = "- ask: t.side\n  question: Does it?\n  when: {side: absent}\n  answers: {None: [{set: {side: None}}], Some: []}";
    let asked = Bench::new(steps).manual("x: 1\n");
    assert_eq!(
        asked,
        ["Does it? Answer with --answer t.side=None or --answer t.side=Some"]
    );
    let (text, changes) = Bench::new(steps).answer("t.side", "None").body("x: 1\n");
    assert_eq!(text, "x: 1\nside: None\n");
    assert_eq!(
        (changes[0].grade, changes[0].text.as_str()),
        (Grade::Review, "Does it? answered: None (t.side)")
    );
    let wrong = Bench::new(steps).answer("t.side", "maybe").manual("x: 1\n");
    assert!(
        wrong[0].starts_with("`maybe` is not an answer; Does it?"),
        "{wrong:?}"
    );
    let with_default = format!("{steps}\n  default: Some");
    let (_, changes) = Bench::new(&with_default).body("x: 1\n");
    assert_eq!(
        changes[0].text,
        "Does it? not answered, taken: Some (t.side)"
    );
}

#[test]
fn a_reader_sees_the_places_of_the_old_text() {
    let bench = Bench::new(
        "- {move: spec.backend, to: spec.default}\n- in: spec.default\n  steps:\n  - {move: name, to: service.name}",
    );
    assert_eq!(
        bench.said("spec:\n  backend:\n    name: x\n"),
        [
            "spec.backend -> spec.default",
            "spec.backend.name -> spec.default.service.name"
        ]
    );
}

#[test]
fn steps_may_ask_where_the_object_came_from() {
    let conversions = "  - from: a/v1\n    to: a/v2\n    steps: [{add: {one: 1}, from: a/v1}]\n  \
                       - from: a/v2\n    to: a/v3\n    steps: [{add: {two: 1}, from: a/v1}, {add: {three: 1}, from: a/v2}]\n";
    // Both conversions are removed versions' ways, so the object goes to a/v3.
    let bench = Bench::with(conversions);
    let done = bench.rewrite("apiVersion: a/v1\nkind: T\n");
    assert_eq!(
        done.text.as_deref(),
        Some("apiVersion: a/v3\nkind: T\none: 1\ntwo: 1\nthree: 1\n")
    );
    let done = bench.rewrite("apiVersion: a/v2\nkind: T\n");
    assert_eq!(
        done.text.as_deref(),
        Some("apiVersion: a/v3\nkind: T\nthree: 1\n")
    );
}

#[test]
fn a_part_gets_no_defaults() {
    let steps = "- {add: {a: 1}}\n- {pin: {p: 1}}\n- {copy: x, to: c}\n- {manual: no, when: {z: absent}}\n\
                 - {move: x, to: v}\n- in: 'l[]'\n  steps: [{add: {a: 1}}]\n- in: 'containers[]'\n  steps: [{add: {a: 1}}]";
    let bench = Bench::new(steps).part();
    assert_eq!(
        bench.text("x: 1\nl: [{b: 1}]\ncontainers: [{b: 1}]\n"),
        "v: 1\nl: [{b: 1, a: 1}]\ncontainers: [{b: 1}]\n"
    );
    let bench = Bench::new("- {move: port, to: {integer: p.number, string: p.name}}").part();
    assert_eq!(bench.text("port: 80\n"), "p:\n  number: 80\n  name: null\n");
}

#[test]
fn a_group_change_is_to_be_looked_at() {
    let mut bench = Bench::with("  - {from: a/v1, to: b/v1}\n");
    let grade_of = |bench: &Bench, text: &str| match &bench.rewrite(text).objects[0].outcome {
        Outcome::Converted { grade, changes, .. } => {
            (*grade, changes[0].why.clone().unwrap_or_default())
        }
        other => panic!("{other:?}"),
    };
    let grade = |bench: &Bench| grade_of(bench, "{apiVersion: a/v1, kind: T, metadata: {name: t}}");
    assert_eq!(grade(&bench).0, Grade::Review);
    // A configuration file is in no cluster.
    assert_eq!(
        grade_of(&bench, "{apiVersion: a/v1, kind: T}").0,
        Grade::Safe
    );
    assert!(grade(&bench).1.contains("issues/510"));
    // The old group is known to be gone already.
    bench.from = vec!["1.30"];
    assert_eq!(grade(&bench).0, Grade::Safe);
    bench.from = vec!["1.19"];
    assert_eq!(grade(&bench).0, Grade::Review);
}

#[test]
fn the_kind_changes_too() {
    let bench = Bench::with("  - {from: a/v1, to: a/v2, kind: U}\n");
    let done = bench.rewrite("kind: 'T' # t\napiVersion: a/v1\n");
    assert_eq!(
        done.text.as_deref(),
        Some("kind: 'U' # t\napiVersion: a/v2\n")
    );
}

#[test]
fn aliases_may_be_read_but_not_changed() {
    let bench = Bench::new("- in: spec.m\n  steps:\n  - in: n\n    steps:\n    - {move: x, to: y}");
    assert_eq!(
        bench.text("spec:\n  a: &a\n    n: {z: 1}\n  m: *a\n"),
        "spec:\n  a: &a\n    n: {z: 1}\n  m: *a\n"
    );
    assert!(
        bench
            .refused("spec:\n  a: &a\n    n: {x: 1}\n  m: *a\n")
            .contains("alias *a")
    );
    assert!(
        bench
            .refused("base: &b\n  n: {x: 1}\nspec:\n  m:\n    <<: *b\n")
            .contains("merge key")
    );
}

#[test]
fn aliases_cannot_blow_up() {
    let mut body = "l0: &l0 [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n".to_owned();
    for i in 1..5 {
        let items = vec![format!("*l{}", i - 1); 10].join(", ");
        body += &format!("l{i}: &l{i} [{items}]\n");
    }
    assert!(
        Bench::new("- {remove: 'l4[][][][][].x'}")
            .refused(&body)
            .contains("aliases")
    );
}

/// A list of two objects, the first of which cannot be edited.
const LIST: &str = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: a/v1\n  kind: T\n  m: &m {x: 1}\n  n: *m\n\
                    - {apiVersion: a/v1, kind: T, m: {x: 1}}\n- apiVersion: a/v1\n  kind: T\n";

#[test]
fn objects_of_a_list_are_written_one_by_one_when_they_must() {
    let bench = Bench::new("- {remove: m}");
    let done = bench.rewrite(LIST);
    let outcomes: Vec<bool> = done
        .objects
        .iter()
        .map(|o| matches!(o.outcome, Outcome::Converted { .. }))
        .collect();
    assert_eq!(outcomes, [false, true, true]);
    assert!(
        matches!(&done.objects[0].outcome, Outcome::Refused { reason } if reason.contains("anchor"))
    );
    let lines: Vec<(usize, usize)> = done.objects.iter().map(|o| (o.line, o.column)).collect();
    assert_eq!(lines, [(4, 15), (8, 16), (9, 15)]);
    let text = done.text.unwrap();
    assert!(
        text.ends_with("- {apiVersion: a/v2, kind: T}\n- apiVersion: a/v2\n  kind: T\n"),
        "{text}"
    );
    assert!(text.starts_with(&LIST[..80]));
}

#[test]
fn a_typed_list_moves_as_a_whole() {
    let bench =
        Bench::new("- {move: x, to: v}\n- {manual: no name, when: {metadata.name: {is: bad}}}");
    let text = "apiVersion: a/v1\nkind: TList\nitems:\n- metadata: {name: one}\n  x: 1\n- apiVersion: a/v1\n  kind: T\n  x: 2\n";
    let done = bench.rewrite(text);
    assert_eq!(
        done.text.as_deref(),
        Some(
            "apiVersion: a/v2\nkind: TList\nitems:\n- metadata: {name: one}\n  v: 1\n- apiVersion: a/v2\n  kind: T\n  v: 2\n"
        )
    );
    assert_eq!(done.objects.len(), 2);
    assert_eq!(done.objects[0].gvk().to_string(), "a/v1 T");

    let done = bench.rewrite(&text.replace("one", "bad"));
    assert_eq!(done.text, None);
    let reasons: Vec<String> = done
        .objects
        .iter()
        .map(|o| format!("{:?}", o.outcome))
        .collect();
    assert!(reasons[0].contains("no name"), "{reasons:?}");
    assert!(
        reasons[1]
            .contains("a list moves as a whole, and items[0] (bad) cannot: metadata.name: no name"),
        "{reasons:?}"
    );

    let done = bench.rewrite("apiVersion: a/v1\nkind: TList\nitems: []\n");
    assert_eq!(
        done.text.as_deref(),
        Some("apiVersion: a/v2\nkind: TList\nitems: []\n")
    );
    assert_eq!(done.objects[0].kind, "TList");
}

#[test]
fn a_broken_document_hides_no_other() {
    let bench = Bench::new("- {remove: x}");
    let text = "\u{feff}apiVersion: a/v1\nkind: T\nx: 1 # one\n---\na: [\nb: a/v1\n---\n# c\napiVersion: a/v1\nkind: T\n---\nkind: Z\napiVersion: a/v1\n";
    let done = bench.rewrite(text);
    assert_eq!(done.failures.len(), 1);
    assert!(
        (5..=7).contains(&done.failures[0].line),
        "{:?}",
        done.failures
    );
    assert_eq!(
        done.text.unwrap(),
        text.replacen(
            "apiVersion: a/v1\nkind: T\nx: 1 # one\n",
            "apiVersion: a/v2\nkind: T\n",
            1
        )
        .replacen("# c\napiVersion: a/v1", "# c\napiVersion: a/v2", 1)
    );
    assert_eq!(done.others, 1);
    assert_eq!(
        done.objects
            .iter()
            .map(|o| (o.line, o.column, o.document))
            .collect::<Vec<_>>(),
        [(1, 13, 1), (9, 13, 3)]
    );
    assert_eq!(done.dropped.len(), 1);
    assert_eq!(
        (done.dropped[0].line, done.objects[0].dropped.len()),
        (3, 1)
    );
    // The edits are those of the old text.
    assert!(
        done.edits
            .iter()
            .all(|edit| text.is_char_boundary(edit.range.start))
    );
}

#[test]
fn escapes_hide_nothing() {
    let bench = Bench::new("- {remove: x}");
    for text in [
        "{\"apiVersion\": \"a\\/v1\", \"kind\": \"T\"}",
        "{\"apiVersion\": \"\\u0061/v1\", \"kind\": \"T\"}",
    ] {
        let done = bench.rewrite(text);
        assert_eq!(
            done.text.as_deref(),
            Some("{\"apiVersion\": \"a/v2\", \"kind\": \"T\"}"),
            "{text}"
        );
    }
    assert!(bench.rewrite("nothing: old\n").objects.is_empty());
}

#[test]
fn concatenated_json_is_placed_in_the_file() {
    let bench = Bench::new("- {remove: x}");
    let one = "{\"apiVersion\": \"a/v1\", \"kind\": \"T\"}";
    let done = bench.rewrite(&format!("{one} {one}\n"));
    assert_eq!(
        done.objects
            .iter()
            .map(|o| (o.line, o.column))
            .collect::<Vec<_>>(),
        [(1, 16), (1, one.len() + 17)]
    );
}
