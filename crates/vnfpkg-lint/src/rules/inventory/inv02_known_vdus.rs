//! The `vdu` of each VNFC is a VDU of the deployment flavour.
//!
//! ## Bad
//!
//! ```yaml
//! - { vdu: RegistryVDU, address: 192.0.2.5 }
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
    code: "INV02",
    name: "inventory-vdus",
    title: "Every VNFC is of a VDU of the flavour",
    severity: Severity::Error,
    clause: "SOL003 §5.5.3",
    answers: &[Answer::plan(ProblemKind::InventoryVdu)],
    ..Rule::BASE
};
