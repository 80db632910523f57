//! `{{ value }}` brings its own quotes where it needs them. Inside quotes of the script these end the quoting, or become
//! part of the value.
//!
//! ## Bad
//!
//! ```text
//! echo "port {{ input.port_no }}"
//! ```
//!
//! ## Good
//!
//! ```text
//! echo "port "{{ input.port_no }}
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_plan::problem::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "TPL04",
    name: "no-double-quotes",
    title: "Values do not stand inside quotes of the script",
    severity: Severity::Warning,
    answers: &[Answer::plan(ProblemKind::TemplateQuotes)],
    ..Rule::BASE
};
