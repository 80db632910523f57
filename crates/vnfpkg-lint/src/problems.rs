//! Typed problems of the lower crates as findings: each sort belongs to one rule.

use vnfpkg_diag::{Finding, Place};

use crate::rule::{Kind, Rule};
use crate::rules::RULES;

/// The finding for a problem of the container.
pub fn finding_for_csar(problem: &vnfpkg_csar::Problem) -> Finding {
    let found = finding(Kind::Csar(problem.kind), &problem.place, &problem.message, problem.help.as_deref(), &[]);
    Finding { stands_for: problem.stands_for, ..found }
}

/// The finding for a problem of the VNFD.
pub fn finding_for_tosca(problem: &vnfpkg_tosca::Problem) -> Finding {
    finding(Kind::Tosca(problem.kind), &problem.place, &problem.message, problem.help.as_deref(), &problem.related)
}

/// The finding for a problem of a lifecycle document, a template, a request or an inventory.
pub fn finding_for_plan(problem: &vnfpkg_plan::problem::Problem) -> Finding {
    finding(Kind::Plan(problem.kind), &problem.place, &problem.message, problem.help.as_deref(), &problem.related)
}

fn finding(kind: Kind, place: &Place, message: &str, help: Option<&str>, related: &[(Place, String)]) -> Finding {
    let (rule, severity) = rule_of(kind);
    let mut finding = rule.finding(place.clone(), message).severity(severity);
    finding.help = help.map(str::to_owned);
    related.iter().fold(finding, |finding, (place, label)| finding.related(place.clone(), label.as_str()))
}

/// The rule that answers for a sort of problem, and its severity there.
pub(crate) fn rule_of(kind: Kind) -> (&'static Rule, vnfpkg_diag::Severity) {
    let mut answers = RULES.iter().flat_map(|registered| registered.rule.answers.iter().map(|answer| (registered.rule, answer)));
    let found = answers.find(|(_, answer)| answer.kind == kind);
    // A test asserts that every sort has a rule; without one the fault would still be told.
    found.map_or((&UNSORTED, UNSORTED.severity), |(rule, answer)| (rule, answer.severity.unwrap_or(rule.severity)))
}

static UNSORTED: Rule = Rule { code: "VAL00", name: "unsorted", ..Rule::BASE };
