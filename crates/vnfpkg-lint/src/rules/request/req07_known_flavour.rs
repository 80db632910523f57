//! `flavourId` is the `flavour_id` of a deployment flavour of the VNFD.
//!
//! ## Bad
//!
//! ```json
//! "flavourId": "smiple"
//! ```
//!
//! ## Good
//!
//! ```json
//! "flavourId": "simple"
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_plan::problem::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "REQ07",
    name: "known-flavour",
    title: "The flavour of the request is one of the VNFD",
    severity: Severity::Error,
    clause: "SOL003 §5.5.2",
    answers: &[Answer::plan(ProblemKind::RequestFlavour)],
    ..Rule::BASE
};
