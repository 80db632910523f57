//! JSON, for programs.

use serde_json::json;

use super::Graph;

pub(super) fn render(graph: &Graph) -> String {
    let nodes: Vec<_> = graph
        .nodes
        .iter()
        .map(|node| {
            json!({
                "id": node.id, "label": node.label, "note": node.note, "ms": node.ms, "measured": node.measured,
                "critical": node.critical, "circle": node.circle,
            })
        })
        .collect();
    let edges: Vec<_> = graph
        .edges
        .iter()
        .map(|edge| {
            let (from, to) = (&graph.nodes[edge.from].id, &graph.nodes[edge.to].id);
            json!({ "from": from, "to": to, "critical": edge.critical, "circle": edge.circle })
        })
        .collect();
    format!("{:#}\n", json!({ "format": 1, "title": graph.title, "nodes": nodes, "edges": edges }))
}
