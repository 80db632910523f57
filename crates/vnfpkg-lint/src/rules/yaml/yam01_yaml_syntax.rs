//! The text follows the rules of YAML: indentation, brackets, quotes, aliases that name an anchor.
//!
//! ## Bad
//!
//! ```yaml
//! properties:
//!   name: a
//!    size: b
//! ```
//!
//! ## Good
//!
//! ```yaml
//! properties:
//!   name: a
//!   size: b
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "YAM01",
    name: "yaml-syntax",
    title: "Service templates are YAML",
    severity: Severity::Error,
    clause: "TOSCA 1.3 §2",
    answers: &[Answer::tosca(ProblemKind::YamlSyntax)],
    ..Rule::BASE
};
