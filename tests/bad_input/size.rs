//! Texts that are deep, grow when they are read, or are large.

use super::{Folder, OLD, new};

/// In KiB of address space, for 2 threads with their stacks.
const ROOM: &str = "ulimit -v 600000";

const DEEP: &str = "nested deeper than 255 levels, which is more than refit takes on";
const MANY: &str = "aliases make this larger than 400000 nodes: write out what they stand for, or split the document";

/// Runs with little room, and compares what is said of `x.yaml`.
fn check(text: &str, line: &str) {
    let folder = Folder::new();
    folder.write("x.yaml", text);
    let told = folder.limited(ROOM, "rewrite --to 1.25");
    assert_eq!(told.lines_of("x.yaml"), [line], "{told:#?}");
    assert_eq!(told.code, Some(2), "{told:#?}");
    assert!(folder.read("x.yaml") == text.as_bytes());
    assert!(folder.neighbours_are_done());
}

#[test]
fn ten_thousand_levels() {
    let levels = |open: &str| open.repeat(10_000);
    for (text, place) in [
        (format!("{OLD}a: {}{}\n", levels("["), levels("]")), "7:259"),
        (format!("{OLD}a: {}\n", levels("[")), "7:259"),
        (format!("{OLD}a: {}\n", levels("{a: ")), "7:1020"),
        (format!("{OLD}a:\n{}\n", levels("- ")), "8:509"),
        (
            (0..10_000).fold(OLD.to_owned(), |text, i| text + &" ".repeat(i) + "a:\n"),
            "262:256",
        ),
        (
            format!(
                "{{\"apiVersion\": \"policy/v1beta1\", \"a\": {}{}}}",
                levels("["),
                levels("]")
            ),
            "1:293",
        ),
        (
            (1..10_000).fold(format!("{OLD}x0: &x0 {{a: b}}\n"), |text, i| {
                text + &format!("x{i}: &x{i} {{a: *x{}}}\n", i - 1)
            }),
            "262:7",
        ),
    ] {
        check(&text, &format!("x.yaml:{place} failed: {DEEP}"));
    }
}

/// `x1` holds ten of `x0`, `x2` ten of `x1` ...
fn bomb(first: &str, around: impl Fn(&str) -> String, each: usize) -> String {
    (1..40).fold(format!("x0: &x0 {first}\n"), |text, i| {
        let inner = vec![format!("*x{}", i - 1); each].join(", ");
        text + &format!("x{i}: &x{i} {}\n", around(&inner))
    })
}

#[test]
fn aliases_that_stand_for_billions() {
    let lists = bomb("{a: b}", |inner| format!("[{inner}]"), 10);
    check(
        &format!("{OLD}{lists}"),
        &format!("x.yaml:13:5 failed: {MANY}"),
    );
    let object = "{apiVersion: policy/v1beta1, kind: PodDisruptionBudget}";
    let items = |inner: &str| format!("{{apiVersion: v1, kind: List, items: [{inner}]}}");
    let nested = bomb(object, items, 10);
    check(
        &format!("apiVersion: v1\nkind: List\n{nested}items: [*x39]\n"),
        &format!("x.yaml:8:45 failed: {MANY}"),
    );
    let merges = bomb("{a: b}", |inner| format!("{{<<: [{inner}]}}"), 3);
    check(
        &format!("{OLD}{merges}<<: *x39\n"),
        &format!("x.yaml:18:16 failed: {MANY}"),
    );
}

#[test]
fn one_line_of_a_megabyte() {
    let folder = Folder::new();
    let text = format!("{OLD}a: \"{}\"\n", "x".repeat(1 << 20));
    folder.write("x.yaml", &text);
    let many = format!("{}a: [{}]\n", OLD, "1, ".repeat(20_000));
    folder.write("y.yaml", &many);
    folder.write("z.yaml", format!("a: {}\n", "v1".repeat(1 << 19)));
    let told = folder.limited(ROOM, "rewrite --to 1.25");
    assert_eq!(told.code, Some(0), "{told:#?}");
    assert!(folder.read("x.yaml") == new(&text).as_bytes());
    assert!(folder.read("y.yaml") == new(&many).as_bytes());
}

/// Memory follows the files, not what is made of them: a stream of many documents takes a small
/// multiple of its size.
#[test]
fn a_large_stream_of_documents() {
    let folder = Folder::new();
    let text = format!("---\n{OLD}").repeat(20_000);
    assert!(text.len() > 2 << 20);
    folder.write("x.yaml", &text);
    folder.write("y.yaml", "a: 1 # no manifest\n".repeat(1 << 20));
    let told = folder.limited(ROOM, "rewrite --to 1.25 -q");
    assert_eq!(told.code, Some(0), "{told:#?}");
    assert!(folder.read("x.yaml") == new(&text).as_bytes());
    assert!(folder.neighbours_are_done());
}

/// `cargo test --release --test bad_input -- --ignored`: needs 4 GB of disk.
#[test]
#[ignore = "slow: writes files of 1 GB"]
fn a_gigabyte() {
    const GIGABYTE: usize = 1 << 30;
    let folder = Folder::new();
    let sparse = std::fs::File::create(folder.at("sparse.yaml")).expect("a file");
    sparse.set_len(GIGABYTE as u64).expect("a sparse file");
    let told = folder.limited("ulimit -v 3000000", "rewrite --to 1.25 -v");
    assert_eq!(
        told.lines_of("sparse.yaml"),
        ["sparse.yaml skipped: binary"]
    );
    assert_eq!(told.code, Some(0), "{told:#?}");
    assert!(folder.neighbours_are_done());

    // One that does not fit fails alone.
    let folder = Folder::new();
    let sparse = std::fs::File::create(folder.at("sparse.yaml")).expect("a file");
    sparse.set_len(GIGABYTE as u64).expect("a sparse file");
    let told = folder.limited(ROOM, "rewrite --to 1.25");
    assert_eq!(
        told.lines_of("sparse.yaml"),
        ["sparse.yaml failed: cannot be read: out of memory"],
        "{told:#?}"
    );
    assert!(folder.neighbours_are_done());

    let folder = Folder::new();
    let document = format!("---\n{OLD}# {}\n", "x".repeat(1 << 20));
    let text = document.repeat(GIGABYTE / document.len());
    folder.write("x.yaml", &text);
    let told = folder.limited("ulimit -v 6300000", "rewrite --to 1.25 -q");
    assert_eq!(told.code, Some(0), "{told:#?}");
    assert!(folder.read("x.yaml") == new(&text).as_bytes());
}
