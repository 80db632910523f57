//! Each input is used by a `get_input`. One that is not is left over, or the value that should use it is missing.
//!
//! ## Bad
//!
//! ```yaml
//! inputs:
//!   selected_flavour: { type: string }   # and no get_input: selected_flavour
//! ```
//!
//! ## Good
//!
//! ```yaml
//! flavour_id: { get_input: selected_flavour }
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "TOS18",
    name: "used-inputs",
    title: "Every input of the topology is read",
    severity: Severity::Info,
    clause: "TOSCA 1.3 §3.6.14",
    answers: &[Answer::tosca(ProblemKind::UnusedInput)],
    ..Rule::BASE
};
