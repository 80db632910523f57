//! Each entry begins with `Source`; `Algorithm` and `Hash` stand together; nothing stands twice. Another order or spelling
//! is a warning: some receivers read the lines in this order only.
//!
//! ## Bad
//!
//! ```text
//! Source: Scripts/install.sh
//! Hash: 5b63a7c5...
//! ```
//!
//! ## Good
//!
//! ```text
//! Source: Scripts/install.sh
//! Algorithm: SHA-256
//! Hash: 5b63a7c5...
//! ```

use vnfpkg_csar::ProblemKind;
use vnfpkg_diag::Severity;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "MAN08",
    name: "entry-form",
    title: "File entries are Source, Algorithm and Hash",
    severity: Severity::Error,
    clause: "SOL004 §4.3.2, §5.2",
    answers: &[
        Answer::csar(ProblemKind::ManifestEntry),
        Answer::csar(ProblemKind::ManifestEntryForm).severity(Severity::Warning),
    ],
    ..Rule::BASE
};
