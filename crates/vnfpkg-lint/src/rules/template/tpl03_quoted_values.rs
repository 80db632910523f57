//! `{{ value }}` is always one shell word, whatever the value holds. The filter `safe` switches that off; a value that
//! comes from a request can then run commands on the host.
//!
//! ## Bad
//!
//! ```text
//! docker pull {{ input.image_name | safe }}
//! ```
//!
//! ## Good
//!
//! ```text
//! docker pull {{ input.image_name }}
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_plan::problem::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "TPL03",
    name: "quoted-values",
    title: "Values of the request are quoted",
    severity: Severity::Warning,
    answers: &[Answer::plan(ProblemKind::TemplateRaw)],
    ..Rule::BASE
};
