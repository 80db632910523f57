//! One line per finding, as compilers write them: editors jump to it.

use super::text::plain;
use super::{Group, Input, Style};
use crate::Finding;

pub(super) fn render(input: &Input<'_>, _style: Style) -> String {
    input.findings().map(|(group, finding)| line(group, finding) + "\n").collect()
}

/// `file:line:column: severity[CODE] message (help)`
pub(super) fn line(group: &Group<'_>, finding: &Finding) -> String {
    let located = group.locate(&finding.primary.place);
    let path = group.path(&located);
    let place = match located.range {
        Some((start, _)) => format!("{path}:{}:{}: ", start.line, start.column),
        None if path.is_empty() => String::new(),
        None => format!("{path}: "),
    };
    let help = finding.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
    let severity = finding.severity.name();
    plain(&format!("{place}{severity}[{}] {}{help}", finding.code, finding.message)).into_owned()
}
