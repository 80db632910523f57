//! JUnit XML: one suite per package, one test case per rule. A rule with an error fails; warnings are its output.

use std::collections::BTreeMap;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::concise::line;
use super::text::plain;
use super::{Group, Input, Style};
use crate::{Finding, Severity};

pub(super) fn render(input: &Input<'_>, _style: Style) -> String {
    let mut report = Report::unnamed();
    for group in input.groups {
        let mut suite = TestSuite::new(plain(group.package().unwrap_or("vnfpkg")).into_owned());
        let mut by_code: BTreeMap<&str, Vec<&Finding>> = input.rules.iter().map(|rule| (rule.code, Vec::new())).collect();
        for finding in group.findings {
            by_code.entry(finding.code).or_default().push(finding);
        }
        for (code, findings) in by_code {
            suite.add_test_case(case(input, group, code, &findings));
        }
        report.add_test_suite(suite);
    }
    // Only writing can fail, and a string takes everything.
    report.to_string().unwrap_or_default()
}

fn case(input: &Input<'_>, group: &Group<'_>, code: &str, findings: &[&Finding]) -> TestCase {
    let name = input.rule(code).map_or_else(|| code.to_owned(), |rule| format!("{code} {}", rule.name));
    let lines: Vec<String> = findings.iter().map(|finding| line(group, finding)).collect();
    let failure = findings.iter().find(|finding| finding.severity == Severity::Error);
    let status = match failure {
        None => TestCaseStatus::success(),
        Some(first) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(plain(&first.message).into_owned()).set_type(code.to_owned()).set_description(lines.join("\n"));
            status
        }
    };
    let mut case = TestCase::new(name, status);
    case.set_classname("vnfpkg.validate");
    if failure.is_none() && !lines.is_empty() {
        case.set_system_out(lines.join("\n"));
    }
    case
}
