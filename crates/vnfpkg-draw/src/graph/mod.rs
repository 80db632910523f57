//! What is drawn: nodes in rows, edges, and what is marked. A format is one file here and one line in [`FORMATS`].

mod dot;
mod json;
mod layout;
mod mark;
mod mermaid;
mod source;
mod svg;

use serde::Serialize;

pub use source::Step;
pub(crate) use source::word;

/// All formats.
pub const FORMATS: &[Format] = &[dot::FORMAT, mermaid::FORMAT, svg::FORMAT, json::FORMAT];

/// A way to write a graph.
pub struct Format {
    /// Its name on the command line, which is also the ending of such files.
    pub name: &'static str,
    /// One line for people.
    pub about: &'static str,
    /// Writes it; the same graph gives the same text.
    pub write: fn(&Graph) -> String,
}

/// A graph of tasks or steps.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Graph {
    /// What it shows, in one line.
    pub title: String,
    /// What times and the marked path mean, in one line.
    pub legend: String,
    /// Rows that nodes belong to: the hosts, or one row without a name.
    pub rows: Vec<String>,
    /// The nodes.
    pub nodes: Vec<Node>,
    /// The edges, each from what comes first to what waits for it.
    pub edges: Vec<Edge>,
}

/// A task or step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Node {
    /// Unique name: `STEP@HOST` of a task, the name of a step.
    pub id: String,
    /// Short name, drawn inside the node.
    pub label: String,
    /// What it does, for people; may be empty.
    pub title: String,
    /// Index into the rows.
    pub row: usize,
    /// How long it took, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// Does it stand out?
    pub mark: Mark,
}

/// Something waits for something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edge {
    /// Index of the node that comes first.
    pub from: usize,
    /// Index of the node that waits.
    pub to: usize,
    /// Other edges say the same: pictures leave it out.
    pub implied: bool,
    /// Does it stand out?
    pub mark: Mark,
}

/// Why a node or edge stands out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// It does not.
    #[default]
    None,
    /// It is on the critical path: the chain that takes longest.
    Critical,
    /// It is part of a circle, so the graph cannot be run.
    Circle,
}

impl Node {
    /// Its time and how it ended, for a second line in the node.
    fn note(&self) -> String {
        let time = self.duration_ms.map(seconds);
        [time, self.result.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// A time for people.
pub(crate) fn seconds(ms: u64) -> String {
    format!("{}.{} s", ms / 1000, ms % 1000 / 100)
}

#[cfg(test)]
mod tests;
