//! How VNF instances are: the newest run of each, and what it is doing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::Serialize;

use super::{Controller, LockOwner, RunInfo, StateDir, StateError, StoredRun};
use crate::events::{EventKind, TaskResult};

/// How a VNF instance is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InstanceStatus {
    /// Its newest run.
    pub run: RunInfo,
    /// Who works on the instance now.
    pub owner: Option<LockOwner>,
    /// The process that worked on that run last.
    pub controller: Option<Controller>,
    /// Attempts whose end is not in the journal: they run now, or did when the controller died.
    pub working: Vec<Working>,
    /// Tasks that failed, without those that they blocked.
    pub failed: Vec<String>,
}

/// An attempt under way.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Working {
    /// The task.
    pub task: String,
    /// Number of the attempt, from 1.
    pub attempt: u32,
    /// When it was announced.
    pub since: Timestamp,
}

impl StateDir {
    /// The newest run of every instance, by instance; only of one when it is named.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn status(&self, instance: Option<&str>) -> Result<Vec<InstanceStatus>, StateError> {
        let newest: BTreeMap<String, RunInfo> = self.list()?.into_iter().map(|run| (run.instance.clone(), run)).collect();
        let wanted = newest.into_values().filter(|run| instance.is_none_or(|name| run.instance == name));
        wanted.map(|run| self.status_of(run)).collect()
    }

    fn status_of(&self, run: RunInfo) -> Result<InstanceStatus, StateError> {
        let owner = self.lock_owner(&run.instance)?;
        Ok(told(&self.load(&run.id)?, run, owner))
    }
}

/// What the journal tells.
fn told(stored: &StoredRun, run: RunInfo, owner: Option<LockOwner>) -> InstanceStatus {
    let mut controller = None;
    let mut working: BTreeMap<&str, Working> = BTreeMap::new();
    let mut failed: BTreeSet<&str> = BTreeSet::new();
    for event in &stored.events {
        match &event.kind {
            EventKind::RunStarted { controller: who, .. } => controller = Some(who.clone()),
            EventKind::TaskStarted { task, attempt, .. } => {
                failed.remove(task.as_str());
                working.insert(task, Working { task: task.clone(), attempt: *attempt, since: event.time });
            }
            EventKind::TaskRetry { task, .. } => drop(working.remove(task.as_str())),
            EventKind::TaskEnded { task, result, .. } => {
                working.remove(task.as_str());
                if matches!(result, TaskResult::Failed { .. } | TaskResult::Interrupted { .. }) {
                    failed.insert(task);
                }
            }
            _ => {}
        }
    }
    let failed = failed.into_iter().map(str::to_owned).collect();
    InstanceStatus { run, owner, controller, working: working.into_values().collect(), failed }
}
