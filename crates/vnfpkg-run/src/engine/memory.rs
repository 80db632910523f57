//! What is known of each task, in this life of the run and from the journal.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use vnfpkg_plan::model::Plan;

use crate::events::{Event, EventKind, TaskResult};

/// What is known of one task.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    /// Attempts so far.
    pub(super) attempts: u32,
    /// The last attempt was announced and its end is not known: look before trying again.
    pub(super) open: bool,
    /// The last attempt ended well in an earlier life, and only its secret outputs are wanted.
    pub(super) refetch: bool,
    /// Failed attempts that count for the retries.
    pub(super) failures: u32,
    /// Attempts that the host lost.
    pub(super) interruptions: u32,
    /// When the first attempt in this life began.
    pub(super) since: Option<Instant>,
    /// How it ended.
    pub(super) result: Option<TaskResult>,
    /// How long it took.
    pub(super) took: Duration,
    /// Public outputs from the journal.
    pub(super) outputs: BTreeMap<String, String>,
}

impl Memory {
    /// It ended well and stays so.
    pub(super) fn is_good(&self) -> bool {
        matches!(self.result, Some(TaskResult::Changed | TaskResult::Unchanged))
    }
}

/// What the journal says of every task.
pub(super) fn remember(plan: &Plan, events: &[Event]) -> Vec<Memory> {
    let by_id: BTreeMap<&str, usize> = plan.tasks.iter().enumerate().map(|(index, task)| (task.id.as_str(), index)).collect();
    let mut memories = vec![Memory::default(); plan.tasks.len()];
    for event in events {
        match &event.kind {
            EventKind::TaskStarted { task, attempt, .. } => {
                if let Some(memory) = by_id.get(task.as_str()).map(|index| &mut memories[*index]) {
                    memory.attempts = *attempt;
                    memory.open = true;
                    memory.result = None;
                }
            }
            EventKind::TaskRetry { task, interrupted, .. } => {
                if let Some(memory) = by_id.get(task.as_str()).map(|index| &mut memories[*index]) {
                    memory.open = false;
                    memory.failures += u32::from(!interrupted);
                }
            }
            EventKind::TaskEnded { task, result, duration_ms, outputs, .. } => {
                let Some(index) = by_id.get(task.as_str()) else { continue };
                let memory = &mut memories[*index];
                memory.failures = 0;
                memory.open = memory.attempts > 0
                    && match result {
                        TaskResult::Interrupted { .. } | TaskResult::Cancelled { confirmed: false } => true,
                        TaskResult::Blocked { .. } => memory.open,
                        _ => false,
                    };
                memory.result = None;
                if matches!(result, TaskResult::Changed | TaskResult::Unchanged) && !plan.tasks[*index].on_failure {
                    memory.result = Some(result.clone());
                    memory.took = Duration::from_millis(*duration_ms);
                    memory.outputs = outputs.clone();
                }
            }
            _ => {}
        }
    }
    memories
}
