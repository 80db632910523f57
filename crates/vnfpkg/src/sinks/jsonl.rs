//! The event stream as JSON lines on standard output.

use std::io::{self, Write};

use vnfpkg_run::{Event, Sink};

use crate::reports::jsonl::line;

/// Writes every event as one line.
pub(crate) struct JsonLines;

impl Sink for JsonLines {
    fn event(&self, event: &Event) {
        // A reader that went away must not end the run.
        let _ = io::stdout().lock().write_all(line(event).as_bytes());
    }
}
