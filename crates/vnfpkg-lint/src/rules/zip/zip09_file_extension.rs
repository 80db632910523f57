//! The name of a package ends in `.csar` (or `.zip`).
//!
//! Some systems look at the extension before they look at the content.
//!
//! ## Bad
//!
//! ```text
//! registry-1.0.tosca
//! ```
//!
//! ## Good
//!
//! ```text
//! registry-1.0.csar
//! ```

use vnfpkg_csar::ProblemKind;
use vnfpkg_diag::Severity;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "ZIP09",
    name: "file-extension",
    title: "The archive is called *.csar or *.zip",
    severity: Severity::Info,
    clause: "SOL004 §4.1",
    answers: &[Answer::csar(ProblemKind::ZipExtension)],
    ..Rule::BASE
};
