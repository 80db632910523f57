//! The inventory is a YAML mapping with `vnfpkg_inventory: 1` and `vnfcs`; every key is known.
//!
//! ## Bad
//!
//! ```yaml
//! vnfcs:
//! - { vud: PrivateRegistryVDU, address: 192.0.2.5 }
//! ```
//!
//! ## Good
//!
//! ```yaml
//! vnfpkg_inventory: 1
//! vnfcs:
//! - { vdu: PrivateRegistryVDU, address: 192.0.2.5 }
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_plan::problem::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "INV01",
    name: "inventory-grammar",
    title: "The inventory can be read",
    severity: Severity::Error,
    answers: &[Answer::plan(ProblemKind::InventoryGrammar)],
    ..Rule::BASE
};
