//! DOT, the language of Graphviz.

use std::fmt::Write;

use super::{Format, Graph, Mark};

pub(super) const FORMAT: Format = Format { name: "dot", about: "for Graphviz", write };

fn write(graph: &Graph) -> String {
    let mut text = String::from("digraph lifecycle {\n");
    let _ = writeln!(text, "  graph [rankdir=LR, labelloc=t, fontname=\"sans-serif\", label={}];", quoted(&graph.title));
    text.push_str("  node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=11];\n");
    for (row, name) in graph.rows.iter().enumerate() {
        let indent = if name.is_empty() { "  " } else { "    " };
        if !name.is_empty() {
            let _ = writeln!(text, "  subgraph cluster_{row} {{\n    label={};", quoted(name));
        }
        for (at, node) in graph.nodes.iter().enumerate().filter(|(_, node)| node.row == row) {
            let note = node.note();
            let label = if note.is_empty() { node.label.clone() } else { format!("{}\n{note}", node.label) };
            let _ = writeln!(text, "{indent}n{at} [label={}, tooltip={}{}];", quoted(&label), quoted(&node.id), style(node.mark));
        }
        if !name.is_empty() {
            text.push_str("  }\n");
        }
    }
    for edge in graph.edges.iter().filter(|edge| !edge.implied) {
        let style = style(edge.mark);
        let style = style.strip_prefix(", ").map(|style| format!(" [{style}]")).unwrap_or_default();
        let _ = writeln!(text, "  n{} -> n{}{style};", edge.from, edge.to);
    }
    text.push_str("}\n");
    text
}

fn style(mark: Mark) -> &'static str {
    match mark {
        Mark::None => "",
        Mark::Critical => ", color=\"#b45309\", penwidth=2",
        Mark::Circle => ", color=\"#b91c1c\", penwidth=2, style=dashed",
    }
}

/// A quoted string of DOT.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
