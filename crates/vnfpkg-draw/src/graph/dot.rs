//! Graphviz.

use super::{Edge, Graph, Node, time};

pub(super) fn render(graph: &Graph) -> String {
    let mut out = format!("digraph {} {{\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n", quote(&graph.title));
    for node in &graph.nodes {
        out.push_str(&format!("  {} [label={}{}];\n", quote(&node.id), quote(&label(node)), style(node)));
    }
    for edge in &graph.edges {
        let (from, to) = (&graph.nodes[edge.from].id, &graph.nodes[edge.to].id);
        out.push_str(&format!("  {} -> {}{};\n", quote(from), quote(to), edge_style(edge)));
    }
    out + "}\n"
}

fn label(node: &Node) -> String {
    format!("{}\n{}\n{}", node.label, node.note, time(node))
}

fn style(node: &Node) -> &'static str {
    match (node.circle, node.critical) {
        (true, _) => ", color=red, penwidth=2, style=dashed",
        (_, true) => ", color=darkorange3, penwidth=2",
        _ => "",
    }
}

fn edge_style(edge: &Edge) -> &'static str {
    match (edge.circle, edge.critical) {
        (true, _) => " [color=red, penwidth=2, style=dashed]",
        (_, true) => " [color=darkorange3, penwidth=2]",
        _ => "",
    }
}

fn quote(text: &str) -> String {
    let text: String = text.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}
