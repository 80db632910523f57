//! `on` names VDUs that every flavour using the document has, and a selection that can hold: `all`, `first`, `rest`, `new`,
//! `removed`.
//!
//! ## Bad
//!
//! ```yaml
//! install: { on: PrivateRegistryVdu, run: install.sh }
//! ```
//!
//! ## Good
//!
//! ```yaml
//! install: { on: PrivateRegistryVDU, run: install.sh }
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_plan::problem::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "LCD05",
    name: "known-vdus",
    title: "Steps run on VDUs of the flavour",
    severity: Severity::Error,
    answers: &[Answer::plan(ProblemKind::LifecycleSelection)],
    ..Rule::BASE
};
