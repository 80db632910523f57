//! No value of the request is the placeholder of a sample: an id that the guide prints next to "Set the uuid of the
//! network to use", a text in angle brackets, or the words "Set the ..." themselves.
//!
//! ## Bad
//!
//! ```json
//! "resourceId": "<uuid of the network>"
//! ```
//!
//! ## Good
//!
//! ```json
//! "resourceId": "1642ac54-642c-407c-9c7d-e94c55ba5d33"
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_plan::problem::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "REQ08",
    name: "no-placeholders",
    title: "No value of the request is the placeholder of a sample",
    severity: Severity::Warning,
    answers: &[Answer::plan(ProblemKind::RequestPlaceholder)],
    ..Rule::BASE
};
