//! The number of VNFCs of a VDU lies between `min_number_of_instances` and `max_number_of_instances` of its `vdu_profile`.
//!
//! ## Bad
//!
//! ```yaml
//! # max_number_of_instances: 1
//! - { vdu: PrivateRegistryVDU, address: 192.0.2.5 }
//! - { vdu: PrivateRegistryVDU, address: 192.0.2.6 }
//! ```
//!
//! ## Good
//!
//! ```yaml
//! - { vdu: PrivateRegistryVDU, address: 192.0.2.5 }
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_plan::problem::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "INV03",
    name: "instance-counts",
    title: "There are as many VNFCs of each VDU as its profile allows",
    severity: Severity::Error,
    clause: "SOL001 §6.8.3",
    answers: &[Answer::plan(ProblemKind::InventoryCount)],
    ..Rule::BASE
};
