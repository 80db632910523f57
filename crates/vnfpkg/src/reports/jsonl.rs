//! The event stream, one JSON object a line.

use vnfpkg_run::Event;

use super::{Kind, Make};

pub(super) const KIND: Kind = Kind { name: "jsonl", about: "every event, one JSON object a line", make: Make::Live(line) };

/// An event as a line.
pub(crate) fn line(event: &Event) -> String {
    // Every event can be written as JSON; if one could not, the stream would go on without it.
    serde_json::to_string(event).map(|text| text + "\n").unwrap_or_default()
}
