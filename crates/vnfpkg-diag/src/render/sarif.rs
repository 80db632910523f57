//! SARIF 2.1.0 (OASIS): the format of code scanning services.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::gitlab::stable_id;
use super::place::Located;
use super::text::{plain, uri};
use super::{Group, Input, Style};
use crate::{Edit, Finding, Fix, LineCol, Place, RuleInfo, Severity};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn render(input: &Input<'_>, _style: Style) -> String {
    let mut seen = BTreeMap::new();
    let results: Vec<Value> = input.findings().map(|(group, finding)| result(input, group, finding, &mut seen)).collect();
    let driver = json!({
        "name": "vnfpkg",
        "semanticVersion": input.tool_version,
        "rules": input.rules.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
    });
    super::json::pretty(&json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": results }],
    }))
}

fn descriptor(rule: &RuleInfo) -> Value {
    let mut descriptor = json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": { "text": rule.title },
        "help": { "text": rule.doc, "markdown": rule.doc },
        "defaultConfiguration": { "level": level(rule.severity) },
    });
    if !rule.clause.is_empty() {
        descriptor["properties"] = json!({ "clause": rule.clause });
    }
    descriptor
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result(input: &Input<'_>, group: &Group<'_>, finding: &Finding, seen: &mut BTreeMap<String, usize>) -> Value {
    let help = finding.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
    let mut result = json!({
        "ruleId": finding.code,
        "level": level(finding.severity),
        "message": { "text": plain(&format!("{}{help}", finding.message)) },
        "locations": [location(group, &group.locate(&finding.primary.place))],
        "partialFingerprints": { "vnfpkg/v1": stable_id(group, finding, seen) },
    });
    if group.path(&group.locate(&finding.primary.place)).is_empty() {
        result["locations"] = json!([]);
    }
    if let Some(index) = input.rules.iter().position(|rule| rule.code == finding.code) {
        result["ruleIndex"] = json!(index);
    }
    if finding.stands_for > 1 {
        result["occurrenceCount"] = json!(finding.stands_for);
    }
    if !finding.related.is_empty() {
        let related = finding.related.iter().enumerate().map(|(at, related)| {
            let mut value = location(group, &group.locate(&related.place));
            value["id"] = json!(at + 1);
            value["message"] = json!({ "text": plain(&related.label) });
            value
        });
        result["relatedLocations"] = related.collect();
    }
    if let Some(fix) = &finding.fix {
        result["fixes"] = json!([fix_of(group, fix)]);
    }
    result
}

fn location(group: &Group<'_>, located: &Located) -> Value {
    let mut physical = json!({ "artifactLocation": { "uri": uri(&group.path(located)) } });
    if let Some(range) = located.range {
        physical["region"] = region(range);
    }
    json!({ "physicalLocation": physical })
}

/// Columns count characters from 1; the end column is the one after the last character, as SARIF has it.
fn region((start, end): (LineCol, LineCol)) -> Value {
    json!({ "startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column })
}

fn fix_of(group: &Group<'_>, fix: &Fix) -> Value {
    let mut by_file: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for Edit { span, text } in &fix.edits {
        let located = group.locate(&Place::Span(*span));
        let deleted = located.range.map(region);
        let replacement = json!({ "deletedRegion": deleted, "insertedContent": { "text": text } });
        by_file.entry(uri(&group.path(&located))).or_default().push(replacement);
    }
    let changes: Vec<Value> = by_file
        .into_iter()
        .map(|(uri, replacements)| json!({ "artifactLocation": { "uri": uri }, "replacements": replacements }))
        .collect();
    json!({ "description": { "text": plain(&fix.title) }, "artifactChanges": changes })
}
