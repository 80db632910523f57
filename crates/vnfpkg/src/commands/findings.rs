//! Findings on their way to people: collected, sorted, rendered.

use vnfpkg_diag::render::{Format, Group, Input, Origin, Style, render};
use vnfpkg_diag::{Finding, RuleInfo, Severity, Sources, sort_findings};
use vnfpkg_plan::problem::Problem;

use crate::exit::{CommandResult, Exit};
use crate::prepare::Unprepared;
use crate::terminal::Terminal;

/// Texts and the faults found in them.
#[derive(Default)]
pub(crate) struct Faults {
    pub(crate) sources: Sources,
    pub(crate) findings: Vec<Finding>,
}

impl Faults {
    /// Adds faults of planning under their rules.
    pub(crate) fn add_plan(&mut self, problems: &[Problem]) {
        self.findings.extend(problems.iter().map(vnfpkg_lint::finding_for_plan));
    }

    /// Is one of them an error?
    pub(crate) fn fatal(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }
}

/// All rules, for formats that list them.
pub(crate) fn all_rules() -> Vec<&'static RuleInfo> {
    vnfpkg_lint::rules().collect()
}

/// Renders one group of findings.
pub(crate) fn render_groups(format: Format, groups: &[Group<'_>], style: Style) -> String {
    let rules = all_rules();
    render(format, &Input { groups, rules: &rules, tool_version: env!("CARGO_PKG_VERSION") }, style)
}

/// Shows findings on standard error.
pub(crate) fn show(faults: &mut Faults, terminal: &Terminal) {
    if faults.findings.is_empty() {
        return;
    }
    sort_findings(&mut faults.findings, &faults.sources);
    let group = Group { origin: Origin::Files, sources: &faults.sources, findings: &faults.findings };
    let style = Style { width: terminal.width, color: terminal.color_err, unicode: true };
    terminal.err(&render_groups(Format::Human, &[group], style));
}

/// Shows why there is no plan, on standard error, and gives the exit code.
pub(crate) fn show_unprepared(unprepared: Unprepared, terminal: &Terminal) -> CommandResult {
    match unprepared {
        Unprepared::Failure(failure) => Err(failure),
        Unprepared::Faults(mut faults) => {
            show(&mut faults, terminal);
            Ok(Exit::Findings)
        }
    }
}
