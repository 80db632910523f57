//! SVG with a layout of our own, so that nothing has to be installed to see a graph.

use std::fmt::Write;

use super::layout::{HEIGHT, Layout, Place, count, layout, text_width};
use super::{Edge, Format, Graph, Mark, Node};
use crate::text::escaped;

pub(super) const FORMAT: Format = Format { name: "svg", about: "a picture", write };

/// Room for the title above the graph.
const TOP: f64 = 44.0;
/// Room for the legend below it.
const BOTTOM: f64 = 26.0;

/// Light and dark, as the reader's system is.
const STYLE: &str = "\
svg { background: #ffffff; } text { font: 12px ui-sans-serif, system-ui, sans-serif; fill: #1f2937; }
.title { font-size: 15px; font-weight: 600; } .note, .legend { font-size: 10px; fill: #6b7280; }
.lane { fill: #f9fafb; } .lane.odd { fill: #f3f4f6; } .row { font-weight: 600; }
.node rect { fill: #ffffff; stroke: #9ca3af; } .edge { fill: none; stroke: #9ca3af; } .tip { fill: #9ca3af; }
.critical rect { stroke: #b45309; stroke-width: 2; } .edge.critical { stroke: #b45309; stroke-width: 2; } .tip.critical { fill: #b45309; }
.circle rect { stroke: #b91c1c; stroke-width: 2; stroke-dasharray: 5 3; }
.edge.circle { stroke: #b91c1c; stroke-width: 2; stroke-dasharray: 5 3; } .tip.circle { fill: #b91c1c; }
@media (prefers-color-scheme: dark) {
svg { background: #111827; } text { fill: #e5e7eb; } .note, .legend { fill: #9ca3af; }
.lane { fill: #1f2937; } .lane.odd { fill: #182130; } .node rect { fill: #111827; stroke: #6b7280; }
.edge { stroke: #6b7280; } .tip { fill: #6b7280; }
.critical rect, .edge.critical { stroke: #f59e0b; } .tip.critical { fill: #f59e0b; }
.circle rect, .edge.circle { stroke: #f87171; } .tip.circle { fill: #f87171; } }
";

fn write(graph: &Graph) -> String {
    let named = graph.rows.iter().any(|row| !row.is_empty());
    let left = if named { graph.rows.iter().map(|row| text_width(row)).fold(0.0, f64::max) + 24.0 } else { 0.0 };
    let layout = layout(graph, left);
    let width = layout.width.max(text_width(&graph.title) * 1.3).max(text_width(&graph.legend)) + 12.0;
    let height = layout.height + TOP + BOTTOM;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" height=\"{height:.0}\">\n"
    );
    let _ = writeln!(text, "<style>\n{STYLE}</style>");
    let _ = writeln!(text, "<text class=\"title\" x=\"12\" y=\"26\">{}</text>", escaped(&graph.title));
    let _ = writeln!(text, "<text class=\"legend\" x=\"12\" y=\"{:.0}\">{}</text>", height - 10.0, escaped(&graph.legend));
    let _ = writeln!(text, "<g transform=\"translate(0 {TOP})\">");
    lanes(&mut text, graph, &layout, width);
    for (edge, way) in graph.edges.iter().zip(&layout.ways).filter(|(edge, _)| !edge.implied) {
        draw_edge(&mut text, edge, way, &layout);
    }
    for (at, node) in graph.nodes.iter().enumerate() {
        draw_node(&mut text, node, at, &layout);
    }
    text.push_str("</g>\n</svg>\n");
    text
}

fn lanes(text: &mut String, graph: &Graph, layout: &Layout, width: f64) {
    for (number, (name, lane)) in graph.rows.iter().zip(&layout.lanes).enumerate() {
        let odd = if number % 2 == 1 { " odd" } else { "" };
        let _ =
            writeln!(text, "<rect class=\"lane{odd}\" x=\"0\" y=\"{:.1}\" width=\"{width:.0}\" height=\"{:.1}\"/>", lane.y, lane.height);
        if !name.is_empty() {
            let middle = lane.y + lane.height / 2.0 + 4.0;
            let _ = writeln!(text, "<text class=\"row\" x=\"12\" y=\"{middle:.1}\">{}</text>", escaped(name));
        }
    }
}

fn draw_node(text: &mut String, node: &Node, at: usize, layout: &Layout) {
    let place = layout.nodes[at];
    let note = node.note();
    let _ = write!(text, "<g class=\"node{}\"><title>{}", class(node.mark), escaped(&node.id));
    if !node.title.is_empty() {
        let _ = write!(text, ": {}", escaped(&node.title));
    }
    let _ =
        write!(text, "</title><rect x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{HEIGHT}\" rx=\"6\"/>", place.x, place.y, place.width);
    let middle = if note.is_empty() { 23.0 } else { 17.0 };
    let _ = write!(text, "<text x=\"{:.1}\" y=\"{:.1}\">{}</text>", place.x + 11.0, place.y + middle, escaped(&node.label));
    if !note.is_empty() {
        let _ = write!(text, "<text class=\"note\" x=\"{:.1}\" y=\"{:.1}\">{}</text>", place.x + 11.0, place.y + 31.0, escaped(&note));
    }
    text.push_str("</g>\n");
}

/// From the right side of one node to the left side of the other, through the free places on the way; an edge that goes
/// back swings below both.
fn draw_edge(text: &mut String, edge: &Edge, way: &[Place], layout: &Layout) {
    let (from, to) = (layout.nodes[edge.from], layout.nodes[edge.to]);
    let (mut x, mut y) = (from.x + from.width, from.y + HEIGHT / 2.0);
    let (x2, y2) = (to.x - 6.0, to.y + HEIGHT / 2.0);
    let class = class(edge.mark);
    let mut path = format!("M{x:.1} {y:.1}");
    if x2 > x {
        for stop in way {
            let middle = stop.y + HEIGHT / 2.0;
            curve(&mut path, (x, y), (stop.x, middle));
            (x, y) = (stop.x + stop.width, middle);
            let _ = write!(path, "L{x:.1} {y:.1}");
        }
        curve(&mut path, (x, y), (x2, y2));
    } else {
        let below = y.max(y2) + HEIGHT * 0.9 + count(edge.from.abs_diff(edge.to)).min(6.0) * 2.0;
        let _ = write!(path, "C{:.1} {below:.1} {:.1} {below:.1} {x2:.1} {y2:.1}", x + 36.0, x2 - 36.0);
    }
    let _ = writeln!(text, "<path class=\"edge{class}\" d=\"{path}\"/>");
    let _ = writeln!(text, "<path class=\"tip{class}\" d=\"M{x2:.1} {:.1}l6 4l-6 4z\"/>", y2 - 4.0);
}

fn curve(path: &mut String, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) {
    let bend = ((x2 - x1) / 2.0).max(20.0);
    let _ = write!(path, "C{:.1} {y1:.1} {:.1} {y2:.1} {x2:.1} {y2:.1}", x1 + bend, x2 - bend);
}

fn class(mark: Mark) -> &'static str {
    match mark {
        Mark::None => "",
        Mark::Critical => " critical",
        Mark::Circle => " circle",
    }
}
