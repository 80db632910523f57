//! A CSAR is a zip archive. Its central directory can be read, nothing is cut off, and the header in front of each entry
//! says the same as the directory.
//!
//! Readers differ in which of the two headers they believe. A package in which they disagree shows different content to
//! different systems.
//!
//! ## Bad
//!
//! ```text
//! package.csar, 400 MB of 512 MB downloaded
//! ```
//!
//! ## Good
//!
//! ```text
//! package.csar, complete: `unzip -t package.csar` reports no errors
//! ```

use vnfpkg_csar::ProblemKind;
use vnfpkg_diag::Severity;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "ZIP01",
    name: "readable-archive",
    title: "The archive is a complete zip whose headers agree",
    severity: Severity::Error,
    clause: "TOSCA 1.3 §6.1",
    answers: &[Answer::csar(ProblemKind::ZipDamaged), Answer::csar(ProblemKind::ZipHeaderMismatch)],
    ..Rule::BASE
};
