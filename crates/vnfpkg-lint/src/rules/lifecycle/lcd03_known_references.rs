//! `needs` names steps of the same operation, `like` another operation of the document, `input` a parameter that the VNFD
//! declares for the operation.
//!
//! ## Bad
//!
//! ```yaml
//! run_registry:
//!   needs: [install_dokcer]
//! ```
//!
//! ## Good
//!
//! ```yaml
//! run_registry:
//!   needs: [install_docker]
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_plan::problem::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "LCD03",
    name: "known-references",
    title: "`needs`, `like` and `input` name what exists",
    severity: Severity::Error,
    answers: &[Answer::plan(ProblemKind::LifecycleReference)],
    ..Rule::BASE
};
