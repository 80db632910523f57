//! Which part of a plan is asked for.

use std::collections::BTreeSet;

use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{Dfs, Reversed};
use serde::{Deserialize, Serialize};
use vnfpkg_plan::deferred::Gap;
use vnfpkg_plan::model::{Action, Plan, PlanHost, Task};

use super::graph;

/// Which part of a plan is asked for; empty asks for all. Every condition narrows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Selection {
    /// Only these hosts: name, VNFC id or VDU; `*` stands for any characters.
    pub limit: Vec<String>,
    /// Not these hosts.
    pub exclude: Vec<String>,
    /// Only these steps.
    pub steps: Vec<String>,
    /// Only this step and what needs it.
    pub from: Option<String>,
    /// Only this step and what it needs.
    pub until: Option<String>,
}

/// A selection that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    /// No host is called so.
    #[error("no host, VNFC or VDU is called `{pattern}`; there are {}", .known.join(", "))]
    NoHost {
        /// What was asked for.
        pattern: String,
        /// The plan's hosts.
        known: Vec<String>,
    },
    /// No step is called so.
    #[error("no step is called `{step}`; there are {}", .known.join(", "))]
    NoStep {
        /// What was asked for.
        step: String,
        /// The plan's steps.
        known: Vec<String>,
    },
    /// Nothing is left.
    #[error("the selection leaves no task")]
    Nothing,
    /// A selected task uses a value of one that is not selected.
    #[error("{task} uses the output `{output}` of {producer}, which is not selected; select step `{step}` too")]
    MissingOutput {
        /// The task.
        task: String,
        /// The output.
        output: String,
        /// The other task.
        producer: String,
        /// Its step.
        step: String,
    },
}

/// For every task of the plan: is it asked for?
///
/// # Errors
/// When the selection names something unknown, leaves nothing, or cuts a task off from a value it uses.
pub fn select(plan: &Plan, selection: &Selection) -> Result<Vec<bool>, SelectError> {
    let Selection { limit, exclude, steps, from, until } = selection;
    let known_steps: BTreeSet<&str> = plan.tasks.iter().map(|task| task.step.as_str()).collect();
    for pattern in limit.iter().chain(exclude) {
        if !plan.hosts.iter().any(|host| names(host, pattern)) {
            let known = plan.hosts.iter().map(|host| host.name.clone()).collect();
            return Err(SelectError::NoHost { pattern: pattern.clone(), known });
        }
    }
    for step in steps.iter().chain(from).chain(until) {
        if !known_steps.contains(step.as_str()) {
            let known = known_steps.iter().map(ToString::to_string).collect();
            return Err(SelectError::NoStep { step: step.clone(), known });
        }
    }
    let graph = graph(plan);
    let behind = from.as_ref().map(|step| closure(plan, &graph, step, Direction::Outgoing));
    let before = until.as_ref().map(|step| closure(plan, &graph, step, Direction::Incoming));
    let selected: Vec<bool> = plan
        .tasks
        .iter()
        .enumerate()
        .map(|(index, task)| {
            let host = &plan.hosts[task.host];
            (limit.is_empty() || limit.iter().any(|pattern| names(host, pattern)))
                && !exclude.iter().any(|pattern| names(host, pattern))
                && (steps.is_empty() || steps.contains(&task.step))
                && behind.as_ref().is_none_or(|set| set[index])
                && before.as_ref().is_none_or(|set| set[index])
        })
        .collect();
    if !plan.tasks.is_empty() && !selected.contains(&true) {
        return Err(SelectError::Nothing);
    }
    for (task, _) in plan.tasks.iter().zip(&selected).filter(|(_, selected)| **selected) {
        for gap in gaps(task) {
            let Gap::Output { task: producer, name } = gap else { continue };
            let found = plan.tasks.iter().position(|other| other.id == producer);
            if let Some(index) = found.filter(|index| !selected[*index]) {
                return Err(SelectError::MissingOutput {
                    task: task.id.clone(),
                    output: name,
                    producer,
                    step: plan.tasks[index].step.clone(),
                });
            }
        }
    }
    Ok(selected)
}

/// Every secret and output that a task uses.
pub(crate) fn gaps(task: &Task) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = match &task.action {
        Action::Run { script } => script.text.gaps(),
        Action::Write { content, .. } => content.gaps(),
        Action::Check { check } => check.script.text.gaps(),
        Action::Upload { .. } | Action::Fetch { .. } => Vec::new(),
    };
    for script in task.probe.iter().chain(task.verify.as_ref().map(|verify| &verify.script)) {
        gaps.extend(script.text.gaps());
    }
    gaps.sort();
    gaps.dedup();
    gaps
}

fn closure(plan: &Plan, graph: &DiGraph<usize, ()>, step: &str, direction: Direction) -> Vec<bool> {
    let mut found = vec![false; plan.tasks.len()];
    for (index, _) in plan.tasks.iter().enumerate().filter(|(_, task)| task.step == step) {
        let start = NodeIndex::new(index);
        match direction {
            Direction::Outgoing => {
                let mut walk = Dfs::new(graph, start);
                while let Some(node) = walk.next(graph) {
                    found[node.index()] = true;
                }
            }
            Direction::Incoming => {
                let reversed = Reversed(graph);
                let mut walk = Dfs::new(reversed, start);
                while let Some(node) = walk.next(reversed) {
                    found[node.index()] = true;
                }
            }
        }
    }
    found
}

fn names(host: &PlanHost, pattern: &str) -> bool {
    [&host.name, &host.id, &host.vdu].into_iter().any(|name| matches(name, pattern))
}

/// Does a name fit a pattern in which `*` stands for any characters?
fn matches(name: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_whole_names() {
        for (name, pattern, expected) in [
            ("worker-1", "worker-1", true),
            ("worker-10", "worker-1", false),
            ("worker-10", "worker-*", true),
            ("worker-10", "*-10", true),
            ("worker-10", "w*-*0", true),
            ("ab", "ab*b", false),
            ("", "*", true),
        ] {
            assert_eq!(matches(name, pattern), expected, "{name} {pattern}");
        }
    }
}
