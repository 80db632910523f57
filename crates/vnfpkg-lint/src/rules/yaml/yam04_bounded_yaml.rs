//! A file has at most 16 MiB, is nested at most a few hundred levels deep, and its aliases do not multiply its content
//! beyond bounds.
//!
//! A few lines of nested aliases can expand to gigabytes.
//!
//! ## Bad
//!
//! ```yaml
//! a: &a [x, x, x, x, x, x, x, x, x]
//! b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
//! c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]   # and so on
//! ```
//!
//! ## Good
//!
//! ```yaml
//! a: &a [x, x]
//! b: *a
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "YAM04",
    name: "bounded-yaml",
    title: "The file stays small when its aliases are expanded",
    severity: Severity::Error,
    answers: &[Answer::tosca(ProblemKind::YamlBudget)],
    ..Rule::BASE
};
