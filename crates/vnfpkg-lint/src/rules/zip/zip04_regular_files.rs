//! Entries are regular files or folders: no symbolic links, devices, sockets or pipes.
//!
//! A link can lead out of the package, and systems that do not know links read its target path as the content. In a folder
//! that is not packed yet, a link to a file inside the folder counts as that file.
//!
//! ## Bad
//!
//! ```text
//! Files/images/registry.tar -> /srv/images/registry.tar
//! ```
//!
//! ## Good
//!
//! ```text
//! Files/images/registry.tar, the file itself
//! ```

use vnfpkg_csar::ProblemKind;
use vnfpkg_diag::Severity;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "ZIP04",
    name: "regular-files",
    title: "The package holds regular files and folders only",
    severity: Severity::Error,
    clause: "SOL004 §4.1",
    answers: &[Answer::csar(ProblemKind::ZipSpecialFile)],
    ..Rule::BASE
};
