//! Sizes, times and frequencies are written as number, blank, unit. Many readers take them without the blank; the grammar
//! does not.
//!
//! ## Bad
//!
//! ```yaml
//! virtual_mem_size: 4GB
//! ```
//!
//! ## Good
//!
//! ```yaml
//! virtual_mem_size: 4 GB
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "TOS09",
    name: "unit-spacing",
    title: "A blank stands between a number and its unit",
    severity: Severity::Warning,
    clause: "TOSCA 1.3 §3.3.6",
    answers: &[Answer::tosca(ProblemKind::UnitSpacing)],
    ..Rule::BASE
};
