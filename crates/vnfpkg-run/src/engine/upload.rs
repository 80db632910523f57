//! Tasks that bring a file to a host. The upload itself is not supervised: it can be repeated without harm.

use std::sync::Arc;
use std::time::{Duration, Instant};

use vnfpkg_plan::model::{Action, Task};
use vnfpkg_transport::{ErrorKind, Upload, UploadSource, Uploaded};

use super::core::Core;
use super::emit::Halt;
use super::watch::Outcome;
use crate::events::{EventKind, Failure, Phase};
use crate::logs::TaskLog;

/// Progress is told at most this often.
const TELL_EVERY: Duration = Duration::from_millis(200);

fn failed(phase: Phase, message: String, help: Option<String>) -> Outcome {
    Outcome::Failed(Failure { phase, exit: None, host: false, message, help, tail: Vec::new() })
}

impl Core<'_> {
    /// Probe, upload, verification.
    pub(super) fn upload(&self, index: usize, number: u32, log: &mut TaskLog) -> Result<Outcome, Halt> {
        let task = self.task(index);
        let probe = match self.fill_probe(task, format!("{index}.{number}p")) {
            Ok(probe) => probe,
            Err(message) => return Ok(failed(Phase::Prepare, message, None)),
        };
        if let Some(probe) = probe {
            match self.supervise(index, &probe, log)? {
                Outcome::Pending => {}
                other => return Ok(other),
            }
        }
        match self.send(index, task)? {
            Outcome::Good { changed: true, .. } => {}
            other => return Ok(other),
        }
        if task.verify.is_none() {
            return Ok(Outcome::Good { changed: true, outputs: Vec::new() });
        }
        self.phase(index, Phase::Verify);
        match self.fill(task, format!("{index}.{number}v")) {
            Ok(verify) => self.supervise(index, &verify, log),
            Err(message) => Ok(failed(Phase::Prepare, message, None)),
        }
    }

    /// What an upload sends: a file of the package or of the store. `None` when the store has none of that name.
    pub(super) fn source(&self, task: &Task) -> Result<Option<Arc<dyn UploadSource>>, String> {
        match &task.action {
            Action::Upload { from, store: true, .. } => Ok(self.store.open(from)),
            Action::Upload { from, .. } => {
                self.files.source(from).map(Some).map_err(|error| format!("cannot read {from} in the package: {error}"))
            }
            _ => Ok(None),
        }
    }

    fn send(&self, index: usize, task: &Task) -> Result<Outcome, Halt> {
        let Action::Upload { from, to, mode, .. } = &task.action else { return Ok(Outcome::Pending) };
        let slot = &self.slots[task.host];
        self.phase(index, Phase::Upload);
        let source = match self.source(task) {
            Ok(Some(source)) => source,
            Ok(None) => return Ok(Outcome::Good { changed: false, outputs: Vec::new() }),
            Err(message) => return Ok(failed(Phase::Upload, message, None)),
        };
        let size = source.size();
        let limit = Duration::from_millis(task.timeout_ms);
        let end = Instant::now() + limit;
        let mut told: Option<Instant> = None;
        loop {
            let control = self.control().at_most(end.saturating_duration_since(Instant::now()));
            let result = slot.host.upload(&Upload { source: &*source, to, mode: *mode }, &control, &mut |bytes| {
                if told.is_none_or(|last| last.elapsed() >= TELL_EVERY) || bytes >= size {
                    told = Some(Instant::now());
                    let (task, host) = (task.id.clone(), slot.name.clone());
                    self.emitter.show(EventKind::UploadProgress { task, host, bytes, total: size });
                }
            });
            let error = match result {
                Ok(uploaded) => {
                    let changed = matches!(uploaded, Uploaded::Sent { .. });
                    return Ok(Outcome::Good { changed, outputs: Vec::new() });
                }
                Err(error) => error,
            };
            match error.kind {
                ErrorKind::Lost | ErrorKind::Unreachable => {
                    if let Err(error) = self.reconnect(slot, &error)? {
                        return Ok(if self.stop.is_cancelled() {
                            Outcome::Cancelled { confirmed: true }
                        } else {
                            Outcome::Interrupted(self.masker.mask(&error.message))
                        });
                    }
                }
                ErrorKind::Cancelled | ErrorKind::TimedOut => {
                    self.check_time();
                    if self.stop.is_abandoned() {
                        return Err(Halt::Abandoned);
                    }
                    if self.stop.is_cancelled() {
                        return Ok(Outcome::Cancelled { confirmed: true });
                    }
                    let message = format!("the time limit of {} s passed during the upload of {from}", limit.as_secs());
                    return Ok(failed(Phase::Upload, message, Some("raise the step's `timeout` if it needs longer".to_owned())));
                }
                _ => return Ok(failed(Phase::Upload, self.masker.mask(&error.message), error.help)),
            }
        }
    }
}
