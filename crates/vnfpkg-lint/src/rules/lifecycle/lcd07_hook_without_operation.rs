//! Each LCM operation of the VNFD whose implementation is a lifecycle document has an operation of the same name in that
//! document.
//!
//! Otherwise the VNFM calls the hook and nothing happens.
//!
//! ## Bad
//!
//! ```yaml
//! # VNFD:  heal_end: { implementation: lifecycle }
//! operations:
//!   instantiate_end: ...
//! ```
//!
//! ## Good
//!
//! ```yaml
//! operations:
//!   instantiate_end: ...
//!   heal_end: { like: instantiate_end }
//! ```

use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::findings::Findings;
use crate::lifecycle::{document, hooks};
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "LCD07",
    name: "hook-without-operation",
    title: "A hook that names a lifecycle document is an operation of it",
    severity: Severity::Error,
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some(vnfd) = context.vnfd else { return Findings::new() };
    let mut findings = Findings::new();
    for (_, hook) in hooks(vnfd) {
        let Some(path) = document(vnfd, hook) else { continue };
        let Some(lifecycle) = context.lifecycles.iter().find(|lifecycle| lifecycle.path == path) else { continue };
        let operations = &lifecycle.bundle.document.operations;
        // A document without any operation has a fault of its own, so has a hook that is no LCM operation.
        let known = context.is_reported(hook.operation.span);
        if known || operations.is_empty() || operations.iter().any(|operation| operation.name.value == hook.operation.as_str()) {
            continue;
        }
        let names = operations.iter().map(|operation| operation.name.value.as_str());
        let message = format!("the lifecycle document `{path}` has no operation `{}`", hook.operation.as_str());
        let mut finding = RULE.at(hook.operation.span, message);
        finding.help = vnfpkg_tosca::did_you_mean(hook.operation.as_str(), names);
        findings.push(finding);
    }
    findings
}
