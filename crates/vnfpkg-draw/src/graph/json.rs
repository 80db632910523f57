//! JSON, for programs; all edges, also the implied ones.

use serde_json::json;

use super::{Format, Graph};

pub(super) const FORMAT: Format = Format { name: "json", about: "for programs", write };

/// Version of the format; raised when a field changes its meaning or goes.
const VERSION: u32 = 1;

fn write(graph: &Graph) -> String {
    let value = json!({ "schema": "vnfpkg.graph", "version": VERSION, "graph": graph });
    format!("{value:#}\n")
}
