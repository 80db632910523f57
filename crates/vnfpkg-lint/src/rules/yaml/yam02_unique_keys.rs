//! Keys of a mapping differ. Most readers take the last of two equal keys in silence, some the first, some refuse the file.
//!
//! ## Bad
//!
//! ```yaml
//! properties:
//!   order: 0
//!   order: 1
//! ```
//!
//! ## Good
//!
//! ```yaml
//! properties:
//!   order: 0
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "YAM02",
    name: "unique-keys",
    title: "No key stands twice in one mapping",
    severity: Severity::Error,
    clause: "YAML 1.2 §3.2.1.3",
    answers: &[Answer::tosca(ProblemKind::YamlDuplicateKey)],
    ..Rule::BASE
};
