//! `implementation` (or its `primary` and `dependencies`) names an artifact of the node or its type, or a file of the
//! package. A management driver that the step library stands in for is accepted by its name.
//!
//! ## Bad
//!
//! ```yaml
//! instantiate_end: { implementation: lifecylce }
//! artifacts: { lifecycle: ... }
//! ```
//!
//! ## Good
//!
//! ```yaml
//! instantiate_end: { implementation: lifecycle }
//! artifacts: { lifecycle: ... }
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "TOS14",
    name: "implementations",
    title: "An implementation names an artifact or a file",
    severity: Severity::Error,
    clause: "TOSCA 1.3 §3.6.16",
    answers: &[Answer::tosca(ProblemKind::Implementation)],
    ..Rule::BASE
};
