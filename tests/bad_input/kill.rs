//! Runs that are killed at any moment.
#![cfg(unix)]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{Folder, OLD, new, skipped, wait};

const FILES: usize = 1000;
const ARGS: &str = "rewrite --to 1.25";

/// Numbers that look random, the same in every run.
struct Numbers(u64);

impl Numbers {
    /// From 0 to 1.
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 40) as f64 / (1u64 << 24) as f64
    }
}

fn name(i: usize) -> String {
    format!("{}/{i}.yaml", i % 10)
}

fn fill(folder: &Folder) {
    for i in 0..FILES {
        folder.write(&name(i), OLD);
    }
}

/// How many files are new. Each is old or new.
fn written(folder: &Folder) -> usize {
    let new = new(OLD);
    (0..FILES)
        .filter(|i| {
            let text = folder.read(&name(*i));
            assert!(
                text == OLD.as_bytes() || text == new.as_bytes(),
                "{} is neither old nor new: {:?}",
                name(*i),
                String::from_utf8_lossy(&text)
            );
            text == new.as_bytes()
        })
        .count()
}

fn send(signal: &str, process: u32) {
    let _ = Command::new("kill")
        .args(["-s", signal, &process.to_string()])
        .status();
}

#[test]
fn every_file_is_old_or_new_whenever_it_is_killed() {
    if Command::new("kill").arg("-l").output().is_err() {
        skipped("there is no `kill`");
        return;
    }
    let folder = Folder::new();
    fill(&folder);
    let start = Instant::now();
    assert_eq!(folder.run(ARGS).code, Some(0));
    let whole = start.elapsed();
    assert_eq!(written(&folder), FILES);

    let mut numbers = Numbers(7);
    let mut between = BTreeSet::new();
    let mut left = 0;
    for round in 0..8 {
        let signal = ["KILL", "INT", "KILL", "TERM"][round % 4];
        fill(&folder);
        let mut refit = folder.refit(ARGS);
        let refit = refit.stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = refit.spawn().expect("refit starts");
        std::thread::sleep(Duration::from_secs_f64(
            whole.as_secs_f64() * numbers.next(),
        ));
        send(signal, child.id());
        let output = wait(child);
        let done = written(&folder);
        between.extend((0 < done && done < FILES).then_some(signal));
        let leftovers = folder.leftovers();
        if signal == "KILL" {
            left += leftovers.len();
            let ours = |path: &std::path::PathBuf| {
                let name = path.file_name().map(|name| name.to_string_lossy());
                name.is_some_and(|name| name.starts_with(".refit-"))
            };
            assert!(leftovers.iter().all(ours), "{leftovers:?}");
        } else {
            assert!(leftovers.is_empty(), "{signal}: {leftovers:?}");
            let err = String::from_utf8_lossy(&output.stderr);
            match output.status.code() {
                // It was done before, or it had not yet begun.
                Some(0) => assert_eq!(done, FILES),
                None => assert_eq!((done, output.status.signal().is_some()), (0, true)),
                Some(code) => {
                    assert_eq!(code, if signal == "INT" { 130 } else { 143 }, "{err}");
                    let line = match done {
                        0 => "error: interrupted: no file was written\n".to_owned(),
                        _ => format!(
                            "error: interrupted: {done} of {FILES} files were written, each as a whole; the others are as they were\n"
                        ),
                    };
                    assert!(err.starts_with(&line), "{err}");
                }
            }
        }
        // Once more, to the end; what a killed run left behind goes too.
        let told = folder.run(ARGS);
        assert_eq!(told.code, Some(0), "{told:#?}");
        assert_eq!(written(&folder), FILES);
        assert!(folder.leftovers().is_empty());
        if !leftovers.is_empty() {
            assert!(
                told.err.contains("leftover of a killed refit, removed"),
                "{told:#?}"
            );
        }
    }
    eprintln!("in the middle of writing: {between:?}; temporary files left by SIGKILL: {left}");
}

#[test]
fn leftovers_are_never_read_and_go_with_the_next_rewrite() {
    let folder = Folder::new();
    folder.write("z/.refit-aB3dE9.tmp", OLD);
    folder.write("z/other.tmp", OLD);
    let told = folder.run("check --to 1.25 --verbose");
    assert_eq!(
        told.lines_of("z/.refit-aB3dE9.tmp"),
        ["z/.refit-aB3dE9.tmp skipped: temporary file of refit"]
    );
    assert!(folder.at("z/.refit-aB3dE9.tmp").exists());

    // Somebody is still at work on it.
    let at_work = fs::File::open(folder.at("z/.refit-aB3dE9.tmp")).expect("it is there");
    let locked = at_work.try_lock().is_ok();
    let told = folder.run("rewrite --to 1.25 --verbose");
    if locked {
        assert_eq!(
            told.lines_of("z/.refit-aB3dE9.tmp"),
            ["z/.refit-aB3dE9.tmp skipped: temporary file of refit"]
        );
        assert!(folder.at("z/.refit-aB3dE9.tmp").exists());
    } else {
        skipped("files cannot be locked here");
    }
    drop(at_work);

    let told = folder.run("rewrite --to 1.25 --verbose");
    if locked {
        assert_eq!(
            told.lines_of("z/.refit-aB3dE9.tmp"),
            ["z/.refit-aB3dE9.tmp skipped: leftover of a killed refit, removed"]
        );
    }
    assert!(!folder.at("z/.refit-aB3dE9.tmp").exists());
    assert!(folder.at("z/other.tmp").exists());
    assert_eq!(told.code, Some(0));
}
