//! Every key of the document is known, every value is of its kind, operation names are LCM operations of SOL001 §6.7.1 or
//! their `_start`, `_end` and `_rollback` hooks.
//!
//! A misspelt key would otherwise be a step that silently lacks its probe or its timeout.
//!
//! ## Bad
//!
//! ```yaml
//! install_docker:
//!   prob: docker_answers.sh
//!   timeout: 45 minutes
//! ```
//!
//! ## Good
//!
//! ```yaml
//! install_docker:
//!   probe: docker_answers.sh
//!   timeout: 45m
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_plan::problem::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "LCD01",
    name: "document-grammar",
    title: "The lifecycle document has known keys with values of the right kind",
    severity: Severity::Error,
    answers: &[Answer::plan(ProblemKind::LifecycleGrammar)],
    ..Rule::BASE
};
