//! The event stream as JSON lines.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Mutex;

use camino::Utf8Path;
use vnfpkg_run::{Event, Sink};

use crate::exit::Failure;

/// Writes every event as one line.
pub(crate) struct JsonLines {
    out: Mutex<Box<dyn Write + Send>>,
}

impl JsonLines {
    /// To standard output.
    pub(crate) fn stdout() -> Self {
        Self { out: Mutex::new(Box::new(io::stdout())) }
    }

    /// To a file.
    pub(crate) fn file(path: &Utf8Path) -> Result<Self, Failure> {
        let file = File::create(path).map_err(|error| Failure::usage(format!("cannot write {path}: {error}")))?;
        Ok(Self { out: Mutex::new(Box::new(file)) })
    }
}

impl Sink for JsonLines {
    fn event(&self, event: &Event) {
        if let (Ok(mut out), Ok(line)) = (self.out.lock(), serde_json::to_string(event)) {
            // A reader that went away must not end the run.
            let _ = writeln!(out, "{line}");
        }
    }
}
