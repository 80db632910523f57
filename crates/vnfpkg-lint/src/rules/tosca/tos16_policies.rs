//! Each target of a policy is a node template or group of the topology, of a type that the policy type allows.
//!
//! ## Bad
//!
//! ```yaml
//! targets: [ VDU9 ]
//! ```
//!
//! ## Good
//!
//! ```yaml
//! targets: [ VDU1 ]
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "TOS16",
    name: "policies",
    title: "Policies apply to nodes and groups that exist and fit",
    severity: Severity::Error,
    clause: "TOSCA 1.3 §3.8.6",
    answers: &[Answer::tosca(ProblemKind::Policy)],
    ..Rule::BASE
};
