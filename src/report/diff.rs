//! Unified diffs that `git apply` and `patch -p1` take.
//!
//! The edits are known, so only the lines around them are compared: the time does not depend on the
//! size of the file. There is no `diff --git` line: with one, git takes the paths to start at the
//! top of the repository, without it at the current directory, as everybody else does.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Component, Path, PathBuf};

use anstyle::{AnsiColor, Style};
use memchr::{memchr, memchr_iter, memrchr};
use similar::{Algorithm, DiffTag, capture_diff_slices};

use crate::yaml::Edit;

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// The diff that turns `old` into what the edits make of it; empty if they change nothing. The
/// edits are in the order of their ranges and do not overlap.
pub fn unified(path: &Path, old: &str, edits: &[Edit]) -> String {
    let changes = changes(old, edits);
    if changes.is_empty() {
        return String::new();
    }
    let name = below_here(path);
    let mut out = format!("--- {}\n+++ {}\n", label("a/", &name), label("b/", &name));
    // Changes whose contexts touch make one hunk.
    let mut rest = changes.as_slice();
    while let Some(first) = rest.first() {
        let mut last = first;
        let mut count = 1;
        for next in &rest[1..] {
            if next.old_line - last.old_end() > 2 * CONTEXT {
                break;
            }
            last = next;
            count += 1;
        }
        hunk(&mut out, old, &rest[..count]);
        rest = &rest[count..];
    }
    out
}

/// Prints a diff with colours.
///
/// # Errors
/// Those of the writer.
pub fn paint(out: &mut dyn Write, diff: &str) -> io::Result<()> {
    const HEAD: Style = Style::new().bold();
    const HUNK: Style = AnsiColor::Cyan.on_default();
    const GONE: Style = AnsiColor::Red.on_default();
    const COME: Style = AnsiColor::Green.on_default();
    for (i, line) in diff.split_inclusive('\n').enumerate() {
        let style = match line.as_bytes()[0] {
            b'-' | b'+' if i < 2 => HEAD,
            b'@' => HUNK,
            b'-' => GONE,
            b'+' => COME,
            _ => Style::new(),
        };
        // The style ends before the line does, so that the end stays what it is.
        let text = line.trim_end_matches(['\r', '\n']);
        write!(out, "{style}{text}{style:#}{}", &line[text.len()..])?;
    }
    Ok(())
}

/// Lines of the old text that go and the lines that come in their place.
struct Change {
    /// Lines before it, in the old text and in the new one.
    old_line: usize,
    new_line: usize,
    old: Range<usize>,
    gone: usize,
    come: Vec<String>,
}

impl Change {
    fn old_end(&self) -> usize {
        self.old_line + self.gone
    }
}

fn changes(old: &str, edits: &[Edit]) -> Vec<Change> {
    let mut changes = Vec::new();
    let (mut at, mut old_line, mut new_line) = (0, 0, 0);
    let mut edits = edits.iter().peekable();
    while let Some(first) = edits.next() {
        // The whole lines that this edit and those on the same and the next lines touch, before and after.
        let start = line_start(old, first.range.start).max(at);
        let mut end = line_end(old, first.range.end);
        let mut new = old[start..first.range.start].to_owned() + &first.text;
        let mut done = first.range.end;
        while let Some(next) = edits.next_if(|next| line_start(old, next.range.start) <= end) {
            new.push_str(&old[done..next.range.start]);
            new.push_str(&next.text);
            done = next.range.end;
            end = end.max(line_end(old, done));
        }
        new.push_str(&old[done..end]);

        let between = count_lines(&old[at..start]);
        (old_line, new_line) = (old_line + between, new_line + between);
        let (before, after) = (lines(&old[start..end]), lines(&new));
        let offsets: Vec<usize> = before
            .iter()
            .scan(start, |at, line| {
                let here = *at;
                *at += line.len();
                Some(here)
            })
            .chain([end])
            .collect();
        for op in capture_diff_slices(Algorithm::Myers, &before, &after) {
            let (tag, o, n) = op.as_tag_tuple();
            if tag != DiffTag::Equal {
                let change = Change {
                    old_line: old_line + o.start,
                    new_line: new_line + n.start,
                    old: offsets[o.start]..offsets[o.end],
                    gone: o.len(),
                    come: after[n].iter().map(|&line| line.to_owned()).collect(),
                };
                push(&mut changes, change);
            }
        }
        (at, old_line, new_line) = (end, old_line + before.len(), new_line + after.len());
    }
    changes
}

/// Changes that touch are shown as one: first all that goes, then all that comes.
fn push(changes: &mut Vec<Change>, change: Change) {
    match changes.last_mut() {
        Some(last) if last.old_end() == change.old_line => {
            last.old.end = change.old.end;
            last.gone += change.gone;
            last.come.extend(change.come);
        }
        _ => changes.push(change),
    }
}

fn hunk(out: &mut String, old: &str, changes: &[Change]) {
    let (Some(first), Some(last)) = (changes.first(), changes.last()) else {
        return;
    };
    let mut start = first.old.start;
    for _ in 0..CONTEXT {
        start = line_start(old, start.saturating_sub(1));
    }
    let mut end = last.old.end;
    for _ in 0..CONTEXT {
        if end < old.len() {
            end = line_end(old, end);
        }
    }
    let lead = lines(&old[start..first.old.start]).len();
    let trail = lines(&old[last.old.end..end]).len();
    let (old_line, new_line) = (first.old_line - lead, first.new_line - lead);
    let old_count = last.old_end() + trail - old_line;
    let new_count = last.new_line + last.come.len() + trail - new_line;
    let _ = writeln!(
        out,
        "@@ -{} +{} @@",
        span(old_line, old_count),
        span(new_line, new_count)
    );

    let mut at = start;
    for change in changes {
        lines(&old[at..change.old.start])
            .into_iter()
            .for_each(|line| put(out, ' ', line));
        lines(&old[change.old.clone()])
            .into_iter()
            .for_each(|line| put(out, '-', line));
        change.come.iter().for_each(|line| put(out, '+', line));
        at = change.old.end;
    }
    lines(&old[at..end])
        .into_iter()
        .for_each(|line| put(out, ' ', line));
}

fn put(out: &mut String, sign: char, line: &str) {
    out.push(sign);
    out.push_str(line);
    if !line.ends_with('\n') {
        out.push_str("\n\\ No newline at end of file\n");
    }
}

/// `start,count` as `diff` writes it: counted from 1, an empty span by the line before it.
fn span(lines_before: usize, count: usize) -> String {
    match count {
        0 => format!("{lines_before},0"),
        1 => format!("{}", lines_before + 1),
        _ => format!("{},{count}", lines_before + 1),
    }
}

fn line_start(text: &str, at: usize) -> usize {
    memrchr(b'\n', &text.as_bytes()[..at]).map_or(0, |i| i + 1)
}

/// The end of the line in which `at` is, with its line feed.
fn line_end(text: &str, at: usize) -> usize {
    memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |i| at + i + 1)
}

fn count_lines(text: &str) -> usize {
    memchr_iter(b'\n', text.as_bytes()).count()
}

/// Lines with their ends. A lone CR ends no line: so do git and patch see it.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// The path from the current directory, for a file below it; else as it is, without a leading `/`.
fn below_here(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let inside = path.strip_prefix(&here).unwrap_or(path);
    inside
        .components()
        .filter(|c| !matches!(c, Component::RootDir | Component::CurDir))
        .collect()
}

/// The name after `---` and `+++`, quoted as git does where it must be.
fn label(prefix: &str, path: &Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    let text = str::from_utf8(bytes).ok();
    match text {
        Some(text)
            if !text
                .chars()
                .any(|c| c.is_control() || matches!(c, '"' | '\\')) =>
        {
            // The tab tells readers that cut at a blank where the name ends.
            let end = if text.contains(' ') { "\t" } else { "" };
            format!("{prefix}{text}{end}")
        }
        _ => {
            let mut quoted = format!("\"{prefix}");
            for &byte in bytes {
                match byte {
                    b'"' | b'\\' => quoted.extend(['\\', char::from(byte)]),
                    b'\t' => quoted.push_str("\\t"),
                    b'\n' => quoted.push_str("\\n"),
                    b'\r' => quoted.push_str("\\r"),
                    b' '..=b'~' => quoted.push(char::from(byte)),
                    _ => drop(write!(quoted, "\\{byte:03o}")),
                }
            }
            quoted + "\""
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    fn edit(old: &str, from: &str, to: &str) -> Edit {
        let start = old.find(from).expect("the text to change is there");
        Edit {
            range: start..start + from.len(),
            text: to.to_owned(),
        }
    }

    fn apply(old: &str, edits: &[Edit]) -> String {
        let mut new = old.to_owned();
        for edit in edits.iter().rev() {
            new.replace_range(edit.range.clone(), &edit.text);
        }
        new
    }

    #[test]
    fn shows_the_lines_around_a_change() {
        let old = "a: 1\nb: 2\nc: 3\nd: 4\ne: 5\nf: 6\ng: 7\nh: 8\n";
        let edits = [
            edit(old, "d: 4", "d: four\nd2: 4"),
            edit(old, "h: 8", "h: eight"),
        ];
        assert_eq!(
            unified(Path::new("x.yaml"), old, &edits),
            "\
--- a/x.yaml
+++ b/x.yaml
@@ -1,8 +1,9 @@
 a: 1
 b: 2
 c: 3
-d: 4
+d: four
+d2: 4
 e: 5
 f: 6
 g: 7
-h: 8
+h: eight
"
        );
    }

    #[test]
    fn what_goes_stands_before_what_comes() {
        let old = "a: 1\nb: 2\nc: 3\n";
        let edits = [
            edit(old, "a: 1", "a: x"),
            edit(old, "b: 2", "b: x\nb2: x"),
            edit(old, "c: 3", "c: x"),
        ];
        let diff = unified(Path::new("x.yaml"), old, &edits);
        assert!(
            diff.ends_with("-a: 1\n-b: 2\n-c: 3\n+a: x\n+b: x\n+b2: x\n+c: x\n"),
            "{diff}"
        );
    }

    #[test]
    fn keeps_distant_changes_apart() {
        let old: String = (1..=20).map(|i| format!("k{i}: v\n")).collect();
        let edits = [edit(&old, "k2: v\n", ""), edit(&old, "k15: v", "k15: w")];
        let diff = unified(Path::new("x.yaml"), &old, &edits);
        assert!(
            diff.contains("@@ -1,5 +1,4 @@\n k1: v\n-k2: v\n k3: v\n"),
            "{diff}"
        );
        assert!(diff.contains("@@ -12,7 +11,7 @@\n k12: v\n"), "{diff}");
    }

    #[test]
    fn shows_a_missing_final_newline() {
        let old = "a: 1\nb: 2";
        assert_eq!(
            unified(Path::new("x.yaml"), old, &[edit(old, "b: 2", "b: 3")]),
            "--- a/x.yaml\n+++ b/x.yaml\n@@ -1,2 +1,2 @@\n a: 1\n-b: 2\n\\ No newline at end of file\n+b: 3\n\\ No newline at end of file\n"
        );
    }

    #[test]
    fn an_edit_that_changes_nothing_is_no_change() {
        let old = "a: 1\n";
        assert_eq!(
            unified(Path::new("x.yaml"), old, &[edit(old, "1", "1")]),
            ""
        );
        assert_eq!(unified(Path::new("x.yaml"), old, &[]), "");
    }

    #[test]
    fn names_are_written_as_git_writes_them() {
        assert_eq!(label("a/", Path::new("apps/web.yaml")), "a/apps/web.yaml");
        assert_eq!(label("a/", Path::new("a b.yaml")), "a/a b.yaml\t");
        assert_eq!(label("a/", Path::new("q\"q\\.yaml")), r#""a/q\"q\\.yaml""#);
        assert_eq!(
            label("b/", Path::new("tab\t\u{7f}.yaml")),
            r#""b/tab\t\177.yaml""#
        );
        assert_eq!(label("b/", Path::new("größe.yaml")), "b/größe.yaml");
        assert_eq!(below_here(Path::new("./a/./b.yaml")), Path::new("a/b.yaml"));
        assert_eq!(
            below_here(Path::new("/nowhere/b.yaml")),
            Path::new("nowhere/b.yaml")
        );
        let here = std::env::current_dir().expect("there is one");
        assert_eq!(below_here(&here.join("x/y.yaml")), Path::new("x/y.yaml"));
    }

    /// What the diffs are for. Skips a tool that is not installed.
    #[test]
    fn git_and_patch_take_the_diffs() {
        let long: String = (1..=40).map(|i| format!("key{i}: value\n")).collect();
        let crlf = long.replace('\n', "\r\n");
        let cases: Vec<(&str, String, Vec<Edit>)> = vec![
            (
                "plain.yaml",
                long.clone(),
                vec![
                    edit(&long, "key3: value", "key3: new"),
                    edit(&long, "key30:", "x:"),
                ],
            ),
            (
                "sub/with blank.yaml",
                long.clone(),
                vec![edit(&long, "key1: value\n", "")],
            ),
            (
                "sub/quo\"te\\.yaml",
                long.clone(),
                vec![edit(&long, "key40: value\n", "key40: new")],
            ),
            (
                "größe.yaml",
                long.clone(),
                vec![edit(&long, "key5: value\nkey6", "key6")],
            ),
            (
                "crlf.yaml",
                crlf.clone(),
                vec![edit(&crlf, "key20: value\r\n", "key20:\r\n  a: b\r\n")],
            ),
            (
                "end.yaml",
                "a: 1\nb: 2".into(),
                vec![edit("a: 1\nb: 2", "2", "2\nc: 3")],
            ),
            (
                "newline.yaml",
                "a: 1\nb: 2".into(),
                vec![Edit {
                    range: 9..9,
                    text: "\n".into(),
                }],
            ),
            ("one.yaml", "a: 1".into(), vec![edit("a: 1", "1", "2")]),
            (
                "cr.yaml",
                "a: 1\rb: 2\n".into(),
                vec![edit("a: 1\rb: 2\n", "2", "3")],
            ),
        ];
        let tools: [(&str, &[&str]); 2] = [
            ("git", &["apply", "--whitespace=nowarn"]),
            ("patch", &["-p1", "--binary", "-s"]),
        ];
        for (tool, args) in tools {
            if Command::new(tool)
                .arg("--version")
                .stdout(Stdio::null())
                .status()
                .is_err()
            {
                eprintln!("skipped: {tool} is not installed");
                continue;
            }
            let dir = tempfile::tempdir().expect("a temporary folder");
            std::fs::create_dir(dir.path().join("sub")).expect("a folder");
            let mut diff = String::new();
            for (name, old, edits) in &cases {
                std::fs::write(dir.path().join(name), old).expect("a file");
                diff += &unified(Path::new(name), old, edits);
            }
            let input = dir.path().join("the.diff");
            std::fs::write(&input, &diff).expect("a file");
            let run = Command::new(tool)
                .args(args)
                .current_dir(dir.path())
                .env("GIT_CEILING_DIRECTORIES", dir.path())
                .stdin(std::fs::File::open(&input).expect("it is there"))
                .output()
                .expect("it runs");
            assert!(
                run.status.success(),
                "{tool}: {}\n{diff}",
                String::from_utf8_lossy(&run.stderr)
            );
            for (name, old, edits) in &cases {
                let new = std::fs::read_to_string(dir.path().join(name)).expect("it is there");
                assert_eq!(new, apply(old, edits), "{tool} {name}");
            }
        }
    }
}
