//! Step templates are Tera templates. Comments are `<# ... #>`, so that the shell's `${#name}` stays what it is.
//!
//! ## Bad
//!
//! ```text
//! {% if input.image_path %}
//! docker load
//! ```
//!
//! ## Good
//!
//! ```text
//! {% if input.image_path %}
//! docker load
//! {% endif %}
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_plan::problem::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "TPL01",
    name: "template-syntax",
    title: "Templates have valid syntax",
    severity: Severity::Error,
    answers: &[Answer::plan(ProblemKind::TemplateSyntax)],
    ..Rule::BASE
};
