//! One JSON document with all findings and how many there are.

use serde::Serialize;

use super::record::{Record, record};
use super::{Counts, Input, Style};

/// Version of the document; it rises when a reader would break.
const FORMAT: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    format: u32,
    tool: &'a str,
    version: &'a str,
    packages: Vec<&'a str>,
    findings: Vec<Record<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct Summary {
    error: usize,
    warning: usize,
    info: usize,
}

pub(super) fn render(input: &Input<'_>, _style: Style) -> String {
    let counts = Counts::of(input.findings().map(|(_, finding)| finding));
    let document = Document {
        format: FORMAT,
        tool: "vnfpkg",
        version: input.tool_version,
        packages: input.groups.iter().filter_map(|group| group.package()).collect(),
        findings: input.findings().map(|(group, finding)| record(input, group, finding)).collect(),
        summary: Summary { error: counts.errors, warning: counts.warnings, info: counts.infos },
    };
    pretty(&document)
}

/// Indented JSON with a line end.
pub(super) fn pretty(value: &impl Serialize) -> String {
    // Only a map with keys that are no strings, or a failing `Serialize` of one's own, could fail; there is neither.
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}
