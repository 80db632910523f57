//! What a stored run came to, by its journal.

use std::collections::BTreeMap;

use vnfpkg_plan::model::Task;

use super::StoredRun;
use crate::events::{EventKind, TaskResult};
use crate::summary::{HostSummary, StepTime, critical_path};

/// A look back at a run, also at one that is not over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// One line per host, in the plan's order; hosts on which nothing ended are left out.
    pub hosts: Vec<HostSummary>,
    /// The chain of tasks, each needing the one before, that took longest.
    pub critical_path: Vec<StepTime>,
}

impl Review {
    /// Hosts on which something was changed.
    pub fn touched(&self) -> impl Iterator<Item = &str> {
        self.hosts.iter().filter(|host| host.changed > 0).map(|host| host.host.as_str())
    }
}

impl StoredRun {
    /// Counts what the journal says of each task in the end: a later controller's word replaces an earlier one's.
    pub fn review(&self) -> Review {
        let mut ended: BTreeMap<&str, (&TaskResult, Option<u64>)> = BTreeMap::new();
        for event in &self.events {
            if let EventKind::TaskEnded { task, result, attempt, duration_ms, .. } = &event.kind {
                ended.insert(task, (result, (*attempt > 0).then_some(*duration_ms)));
            }
        }
        let mut hosts: Vec<HostSummary> =
            self.plan.hosts.iter().map(|host| HostSummary { host: host.name.clone(), ..HostSummary::default() }).collect();
        for task in &self.plan.tasks {
            if let Some((result, _)) = ended.get(task.id.as_str()) {
                count(&mut hosts[task.host], result);
            }
        }
        for event in &self.events {
            match &event.kind {
                EventKind::HostFailed { host, .. } => set_unreachable(&mut hosts, host, true),
                EventKind::HostConnected { host } => set_unreachable(&mut hosts, host, false),
                _ => {}
            }
        }
        let idle = HostSummary::default();
        hosts.retain(|host| HostSummary { host: String::new(), ..host.clone() } != idle);
        let time_of = |task: &Task| ended.get(task.id.as_str()).and_then(|(_, time)| *time);
        let times: Vec<Option<u64>> = self.plan.tasks.iter().map(time_of).collect();
        Review { hosts, critical_path: critical_path(&self.plan, &times) }
    }
}

fn count(host: &mut HostSummary, result: &TaskResult) {
    match result {
        TaskResult::Changed => (host.ok, host.changed) = (host.ok + 1, host.changed + 1),
        TaskResult::Unchanged => (host.ok, host.unchanged) = (host.ok + 1, host.unchanged + 1),
        TaskResult::WouldChange | TaskResult::WouldRun { .. } => host.pending += 1,
        TaskResult::Failed { .. } | TaskResult::Interrupted { .. } => host.failed += 1,
        TaskResult::Blocked { .. } => host.blocked += 1,
        TaskResult::Cancelled { .. } => host.cancelled += 1,
        TaskResult::NotNeeded => {}
    }
}

fn set_unreachable(hosts: &mut [HostSummary], name: &str, unreachable: bool) {
    if let Some(host) = hosts.iter_mut().find(|host| host.host == name) {
        host.unreachable = unreachable;
    }
}
