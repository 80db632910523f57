//! What the engine is asked to do.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vnfpkg_plan::model::{InputRef, Plan};
use vnfpkg_plan::secrets::Secrets;
use vnfpkg_transport::{CancelToken, Target, Transport, UploadSource};

use crate::events::Sink;
use crate::journal::JournalError;
use crate::schedule::{Batches, MaxFail, SelectError, Selection};
use crate::state::{Controller, Drift, LockOwner, RunId, StateDir, StateError, StoredRun};

/// The files of a package, for uploads.
pub trait PackageFiles: Sync {
    /// A file by its path inside the package.
    ///
    /// # Errors
    /// When there is no such file or it cannot be read.
    fn source(&self, path: &str) -> io::Result<Arc<dyn UploadSource>>;
}

/// How a caller stops a run, in two stages. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    pub(crate) cancel: CancelToken,
    pub(crate) abandon: CancelToken,
}

impl Stop {
    /// Nobody has asked to stop.
    pub fn new() -> Self {
        Self::default()
    }

    /// First stage: starts nothing more, ends what runs on the hosts, and waits until that is confirmed.
    pub fn cancel(&self) {
        self.cancel.cancel();
    }

    /// Second stage: leaves at once. What runs on hosts goes on, and a resume finds it.
    pub fn abandon(&self) {
        self.abandon.cancel();
        self.cancel.cancel();
    }

    /// Was either stage asked for?
    pub fn is_cancelled(&self) -> bool {
        self.cancel.is_cancelled()
    }

    /// Was the second stage asked for?
    pub fn is_abandoned(&self) -> bool {
        self.abandon.is_cancelled()
    }
}

/// Do it, or only look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Do it.
    #[default]
    Apply,
    /// Probes and comparisons only: what would change?
    Check,
}

/// What a run is asked to do. The journal keeps it, and a resume goes by it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunSettings {
    /// Do it, or only look.
    pub mode: Mode,
    /// Show how files that steps write differ.
    pub diff: bool,
    /// Which part of the plan.
    pub selection: Selection,
    /// Start nothing more after the first failure.
    pub fail_fast: bool,
    /// Start nothing more when more hosts than this have failed.
    pub max_fail: Option<MaxFail>,
    /// Work through the hosts in batches.
    pub batches: Option<Batches>,
}

/// What this controller goes by; not kept.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// Tasks at the same time, at least 1.
    pub parallel: usize,
    /// How long a host that does not answer is tried before its first task.
    pub connect_wait: Duration,
    /// How long a lost host is tried while a task runs on it.
    pub reconnect_wait: Duration,
    /// How long the first pause after a refused login is; further ones double.
    pub login_pause: Duration,
    /// The run is cancelled after this time.
    pub time_limit: Option<Duration>,
    /// Who we are.
    pub controller: Controller,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            parallel: 32,
            connect_wait: Duration::from_secs(300),
            reconnect_wait: Duration::from_secs(300),
            login_pause: Duration::from_secs(5),
            time_limit: None,
            controller: Controller::this(),
        }
    }
}

/// A new run.
pub struct RunRequest<'a> {
    /// What to do.
    pub plan: &'a Plan,
    /// How to reach the plan's hosts, in the plan's order.
    pub targets: Vec<Target>,
    /// Makes hosts of targets.
    pub transport: &'a dyn Transport,
    /// The values of the plan's secrets.
    pub secrets: &'a Secrets,
    /// The package, for uploads.
    pub files: &'a dyn PackageFiles,
    /// Where runs are kept.
    pub state: &'a StateDir,
    /// What to do with the plan.
    pub settings: RunSettings,
    /// How this controller does it.
    pub options: RunOptions,
    /// Who hears of it.
    pub sinks: &'a [&'a dyn Sink],
    /// How to stop it.
    pub stop: Stop,
}

/// A run that is to go on.
pub struct ResumeRequest<'a> {
    /// The run, as [`StateDir::load`] gives it.
    pub run: StoredRun,
    /// How to reach the plan's hosts, in the plan's order.
    pub targets: Vec<Target>,
    /// Makes hosts of targets.
    pub transport: &'a dyn Transport,
    /// The values of the plan's secrets.
    pub secrets: &'a Secrets,
    /// The package, for uploads.
    pub files: &'a dyn PackageFiles,
    /// Where runs are kept.
    pub state: &'a StateDir,
    /// How this controller does it.
    pub options: RunOptions,
    /// Who hears of it.
    pub sinks: &'a [&'a dyn Sink],
    /// How to stop it.
    pub stop: Stop,
    /// The plan's inputs with their digests now; `None` does not compare them.
    pub current_inputs: Option<Vec<InputRef>>,
    /// Goes on although inputs changed.
    pub allow_drift: bool,
}

/// Why a run could not be executed. A run that was executed and failed is a [`RunSummary`](crate::RunSummary).
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Another run works on the instance.
    #[error("{0}")]
    LockHeld(LockOwner),
    /// The inputs are not what they were.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Drift(Vec<Drift>),
    /// The run has ended well.
    #[error("run {0} has ended; there is nothing to resume")]
    Finished(RunId),
    /// The selection makes no sense.
    #[error(transparent)]
    Selection(#[from] SelectError),
    /// The plan or what came with it makes no sense.
    #[error("{}", .0.join("; "))]
    Plan(Vec<String>),
    /// The state folder refuses.
    #[error(transparent)]
    State(#[from] StateError),
    /// The journal cannot be written; what runs on hosts goes on, and a resume finds it.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The machine gives no threads.
    #[error("cannot start worker threads: {0}")]
    Threads(String),
}
