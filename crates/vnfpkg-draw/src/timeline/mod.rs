//! What happened when: a lane per host with its connections, waits, attempts, pauses and uploads.

mod build;
mod page;

use serde::Serialize;

pub use page::{Log, page};

/// A run as time on lanes. Times are milliseconds since the first event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Timeline {
    /// LCM operation.
    pub operation: String,
    /// VNF instance.
    pub instance: String,
    /// Product of the VNFD.
    pub product: String,
    /// The run.
    pub run: String,
    /// When its first event was, in RFC 3339.
    pub began: String,
    /// How it ended, in one sentence; `None` when it did not.
    pub ending: Option<String>,
    /// It ended well.
    pub good: bool,
    /// Length of the whole.
    pub length_ms: i64,
    /// One lane per host, in the plan's order.
    pub lanes: Vec<Lane>,
    /// Tasks on the critical path.
    pub critical: Vec<String>,
    /// Moments when a controller took the run up again.
    pub resumed_ms: Vec<i64>,
}

/// A host.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Lane {
    /// Its name.
    pub host: String,
    /// Rows that its bars need.
    pub rows: usize,
    /// What happened, by beginning.
    pub bars: Vec<Bar>,
    /// Moments.
    pub moments: Vec<Moment>,
}

/// A stretch of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bar {
    /// The task, or the connection.
    pub task: String,
    /// Short name.
    pub label: String,
    /// What it is.
    pub kind: BarKind,
    /// Row in the lane, from 0.
    pub row: usize,
    /// Beginning.
    pub from_ms: i64,
    /// End.
    pub to_ms: i64,
    /// Which attempt; 0 where there is none.
    pub attempt: u32,
    /// How it ended, for people.
    pub result: String,
    /// What it is drawn as: `changed`, `already done`, `failed` and so on.
    pub outcome: String,
    /// Phases with their beginnings.
    pub phases: Vec<(String, i64)>,
    /// Bytes that were uploaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
}

/// What a bar is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BarKind {
    /// A connection is made.
    Connect,
    /// All that the task needs is done; it waits for a lock, for its host or for a free worker.
    Wait,
    /// An attempt.
    Attempt,
    /// Between two attempts.
    Pause,
}

/// Something at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moment {
    /// When.
    pub at_ms: i64,
    /// What.
    pub text: String,
}

#[cfg(test)]
mod tests;
