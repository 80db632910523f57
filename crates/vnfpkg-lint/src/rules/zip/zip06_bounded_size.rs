//! No entry expands more than 200 times beyond 64 MiB, all together stay below 200 GiB, and there are at most 20,000
//! entries.
//!
//! Archives beyond that are made to exhaust the memory or the disk of a reader. The entry is not read.
//!
//! ## Bad
//!
//! ```text
//! zeros.bin: 1 MB that expands to 1 GiB
//! ```
//!
//! ## Good
//!
//! ```text
//! registry.tar: 9 MB that expands to 25 MB
//! ```

use vnfpkg_csar::ProblemKind;
use vnfpkg_diag::Severity;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "ZIP06",
    name: "bounded-size",
    title: "The archive expands within bounds",
    severity: Severity::Error,
    clause: "SOL004 §4.1",
    answers: &[Answer::csar(ProblemKind::ZipTooManyEntries), Answer::csar(ProblemKind::ZipExpandsTooMuch)],
    ..Rule::BASE
};
