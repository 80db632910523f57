//! The first block of TOSCA.meta has `Created-By`. Many packages, and examples of ETSI, write `Created-by`; that is a
//! warning, since some readers refuse it.
//!
//! ## Bad
//!
//! ```text
//! Created-by: me
//! ```
//!
//! ## Good
//!
//! ```text
//! Created-By: me
//! ```

use vnfpkg_diag::{Edit, Fix, FixSafety};
use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::fields::absent;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MET06",
    name: "created-by",
    title: "TOSCA.meta says who created the package",
    severity: Severity::Error,
    clause: "TOSCA 1.3 §6.2",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some(meta) = context.meta else { return Findings::new() };
    match meta.created_by() {
        None => absent(&RULE, meta, "Created-By").into_iter().collect(),
        Some(field) if field.is_spelled("Created-By") => Findings::new(),
        Some(field) => {
            let edit = Edit { span: field.key.span, text: "Created-By".to_owned() };
            let fix = Fix { title: "write `Created-By`".to_owned(), safety: FixSafety::Safe, edits: vec![edit] };
            let message = format!("`{}` is spelled `Created-By` in the standard", field.key.text);
            Findings::from(RULE.at(field.key.span, message).severity(Severity::Warning).help("write `Created-By`").fix(fix))
        }
    }
}
