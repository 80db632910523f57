//! Pictures of plans and runs: a graph as DOT, Mermaid, SVG and JSON, and the report of a run as one HTML file. Knows plans
//! and events; knows nothing of packages, hosts, terminals or files.

mod escape;
pub mod graph;
pub mod report;
