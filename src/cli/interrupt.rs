//! Ending on a signal between two files, not in the middle of one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// Remembers the signal that asks this process to end.
#[derive(Debug, Default)]
pub(super) struct Interrupt {
    /// 0 as long as there was none.
    signal: Arc<AtomicUsize>,
}

impl Interrupt {
    /// From here on the first SIGINT or SIGTERM is only remembered. The second ends the process at
    /// once, as the first would have without this.
    pub(super) fn catch() -> Interrupt {
        let interrupt = Interrupt::default();
        let again = Arc::new(AtomicBool::new(false));
        for number in [SIGINT, SIGTERM] {
            let value = usize::try_from(number).unwrap_or_default();
            // In this order, or the first signal would be taken for the second. Where signals cannot
            // be caught they end the process, and every file is whole all the same.
            let _ = flag::register_conditional_default(number, again.clone())
                .and_then(|_| flag::register(number, again.clone()))
                .and_then(|_| flag::register_usize(number, interrupt.signal.clone(), value));
        }
        interrupt
    }

    /// The signal, if there was one.
    pub(super) fn signal(&self) -> Option<usize> {
        match self.signal.load(Ordering::Relaxed) {
            0 => None,
            signal => Some(signal),
        }
    }
}
