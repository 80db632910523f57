//! `tosca_definitions_version` is the first key, and one of `tosca_simple_yaml_1_0` to `_1_3`.
//!
//! ## Bad
//!
//! ```yaml
//! tosca_definitions_version: tosca_simple_yaml_9_9
//! ```
//!
//! ## Good
//!
//! ```yaml
//! tosca_definitions_version: tosca_simple_yaml_1_2
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "TOS01",
    name: "definitions-version",
    title: "The template names a TOSCA version that is known",
    severity: Severity::Error,
    clause: "TOSCA 1.3 §3.10.1",
    answers: &[Answer::tosca(ProblemKind::DefinitionsVersion)],
    ..Rule::BASE
};
