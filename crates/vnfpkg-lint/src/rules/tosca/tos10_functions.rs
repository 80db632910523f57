//! Functions such as `get_input` and `get_property` are known, have the right number of arguments, and name inputs, nodes
//! and properties that exist.
//!
//! ## Bad
//!
//! ```yaml
//! flavour_id: { get_inputt: selected_flavour }
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
    code: "TOS10",
    name: "functions",
    title: "Functions exist and lead somewhere",
    severity: Severity::Error,
    clause: "TOSCA 1.3 §4",
    answers: &[Answer::tosca(ProblemKind::Function)],
    ..Rule::BASE
};
