//! Graphs of plans, of runs, and of the steps of an operation.

use std::collections::BTreeMap;

use vnfpkg_plan::Plan;
use vnfpkg_run::{Event, EventKind, TaskResult};

use super::{Edge, Graph, Mark, Node};

/// A step of an operation that need not have a plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Step {
    /// Its name.
    pub name: String,
    /// What it does, for people; may be empty.
    pub title: String,
    /// Indexes of the steps that it waits for.
    pub needs: Vec<usize>,
}

impl Graph {
    /// The steps of an operation as the lifecycle document orders them; circles are marked.
    pub fn of_steps(title: &str, steps: &[Step]) -> Self {
        let node = |step: &Step| Node {
            id: step.name.clone(),
            label: step.name.clone(),
            title: step.title.clone(),
            row: 0,
            duration_ms: None,
            result: None,
            mark: Mark::None,
        };
        let nodes = steps.iter().map(node).collect();
        let edges = edges(steps.iter().map(|step| step.needs.as_slice()), steps.len());
        let legend = "marked: the longest chain of steps".to_owned();
        Self { title: title.to_owned(), legend, rows: vec![String::new()], nodes, edges }.marked()
    }

    /// The tasks of a plan, a row for each host.
    pub fn of_plan(plan: &Plan) -> Self {
        let legend = "marked: the longest chain of tasks".to_owned();
        Self { legend, ..plain(plan, &BTreeMap::new()) }.marked()
    }

    /// The tasks of a run with their times and results.
    pub fn of_run(plan: &Plan, events: &[Event]) -> Self {
        let mut ends = BTreeMap::new();
        for event in events {
            if let EventKind::TaskEnded { task, result, duration_ms, .. } = &event.kind {
                ends.insert(task.as_str(), (*duration_ms, result));
            }
        }
        let legend = "marked: the critical path, the chain of tasks that took longest".to_owned();
        Self { legend, ..plain(plan, &ends) }.marked()
    }
}

fn plain(plan: &Plan, ends: &BTreeMap<&str, (u64, &TaskResult)>) -> Graph {
    let nodes = plan.tasks.iter().map(|task| {
        let end = ends.get(task.id.as_str());
        Node {
            id: task.id.clone(),
            label: task.id.split_once('@').map_or(task.id.as_str(), |(step, _)| step).to_owned(),
            title: task.title.clone(),
            row: task.host,
            duration_ms: end.map(|(ms, _)| *ms),
            result: end.map(|(_, result)| word(result).to_owned()),
            mark: Mark::None,
        }
    });
    Graph {
        title: format!("{} of {} on {}", plan.operation, plan.package.product, plan.instance),
        legend: String::new(),
        rows: plan.hosts.iter().map(|host| host.name.clone()).collect(),
        nodes: nodes.collect(),
        edges: edges(plan.tasks.iter().map(|task| task.needs.as_slice()), plan.tasks.len()),
    }
}

/// Edges between nodes that are there; a needs-list that names others is not followed.
fn edges<'a>(needs: impl Iterator<Item = &'a [usize]>, count: usize) -> Vec<Edge> {
    let mut edges: Vec<Edge> = needs
        .enumerate()
        .flat_map(|(to, needs)| needs.iter().map(move |from| Edge { from: *from, to, implied: false, mark: Mark::None }))
        .filter(|edge| edge.from < count)
        .collect();
    edges.sort_by_key(|edge| (edge.to, edge.from));
    edges.dedup();
    edges
}

/// One word for how a task ended.
pub(crate) fn word(result: &TaskResult) -> &'static str {
    match result {
        TaskResult::Changed => "changed",
        TaskResult::Unchanged => "already done",
        TaskResult::WouldChange => "would change",
        TaskResult::WouldRun { .. } => "would run",
        TaskResult::Failed { .. } => "failed",
        TaskResult::Interrupted { .. } => "interrupted",
        TaskResult::Cancelled { .. } => "cancelled",
        TaskResult::Blocked { .. } => "blocked",
        TaskResult::NotNeeded => "not needed",
    }
}
