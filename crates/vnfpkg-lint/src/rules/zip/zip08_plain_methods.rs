//! Entries use the methods stored (0) or deflate (8), in one volume, without zip encryption.
//!
//! Other methods are not readable everywhere. SOL004 encrypts artifacts by CMS (§5.5), not by zip.
//!
//! ## Bad
//!
//! ```text
//! zip -e package.csar ...      # encrypted
//! 7z a -mm=LZMA package.csar ...
//! ```
//!
//! ## Good
//!
//! ```text
//! zip -r package.csar ...
//! vnfpkg pack package
//! ```

use vnfpkg_csar::ProblemKind;
use vnfpkg_diag::Severity;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "ZIP08",
    name: "plain-methods",
    title: "Entries are stored or deflated, and not encrypted",
    severity: Severity::Error,
    clause: "SOL004 §4.1",
    answers: &[Answer::csar(ProblemKind::ZipEncrypted), Answer::csar(ProblemKind::ZipMethod)],
    ..Rule::BASE
};
