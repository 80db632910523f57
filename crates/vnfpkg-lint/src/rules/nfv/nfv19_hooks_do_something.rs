//! An operation of the LCM interface that stands in a template without `implementation` does nothing. It can be left out.
//!
//! ## Bad
//!
//! ```yaml
//! Vnflcm:
//!   terminate_start: {}
//! ```
//!
//! ## Good
//!
//! ```yaml
//! Vnflcm:
//!   instantiate_end: { implementation: lifecycle }
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::grammar::ImplementationForm;

use crate::context::Context;
use crate::findings::Findings;
use crate::lifecycle::hooks;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "NFV19",
    name: "hooks-do-something",
    title: "Every LCM hook has an implementation",
    severity: Severity::Info,
    clause: "SOL001 §6.7.1",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some(vnfd) = context.vnfd else { return Findings::new() };
    let idle = hooks(vnfd).filter(|(_, hook)| hook.form == ImplementationForm::Absent && hook.primary.is_none());
    idle.map(|(_, hook)| RULE.at(hook.operation.span, format!("the hook `{}` does nothing", hook.operation.as_str()))).collect()
}
