//! Draws plans and runs: graphs as DOT, Mermaid, SVG and JSON, and the timeline of a run as one HTML page. Knows plans and
//! events; knows no files, terminals, hosts or packages. Whatever stands in a plan or in events is data to it: no text can
//! leave the place that it is drawn in.

pub mod graph;
mod text;
pub mod timeline;
