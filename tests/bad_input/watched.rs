//! What happens to files while a run is at work on them.

use std::fmt;
use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};

use refit::catalog::{Catalog, Policy, Window};
use refit::convert::{Answers, Defaults, Form, Options};
use refit::repo::{Done, Phase, Run, Want, Watch, walk};

use super::{Folder, OLD, new};

/// Does something to the files at the beginning of a phase.
struct At<F: Fn() + Sync>(Phase, F);

impl<F: Fn() + Sync> fmt::Debug for At<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("At")
    }
}

impl<F: Fn() + Sync> Watch for At<F> {
    fn begin(&self, phase: Phase, _: usize) {
        if phase == self.0 {
            self.1();
        }
    }
}

fn rewrite(folder: &Folder, watch: &dyn Watch) -> Done {
    let catalog = Catalog::builtin();
    let options = Options {
        catalog,
        window: &Window::parse(catalog, &["1.25"], &[]).expect("a window"),
        policy: Policy::Deprecated,
        defaults: Defaults::Keep,
        safe_only: false,
        answers: &Answers::new(),
        form: Form::Whole,
        embedded: false,
    };
    let found = walk(&[folder.path().to_owned()]).expect("the folder is there");
    Run::new(options, false)
        .watched(watch)
        .over(&found, Want::Files)
}

/// What is said of the file `x.yaml`.
fn said(done: &Done) -> Vec<&str> {
    let files = done.report.files.iter();
    let mut file = files.filter(|file| file.path.ends_with("/x.yaml"));
    let failures = file.next().map(|file| &file.failures);
    failures
        .into_iter()
        .flatten()
        .map(|failure| failure.message.as_str())
        .collect()
}

#[test]
fn a_file_that_goes_away_before_it_is_read() {
    let folder = Folder::new();
    folder.write("x.yaml", OLD);
    let done = rewrite(
        &folder,
        &At(Phase::Read, || {
            fs::remove_file(folder.at("x.yaml")).expect("it is there");
        }),
    );
    assert_eq!(
        said(&done),
        ["cannot be read: No such file or directory (os error 2)"]
    );
    assert!(folder.neighbours_are_done());
}

#[test]
fn a_file_that_goes_away_before_it_is_written() {
    let folder = Folder::new();
    folder.write("x.yaml", OLD);
    let done = rewrite(
        &folder,
        &At(Phase::Write, || {
            fs::remove_file(folder.at("x.yaml")).expect("it is there");
        }),
    );
    assert_eq!(
        said(&done),
        [
            "cannot be read again before writing: No such file or directory (os error 2); nothing was written"
        ]
    );
    assert!(!folder.at("x.yaml").exists());
    assert!(folder.neighbours_are_done());
}

#[test]
fn a_file_that_shrinks_or_is_saved_meanwhile() {
    for text in ["", &OLD[..40], "kind: Other\n"] {
        let folder = Folder::new();
        folder.write("x.yaml", OLD);
        let done = rewrite(&folder, &At(Phase::Write, || folder.write("x.yaml", text)));
        assert_eq!(
            said(&done),
            ["changed on disk while refit was at work; nothing was written. Run it again"]
        );
        assert_eq!(folder.read("x.yaml"), text.as_bytes());
        assert!(folder.neighbours_are_done());
        assert!(folder.leftovers().is_empty());
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_becomes_a_link_is_not_followed() {
    let folder = Folder::new();
    folder.write("x.yaml", OLD);
    folder.write("other.txt", OLD);
    let done = rewrite(
        &folder,
        &At(Phase::Write, || {
            fs::remove_file(folder.at("x.yaml")).expect("it is there");
            std::os::unix::fs::symlink("other.txt", folder.at("x.yaml")).expect("a link");
        }),
    );
    assert_eq!(
        said(&done),
        [
            "this is no ordinary file, and cannot be written in place; use `refit convert` for a stream"
        ]
    );
    assert_eq!(folder.read("other.txt"), OLD.as_bytes());
    assert!(folder.neighbours_are_done());
}

/// Wants to stop once so many files are done.
#[derive(Debug)]
struct StopAfter(AtomicUsize, usize, Phase);

impl Watch for StopAfter {
    fn begin(&self, phase: Phase, _: usize) {
        let at = if phase == self.2 { 0 } else { usize::MAX / 2 };
        self.0.store(at, Ordering::Relaxed);
    }

    fn file(&self, _: bool) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn stopped(&self) -> bool {
        (self.1..usize::MAX / 2).contains(&self.0.load(Ordering::Relaxed))
    }
}

#[test]
fn a_run_that_is_stopped_leaves_whole_files() {
    for phase in [Phase::Read, Phase::Write] {
        let folder = Folder::new();
        for i in 0..50 {
            folder.write(&format!("{i}.yaml"), OLD);
        }
        let done = rewrite(&folder, &StopAfter(AtomicUsize::new(0), 10, phase));
        let stopped = done.stopped.expect("it was stopped");
        let (old, new) = (OLD.as_bytes(), new(OLD));
        let texts: Vec<Vec<u8>> = (0..50).map(|i| folder.read(&format!("{i}.yaml"))).collect();
        assert!(
            texts
                .iter()
                .all(|text| text == old || text == new.as_bytes())
        );
        if phase == Phase::Read {
            assert_eq!((stopped.written, stopped.of), (0, None));
            assert!(texts.iter().all(|text| text == old));
        } else {
            assert_eq!(stopped.of, Some(52));
            assert!((10..52).contains(&stopped.written), "{stopped:?}");
            let counts = &done.report.counts;
            assert_eq!(counts.changed, stopped.written);
            assert_eq!(counts.failed, 52 - stopped.written);
        }
        assert!(folder.leftovers().is_empty());
    }
}
