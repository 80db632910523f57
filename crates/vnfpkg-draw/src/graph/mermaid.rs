//! Mermaid, as Markdown viewers draw it.

use super::{Graph, Node, time};

pub(super) fn render(graph: &Graph) -> String {
    let mut out = String::from("flowchart LR\n");
    for (at, node) in graph.nodes.iter().enumerate() {
        out.push_str(&format!("  n{at}[\"{}<br/>{}<br/>{}\"]{}\n", text(&node.label), text(&node.note), text(&time(node)), class(node)));
    }
    for edge in &graph.edges {
        let arrow = match (edge.circle, edge.critical) {
            (true, _) => "-.->",
            (_, true) => "==>",
            _ => "-->",
        };
        out.push_str(&format!("  n{} {arrow} n{}\n", edge.from, edge.to));
    }
    out.push_str(
        "  classDef critical stroke:#c2570c,stroke-width:3px\n  classDef circle stroke:#c00,stroke-width:3px,stroke-dasharray:5 3\n",
    );
    out
}

fn class(node: &Node) -> &'static str {
    match (node.circle, node.critical) {
        (true, _) => ":::circle",
        (_, true) => ":::critical",
        _ => "",
    }
}

/// Mermaid's own entities: `#` and the number of the character.
fn text(text: &str) -> String {
    let safe = |c: char| c.is_alphanumeric() || " .,:@_-()/‹›→".contains(c);
    text.chars().map(|c| if safe(c) { c.to_string() } else { format!("#{};", u32::from(c)) }).collect()
}
