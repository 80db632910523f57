//! `instantiationLevelId` is an instantiation level, and `aspectId` a scaling aspect, of the flavour that is asked for.
//!
//! ## Bad
//!
//! ```json
//! "instantiationLevelId": "smal"
//! ```
//!
//! ## Good
//!
//! ```json
//! "instantiationLevelId": "small"
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_plan::problem::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "REQ05",
    name: "known-levels",
    title: "Level and aspect of the request are those of the flavour",
    severity: Severity::Error,
    clause: "SOL003 §5.5.2",
    answers: &[Answer::plan(ProblemKind::RequestLevel)],
    ..Rule::BASE
};
