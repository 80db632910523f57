//! What a run comes to.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vnfpkg_plan::Plan;

use crate::events::{Failure, TaskResult};
use crate::state::RunId;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Every task ended well.
    Ok,
    /// A task failed.
    Failed,
    /// Nothing failed but the way to hosts.
    Unreachable,
    /// It was stopped, and can be resumed.
    Cancelled,
    /// Check mode: something would change.
    ChangesPending,
}

/// The recap of a run. Serialisable, without secrets.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunSummary {
    /// The run.
    pub run: RunId,
    /// How it ended.
    pub outcome: Outcome,
    /// One line per host, in the plan's order; hosts without selected tasks are left out.
    pub hosts: Vec<HostSummary>,
    /// Tasks that failed or were interrupted: the root causes.
    pub failures: Vec<FailedTask>,
    /// Tasks that did not start because of them.
    pub blocked: Vec<BlockedTask>,
    /// Check mode: tasks that have something to do, with `would change` or `would run (why)`.
    pub pending: Vec<(String, TaskResult)>,
    /// The tasks that took longest, the longest first, at most ten.
    pub slowest: Vec<StepTime>,
    /// The chain of tasks, each needing the one before, that took longest.
    pub critical_path: Vec<StepTime>,
    /// Time of this controller.
    pub duration_ms: u64,
    /// Why it was stopped, when nobody asked for it: the time limit.
    pub stopped_because: Option<String>,
}

/// Tasks of one host, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct HostSummary {
    /// The host.
    pub host: String,
    /// Ended well: changed and unchanged ones.
    pub ok: usize,
    /// Did something.
    pub changed: usize,
    /// Had nothing to do.
    pub unchanged: usize,
    /// Check mode: have something to do.
    pub pending: usize,
    /// Failed or were interrupted.
    pub failed: usize,
    /// Did not start because others failed.
    pub blocked: usize,
    /// Were stopped or not started on request.
    pub cancelled: usize,
    /// The host was given up.
    pub unreachable: bool,
}

/// A task that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FailedTask {
    /// The task.
    pub task: String,
    /// Its step.
    pub step: String,
    /// Its host.
    pub host: String,
    /// The last attempt.
    pub attempt: u32,
    /// What went wrong.
    pub failure: Failure,
}

/// A task that did not start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlockedTask {
    /// The task.
    pub task: String,
    /// The root causes.
    pub by: Vec<String>,
}

/// How long a task took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepTime {
    /// The task.
    pub task: String,
    /// Milliseconds over all attempts.
    pub duration_ms: u64,
}

/// The chain of tasks that took longest, each needing the one before; `times` are milliseconds, `None` where a task did not run.
pub(crate) fn critical_path(plan: &Plan, times: &[Option<u64>]) -> Vec<StepTime> {
    // The longest chain that ends with each task, and the task before it on that chain.
    let mut chains: Vec<(u64, Option<usize>)> = Vec::with_capacity(times.len());
    for (task, time) in plan.tasks.iter().zip(times) {
        let before = task.needs.iter().copied().max_by_key(|need| (chains[*need].0, std::cmp::Reverse(*need)));
        chains.push((before.map_or(0, |need| chains[need].0) + time.unwrap_or(0), before));
    }
    let mut next = (0..chains.len()).max_by_key(|index| (chains[*index].0, std::cmp::Reverse(*index)));
    let mut path = Vec::new();
    while let Some(index) = next {
        path.extend(times[index].map(|duration_ms| StepTime { task: plan.tasks[index].id.clone(), duration_ms }));
        next = chains[index].1;
    }
    path.reverse();
    path
}
