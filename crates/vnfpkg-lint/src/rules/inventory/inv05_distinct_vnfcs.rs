//! No two VNFCs have one id.
//!
//! ## Bad
//!
//! ```yaml
//! - { vdu: A, id: vnfc-1, address: 192.0.2.5 }
//! - { vdu: A, id: vnfc-1, address: 192.0.2.6 }
//! ```
//!
//! ## Good
//!
//! ```yaml
//! - { vdu: A, id: vnfc-1, address: 192.0.2.5 }
//! - { vdu: A, id: vnfc-2, address: 192.0.2.6 }
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_plan::problem::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "INV05",
    name: "distinct-vnfcs",
    title: "Each VNFC is there once",
    severity: Severity::Error,
    clause: "SOL003 §5.5.3",
    answers: &[Answer::plan(ProblemKind::InventoryDuplicate)],
    ..Rule::BASE
};
