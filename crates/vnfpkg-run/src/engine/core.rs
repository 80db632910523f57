//! What all workers share.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use vnfpkg_plan::deferred::Gap;
use vnfpkg_plan::model::{Plan, Task};
use vnfpkg_plan::secrets::Secrets;
use vnfpkg_transport::Control;

use super::board::Board;
use super::emit::{Emitter, Halt};
use super::hosts::HostSlot;
use super::request::{PackageFiles, RunOptions, RunSettings, Stop};
use crate::events::{EventKind, Phase};
use crate::mask::Masker;
use crate::state::Store;

/// Output values by task id.
type Outputs = BTreeMap<String, BTreeMap<String, String>>;

/// What all workers share.
pub(super) struct Core<'a> {
    pub(super) plan: &'a Plan,
    pub(super) settings: RunSettings,
    pub(super) options: RunOptions,
    pub(super) secrets: &'a Secrets,
    pub(super) files: &'a dyn PackageFiles,
    pub(super) store: Store,
    pub(super) slots: Vec<HostSlot>,
    pub(super) emitter: Emitter<'a>,
    pub(super) masker: Masker,
    pub(super) logs: PathBuf,
    pub(super) stop: Stop,
    pub(super) deadline: Option<Instant>,
    pub(super) board: Mutex<Board>,
    pub(super) bell: Condvar,
    pub(super) outputs: Mutex<Outputs>,
}

impl Core<'_> {
    pub(super) fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn task(&self, index: usize) -> &Task {
        &self.plan.tasks[index]
    }

    pub(super) fn host_name(&self, index: usize) -> String {
        self.plan.hosts[self.task(index).host].name.clone()
    }

    /// Ends a call on a host when the run is cancelled, and at the run's time limit.
    pub(super) fn control(&self) -> Control {
        Control { cancel: self.stop.cancel.clone(), deadline: self.deadline }
    }

    /// For calls that end or clean things: only leaving at once ends them early.
    pub(super) fn last_control(&self, limit: Duration) -> Control {
        Control::within(&self.stop.abandon, limit)
    }

    /// The value of a gap, when it is known.
    pub(super) fn value(&self, gap: &Gap) -> Option<String> {
        use secrecy::ExposeSecret;
        match gap {
            Gap::Secret(name) => self.secrets.get(name).map(|secret| secret.expose_secret().to_owned()),
            Gap::Output { task, name } => self.outputs().get(task)?.get(name).cloned(),
        }
    }

    pub(super) fn outputs(&self) -> MutexGuard<'_, Outputs> {
        self.outputs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn phase(&self, index: usize, phase: Phase) {
        let task = self.task(index).id.clone();
        self.emitter.show(EventKind::TaskPhase { task, host: self.host_name(index), phase });
    }

    /// Sleeps unless the run is cancelled; false when it is.
    pub(super) fn pause(&self, length: Duration) -> bool {
        let end = Instant::now() + length;
        while !self.stop.is_cancelled() {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            std::thread::sleep(left.min(Duration::from_millis(50)));
        }
        false
    }

    /// Cancels the run when its time is up; true when it is.
    pub(super) fn check_time(&self) -> bool {
        let over = self.deadline.is_some_and(|deadline| Instant::now() >= deadline);
        if over && !self.stop.is_cancelled() {
            self.board().stopped_because =
                Some(format!("the time limit of {} s for the run has passed", self.options.time_limit.unwrap_or_default().as_secs()));
            self.stop.cancel();
        }
        over
    }
}

/// A random length between three and five quarters of this one, so that hosts do not all come back at once.
pub(super) fn jitter(length: Duration) -> Duration {
    let mut bytes = [0u8; 2];
    // Without random numbers there is no jitter, which is no harm.
    let part = match getrandom::fill(&mut bytes) {
        Ok(()) => f64::from(u16::from_le_bytes(bytes)) / 65536.0,
        Err(_) => 0.5,
    };
    length.mul_f64(0.75 + part / 2.0)
}

pub(super) fn millis(length: Duration) -> u64 {
    u64::try_from(length.as_millis()).unwrap_or(u64::MAX)
}

/// What a worker got out of a task.
pub(super) enum Verdict {
    /// It is done with.
    Ended(crate::events::TaskResult, BTreeMap<String, String>),
    /// It waits for this long, then another try.
    Later(Duration),
    /// It waits until its host is connected or given up.
    Parked,
}

/// A verdict, or a reason to leave at once.
pub(super) type Worked = Result<Verdict, Halt>;
