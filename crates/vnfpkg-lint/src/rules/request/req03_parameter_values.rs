//! Each value is of the type that the VNFD declares, and within its constraints. A number or date without quotes where a
//! text is wanted is a warning: it is used as it is written here, but other readers change it.
//!
//! A value of a parameter that is marked secret is never shown.
//!
//! ## Bad
//!
//! ```json
//! "port_no": 70000
//! ```
//!
//! ## Good
//!
//! ```json
//! "port_no": "5000"
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_plan::problem::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "REQ03",
    name: "parameter-values",
    title: "Parameters have the types and keep the constraints that the VNFD declares",
    severity: Severity::Error,
    clause: "SOL003 §5.5.2",
    answers: &[Answer::plan(ProblemKind::RequestValue)],
    ..Rule::BASE
};
