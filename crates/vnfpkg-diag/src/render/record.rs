//! A finding as a JSON object, for the formats `json` and `jsonl`.

use serde::Serialize;

use super::{Group, Input};
use crate::{Finding, Place};

#[derive(Serialize)]
pub(super) struct Record<'a> {
    code: &'a str,
    rule: Option<&'a str>,
    severity: &'a str,
    message: &'a str,
    package: Option<&'a str>,
    #[serde(flatten)]
    place: At,
    label: &'a str,
    help: Option<&'a str>,
    clause: Option<&'a str>,
    related: Vec<Related<'a>>,
    fix: Option<FixRecord<'a>>,
    /// Only on one that tells the number of findings that are not listed.
    #[serde(skip_serializing_if = "is_one")]
    stands_for: usize,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
fn is_one(count: &usize) -> bool {
    *count == 1
}

/// Lines and columns count from 1, columns in characters; the end is the position after the last character.
#[derive(Serialize)]
struct At {
    file: Option<String>,
    line: Option<u32>,
    column: Option<u32>,
    end_line: Option<u32>,
    end_column: Option<u32>,
}

#[derive(Serialize)]
struct Related<'a> {
    #[serde(flatten)]
    place: At,
    label: &'a str,
}

#[derive(Serialize)]
struct FixRecord<'a> {
    title: &'a str,
    safety: crate::FixSafety,
    edits: Vec<EditRecord<'a>>,
}

#[derive(Serialize)]
struct EditRecord<'a> {
    #[serde(flatten)]
    place: At,
    text: &'a str,
}

pub(super) fn record<'a>(input: &Input<'a>, group: &'a Group<'a>, finding: &'a Finding) -> Record<'a> {
    let rule = input.rule(finding.code);
    let clause = finding.clause.or_else(|| rule.map(|rule| rule.clause)).filter(|clause| !clause.is_empty());
    let related = finding.related.iter().map(|location| Related { place: at(group, &location.place), label: &location.label });
    let fix = finding.fix.as_ref().map(|fix| FixRecord {
        title: &fix.title,
        safety: fix.safety,
        edits: fix.edits.iter().map(|edit| EditRecord { place: at(group, &Place::Span(edit.span)), text: &edit.text }).collect(),
    });
    Record {
        code: finding.code,
        rule: rule.map(|rule| rule.name),
        severity: finding.severity.name(),
        message: &finding.message,
        package: group.package(),
        place: at(group, &finding.primary.place),
        label: &finding.primary.label,
        help: finding.help.as_deref(),
        clause,
        related: related.collect(),
        fix,
        stands_for: finding.stands_for,
    }
}

fn at(group: &Group<'_>, place: &Place) -> At {
    let located = group.locate(place);
    let (start, end) = located.range.unzip();
    At {
        file: located.file,
        line: start.map(|start| start.line),
        column: start.map(|start| start.column),
        end_line: end.map(|end| end.line),
        end_column: end.map(|end| end.column),
    }
}
