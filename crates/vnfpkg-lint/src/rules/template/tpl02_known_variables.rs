//! Templates may use `input` (the parameters that the VNFD declares), `host`, `vdus`, `steps.NAME.outputs`, `vnf`,
//! `operation` and what `for` and `set` bind.
//!
//! A misspelt name would otherwise be found on the host only, half-way through the operation.
//!
//! ## Bad
//!
//! ```text
//! docker run --publish {{ input.prot_no }}:5000 ...
//! ```
//!
//! ## Good
//!
//! ```text
//! docker run --publish {{ input.port_no }}:5000 ...
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_plan::problem::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "TPL02",
    name: "known-variables",
    title: "Every variable that a template uses exists",
    severity: Severity::Error,
    answers: &[Answer::plan(ProblemKind::TemplateVariable)],
    ..Rule::BASE
};
