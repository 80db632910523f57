//! Each member of a group is a node template of the topology, of a type that the group type allows.
//!
//! ## Bad
//!
//! ```yaml
//! members: [ VDU9 ]
//! ```
//!
//! ## Good
//!
//! ```yaml
//! members: [ VDU1 ]
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "TOS17",
    name: "groups",
    title: "Members of groups exist and fit",
    severity: Severity::Error,
    clause: "TOSCA 1.3 §3.8.5",
    answers: &[Answer::tosca(ProblemKind::Group)],
    ..Rule::BASE
};
