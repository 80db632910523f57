//! The name of each requirement is one of the node type, its target exists and has a capability of the wanted type, and it
//! stands as often as its occurrences allow.
//!
//! ## Bad
//!
//! ```yaml
//! requirements:
//! - virtual_bindign: VDU1
//! ```
//!
//! ## Good
//!
//! ```yaml
//! requirements:
//! - virtual_binding: VDU1
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "TOS11",
    name: "requirements",
    title: "Requirements are declared and lead to a node that fits",
    severity: Severity::Error,
    clause: "TOSCA 1.3 §3.8.2",
    answers: &[Answer::tosca(ProblemKind::Requirement)],
    ..Rule::BASE
};
