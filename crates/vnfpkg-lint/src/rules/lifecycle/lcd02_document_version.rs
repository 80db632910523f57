//! The document has `lifecycle: 1` at its top.
//!
//! The number tells a later version of vnfpkg how to read it.
//!
//! ## Bad
//!
//! ```yaml
//! operations:
//!   instantiate_end: ...
//! ```
//!
//! ## Good
//!
//! ```yaml
//! lifecycle: 1
//! operations:
//!   instantiate_end: ...
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_plan::problem::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "LCD02",
    name: "document-version",
    title: "The lifecycle document says which format version it has",
    severity: Severity::Error,
    answers: &[Answer::plan(ProblemKind::LifecycleVersion)],
    ..Rule::BASE
};
