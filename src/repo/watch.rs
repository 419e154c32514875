//! Following a run from outside, and ending it early.

use std::fmt;

/// What a run is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Reading and converting.
    Read,
    /// Writing what changes.
    Write,
}

/// Follows a run, and may end it. Called from several threads at once.
///
/// ```
/// use std::sync::atomic::{AtomicBool, Ordering};
/// use refit::repo::Watch;
///
/// #[derive(Debug, Default)]
/// struct Button(AtomicBool);
///
/// impl Watch for Button {
///     fn stopped(&self) -> bool {
///         self.0.load(Ordering::Relaxed)
///     }
/// }
/// ```
pub trait Watch: fmt::Debug + Sync {
    /// A phase begins that goes over this many files.
    fn begin(&self, phase: Phase, files: usize) {
        let _ = (phase, files);
    }

    /// The phase is done with one more file; whether it changes, or was written.
    fn file(&self, changed: bool) {
        let _ = changed;
    }

    /// Whether to stop before the next file. A file that is being written is finished.
    fn stopped(&self) -> bool {
        false
    }
}

/// Nobody follows the run.
impl Watch for () {}
