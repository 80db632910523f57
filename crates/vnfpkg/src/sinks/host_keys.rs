//! Remembers whether a host was refused because of its key, for the exit code.

use std::sync::atomic::{AtomicBool, Ordering};

use vnfpkg_run::{Event, EventKind, HostFault, Sink};

/// See the module.
#[derive(Default)]
pub(crate) struct HostKeyWatch {
    refused: AtomicBool,
}

impl HostKeyWatch {
    /// Was a host refused because of its key?
    pub(crate) fn refused(&self) -> bool {
        self.refused.load(Ordering::Relaxed)
    }
}

impl Sink for HostKeyWatch {
    fn event(&self, event: &Event) {
        if matches!(event.kind, EventKind::HostFailed { kind: HostFault::HostKey, .. }) {
            self.refused.store(true, Ordering::Relaxed);
        }
    }
}
