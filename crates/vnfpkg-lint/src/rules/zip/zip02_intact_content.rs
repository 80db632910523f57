//! Each entry inflates to the length that the archive records, and its CRC-32 is right.
//!
//! A wrong checksum means that the file was damaged after packing. Without `--no-digest` all files are read and checked.
//!
//! ## Bad
//!
//! ```text
//! Files/images/registry.tar: CRC-32 recorded 1b8f2c40, found 90aa71e3
//! ```
//!
//! ## Good
//!
//! ```text
//! all entries inflate to what was packed
//! ```

use vnfpkg_csar::ProblemKind;
use vnfpkg_csar::ReadError;
use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::findings::Findings;
use crate::problems::finding_for_csar;
use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "ZIP02",
    name: "intact-content",
    title: "The bytes of every entry have the recorded length and CRC-32",
    severity: Severity::Error,
    clause: "TOSCA 1.3 §6.1",
    answers: &[Answer::csar(ProblemKind::ZipContentDamaged)],
    check: Some(check),
};

fn check(context: &Context<'_>) -> Findings {
    let findings = context.digests.failures().filter_map(|error| match error {
        ReadError::Damaged { .. } => error.problem().as_ref().map(finding_for_csar),
        ReadError::Io { path, source } => Some(RULE.file(path, format!("the file cannot be read: {source}"))),
        _ => None,
    });
    findings.collect()
}
