//! Texts that are no manifests, or broken ones.

use super::{Folder, OLD};

/// Runs `rewrite` over a folder in which `x.yaml` holds this, between two good neighbours, and
/// compares what it says of that file. The file must stay as it is.
fn check(text: impl AsRef<[u8]>, code: i32, lines: &[&str]) {
    let text = text.as_ref();
    let folder = Folder::new();
    folder.write("x.yaml", text);
    let told = folder.run("rewrite --to 1.25 --verbose");
    assert_eq!(told.lines_of("x.yaml"), lines, "{told:#?}");
    assert_eq!(told.code, Some(code), "{told:#?}");
    assert!(folder.read("x.yaml") == text, "the file was changed");
    assert!(folder.neighbours_are_done(), "{told:#?}");
    assert!(folder.leftovers().is_empty());
}

fn with(rest: &str) -> String {
    format!("{OLD}{rest}")
}

#[test]
fn what_is_no_yaml() {
    let html = "<html>\n<p>apiVersion: policy/v1beta1</p>\n<p>a: b: c</p>\n</html>\n";
    check(
        html,
        2,
        &[
            "x.yaml:2:14 failed: a `:` where no key can stand: quote the value if the `:` is a part of it, else check the indentation of this line",
        ],
    );
    // Prose may well be YAML: one long text.
    check("package x\n\tv := \"policy/v1beta1\"\n", 0, &[]);
    // Nothing in it is ours.
    check("<html>\n<p>a: b: c</p>\n\t</html>\n", 0, &[]);
    check("", 0, &[]);
    check("\n\n# nothing\n---\n", 0, &[]);
}

#[test]
fn broken_yaml() {
    let cases = [
        (
            "a: [1, 2\n",
            "8:1 failed: a `,` or the closing `]` of the list is missing before this place",
        ),
        (
            "a: {b: 1\n",
            "8:1 failed: a `,` or the closing `}` of the mapping is missing before this place",
        ),
        (
            "a: {b: 1, &c: d}\n",
            "7:11 failed: readers do not agree whether the colon belongs to this name: put a space before it",
        ),
        (
            "a: \"b\n",
            "7:4 failed: this quote is not closed before the document ends",
        ),
        (
            "a: b: c\n",
            "7:5 failed: a `:` where no key can stand: quote the value if the `:` is a part of it, else check the indentation of this line",
        ),
        (
            "a\nb: 1\n",
            "7:1 failed: this is no `key: value`: give it a `:`, indent it if it continues the value above, or make it a comment",
        ),
        (
            "a:\n    b: 1\n  c: 2\n",
            "9:4 failed: this neither goes on with the mapping above nor ends it: check the indentation of this line, and quote values with special characters",
        ),
        (
            "a:\n\tb: 1\n",
            "8:2 failed: a tab where indentation is expected: YAML is indented with spaces only",
        ),
        (
            "a:\tb\n",
            "7:4 failed: a tab stands between the `:` and its value: use a space",
        ),
        (
            "a: @b\n",
            "7:4 failed: neither a key nor a plain value can begin with `@`: quote it",
        ),
        (
            "a: *.example.com\n",
            "7:4 failed: no anchor of this name stands before the alias: quote the value if the `*` is a part of it",
        ),
        (
            "<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> theirs\n",
            "7:1 failed: an unresolved merge conflict: decide for one side, and remove the marker lines",
        ),
        (
            "a: b\rc: d\n",
            "7:5 failed: a carriage return without a line feed; parsers disagree on what it means",
        ),
        // A message that has no better words yet.
        (
            "a: !<b\n",
            "7:4 failed: while scanning a verbatim tag, did not find the expected '>'",
        ),
    ];
    for (text, line) in cases {
        check(with(text), 2, &[&format!("x.yaml:{line}")]);
    }
    // Old Macintosh line ends everywhere.
    check(
        OLD.replace('\n', "\r"),
        2,
        &[
            "x.yaml:1:27 failed: a carriage return without a line feed; parsers disagree on what it means",
        ],
    );
}

#[test]
fn half_of_it_is_yaml() {
    let folder = Folder::new();
    let half = |version: &str| {
        let good = OLD.replace("v1beta1", version);
        format!("{good}---\n{OLD}a: [1\n---\n{good}")
    };
    folder.write("x.yaml", half("v1beta1"));
    let told = folder.run("rewrite --to 1.25");
    assert_eq!(
        told.lines_of("x.yaml"),
        [
            "x.yaml:15:1 failed: a `,` or the closing `]` of the list is missing before this place",
            "x.yaml:1:13 PodDisruptionBudget web",
            "x.yaml:16:13 PodDisruptionBudget web",
        ]
    );
    assert_eq!(told.code, Some(2));
    assert_eq!(folder.read("x.yaml"), half("v1").as_bytes());
    assert!(folder.neighbours_are_done());
}

#[test]
fn templates_encrypted_and_generated_files() {
    let advice = "template, but it names an old API version: edit the template by hand";
    for text in [
        "{{ if .Values.pdb }}\n",
        "{% if pdb %}\n",
        "a: {{- include \"x\" . | nindent 2 }}\n  b: 1\n",
    ] {
        check(with(text), 3, &[&format!("x.yaml skipped: {advice}")]);
    }
    check("a: 1\n{{ if .Values.x }}\nb: 2\n{{ end }}\n", 0, &[]);
    check(
        with("sops:\n  mac: ENC[x]\n"),
        3,
        &[
            "x.yaml skipped: encrypted with SOPS, but it names an old API version: decrypt it, convert it, encrypt it again",
        ],
    );
    check(
        format!("# by a tool, DO NOT EDIT\n{OLD}"),
        3,
        &[
            "x.yaml skipped: generated, but it names an old API version: generate it anew, or include it with --generated",
        ],
    );
}

#[test]
fn what_is_no_utf8_text() {
    let binary: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    check(&binary, 0, &["x.yaml skipped: binary"]);
    check(
        [OLD.as_bytes(), &binary].concat(),
        3,
        &[
            "x.yaml skipped: binary, but it names an old API version: look whether it should be here",
        ],
    );
    check(
        with("a: \0\n"),
        3,
        &[
            "x.yaml skipped: binary, but it names an old API version: look whether it should be here",
        ],
    );
    check(b"\x80\n", 0, &["x.yaml skipped: not UTF-8"]);
    check(
        [OLD.as_bytes(), b"# M\xfcller\n"].concat(),
        3,
        &["x.yaml skipped: not UTF-8, but it names an old API version: save it as UTF-8"],
    );
    let utf16 = |mark: &[u8], bytes: fn(u16) -> [u8; 2]| {
        let text = OLD.encode_utf16().flat_map(bytes);
        mark.iter().copied().chain(text).collect::<Vec<u8>>()
    };
    let line = "x.yaml skipped: UTF-16, but it names an old API version: save it as UTF-8";
    check(utf16(b"\xff\xfe", u16::to_le_bytes), 3, &[line]);
    check(utf16(b"\xfe\xff", u16::to_be_bytes), 3, &[line]);
    // Without a mark nobody can tell what it is.
    check(utf16(b"", u16::to_le_bytes), 0, &["x.yaml skipped: binary"]);
}

#[test]
fn duplicate_keys_that_the_change_would_touch() {
    let folder = Folder::new();
    folder.write("x.yaml", format!("apiVersion: policy/v1beta1\n{OLD}"));
    // One that the change does not touch does not hinder it.
    folder.write("y.yaml", with("a: 1\na: 2\n"));
    let told = folder.run("rewrite --to 1.25");
    assert_eq!(
        told.lines_of("x.yaml"),
        ["x.yaml:2:13 PodDisruptionBudget web"]
    );
    let reason = "  refused policy/v1beta1, removed in Kubernetes 1.25; left as it is: `apiVersion` stands there more than once, or already";
    assert!(told.out.contains(reason), "{told:#?}");
    assert_eq!(told.code, Some(3), "{told:#?}");
    assert_eq!(
        folder.read("y.yaml"),
        super::new(&with("a: 1\na: 2\n")).as_bytes()
    );
    assert!(folder.neighbours_are_done());
}

#[test]
fn tabs_that_are_no_indentation_stay() {
    let folder = Folder::new();
    let text = "apiVersion: policy/v1beta1\t# old\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec:\n  selector:\n    matchLabels: {app: web}\n";
    folder.write("x.yaml", text);
    assert_eq!(folder.run("rewrite --to 1.25").code, Some(0));
    assert_eq!(folder.read("x.yaml"), super::new(text).as_bytes());
}
