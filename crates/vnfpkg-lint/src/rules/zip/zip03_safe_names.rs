//! Entry names are relative, separated by `/`, without `..`, drive letters, backslashes or NUL.
//!
//! Such a name makes a careless reader write outside its folder ("zip slip"), or means another file on another system. The
//! entry is not looked at any further.
//!
//! ## Bad
//!
//! ```text
//! ../../etc/cron.d/job
//! C:\Windows\system.ini
//! Scripts\install.sh
//! ```
//!
//! ## Good
//!
//! ```text
//! Scripts/install.sh
//! ```

use vnfpkg_csar::ProblemKind;
use vnfpkg_diag::Severity;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "ZIP03",
    name: "safe-names",
    title: "No entry name leads out of the package",
    severity: Severity::Error,
    clause: "TOSCA 1.3 §6.1",
    answers: &[Answer::csar(ProblemKind::ZipUnsafeName)],
    ..Rule::BASE
};
