//! SVG with a layout of our own.

use super::layout::{HEIGHT, WIDTH, layout};
use super::{Edge, Graph, Node, time};
use crate::escape::escape;

/// Characters of a line that fit into a node.
const FITS: usize = 25;

/// Both colour schemes; in a page the colours of the page.
const STYLE: &str = "\
svg.vnfpkg-graph{font:13px system-ui,sans-serif;color:#1b1f24}\
.vnfpkg-graph .node rect{fill:#f6f8fa;stroke:#8c959f}\
.vnfpkg-graph .node text{fill:currentColor}.vnfpkg-graph .node .note{fill:#57606a;font-size:11px}\
.vnfpkg-graph .edge{fill:none;stroke:#8c959f;stroke-width:1.2}\
.vnfpkg-graph .critical rect,.vnfpkg-graph .edge.critical{stroke:#c2570c;stroke-width:2.5}\
.vnfpkg-graph .circle rect,.vnfpkg-graph .edge.circle{stroke:#cf222e;stroke-width:2.5;stroke-dasharray:6 3}\
@media (prefers-color-scheme:dark){svg.vnfpkg-graph{color:#e6edf3}.vnfpkg-graph .node rect{fill:#161b22}.vnfpkg-graph .node .note{fill:#9198a1}}";

pub(super) fn render(graph: &Graph) -> String {
    let drawn = layout(graph);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"vnfpkg-graph\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" role=\"img\">\n\
         <title>{2}</title>\n<style>{STYLE}</style>\n\
         <defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" markerUnits=\"userSpaceOnUse\" orient=\"auto\">\
         <path d=\"M0 0L8 4L0 8z\" fill=\"context-stroke\"/></marker></defs>\n",
        drawn.width,
        drawn.height,
        escape(&graph.title)
    );
    for (edge, points) in graph.edges.iter().zip(&drawn.links) {
        out.push_str(&format!("<path class=\"edge{}\" d=\"{}\" marker-end=\"url(#arrow)\"/>\n", edge_class(edge), path(points)));
    }
    for (node, (x, y)) in graph.nodes.iter().zip(&drawn.nodes) {
        out.push_str(&box_of(node, *x, *y));
    }
    out + "</svg>\n"
}

fn box_of(node: &Node, x: i64, y: i64) -> String {
    let class = match (node.circle, node.critical) {
        (true, _) => " circle",
        (_, true) => " critical",
        _ => "",
    };
    format!(
        "<g class=\"node{class}\"><title>{}</title><rect x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"6\"/>\
         <text x=\"{2}\" y=\"{3}\">{4}</text><text class=\"note\" x=\"{2}\" y=\"{5}\">{1}</text></g>\n",
        escape(&node.id),
        escape(&note(node)),
        x + 10,
        y + 23,
        escape(&cut(&node.label, FITS)),
        y + 42,
    )
}

/// Host and time; a long host is cut, the time is not.
fn note(node: &Node) -> String {
    let time = time(node);
    format!("{} {time}", cut(&node.note, (FITS + 6).saturating_sub(time.chars().count()).max(8)))
}

fn edge_class(edge: &Edge) -> &'static str {
    match (edge.circle, edge.critical) {
        (true, _) => " circle",
        (_, true) => " critical",
        _ => "",
    }
}

/// A smooth line through the points; one that goes back swings out first.
fn path(points: &[(i64, i64)]) -> String {
    let mut out = String::new();
    for (at, (x, y)) in points.iter().enumerate() {
        let Some((from_x, from_y)) = at.checked_sub(1).map(|before| points[before]) else {
            out.push_str(&format!("M{x} {y}"));
            continue;
        };
        let bend = if *x > from_x { (x - from_x) / 2 } else { 60 };
        out.push_str(&format!("C{} {from_y} {} {y} {x} {y}", from_x + bend, x - bend));
    }
    out
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most { text.to_owned() } else { text.chars().take(most - 1).chain(['…']).collect() }
}
