//! Workflow commands of GitHub Actions: they become annotations. GitHub shows the first ten of each sort, so errors come first.

use super::text::plain;
use super::{Counts, Group, Input, Origin, Style};
use crate::{Finding, Severity};

pub(super) fn render(input: &Input<'_>, _style: Style) -> String {
    let mut findings: Vec<_> = input.findings().collect();
    findings.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.severity));
    let mut out: String = findings.iter().map(|(group, finding)| command(group, finding)).collect();
    out.push_str(&format!("{}\n", Counts::of(findings.into_iter().map(|(_, finding)| finding))));
    out
}

fn command(group: &Group<'_>, finding: &Finding) -> String {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let located = group.locate(&finding.primary.place);
    let path = group.path(&located);
    let mut properties = Vec::new();
    let mut inside = String::new();
    match group.origin {
        // An annotation can stand at a file of the repository only.
        Origin::Archive(archive) => {
            properties.push(format!("file={}", property(archive)));
            let place = located.range.map_or_else(String::new, |(start, _)| format!(":{}:{}", start.line, start.column));
            inside = located.file.map(|file| format!("{file}{place}: ")).unwrap_or_default();
        }
        Origin::Files | Origin::Folder(_) if path.is_empty() => {}
        Origin::Files | Origin::Folder(_) => {
            properties.push(format!("file={}", property(&path)));
            if let Some((start, end)) = located.range {
                properties.push(format!("line={},endLine={}", start.line, end.line));
                if start.line == end.line {
                    properties.push(format!("col={},endColumn={}", start.column, end.column));
                }
            }
        }
    }
    properties.push(format!("title={}", property(finding.code)));
    let help = finding.help.as_ref().map(|help| format!("\n{help}")).unwrap_or_default();
    format!("::{level} {}::{}\n", properties.join(","), data(&format!("{inside}{}{help}", finding.message)))
}

/// Escapes the text of a command; line ends survive as such.
fn data(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(|line| plain(line).replace('%', "%25")).collect();
    lines.join("%0A")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    plain(text).replace('%', "%25").replace(':', "%3A").replace(',', "%2C")
}
