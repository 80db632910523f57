//! Remembers why hosts were given up, for the exit code.

use std::sync::atomic::{AtomicBool, Ordering};

use vnfpkg_run::{Event, EventKind, HostFault, Sink};

/// See the module.
#[derive(Default)]
pub(crate) struct HostKeyWatch {
    refused: AtomicBool,
    locked_out: AtomicBool,
}

impl HostKeyWatch {
    /// Was a host refused because of its key?
    pub(crate) fn refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }

    /// Did every host that was given up just not answer?
    pub(crate) fn only_silence(&self) -> bool {
        !self.refused() && !self.locked_out.load(Ordering::Relaxed)
    }
}

impl Sink for HostKeyWatch {
    fn event(&self, event: &Event) {
        match event.kind {
            EventKind::HostFailed { kind: HostFault::HostKey, .. } => self.refused.store(true, Ordering::Relaxed),
            EventKind::HostFailed { kind: HostFault::Auth, .. } => self.locked_out.store(true, Ordering::Relaxed),
            _ => {}
        }
    }
}
