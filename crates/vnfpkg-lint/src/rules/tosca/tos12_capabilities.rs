//! The name of each capability is one of the node type.
//!
//! ## Bad
//!
//! ```yaml
//! capabilities:
//!   virtual_computing: ...
//! ```
//!
//! ## Good
//!
//! ```yaml
//! capabilities:
//!   virtual_compute: ...
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "TOS12",
    name: "capabilities",
    title: "Capabilities are declared by the node type",
    severity: Severity::Error,
    clause: "TOSCA 1.3 §3.8.1",
    answers: &[Answer::tosca(ProblemKind::Capability)],
    ..Rule::BASE
};
