//! Which task runs when: pure functions and a state machine, without threads, clocks or hosts.

mod batch;
mod select;
pub mod state;

use petgraph::graph::{DiGraph, NodeIndex};
use vnfpkg_plan::model::Plan;

pub use batch::{Batches, MaxFail, batches_of};
pub(crate) use select::gaps;
pub use select::{SelectError, Selection, select};

/// The plan's tasks as a graph: an edge goes from a task to one that needs it.
pub fn graph(plan: &Plan) -> DiGraph<usize, ()> {
    let mut graph = DiGraph::with_capacity(plan.tasks.len(), plan.tasks.len());
    for index in 0..plan.tasks.len() {
        graph.add_node(index);
    }
    for (index, task) in plan.tasks.iter().enumerate() {
        for need in &task.needs {
            graph.add_edge(NodeIndex::new(*need), NodeIndex::new(index), ());
        }
    }
    graph
}

/// For every task the number of tasks on the longest chain that starts with it: what the rest of the run waits for
/// longest goes first. `None` when the graph has a cycle.
pub fn remaining(graph: &DiGraph<usize, ()>) -> Option<Vec<u64>> {
    let mut longest = vec![1; graph.node_count()];
    for node in petgraph::algo::toposort(graph, None).ok()?.into_iter().rev() {
        let behind = graph.neighbors(node).map(|next| longest[next.index()]).max().unwrap_or(0);
        longest[node.index()] = behind + 1;
    }
    Some(longest)
}
