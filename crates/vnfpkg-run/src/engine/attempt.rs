//! One visit to a task: announce, run, judge.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use vnfpkg_plan::model::{Action, Task};

use super::check::Look;
use super::core::{Core, Verdict, Worked, jitter, millis};
use super::emit::Halt;
use super::request::Mode;
use super::watch::Outcome;
use crate::events::{EventKind, Failure, Phase, TaskResult};
use crate::logs::TaskLog;
use crate::supervise::{Reply, parse_outputs};

/// So often a host may lose an attempt before that is a failure.
const INTERRUPTIONS: u32 = 3;
/// No pause between two attempts is longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(3600);

pub(super) fn failure(phase: Phase, message: String) -> Failure {
    Failure { phase, exit: None, host: false, message, help: None, tail: Vec::new() }
}

fn failed(failure: Failure) -> Verdict {
    Verdict::Ended(TaskResult::Failed { failure }, BTreeMap::new())
}

impl Core<'_> {
    /// Brings a task forward whose host is connected.
    pub(super) fn perform(&self, index: usize) -> Worked {
        let task = self.task(index);
        let refetch = {
            let mut board = self.board();
            let memory = &mut board.memories[index];
            memory.since.get_or_insert_with(Instant::now);
            memory.refetch
        };
        if refetch && let Some(verdict) = self.refetch(index)? {
            return Ok(verdict);
        }
        let check = self.settings.mode == Mode::Check;
        // What cannot be sent is not announced. The number of the attempt is filled in below.
        let ready = match &task.action {
            _ if check => None,
            Action::Upload { .. } | Action::Fetch { .. } => None,
            _ => match self.fill(task, String::new()) {
                Ok(attempt) => Some(attempt),
                Err(message) => return Ok(failed(failure(Phase::Prepare, message))),
            },
        };
        let number = self.announce(index)?;
        // A script may print a secret that it makes before anybody else knows it.
        let hold = task.outputs.iter().any(|output| output.secret);
        let mut log = match TaskLog::create(&self.logs, index, &task.id, number, &self.masker, hold) {
            Ok(log) => log,
            Err(error) => return Ok(failed(failure(Phase::Prepare, error.to_string()))),
        };
        if self.settings.diff {
            self.diff(index)?;
        }
        let outcome = if check {
            match self.look(index, number, &mut log)? {
                Look::Outcome(outcome) => outcome,
                Look::Unknown(reason) => {
                    self.board().memories[index].open = false;
                    return Ok(Verdict::Ended(TaskResult::WouldRun { reason }, BTreeMap::new()));
                }
            }
        } else if let Some(mut attempt) = ready {
            attempt.name = format!("{index}.{number}");
            self.supervise(index, &attempt, &mut log)?
        } else if matches!(task.action, Action::Fetch { .. }) {
            self.fetch(index)?
        } else {
            self.upload(index, number, &mut log)?
        };
        self.judge(index, number, outcome, &mut log)
    }

    /// Writes the intent down before anything happens. An attempt whose end is not known keeps its number: the claim on
    /// the host sees to it that it runs once.
    fn announce(&self, index: usize) -> Result<u32, Halt> {
        let (number, known) = {
            let mut board = self.board();
            let memory = &mut board.memories[index];
            let known = memory.open;
            if !known {
                memory.attempts += 1;
                memory.open = true;
            }
            (memory.attempts, known)
        };
        if known {
            self.phase(index, Phase::Attach);
            return Ok(number);
        }
        let task = self.task(index);
        self.emitter.commit(EventKind::TaskStarted {
            task: task.id.clone(),
            step: task.step.clone(),
            host: self.host_name(index),
            attempt: number,
        })?;
        Ok(number)
    }

    fn judge(&self, index: usize, number: u32, outcome: Outcome, log: &mut TaskLog) -> Worked {
        let task = self.task(index);
        let known = !matches!(outcome, Outcome::Interrupted(_) | Outcome::Cancelled { confirmed: false });
        self.board().memories[index].open = !known;
        match outcome {
            Outcome::Good { changed, outputs } => {
                let changed = changed && !matches!(task.action, Action::Check { .. });
                match self.keep_outputs(task, &outputs, changed) {
                    Ok(public) => {
                        let result = if changed { TaskResult::Changed } else { TaskResult::Unchanged };
                        Ok(Verdict::Ended(result, public))
                    }
                    Err(message) => self.retry(index, number, Failure { tail: log.tail(), ..failure(Phase::Run, message) }),
                }
            }
            Outcome::Pending => Ok(Verdict::Ended(TaskResult::WouldChange, BTreeMap::new())),
            Outcome::Failed(failure) => self.retry(index, number, failure),
            Outcome::Again(reason) => {
                let times = {
                    let mut board = self.board();
                    board.memories[index].interruptions += 1;
                    board.memories[index].interruptions
                };
                if times > INTERRUPTIONS {
                    return Ok(failed(Failure {
                        tail: log.tail(),
                        ..failure(Phase::Run, format!("{times} attempts were lost: {reason}"))
                    }));
                }
                self.later(index, number, jitter(Duration::from_millis(500)), reason, true)
            }
            Outcome::Interrupted(reason) => Ok(Verdict::Ended(TaskResult::Interrupted { reason }, BTreeMap::new())),
            Outcome::Cancelled { confirmed } => Ok(Verdict::Ended(TaskResult::Cancelled { confirmed }, BTreeMap::new())),
        }
    }

    fn retry(&self, index: usize, number: u32, failure: Failure) -> Worked {
        let retry = self.task(index).retry;
        let failures = {
            let mut board = self.board();
            board.memories[index].failures += 1;
            board.memories[index].failures
        };
        if failures > retry.times || self.settings.mode == Mode::Check {
            return Ok(failed(failure));
        }
        let factor = retry.backoff.max(1.0).powi(i32::try_from(failures - 1).unwrap_or(i32::MAX));
        let seconds = (Duration::from_millis(retry.delay_ms).as_secs_f64() * factor).min(LONGEST_PAUSE.as_secs_f64());
        self.later(index, number, jitter(Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST_PAUSE)), failure.message, false)
    }

    fn later(&self, index: usize, number: u32, pause: Duration, reason: String, interrupted: bool) -> Worked {
        self.emitter.emit(EventKind::TaskRetry {
            task: self.task(index).id.clone(),
            host: self.host_name(index),
            attempt: number,
            delay_ms: millis(pause),
            reason,
            interrupted,
        })?;
        Ok(Verdict::Later(pause))
    }

    /// Keeps the outputs that the task declares; gives the public ones.
    fn keep_outputs(&self, task: &Task, raw: &[u8], changed: bool) -> Result<BTreeMap<String, String>, String> {
        let mut values = parse_outputs(raw).map_err(|error| error.to_string())?;
        if changed && let Some(missing) = task.outputs.iter().find(|output| !values.contains_key(&output.name)) {
            return Err(format!("its scripts did not write the output `{}` to $VNFPKG_OUTPUT", missing.name));
        }
        values.retain(|name, _| task.outputs.iter().any(|output| output.name == *name));
        let secret = |name: &str| task.outputs.iter().any(|output| output.secret && output.name == name);
        let public = values.iter().filter(|(name, _)| !secret(name)).map(|(name, value)| (name.clone(), self.masker.mask(value))).collect();
        self.outputs().insert(task.id.clone(), values);
        Ok(public)
    }

    /// Fetches the secret outputs of a task that ended well in an earlier life of the run. `None`: the host has them no
    /// more, and the task has to run again.
    fn refetch(&self, index: usize) -> Result<Option<Verdict>, Halt> {
        let task = self.task(index);
        let slot = &self.slots[task.host];
        let (number, result) = {
            let board = self.board();
            let memory = &board.memories[index];
            (memory.attempts, memory.result.clone().unwrap_or(TaskResult::Changed))
        };
        self.phase(index, Phase::Attach);
        let name = format!("{index}.{number}");
        let control = self.control().at_most(Duration::from_secs(60));
        let reply = self.calls(slot, || slot.remote(self.emitter.run.as_str(), task.root).attach(&name, &control))?;
        let ended = match reply {
            Ok(Reply::Ended(ended)) => ended,
            Ok(_) => {
                self.board().memories[index].refetch = false;
                return Ok(None);
            }
            Err(error) => {
                self.board().memories[index].refetch = false;
                return Ok(Some(match self.trouble(&error) {
                    Outcome::Failed(failure) => failed(failure),
                    Outcome::Interrupted(reason) => failed(Failure { host: true, ..failure(Phase::Attach, reason) }),
                    _ => Verdict::Ended(TaskResult::Cancelled { confirmed: true }, BTreeMap::new()),
                }));
            }
        };
        let Ok(values) = parse_outputs(&ended.outputs) else {
            self.board().memories[index].refetch = false;
            return Ok(None);
        };
        let declared = |name: &str| task.outputs.iter().find(|output| output.name == name);
        let mut kept = BTreeMap::new();
        for (name, value) in values {
            let Some(output) = declared(&name) else { continue };
            if output.secret {
                self.masker.register(&value);
            }
            kept.insert(name, value);
        }
        self.outputs().insert(task.id.clone(), kept);
        Ok(Some(Verdict::Ended(result, BTreeMap::new())))
    }
}
