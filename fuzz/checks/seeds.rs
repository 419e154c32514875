//! The first inputs: the project's own examples.

use std::fs;
use std::path::Path;

use refit::catalog::source::Source;

/// The manifests: what the examples of the catalogue convert, and the files of `examples/`, below the
/// project's folder.
pub fn manifests(project: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let source = Source::read(&project.join("conversions")).expect("the catalogue is right");
    for example in source.files.iter().flat_map(|file| &file.examples) {
        found.push(example.before.clone());
        found.extend(example.after.clone());
    }
    texts(&project.join("examples"), &mut found);
    found
}

/// The files of the catalogue.
pub fn catalogue(project: &Path) -> Vec<String> {
    let mut found = Vec::new();
    texts(&project.join("conversions"), &mut found);
    found
}

/// Text that is hard to edit: a little of everything.
pub fn hard() -> Vec<String> {
    HARD.iter().map(|text| (*text).to_owned()).collect()
}

fn texts(folder: &Path, found: &mut Vec<String>) {
    let entries = fs::read_dir(folder).expect("a folder of the project");
    let mut paths: Vec<_> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            texts(&path, found);
        } else if let Ok(text) = fs::read_to_string(&path) {
            found.push(text);
        }
    }
}

const HARD: &[&str] = &[
    "a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: [*x, 2]\n",
    "a: |\n  text\n\n  more\nb: >-\n  folded\n  lines\nc: |+\n  kept\n\n# end\n",
    "{\"a\": {\"b\": [1, 2, {\"c\": null}]}, \"d\": \"x\"}\n",
    "{\n  a: 1, # one\n  # two\n  b: [\n    x,\n    y,\n  ],\n}\n",
    "- a: 1\n  b:\n  - x\n  # above y\n  - y # behind y\n-\n  - - 1\n    - 2\n- # alone\n  c: d\n",
    "? complex\n: value\n? [a, b]\n: c\n!!str d: !foo e\n",
    "a: 'single\n  lines'\nb: \"double \\\n  lines\"\nc: plain\n  lines\n\n  more\n",
    "%YAML 1.1\n---\na: yes\n...\n",
    "# licence\n\n# about a\na:\n    # deep\n    b: 1\n\n    # heading\n\n    c: 2\n# end\n",
    "a: 1\r\nb:\r\n  - c # x\r\n  - d: |\r\n      e\r\n",
    "--- # start\na: {b: {c: d}, e: []}\n---\n[a, {b: c}, d: e]\n--- |\n text\n",
    "a:\n- b\n-\tc\nd: \"\\u00e9\\n\"\né: 日本\n😀: x",
];
