//! The node type of the mappings exists, and each mapped capability and requirement leads to a node of the topology that
//! has it.
//!
//! ## Bad
//!
//! ```yaml
//! substitution_mappings:
//!   node_type: my.VNF
//!   requirements:
//!     virtual_link_external: [ CP9, virtual_link ]
//! ```
//!
//! ## Good
//!
//! ```yaml
//! substitution_mappings:
//!   node_type: my.VNF
//!   requirements:
//!     virtual_link_external: [ CP1, virtual_link ]
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "TOS19",
    name: "substitution-mappings",
    title: "Substitution mappings lead to what exists",
    severity: Severity::Error,
    clause: "TOSCA 1.3 §3.8.13",
    answers: &[Answer::tosca(ProblemKind::Substitution)],
    ..Rule::BASE
};
