//! Names are UTF-8 and marked as such, without control characters or combining marks, and no two of them differ in upper
//! and lower case alone.
//!
//! Other names become different files, or one file, depending on the system that unpacks them.
//!
//! ## Bad
//!
//! ```text
//! Scripts/Install.sh
//! Scripts/install.sh
//! ```
//!
//! ## Good
//!
//! ```text
//! Scripts/install.sh
//! Scripts/install_docker.sh
//! ```

use vnfpkg_csar::ProblemKind;
use vnfpkg_diag::Severity;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "ZIP07",
    name: "portable-names",
    title: "Entry names are UTF-8 and differ in more than case",
    severity: Severity::Warning,
    clause: "PKWARE APPNOTE 4.4.4",
    answers: &[Answer::csar(ProblemKind::ZipNameEncoding), Answer::csar(ProblemKind::ZipNameCase)],
    ..Rule::BASE
};
