//! Each value satisfies the constraints of its property and its data type, and the constraints themselves make sense: known
//! operators, operands of the right kind, patterns that compile.
//!
//! ## Bad
//!
//! ```yaml
//! layer_protocols: [ ipv5 ]
//! ```
//!
//! ## Good
//!
//! ```yaml
//! layer_protocols: [ ipv4 ]
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "TOS08",
    name: "constraints",
    title: "Values keep the constraints of their types",
    severity: Severity::Error,
    clause: "TOSCA 1.3 §3.6.3",
    answers: &[Answer::tosca(ProblemKind::Constraint), Answer::tosca(ProblemKind::BadConstraint)],
    ..Rule::BASE
};
