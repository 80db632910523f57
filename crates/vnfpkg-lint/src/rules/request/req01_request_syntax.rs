//! A request is JSON, with `#` comments if wanted, or YAML: one mapping at the top.
//!
//! ## Bad
//!
//! ```json
//! { "flavourId": "simple" "additionalParams": {} }
//! ```
//!
//! ## Good
//!
//! ```json
//! { "flavourId": "simple", "additionalParams": {} }
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_plan::problem::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "REQ01",
    name: "request-syntax",
    title: "The request can be read",
    severity: Severity::Error,
    answers: &[Answer::plan(ProblemKind::RequestSyntax)],
    ..Rule::BASE
};
