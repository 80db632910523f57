//! Code Quality report of GitLab: the subset of the Code Climate format that it reads.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::text::{fingerprint, plain};
use super::{Group, Input, Style};
use crate::{Finding, Place, Severity};

pub(super) fn render(input: &Input<'_>, _style: Style) -> String {
    let mut seen = BTreeMap::new();
    let issues: Vec<Value> = input.findings().map(|(group, finding)| issue(group, finding, &mut seen)).collect();
    super::json::pretty(&issues)
}

fn issue(group: &Group<'_>, finding: &Finding, seen: &mut BTreeMap<String, usize>) -> Value {
    let located = group.locate(&finding.primary.place);
    let path = plain(&group.path(&located)).into_owned();
    let severity = match finding.severity {
        Severity::Error => "major",
        Severity::Warning => "minor",
        Severity::Info => "info",
    };
    json!({
        "description": plain(&finding.message),
        "check_name": finding.code,
        "fingerprint": stable_id(group, finding, seen),
        "severity": severity,
        "location": { "path": path, "lines": { "begin": located.range.map_or(1, |(start, _)| start.line) } },
    })
}

/// Names a finding so that it is recognised when lines are added above it: by rule, file, message and the text of its line. Equal
/// ones are numbered.
pub(super) fn stable_id(group: &Group<'_>, finding: &Finding, seen: &mut BTreeMap<String, usize>) -> String {
    let line = match finding.primary.place {
        Place::Span(span) => group.sources.get(span.source).line(group.sources.line_col(span).line).trim(),
        Place::File(_) | Place::Package => "",
    };
    let path = group.path(&group.locate(&finding.primary.place));
    let id = fingerprint(&[finding.code, &path, &finding.message, line]);
    let count = seen.entry(id.clone()).or_default();
    *count += 1;
    format!("{id}:{count}")
}
