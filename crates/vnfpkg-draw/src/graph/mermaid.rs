//! Mermaid, which code hosts draw inside Markdown.

use std::fmt::Write;

use super::{Format, Graph, Mark};

pub(super) const FORMAT: Format = Format { name: "mermaid", about: "for Markdown", write };

fn write(graph: &Graph) -> String {
    let mut text = String::from("flowchart LR\n");
    for (row, name) in graph.rows.iter().enumerate() {
        let indent = if name.is_empty() { "  " } else { "    " };
        if !name.is_empty() {
            let _ = writeln!(text, "  subgraph r{row}[{}]", quoted(name));
        }
        for (at, node) in graph.nodes.iter().enumerate().filter(|(_, node)| node.row == row) {
            let note = node.note();
            let label = if note.is_empty() { node.label.clone() } else { format!("{}\n{note}", node.label) };
            let _ = writeln!(text, "{indent}n{at}[{}]{}", quoted(&label), class(node.mark));
        }
        if !name.is_empty() {
            text.push_str("  end\n");
        }
    }
    let drawn: Vec<_> = graph.edges.iter().filter(|edge| !edge.implied).collect();
    for edge in &drawn {
        let _ = writeln!(text, "  n{} --> n{}", edge.from, edge.to);
    }
    for (mark, colour) in [(Mark::Critical, "#b45309"), (Mark::Circle, "#b91c1c")] {
        let marked: Vec<String> =
            drawn.iter().enumerate().filter(|(_, edge)| edge.mark == mark).map(|(number, _)| number.to_string()).collect();
        if !marked.is_empty() {
            let _ = writeln!(text, "  linkStyle {} stroke:{colour},stroke-width:3px", marked.join(","));
        }
        if graph.nodes.iter().any(|node| node.mark == mark) {
            let _ = writeln!(text, "  classDef {} stroke:{colour},stroke-width:3px", class(mark).trim_start_matches(":::"));
        }
    }
    text
}

fn class(mark: Mark) -> &'static str {
    match mark {
        Mark::None => "",
        Mark::Critical => ":::critical",
        Mark::Circle => ":::circle",
    }
}

/// A quoted text; Mermaid reads entities in it and nothing else.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '\n' => out.push_str("<br>"),
            '"' | '&' | '<' | '>' | '#' | ';' | '`' => {
                let _ = write!(out, "#{};", u32::from(c));
            }
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
