//! Check mode and differences: looks, and changes nothing.

use std::sync::Arc;

use vnfpkg_plan::model::Action;
use vnfpkg_transport::{ErrorKind, TransportError, UploadSource};

use super::attempt::failure;
use super::core::Core;
use super::emit::Halt;
use super::watch::Outcome;
use crate::events::{EventKind, Phase};
use crate::logs::TaskLog;

/// A longer file is not compared line by line.
const DIFF_LIMIT: usize = 1024 * 1024;

/// What a look at a task gives.
pub(super) enum Look {
    /// As an attempt would end; `Pending` means that it would change something.
    Outcome(Outcome),
    /// That cannot be known before other tasks ran.
    Unknown(String),
}

impl Core<'_> {
    /// Would this task change something?
    pub(super) fn look(&self, index: usize, number: u32, log: &mut TaskLog) -> Result<Look, Halt> {
        let task = self.task(index);
        let probe = match self.fill_probe(task, format!("{index}.{number}")) {
            Ok(probe) => probe,
            Err(_) => return Ok(Look::Unknown("it uses values of tasks that did not run".to_owned())),
        };
        let asked = match probe {
            Some(probe) => Some(self.supervise(index, &probe, log)?),
            None => None,
        };
        Ok(match (&task.action, asked) {
            (Action::Run { .. }, None) => Look::Unknown("it has no probe".to_owned()),
            (Action::Upload { .. }, None | Some(Outcome::Pending)) => Look::Outcome(self.compare_upload(index)?),
            (Action::Check { .. }, Some(Outcome::Failed(_))) => Look::Unknown("what it waits for is not there yet".to_owned()),
            (_, Some(outcome)) => Look::Outcome(outcome),
            (_, None) => Look::Outcome(Outcome::Pending),
        })
    }

    fn compare_upload(&self, index: usize) -> Result<Outcome, Halt> {
        let task = self.task(index);
        let Action::Upload { to, .. } = &task.action else { return Ok(Outcome::Pending) };
        let slot = &self.slots[task.host];
        let digest = |source: &Arc<dyn UploadSource>| source.sha256().map_err(|error| error.to_string());
        let here = match self.source(task).and_then(|source| source.as_ref().map(digest).transpose()) {
            Ok(Some(digest)) => digest,
            Ok(None) => return Ok(Outcome::Good { changed: false, outputs: Vec::new() }),
            Err(message) => return Ok(Outcome::Failed(failure(Phase::Upload, message))),
        };
        match self.calls(slot, || slot.remote(self.emitter.run.as_str(), false).sha256(to, &self.control()))? {
            Ok(there) if there.as_ref() == Some(&here) => Ok(Outcome::Good { changed: false, outputs: Vec::new() }),
            Ok(_) => Ok(Outcome::Pending),
            Err(error) => Ok(self.trouble(&error)),
        }
    }

    /// Tells how a file that this task writes differs from what is on the host. A comparison that fails is left out: the
    /// task itself will say what is wrong.
    pub(super) fn diff(&self, index: usize) -> Result<(), Halt> {
        let task = self.task(index);
        let Action::Write { content, to, .. } = &task.action else { return Ok(()) };
        let Ok(new) = self.content(content) else { return Ok(()) };
        let slot = &self.slots[task.host];
        let read = || slot.remote(self.emitter.run.as_str(), task.root).read_file(to, DIFF_LIMIT, &self.control());
        let Ok(old) = self.calls(slot, read)? else { return Ok(()) };
        let (label, old) = match old {
            Some(file) => (to.as_str(), String::from_utf8_lossy(&file.content).into_owned()),
            None => ("/dev/null", String::new()),
        };
        if old == new || new.len() > DIFF_LIMIT {
            return Ok(());
        }
        let (old, new) = (self.masker.mask(&old), self.masker.mask(&new));
        let diff = similar::TextDiff::from_lines(&old, &new).unified_diff().context_radius(3).header(label, to).to_string();
        let diff = diff.lines().map(|line| crate::text::printable(line.as_bytes()) + "\n").collect();
        self.emitter.emit(EventKind::TaskDiff { task: task.id.clone(), host: slot.name.clone(), path: to.clone(), diff })
    }

    /// A call that may be repeated, over lost connections.
    pub(super) fn calls<T>(
        &self,
        slot: &super::hosts::HostSlot,
        call: impl Fn() -> Result<T, TransportError>,
    ) -> Result<Result<T, TransportError>, Halt> {
        loop {
            match call() {
                Err(error) if error.is_transient() => {
                    if let Err(error) = self.reconnect(slot, &error)? {
                        return Ok(Err(error));
                    }
                }
                result => return Ok(result),
            }
        }
    }

    /// An outcome for a failed call that had no effect.
    pub(super) fn trouble(&self, error: &TransportError) -> Outcome {
        self.check_time();
        match error.kind {
            _ if self.stop.is_cancelled() => Outcome::Cancelled { confirmed: true },
            ErrorKind::Lost | ErrorKind::Unreachable => Outcome::Interrupted(self.masker.mask(&error.message)),
            _ => Outcome::Failed(failure(Phase::Prepare, self.masker.mask(&error.message))),
        }
    }
}
