//! Progress is for terminals, and for runs that take a while.
#![cfg(target_os = "linux")]

use std::process::Command;
use std::time::{Duration, Instant};

use super::{Folder, OLD, Told, skipped};

/// Enough to take a second or so.
fn fill(folder: &Folder) {
    let text = format!("---\n{OLD}").repeat(60);
    for i in 0..200 {
        folder.write(&format!("{i}.yaml"), &text);
    }
}

/// Runs refit on a terminal; what appears on it.
fn on_terminal(folder: &Folder, args: &str, terminal: &str) -> Option<(String, Duration)> {
    let mut command = Command::new("script");
    let refit = env!("CARGO_BIN_EXE_refit");
    // Standard error on the terminal, the list away.
    let shell = format!("'{refit}' {args} >/dev/null");
    command.args(["-qefc", &shell, "/dev/null"]);
    command.current_dir(folder.path()).env("TERM", terminal);
    if Command::new("script").arg("--version").output().is_err() {
        skipped("there is no `script` to make a terminal");
        return None;
    }
    let start = Instant::now();
    let told = Told::of(command);
    Some((told.out, start.elapsed()))
}

#[test]
fn a_long_run_shows_how_far_it_is() {
    let folder = Folder::new();
    fill(&folder);
    let Some((shown, took)) = on_terminal(&folder, "check --to 1.25", "xterm") else {
        return;
    };
    if took < Duration::from_millis(900) {
        skipped("this machine is too fast for a long run");
        return;
    }
    assert!(shown.contains("/202 files, "), "{shown:?}");
    assert!(shown.contains(" to change, "), "{shown:?}");
    assert!(shown.contains("/s"), "{shown:?}");
    // The line is gone before the summary comes.
    let summary =
        "to kubernetes 1.25 (from 1.24, assumed)\r\n202 files read: 202 to change, 0 clean\r\n";
    let (progress, _) = shown.split_once(summary).expect("a summary");
    let last = progress.rsplit('\r').next().unwrap_or_default();
    assert!(last.ends_with("\u{1b}[2K") || last.is_empty(), "{last:?}");

    for (args, terminal) in [("check --to 1.25 -q", "xterm"), ("check --to 1.25", "dumb")] {
        let (shown, _) = on_terminal(&folder, args, terminal).expect("as before");
        assert!(!shown.contains("files, "), "{shown:?}");
    }
}

#[test]
fn nothing_of_it_is_in_a_pipe() {
    let folder = Folder::new();
    fill(&folder);
    let told = folder.run("diff --to 1.25");
    assert_eq!(
        told.err,
        "to kubernetes 1.25 (from 1.24, assumed)\n202 files read: 202 to change, 0 clean\n12002 objects looked at: 12002 to convert (12002 safe, 0 review)\n"
    );
}
