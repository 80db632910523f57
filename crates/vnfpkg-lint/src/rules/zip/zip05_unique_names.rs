//! Each name stands once in the archive, and no name is a file and a folder at the same time.
//!
//! Readers differ: some take the first entry, others the last. A package with two entries of one name has two contents, and
//! a digest protects only one of them.
//!
//! ## Bad
//!
//! ```text
//! Definitions/top.yaml
//! Definitions/top.yaml
//! ```
//!
//! ## Good
//!
//! ```text
//! Definitions/top.yaml
//! ```

use vnfpkg_csar::ProblemKind;
use vnfpkg_diag::Severity;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "ZIP05",
    name: "unique-names",
    title: "No two entries have one name",
    severity: Severity::Error,
    clause: "TOSCA 1.3 §6.1",
    answers: &[Answer::csar(ProblemKind::ZipDuplicateName)],
    ..Rule::BASE
};
