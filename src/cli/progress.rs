//! How far a long run is, for people who watch it on a terminal.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::interrupt::Interrupt;
use crate::repo::{Phase, Watch};

/// Runs shorter than this show nothing.
const AFTER_MS: u64 = 500;
/// How often the line is drawn anew.
const EVERY_MS: u64 = 100;

const LINE: &str = "{bar:30} {human_pos}/{human_len} {msg}, {per_sec}";

/// Draws one line on standard error, and passes on the wish to stop.
#[derive(Debug)]
pub(super) struct Progress<'a> {
    interrupt: Option<&'a Interrupt>,
    /// Whether anybody would see it.
    seen: bool,
    bar: ProgressBar,
    start: Instant,
    /// When the line is to be drawn next, in milliseconds from the start.
    due: AtomicU64,
    writing: AtomicBool,
    done: AtomicUsize,
    changed: AtomicUsize,
}

impl<'a> Progress<'a> {
    pub(super) fn new(seen: bool, interrupt: Option<&'a Interrupt>) -> Progress<'a> {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template(LINE) {
            bar.set_style(style.progress_chars("=> "));
        }
        Progress {
            interrupt,
            seen,
            bar,
            start: Instant::now(),
            due: AtomicU64::new(AFTER_MS),
            writing: AtomicBool::new(false),
            done: AtomicUsize::new(0),
            changed: AtomicUsize::new(0),
        }
    }

    /// Whether the line is to be drawn now, by this thread.
    fn is_due(&self) -> bool {
        let now = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        let due = self.due.load(Ordering::Relaxed);
        let next = now.saturating_add(EVERY_MS);
        let (set, failed) = (Ordering::Relaxed, Ordering::Relaxed);
        now >= due && self.due.compare_exchange(due, next, set, failed).is_ok()
    }

    fn message(&self) -> String {
        match self.writing.load(Ordering::Relaxed) {
            true => "files written".to_owned(),
            false => format!("files, {} to change", self.changed.load(Ordering::Relaxed)),
        }
    }

    fn draw(&self) {
        if self.bar.is_hidden() {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.set_message(self.message());
        self.bar
            .set_position(self.done.load(Ordering::Relaxed) as u64);
    }
}

impl Watch for Progress<'_> {
    fn begin(&self, phase: Phase, files: usize) {
        self.writing.store(phase == Phase::Write, Ordering::Relaxed);
        self.done.store(0, Ordering::Relaxed);
        self.changed.store(0, Ordering::Relaxed);
        self.bar.set_length(files as u64);
        self.bar.reset();
    }

    fn file(&self, changed: bool) {
        if !self.seen {
            return;
        }
        self.done.fetch_add(1, Ordering::Relaxed);
        self.changed
            .fetch_add(usize::from(changed), Ordering::Relaxed);
        if self.is_due() {
            self.draw();
        }
    }

    fn stopped(&self) -> bool {
        self.interrupt.is_some_and(|i| i.signal().is_some())
    }
}

/// The line goes before anything else is printed.
impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if !self.bar.is_hidden() {
            self.bar.finish_and_clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_it_is_at() {
        let progress = Progress::new(true, None);
        progress.begin(Phase::Read, 3);
        progress.file(true);
        progress.file(false);
        assert_eq!(progress.message(), "files, 1 to change");
        assert_eq!(progress.done.load(Ordering::Relaxed), 2);
        assert!(progress.bar.is_hidden(), "too early");
        progress.begin(Phase::Write, 1);
        assert_eq!(progress.message(), "files written");
        assert_eq!(progress.done.load(Ordering::Relaxed), 0);
        assert!(!progress.stopped());
    }

    #[test]
    fn is_drawn_after_a_while_and_then_now_and_then() {
        let progress = Progress::new(true, None);
        assert!(!progress.is_due());
        progress.due.store(0, Ordering::Relaxed);
        assert!(progress.is_due());
        assert!(!progress.is_due());
    }
}
