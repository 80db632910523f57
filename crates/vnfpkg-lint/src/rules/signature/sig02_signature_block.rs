//! The CMS block is the last part of the manifest, closed by its `-----END` line, and the only one. What stands before it
//! is what is signed.
//!
//! ## Bad
//!
//! ```text
//! -----BEGIN CMS-----
//! MIIB...
//! Source: Scripts/added_later.sh
//! ```
//!
//! ## Good
//!
//! ```text
//! Source: Scripts/install.sh
//! ...
//! -----BEGIN CMS-----
//! MIIB...
//! -----END CMS-----
//! ```

use vnfpkg_csar::ProblemKind;
use vnfpkg_diag::Severity;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "SIG02",
    name: "signature-block",
    title: "The signature of the manifest is one closed block at its end",
    severity: Severity::Error,
    clause: "SOL004 §5.2",
    answers: &[Answer::csar(ProblemKind::ManifestCms)],
    ..Rule::BASE
};
