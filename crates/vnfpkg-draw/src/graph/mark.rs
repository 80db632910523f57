//! What stands out: circles, the critical path, and edges that others imply.

use petgraph::algo::{tarjan_scc, toposort};
use petgraph::graph::{DiGraph, NodeIndex};

use super::{Edge, Graph, Mark};

/// More nodes than this and no edge is called implied: looking for them takes the square of it.
const REDUCED: usize = 4000;

impl Graph {
    /// With circles marked; where there is none, with the critical path and implied edges.
    pub(super) fn marked(mut self) -> Self {
        let graph = self.petgraph();
        match toposort(&graph, None) {
            Ok(order) => {
                let order: Vec<usize> = order.into_iter().map(NodeIndex::index).collect();
                self.mark_critical(&order);
                self.mark_implied(&order);
            }
            Err(_) => self.mark_circles(&graph),
        }
        self
    }

    /// The edges as a graph of petgraph's; node indexes are the same.
    pub(super) fn petgraph(&self) -> DiGraph<(), ()> {
        let mut graph = DiGraph::with_capacity(self.nodes.len(), self.edges.len());
        self.nodes.iter().for_each(|_| {
            graph.add_node(());
        });
        for edge in &self.edges {
            graph.add_edge(NodeIndex::new(edge.from), NodeIndex::new(edge.to), ());
        }
        graph
    }

    fn mark_circles(&mut self, graph: &DiGraph<(), ()>) {
        let mut circle_of = vec![None; self.nodes.len()];
        for (number, members) in tarjan_scc(graph).iter().enumerate() {
            let to_itself = |node: NodeIndex| graph.contains_edge(node, node);
            if members.len() > 1 || members.iter().copied().any(to_itself) {
                members.iter().for_each(|node| circle_of[node.index()] = Some(number));
            }
        }
        for (node, circle) in self.nodes.iter_mut().zip(&circle_of) {
            node.mark = if circle.is_some() { Mark::Circle } else { Mark::None };
        }
        for edge in &mut self.edges {
            if circle_of[edge.from].is_some() && circle_of[edge.from] == circle_of[edge.to] {
                edge.mark = Mark::Circle;
            }
        }
        self.legend = "marked: a circle; none of these can begin".to_owned();
    }

    /// The chain with the longest time, or with the most nodes where no times are known.
    fn mark_critical(&mut self, order: &[usize]) {
        let timed = self.nodes.iter().any(|node| node.duration_ms.is_some());
        let weight = |at: usize| if timed { self.nodes[at].duration_ms.unwrap_or(0) } else { 1 };
        let mut best: Vec<u64> = (0..self.nodes.len()).map(weight).collect();
        let mut before: Vec<Option<usize>> = vec![None; self.nodes.len()];
        let mut incoming: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        self.edges.iter().for_each(|edge| incoming[edge.to].push(edge.from));
        for at in order.iter().copied() {
            for from in incoming[at].iter().copied() {
                let through = best[from].saturating_add(weight(at));
                if before[at].is_none() || through > best[at] {
                    best[at] = through;
                    before[at] = Some(from);
                }
            }
        }
        // Of equally long chains the first one, so that the same graph is always marked alike.
        let mut end = (0..self.nodes.len()).rev().max_by_key(|at| best[*at]);
        while let Some(at) = end {
            self.nodes[at].mark = Mark::Critical;
            end = before[at];
        }
        let marked: Vec<bool> = self.nodes.iter().map(|node| node.mark == Mark::Critical).collect();
        for edge in self.edges.iter_mut().filter(|edge| marked[edge.to] && before[edge.to] == Some(edge.from)) {
            edge.mark = Mark::Critical;
        }
    }

    /// An edge is implied when a longer way leads from its beginning to its end. Edges of the critical path stay.
    fn mark_implied(&mut self, order: &[usize]) {
        if self.nodes.len() > REDUCED {
            return;
        }
        let words = self.nodes.len().div_ceil(64);
        let mut reach: Vec<Vec<u64>> = vec![vec![0; words]; self.nodes.len()];
        let mut outgoing: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        self.edges.iter().for_each(|edge| outgoing[edge.from].push(edge.to));
        for at in order.iter().rev().copied() {
            let mut own = vec![0; words];
            for to in &outgoing[at] {
                own[to / 64] |= 1 << (to % 64);
                own.iter_mut().zip(&reach[*to]).for_each(|(own, theirs)| *own |= theirs);
            }
            reach[at] = own;
        }
        let leads = |from: usize, to: usize| reach[from][to / 64] >> (to % 64) & 1 == 1;
        let implied = |edge: &Edge| outgoing[edge.from].iter().any(|via| *via != edge.to && leads(*via, edge.to));
        let found: Vec<bool> = self.edges.iter().map(|edge| edge.mark == Mark::None && implied(edge)).collect();
        self.edges.iter_mut().zip(found).for_each(|(edge, implied)| edge.implied = implied);
    }
}
