//! What workflows and relationship templates name exists: targets and next steps, operations, workflows.
//!
//! ## Bad
//!
//! ```yaml
//! workflows:
//!   deploy:
//!     steps:
//!       start: { target: VDU9, activities: [ set_state: started ] }
//! ```
//!
//! ## Good
//!
//! ```yaml
//! workflows:
//!   deploy:
//!     steps:
//!       start: { target: VDU1, activities: [ set_state: started ] }
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "TOS21",
    name: "topology-sections",
    title: "Workflows name steps, nodes and operations that exist",
    severity: Severity::Error,
    clause: "TOSCA 1.3 §3.6.27, §3.8.7",
    answers: &[Answer::tosca(ProblemKind::TopologySection)],
    ..Rule::BASE
};
