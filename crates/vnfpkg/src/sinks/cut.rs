//! Ends the program as a power cut would, at a given record of the journal. For tests of `resume`.

use vnfpkg_run::{Event, Sink};

/// See the module.
pub(crate) struct CutAt {
    /// Number of the record after which nothing happens any more.
    pub(crate) record: u64,
}

impl Sink for CutAt {
    fn event(&self, event: &Event) {
        if event.seq == Some(self.record) {
            // Nothing to be done when the kernel refuses: the test then sees a run that went to its end.
            let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        }
    }
}
