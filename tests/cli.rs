//! The command line as people see it. Each case of `tests/cli/` holds commands and their exact output, and
//! the folder before (`.in`) and after (`.out`); `TRYCMD=overwrite cargo test --test cli` writes what the
//! commands print now: read the difference before you keep it. What no such case can show is below.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const OLD: &str = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: web}\n\
    spec: {selector: {matchLabels: {app: web}}}\n";

#[test]
fn commands_print_what_the_cases_say() {
    trycmd::TestCases::new()
        .case("tests/cli/*.trycmd")
        .case("tests/cli/*.toml");
}

fn refit(folder: &Path, args: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_refit"));
    command.args(args.split(' ')).current_dir(folder);
    command
}

fn run(folder: &Path, args: &str) -> Output {
    refit(folder, args).output().expect("refit runs")
}

fn filter(folder: &Path, args: &str, input: &[u8]) -> Output {
    let piped = Stdio::piped;
    let mut child = refit(folder, args)
        .stdin(piped())
        .stdout(piped())
        .stderr(piped())
        .spawn()
        .expect("refit runs");
    child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(input)
        .expect("refit reads");
    child.wait_with_output().expect("refit ends")
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).expect("it is text")
}

fn new(old: &str) -> String {
    old.replace("policy/v1beta1", "policy/v1")
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[test]
fn convert_passes_on_what_is_not_text() {
    let dir = folder();
    let utf16: Vec<u8> = [0xfeff]
        .into_iter()
        .chain(OLD.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    for (input, code) in [
        (b"policy/v1beta1 \xff\n".to_vec(), 3),
        (b"policy/v1beta1 \0\n".to_vec(), 3),
        (b"\0\n".to_vec(), 0),
        (utf16, 3),
        (Vec::new(), 0),
    ] {
        let done = filter(dir.path(), "convert --to 1.25", &input);
        assert_eq!(
            (done.stdout, done.status.code()),
            (input, Some(code)),
            "{}",
            text(&done.stderr)
        );
    }
}

#[test]
fn convert_takes_a_file_a_stream_and_generated_text() {
    let dir = folder();
    let marked = format!("\u{feff}# DO NOT EDIT\n{OLD}");
    fs::write(dir.path().join("a.yaml"), &marked).expect("a file");
    assert_eq!(
        text(&run(dir.path(), "convert a.yaml --to 1.25").stdout),
        new(&marked)
    );
    let done = filter(dir.path(), "convert - --to 1.25 -q", marked.as_bytes());
    assert_eq!(
        (text(&done.stdout), text(&done.stderr)),
        (new(&marked).as_str(), "")
    );
}

#[test]
fn check_and_diff_read_standard_input() {
    let dir = folder();
    let done = filter(dir.path(), "check - --to 1.25", OLD.as_bytes());
    assert_eq!(done.status.code(), Some(1));
    assert!(text(&done.stdout).starts_with("-:1:13 PodDisruptionBudget web\n"));
    let done = filter(dir.path(), "diff - --to 1.25", OLD.as_bytes());
    assert!(text(&done.stdout).contains("\n-apiVersion: policy/v1beta1\n+apiVersion: policy/v1\n"));
}

#[test]
fn colours_are_for_terminals_and_those_who_ask() {
    let dir = folder();
    fs::write(dir.path().join("a.yaml"), OLD).expect("a file");
    for args in ["check --to 1.25", "diff --to 1.25"] {
        let escape = |out: &Output| out.stdout.contains(&0x1b);
        assert!(!escape(&run(dir.path(), args)), "{args}");
        let always = format!("{args} --color always");
        assert!(escape(&run(dir.path(), &always)), "{args}");
        let asked = refit(dir.path(), &always)
            .env("NO_COLOR", "1")
            .output()
            .expect("refit runs");
        assert!(escape(&asked), "{args}: what is asked for goes first");
        let forced = refit(dir.path(), args)
            .env("CLICOLOR_FORCE", "1")
            .output()
            .expect("refit runs");
        assert!(escape(&forced), "{args}");
        let never = format!("{args} --color never");
        let never = refit(dir.path(), &never)
            .env("CLICOLOR_FORCE", "1")
            .output()
            .expect("refit runs");
        assert!(!escape(&never), "{args}");
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let dir = folder();
    fs::write(
        dir.path().join("a.yaml"),
        OLD.repeat(2000).replace("apiVersion", "---\napiVersion"),
    )
    .expect("a file");
    for args in [
        "diff --to 1.25 -q",
        "check --to 1.25",
        "convert a.yaml --to 1.25 -q",
    ] {
        let mut child = refit(dir.path(), args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("refit runs");
        drop(child.stdout.take());
        let done = child.wait_with_output().expect("refit ends");
        assert!(
            !text(&done.stderr).contains("error"),
            "{args}: {}",
            text(&done.stderr)
        );
        assert!(matches!(done.status.code(), Some(0 | 1)), "{args}");
    }
}

#[test]
fn two_runs_say_the_same() {
    let dir = folder();
    for i in 0..200 {
        let name = format!("{}/{i}.yaml", i % 7);
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, OLD).expect("a file");
    }
    for args in [
        "check --to 1.25 --format json",
        "diff --to 1.25",
        "check --to 1.25 -v",
    ] {
        assert_eq!(run(dir.path(), args), run(dir.path(), args), "{args}");
    }
    let done = run(dir.path(), "rewrite --to 1.25");
    assert_eq!(done.status.code(), Some(0));
    let changed = |i: usize| fs::read_to_string(dir.path().join(format!("{}/{i}.yaml", i % 7)));
    assert!((0..200).all(|i| changed(i).is_ok_and(|text| text == new(OLD))));
}

#[cfg(unix)]
#[test]
fn rewrite_keeps_links_and_permissions() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let dir = folder();
    let file = dir.path().join("real/a.yaml");
    fs::create_dir(dir.path().join("real")).expect("a folder");
    fs::write(&file, OLD).expect("a file");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("it is ours");
    symlink("real/a.yaml", dir.path().join("link.yaml")).expect("a link");

    let done = run(dir.path(), "rewrite link.yaml --to 1.25");
    assert!(
        text(&done.stdout).starts_with("link.yaml:1:13 "),
        "{}",
        text(&done.stdout)
    );
    assert_eq!(
        fs::read_link(dir.path().join("link.yaml")).expect("still a link"),
        Path::new("real/a.yaml")
    );
    assert_eq!(fs::read_to_string(&file).expect("it is there"), new(OLD));
    assert_eq!(
        fs::metadata(&file)
            .expect("it is there")
            .permissions()
            .mode()
            & 0o7777,
        0o640
    );
    assert_eq!(
        fs::read_dir(dir.path().join("real"))
            .expect("a folder")
            .count(),
        1,
        "nothing is left behind"
    );
}

/// Also in a folder of a repository that is not its top.
#[test]
fn git_applies_a_diff_where_it_was_made() {
    let dir = folder();
    let git = |args: &str| {
        let none = Path::new("/dev/null");
        let mut git = Command::new("git");
        git.args(args.split(' '))
            .current_dir(dir.path())
            .env("GIT_CONFIG_GLOBAL", none);
        git.stdout(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    if !git("init -q") {
        eprintln!("skipped: git is not installed");
        return;
    }
    let apps = dir.path().join("clusters/apps");
    fs::create_dir_all(&apps).expect("folders");
    fs::write(apps.join("a.yaml"), OLD).expect("a file");
    fs::write(
        dir.path().join("clusters/b c.yaml"),
        OLD.replace('\n', "\r\n").trim_end(),
    )
    .expect("a file");

    let here = dir.path().join("clusters");
    let diff = here.join("the.diff");
    fs::write(&diff, run(&here, "diff --to 1.25 -q").stdout).expect("a file");
    let apply = |args: &[&str]| {
        let input = File::open(&diff).expect("it is there");
        Command::new("git")
            .args(args)
            .current_dir(&here)
            .stdin(input)
            .output()
            .expect("git runs")
    };
    let done = apply(&["apply"]);
    assert!(done.status.success(), "{}", text(&done.stderr));
    assert_eq!(run(&here, "diff --to 1.25").status.code(), Some(0));
    assert_eq!(
        fs::read_to_string(apps.join("a.yaml")).expect("it is there"),
        new(OLD)
    );
    assert!(apply(&["apply", "-R"]).status.success());
    assert_eq!(
        fs::read_to_string(apps.join("a.yaml")).expect("it is there"),
        OLD
    );
}
