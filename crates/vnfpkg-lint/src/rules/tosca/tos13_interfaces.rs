//! Each interface, and each of its operations, is one that the node type has. The LCM interface of SOL001 has the
//! operations `instantiate`, `heal`, `scale` and so on, each also as `_start` and `_end`.
//!
//! `[]` in place of an operation means "nothing to do" to Tacker; the grammar has no such form. It is a warning.
//!
//! ## Bad
//!
//! ```yaml
//! Vnflcm:
//!   instantiate_ende: { implementation: lifecycle }
//!   terminate_start: []
//! ```
//!
//! ## Good
//!
//! ```yaml
//! Vnflcm:
//!   instantiate_end: { implementation: lifecycle }
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "TOS13",
    name: "interfaces",
    title: "Interfaces and operations are declared by the type",
    severity: Severity::Error,
    clause: "SOL001 §6.7.1, TOSCA 1.3 §3.6.17",
    answers: &[Answer::tosca(ProblemKind::Interface), Answer::tosca(ProblemKind::EmptyOperation).severity(Severity::Warning)],
    ..Rule::BASE
};
