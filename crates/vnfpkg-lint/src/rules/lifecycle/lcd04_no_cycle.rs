//! `needs` and the outputs that templates use order the steps. A circle among them could never begin.
//!
//! ## Bad
//!
//! ```yaml
//! a: { needs: [b], run: a.sh }
//! b: { needs: [a], run: b.sh }
//! ```
//!
//! ## Good
//!
//! ```yaml
//! a: { run: a.sh }
//! b: { needs: [a], run: b.sh }
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_plan::problem::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "LCD04",
    name: "no-cycle",
    title: "Steps do not need one another in a circle",
    severity: Severity::Error,
    answers: &[Answer::plan(ProblemKind::LifecycleCycle)],
    ..Rule::BASE
};
