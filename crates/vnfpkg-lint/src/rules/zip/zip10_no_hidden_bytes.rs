//! Entries do not share bytes, and there are no bytes before, between or behind them.
//!
//! Shared bytes are how bombs are made; stray bytes are content that no reader shows.
//!
//! ## Bad
//!
//! ```text
//! an archive with 4 KB between its second and third entry
//! ```
//!
//! ## Good
//!
//! ```text
//! an archive as `vnfpkg pack` writes it
//! ```

use vnfpkg_csar::ProblemKind;
use vnfpkg_diag::Severity;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "ZIP10",
    name: "no-hidden-bytes",
    title: "Every byte of the archive belongs to one entry",
    severity: Severity::Warning,
    clause: "PKWARE APPNOTE 4.3.6",
    answers: &[Answer::csar(ProblemKind::ZipOverlap).severity(Severity::Error), Answer::csar(ProblemKind::ZipStrayData)],
    ..Rule::BASE
};
