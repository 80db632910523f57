//! `requirements` is a list. Without entries the key is left out, or `[]` is written; some readers refuse the empty form.
//!
//! ## Bad
//!
//! ```yaml
//! CP1:
//!   type: tosca.nodes.nfv.VduCp
//!   requirements:
//! ```
//!
//! ## Good
//!
//! ```yaml
//! CP1:
//!   type: tosca.nodes.nfv.VduCp
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "TOS20",
    name: "no-null-requirements",
    title: "`requirements` has a value",
    severity: Severity::Warning,
    clause: "TOSCA 1.3 §3.8.3",
    answers: &[Answer::tosca(ProblemKind::NullRequirements)],
    ..Rule::BASE
};
