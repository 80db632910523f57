//! A graph of tasks or steps, with its critical path and its circles marked.

mod dot;
mod json;
mod layout;
mod mermaid;
mod svg;

use std::collections::BTreeMap;

use vnfpkg_plan::Plan;

/// An output format: its name and what writes it.
#[derive(Clone, Copy)]
pub struct Format {
    /// Name on a command line.
    pub name: &'static str,
    /// Writes the graph.
    pub render: fn(&Graph) -> String,
}

/// All formats. One more is one more file and one more line.
pub const FORMATS: &[Format] = &[
    Format { name: "dot", render: dot::render },
    Format { name: "mermaid", render: mermaid::render },
    Format { name: "svg", render: svg::render },
    Format { name: "json", render: json::render },
];

/// What is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    /// For people.
    pub title: String,
    /// Tasks or steps.
    pub nodes: Vec<Node>,
    /// What has to end before what.
    pub edges: Vec<Edge>,
}

/// A task or a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Unique.
    pub id: String,
    /// First line.
    pub label: String,
    /// Second line: the host, or what the step runs on.
    pub note: String,
    /// How long it took, or may take.
    pub ms: u64,
    /// The time was measured in a run.
    pub measured: bool,
    /// It is on the chain that takes longest.
    pub critical: bool,
    /// It is part of a circle.
    pub circle: bool,
}

/// `to` waits for `from`; both are indexes of nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Ends first.
    pub from: usize,
    /// Waits.
    pub to: usize,
    /// It is on the critical path.
    pub critical: bool,
    /// It is part of a circle.
    pub circle: bool,
}

impl Graph {
    /// The tasks of a plan. `measured` are durations of a run in milliseconds by task; without one a task counts with its limit.
    pub fn of_plan(plan: &Plan, measured: &BTreeMap<String, u64>) -> Self {
        let node = |task: &vnfpkg_plan::model::Task| Node {
            id: task.id.clone(),
            label: task.step.clone(),
            note: plan.hosts.get(task.host).map(|host| host.name.clone()).unwrap_or_default(),
            ms: measured.get(&task.id).copied().unwrap_or(if measured.is_empty() { task.timeout_ms } else { 0 }),
            measured: !measured.is_empty(),
            critical: false,
            circle: false,
        };
        let nodes = plan.tasks.iter().map(node).collect();
        let links = plan.tasks.iter().enumerate().flat_map(|(to, task)| task.needs.iter().map(move |from| (*from, to)));
        Self::new(format!("{} of {}", plan.operation, plan.instance), nodes, links)
    }

    /// Any nodes and links `(from, to)`; marks critical path and circles. Links that name no node are left out.
    pub fn new(title: String, nodes: Vec<Node>, links: impl IntoIterator<Item = (usize, usize)>) -> Self {
        let count = nodes.len();
        let mut edges: Vec<Edge> = links
            .into_iter()
            .filter(|(from, to)| *from < count && *to < count)
            .map(|(from, to)| Edge { from, to, critical: false, circle: false })
            .collect();
        edges.sort_by_key(|edge| (edge.from, edge.to));
        edges.dedup();
        let mut graph = Self { title, nodes, edges };
        if !graph.mark_circles() {
            graph.mark_critical();
        }
        graph
    }

    /// Marks what can be reached from itself. Gives whether there is such a thing.
    fn mark_circles(&mut self) -> bool {
        let rest = self.peel();
        let inside = |edge: &&Edge| rest[edge.from] && rest[edge.to];
        let next: Vec<Vec<usize>> = (0..self.nodes.len())
            .map(|at| self.edges.iter().filter(inside).filter(|edge| edge.from == at).map(|edge| edge.to).collect())
            .collect();
        let reach = |start: usize| {
            let mut seen = vec![false; next.len()];
            let mut todo = vec![start];
            while let Some(at) = todo.pop() {
                for to in &next[at] {
                    if !std::mem::replace(&mut seen[*to], true) {
                        todo.push(*to);
                    }
                }
            }
            seen
        };
        let reached: BTreeMap<usize, Vec<bool>> = (0..rest.len()).filter(|at| rest[*at]).map(|at| (at, reach(at))).collect();
        let back = |from: usize, to: usize| reached.get(&from).is_some_and(|seen| seen[to]);
        for (at, node) in self.nodes.iter_mut().enumerate() {
            node.circle = back(at, at);
        }
        for edge in &mut self.edges {
            edge.circle = back(edge.to, edge.from);
        }
        self.nodes.iter().any(|node| node.circle)
    }

    /// Nodes that neither a beginning nor an end leads to: circles, and what lies between two of them.
    fn peel(&self) -> Vec<bool> {
        let mut left = vec![true; self.nodes.len()];
        loop {
            let open = |at: usize, incoming: bool| {
                self.edges.iter().any(|edge| if incoming { edge.to == at && left[edge.from] } else { edge.from == at && left[edge.to] })
            };
            let gone: Vec<usize> = (0..left.len()).filter(|at| left[*at] && !(open(*at, true) && open(*at, false))).collect();
            if gone.is_empty() {
                return left;
            }
            gone.into_iter().for_each(|at| left[at] = false);
        }
    }

    fn mark_critical(&mut self) {
        let mut length = vec![0; self.nodes.len()];
        let mut before: Vec<Option<usize>> = vec![None; self.nodes.len()];
        for at in self.order() {
            let incoming = self.edges.iter().filter(|edge| edge.to == at).map(|edge| edge.from);
            before[at] = incoming.max_by_key(|from| (length[*from], std::cmp::Reverse(*from)));
            length[at] = before[at].map_or(0, |from| length[from]) + self.nodes[at].ms;
        }
        let mut next = (0..length.len()).max_by_key(|at| (length[*at], std::cmp::Reverse(*at)));
        while let Some(at) = next {
            self.nodes[at].critical = true;
            next = before[at];
            for edge in self.edges.iter_mut().filter(|edge| edge.to == at && Some(edge.from) == next) {
                edge.critical = true;
            }
        }
    }

    /// Nodes, each after what it waits for; members of circles come in their own order.
    pub(crate) fn order(&self) -> Vec<usize> {
        let mut open = vec![0_usize; self.nodes.len()];
        self.edges.iter().filter(|edge| !edge.circle).for_each(|edge| open[edge.to] += 1);
        let mut ready: std::collections::BTreeSet<usize> = (0..open.len()).filter(|at| open[*at] == 0).collect();
        let mut order = Vec::with_capacity(open.len());
        while let Some(at) = ready.pop_first() {
            order.push(at);
            for edge in self.edges.iter().filter(|edge| edge.from == at && !edge.circle) {
                open[edge.to] -= 1;
                if open[edge.to] == 0 {
                    ready.insert(edge.to);
                }
            }
        }
        order
    }
}

/// Milliseconds as people read them, with `up to` before a limit.
fn time(node: &Node) -> String {
    let seconds = node.ms / 1000;
    let text = match node.ms {
        0..1_000 => format!("0.{:02} s", node.ms / 10),
        1_000..60_000 => format!("{seconds}.{} s", node.ms % 1000 / 100),
        _ if seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    };
    if node.measured { text } else { format!("up to {text}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn graph(times: &[u64], links: &[(usize, usize)]) -> Graph {
        let node = |(at, ms): (usize, &u64)| Node {
            id: format!("s{at}@h-1"),
            label: format!("s{at}"),
            note: "h-1".into(),
            ms: *ms,
            measured: true,
            critical: false,
            circle: false,
        };
        Graph::new("instantiate_end of vnf".into(), times.iter().enumerate().map(node).collect(), links.iter().copied())
    }

    fn marked(graph: &Graph, what: impl Fn(&Node) -> bool) -> Vec<usize> {
        (0..graph.nodes.len()).filter(|at| what(&graph.nodes[*at])).collect()
    }

    #[test]
    fn the_longest_chain_is_critical() {
        let graph = graph(&[1, 500, 20, 3], &[(0, 1), (0, 2), (1, 3), (2, 3)]);
        assert_eq!(marked(&graph, |node| node.critical), [0, 1, 3]);
        let edges: Vec<(usize, usize)> = graph.edges.iter().filter(|edge| edge.critical).map(|edge| (edge.from, edge.to)).collect();
        assert_eq!(edges, [(0, 1), (1, 3)]);
    }

    #[test]
    fn a_circle_is_marked_without_what_hangs_on_it() {
        let graph = graph(&[1; 5], &[(0, 1), (1, 2), (2, 1), (2, 3), (3, 4)]);
        assert_eq!(marked(&graph, |node| node.circle), [1, 2]);
        assert_eq!(graph.edges.iter().filter(|edge| edge.circle).count(), 2);
        assert_eq!(marked(&graph, |node| node.critical), [0; 0]);
    }

    #[test]
    fn every_format_draws_chain_and_circle() {
        let graph = graph(&[1, 2, 3], &[(0, 1), (1, 2), (2, 1), (9, 1)]);
        for format in FORMATS {
            let text = (format.render)(&graph);
            for at in 0..3 {
                assert!(text.contains(&format!("s{at}")), "{}: {text}", format.name);
            }
        }
    }
}
