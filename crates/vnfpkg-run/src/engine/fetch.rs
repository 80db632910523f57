//! Tasks that bring a file from a host into the store of the VNF instance, in constant memory. Like an upload it can be
//! repeated without harm, so it is not supervised.

use std::time::{Duration, Instant};

use vnfpkg_plan::model::{Action, Task};
use vnfpkg_transport::{ErrorKind, Exit, Stream, TransportError};

use super::attempt::failure;
use super::core::Core;
use super::emit::Halt;
use super::watch::Outcome;
use crate::events::Phase;
use crate::supervise::quote;

impl Core<'_> {
    /// Compares digests, and copies unless they are equal.
    pub(super) fn fetch(&self, index: usize) -> Result<Outcome, Halt> {
        let task = self.task(index);
        let Action::Fetch { from, to, optional } = &task.action else { return Ok(Outcome::Pending) };
        self.phase(index, Phase::Fetch);
        let slot = &self.slots[task.host];
        let limit = Duration::from_millis(task.timeout_ms.max(1));
        let end = Instant::now() + limit;
        let left = || self.control().at_most(end.saturating_duration_since(Instant::now()));
        let digest = match self.calls(slot, || slot.remote(self.emitter.run.as_str(), false).sha256(from, &left()))? {
            Ok(Some(digest)) => digest,
            Ok(None) if *optional => return Ok(Outcome::Good { changed: false, outputs: Vec::new() }),
            Ok(None) => return Ok(Outcome::Failed(failure(Phase::Fetch, format!("the host has no file ~/{from}")))),
            Err(error) => return Ok(self.fetch_trouble(&error, limit)),
        };
        let kept = self.store.open(to).and_then(|kept| kept.sha256().ok());
        if kept.as_ref() == Some(&digest) {
            return Ok(Outcome::Good { changed: false, outputs: Vec::new() });
        }
        match self.calls(slot, || self.copy(task, from, to, &digest, &left()))? {
            Ok(()) => Ok(Outcome::Good { changed: true, outputs: Vec::new() }),
            Err(error) => Ok(self.fetch_trouble(&error, limit)),
        }
    }

    fn copy(&self, task: &Task, from: &str, to: &str, digest: &str, control: &vnfpkg_transport::Control) -> Result<(), TransportError> {
        let local = |error: &dyn std::fmt::Display| TransportError::new(ErrorKind::Remote, format!("cannot keep {to}: {error}"));
        let mut incoming = self.store.incoming(to).map_err(|error| local(&error))?;
        let mut broken = None;
        let mut words = Vec::new();
        let command = format!("cat -- {}", quote(from));
        let exit = self.slots[task.host].host.exec(&command, b"", control, &mut |stream, bytes| match stream {
            Stream::Stdout if broken.is_none() => broken = incoming.write(bytes).err(),
            Stream::Stdout => {}
            Stream::Stderr => words.extend_from_slice(&bytes[..bytes.len().min(1024_usize.saturating_sub(words.len()))]),
        })?;
        if let Some(error) = broken {
            return Err(local(&error));
        }
        if !matches!(exit, Exit::Code(0)) {
            return Err(TransportError::new(
                ErrorKind::Remote,
                format!("cannot read ~/{from}: {}", String::from_utf8_lossy(&words).trim()),
            ));
        }
        let bytes = incoming.bytes();
        match incoming.keep(digest) {
            Ok(true) => Ok(()),
            Ok(false) => Err(TransportError::new(ErrorKind::Remote, format!("~/{from} changed while its {bytes} bytes were read"))),
            Err(error) => Err(local(&error)),
        }
    }

    fn fetch_trouble(&self, error: &TransportError, limit: Duration) -> Outcome {
        if error.kind == ErrorKind::TimedOut && !self.check_time() && !self.stop.is_cancelled() {
            return Outcome::Failed(failure(Phase::Fetch, format!("the time limit of {} s passed", limit.as_secs())));
        }
        match self.trouble(error) {
            Outcome::Failed(mut failed) => {
                failed.phase = Phase::Fetch;
                Outcome::Failed(failed)
            }
            other => other,
        }
    }
}
