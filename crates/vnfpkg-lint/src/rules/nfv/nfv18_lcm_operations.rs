//! The LCM interface has the operations of its edition of SOL001: up to V2.7.1 nine operations, each with `_start` and `_end`;
//! since V3.3.1 `create_snapshot`, `revert_to_snapshot` and `change_current_package` too.
//!
//! ## Bad
//!
//! ```yaml
//! Vnflcm:
//!   instantiate_ende: { implementation: lifecycle }
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
    code: "NFV18",
    name: "lcm-operations",
    title: "The operations of the LCM interface are those of SOL001",
    severity: Severity::Error,
    clause: "SOL001 §6.7.1",
    answers: &[Answer::tosca(ProblemKind::LcmOperation)],
    ..Rule::BASE
};
