//! The one stream of typed events: everything that people, programs and the journal learn about a run.

mod message;

use std::collections::BTreeMap;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vnfpkg_transport::Stream;

use crate::engine::Mode;
use crate::state::{Controller, RunId};
use crate::summary::Outcome;

/// Version of the events' format. A field is only ever added; anything else raises it.
pub const EVENT_FORMAT: u32 = 1;

/// Something that happened in a run. No field holds a secret: texts are masked before they come here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// Number of the journal record; absent where the journal does not keep the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<u64>,
    /// When.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub time: Timestamp,
    /// The run.
    pub run: RunId,
    /// What.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// Receives events: progress bars, JSON lines, reports. Called from worker threads, one event after the other, so it must
/// be quick; it cannot fail: a sink that cannot write keeps that to itself.
pub trait Sink: Sync {
    /// Takes one event. Durable events are on disk already, except that a [`EventKind::TaskEnded`] may still be on its way.
    fn event(&self, event: &Event);
}

/// What happened. Tasks and hosts go by their plan names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventKind {
    /// A controller began or resumed a run.
    RunStarted {
        /// Version of the events' format.
        format: u32,
        /// VNF instance.
        instance: String,
        /// LCM operation.
        operation: String,
        /// Apply or check.
        mode: Mode,
        /// Path of the package.
        package: String,
        /// Hosts with selected tasks.
        hosts: usize,
        /// Selected tasks.
        tasks: usize,
        /// The run was there already.
        resumed: bool,
        /// Who runs it.
        controller: Controller,
    },
    /// The controller is done with the run.
    RunEnded {
        /// How.
        outcome: Outcome,
        /// One sentence.
        message: String,
        /// Since its `run_started`.
        duration_ms: u64,
    },
    /// A connection is tried.
    HostConnecting {
        /// The host.
        host: String,
        /// Which try, from 1.
        tries: u32,
    },
    /// The host let us in.
    HostConnected {
        /// The host.
        host: String,
    },
    /// The connection broke while something ran; it is tried again.
    HostLost {
        /// The host.
        host: String,
        /// What happened.
        message: String,
    },
    /// The host is given up.
    HostFailed {
        /// The host.
        host: String,
        /// What is wrong.
        kind: HostFault,
        /// What happened.
        message: String,
        /// What to do.
        help: Option<String>,
    },
    /// An attempt is about to start: its intent.
    TaskStarted {
        /// The task.
        task: String,
        /// Its step.
        step: String,
        /// Its host.
        host: String,
        /// From 1.
        attempt: u32,
    },
    /// A task entered a phase that the controller sees.
    TaskPhase {
        /// The task.
        task: String,
        /// Its host.
        host: String,
        /// The phase.
        phase: Phase,
    },
    /// A line that the task printed: masked, printable, without its line end.
    TaskOutput {
        /// The task.
        task: String,
        /// Its host.
        host: String,
        /// Which stream.
        #[schemars(with = "String", extend("enum" = ["stdout", "stderr"]))]
        stream: Stream,
        /// The line.
        line: String,
    },
    /// Bytes of an upload that are on the host.
    UploadProgress {
        /// The task.
        task: String,
        /// Its host.
        host: String,
        /// So far.
        bytes: u64,
        /// All.
        total: u64,
    },
    /// How a file that a step writes differs.
    TaskDiff {
        /// The task.
        task: String,
        /// Its host.
        host: String,
        /// The file.
        path: String,
        /// Unified diff, masked.
        diff: String,
    },
    /// The attempt did not go well; there will be another one.
    TaskRetry {
        /// The task.
        task: String,
        /// Its host.
        host: String,
        /// The attempt that failed.
        attempt: u32,
        /// Pause before the next one.
        delay_ms: u64,
        /// What happened.
        reason: String,
        /// The host lost the attempt; this does not count as one of the task's retries.
        interrupted: bool,
    },
    /// The task is done with, in this controller's life.
    TaskEnded {
        /// The task.
        task: String,
        /// Its host.
        host: String,
        /// The last attempt; 0 when there was none.
        attempt: u32,
        /// How.
        result: TaskResult,
        /// From the first attempt on.
        duration_ms: u64,
        /// Values for later tasks, without the secret ones.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        outputs: BTreeMap<String, String>,
    },
}

/// Where in its life a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Values are put into the scripts, the host is connected.
    Prepare,
    /// Is it done already?
    Probe,
    /// The script or the file.
    Run,
    /// A file goes to the host.
    Upload,
    /// A file comes from the host.
    Fetch,
    /// Did it work?
    Verify,
    /// The result of an earlier attempt is looked for.
    Attach,
}

/// How a task ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TaskResult {
    /// It did its work.
    Changed,
    /// There was nothing to do.
    Unchanged,
    /// Check mode: it has something to do.
    WouldChange,
    /// Check mode: that cannot be known yet.
    WouldRun {
        /// Why not.
        reason: String,
    },
    /// It failed for good.
    Failed {
        /// How.
        failure: Failure,
    },
    /// Nobody knows how it ended; a resume looks.
    Interrupted {
        /// What happened.
        reason: String,
    },
    /// It was stopped on request.
    Cancelled {
        /// It is sure that nothing of it runs any more.
        confirmed: bool,
    },
    /// It did not start because others did not end well.
    Blocked {
        /// The tasks that are the root cause.
        by: Vec<String>,
    },
    /// An `on_failure` task of a run without a failure.
    NotNeeded,
}

/// What went wrong in a task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failure {
    /// Where.
    pub phase: Phase,
    /// Exit status of the script, when there is one.
    pub exit: Option<i32>,
    /// The host and not the step is the trouble.
    pub host: bool,
    /// What happened.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The last lines that the task printed, at most 20.
    pub tail: Vec<String>,
}

/// Why a host is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HostFault {
    /// No connection within the limit.
    Unreachable,
    /// It did not let us in.
    Auth,
    /// Its key is not the expected one.
    HostKey,
}

impl Event {
    /// Does the journal keep it?
    pub fn is_durable(&self) -> bool {
        self.kind.is_durable()
    }
}

impl EventKind {
    pub(crate) fn is_durable(&self) -> bool {
        matches!(
            self,
            Self::RunStarted { .. }
                | Self::RunEnded { .. }
                | Self::HostLost { .. }
                | Self::HostFailed { .. }
                | Self::TaskStarted { .. }
                | Self::TaskRetry { .. }
                | Self::TaskEnded { .. }
        )
    }
}
