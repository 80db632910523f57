//! Every key of the request, and every key below `additionalParams`, is one that the API or the VNFD declares.
//!
//! A misspelt optional parameter would otherwise be left out in silence.
//!
//! ## Bad
//!
//! ```json
//! "imgae_path": "Files/images/registry.tar"
//! ```
//!
//! ## Good
//!
//! ```json
//! "image_path": "Files/images/registry.tar"
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_plan::problem::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "REQ04",
    name: "known-parameters",
    title: "The request has no keys that nothing reads",
    severity: Severity::Error,
    clause: "SOL003 §5.5.2",
    answers: &[Answer::plan(ProblemKind::RequestUnknown)],
    ..Rule::BASE
};
