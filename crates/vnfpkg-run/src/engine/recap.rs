//! What the run comes to.

use std::time::Duration;

use super::core::{Core, millis};
use super::hosts::Link;
use super::memory::Memory;
use crate::events::{Failure, Phase, TaskResult};
use crate::summary::{BlockedTask, FailedTask, HostSummary, Outcome, RunSummary, StepTime, critical_path};
use crate::words::counted;

/// So many tasks are named as the slowest.
const SLOWEST: usize = 10;

impl Core<'_> {
    /// The summary of the selected tasks.
    pub(super) fn recap(&self, selected: &[bool], took: Duration) -> RunSummary {
        let board = self.board();
        let memories = &board.memories;
        let mut hosts: Vec<(bool, HostSummary)> = self
            .plan
            .hosts
            .iter()
            .enumerate()
            .map(|(index, host)| {
                let unreachable = matches!(*self.slots[index].link(), Link::Failed(_));
                (false, HostSummary { host: host.name.clone(), unreachable, ..HostSummary::default() })
            })
            .collect();
        let mut summary = RunSummary {
            run: self.emitter.run.clone(),
            outcome: Outcome::Ok,
            hosts: Vec::new(),
            failures: Vec::new(),
            blocked: Vec::new(),
            pending: Vec::new(),
            slowest: Vec::new(),
            critical_path: critical_path(self.plan, &times(memories)),
            duration_ms: millis(took),
            stopped_because: board.stopped_because.clone(),
        };
        let mut cancelled = false;
        let mut step_failed = false;
        for (index, task) in self.plan.tasks.iter().enumerate().filter(|(index, _)| selected[*index]) {
            let memory = &memories[index];
            let (used, host) = &mut hosts[task.host];
            *used = true;
            let fail = |failure: Failure| FailedTask {
                task: task.id.clone(),
                step: task.step.clone(),
                host: self.plan.hosts[task.host].name.clone(),
                attempt: memory.attempts,
                failure,
            };
            match &memory.result {
                Some(TaskResult::Changed) => (host.ok, host.changed) = (host.ok + 1, host.changed + 1),
                Some(TaskResult::Unchanged) => (host.ok, host.unchanged) = (host.ok + 1, host.unchanged + 1),
                Some(result @ (TaskResult::WouldChange | TaskResult::WouldRun { .. })) => {
                    host.pending += 1;
                    summary.pending.push((task.id.clone(), result.clone()));
                }
                Some(TaskResult::Failed { failure }) => {
                    host.failed += 1;
                    step_failed |= !failure.host;
                    summary.failures.push(fail(failure.clone()));
                }
                Some(TaskResult::Interrupted { reason }) => {
                    host.failed += 1;
                    summary.failures.push(fail(Failure { host: true, ..super::attempt::failure(Phase::Attach, reason.clone()) }));
                }
                Some(TaskResult::Blocked { by }) => {
                    host.blocked += 1;
                    summary.blocked.push(BlockedTask { task: task.id.clone(), by: by.clone() });
                }
                Some(TaskResult::Cancelled { .. }) | None => {
                    host.cancelled += 1;
                    cancelled = true;
                }
                Some(TaskResult::NotNeeded) => {}
            }
        }
        summary.hosts = hosts.into_iter().filter(|(used, _)| *used).map(|(_, host)| host).collect();
        summary.slowest = self.slowest(memories);
        summary.outcome = match () {
            () if cancelled => Outcome::Cancelled,
            () if step_failed => Outcome::Failed,
            () if !summary.failures.is_empty() => Outcome::Unreachable,
            () if !summary.pending.is_empty() => Outcome::ChangesPending,
            () => Outcome::Ok,
        };
        summary
    }

    fn slowest(&self, memories: &[Memory]) -> Vec<StepTime> {
        let mut times: Vec<StepTime> = self
            .plan
            .tasks
            .iter()
            .zip(memories)
            .filter(|(_, memory)| memory.attempts > 0)
            .map(|(task, memory)| StepTime { task: task.id.clone(), duration_ms: millis(memory.took) })
            .collect();
        times.sort_by(|a, b| b.duration_ms.cmp(&a.duration_ms).then_with(|| a.task.cmp(&b.task)));
        times.truncate(SLOWEST);
        times
    }
}

/// Milliseconds of each task that was tried.
fn times(memories: &[Memory]) -> Vec<Option<u64>> {
    memories.iter().map(|memory| (memory.attempts > 0).then(|| millis(memory.took))).collect()
}

/// The last words of a run.
pub(super) fn sentence(summary: &RunSummary) -> String {
    let sum = |count: fn(&HostSummary) -> usize| summary.hosts.iter().map(count).sum::<usize>();
    let (changed, unchanged) = (sum(|host| host.changed), sum(|host| host.unchanged));
    match summary.outcome {
        Outcome::Ok => format!("done: {changed} changed, {unchanged} unchanged"),
        Outcome::ChangesPending => {
            format!("{} would change something, {unchanged} would not", counted(summary.pending.len(), "task"))
        }
        Outcome::Cancelled => {
            let why = summary.stopped_because.as_deref().unwrap_or("stopped on request");
            format!("{why}; {} ended well, run {} can be resumed", counted(changed + unchanged, "task"), summary.run)
        }
        Outcome::Failed | Outcome::Unreachable => {
            let roots: Vec<&str> = summary.failures.iter().map(|failed| failed.task.as_str()).take(3).collect();
            let more = summary.failures.len().saturating_sub(roots.len());
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let blocked = match summary.blocked.len() {
                1 => "1 task was".to_owned(),
                count => format!("{count} tasks were"),
            };
            format!("{}{more} failed, {blocked} blocked by that", roots.join(", "))
        }
    }
}
