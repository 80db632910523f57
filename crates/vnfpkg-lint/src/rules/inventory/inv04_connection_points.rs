//! Each connection point that the inventory names belongs to the VDU, and the one that is connected to has an address.
//!
//! ## Bad
//!
//! ```yaml
//! cps: { CP9: 192.0.2.5 }
//! ```
//!
//! ## Good
//!
//! ```yaml
//! cps: { CP1: 192.0.2.5 }
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_plan::problem::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "INV04",
    name: "connection-points",
    title: "Connection points exist and have addresses",
    severity: Severity::Error,
    clause: "SOL001 §6.8.8",
    answers: &[Answer::plan(ProblemKind::InventoryCp)],
    ..Rule::BASE
};
