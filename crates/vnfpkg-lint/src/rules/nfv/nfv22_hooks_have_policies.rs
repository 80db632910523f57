//! A flavour whose LCM interface implements `scale`, `scale_start` or `scale_end` has a `ScalingAspects` policy; nothing
//! can be scaled without one. Hooks of `change_flavour` need a second flavour to change to.
//!
//! ## Bad
//!
//! ```yaml
//! Vnflcm:
//!   scale_end: { implementation: lifecycle }
//! # and no policy of type tosca.policies.nfv.ScalingAspects
//! ```
//!
//! ## Good
//!
//! ```yaml
//! policies:
//! - scaling_aspects: { type: tosca.policies.nfv.ScalingAspects, ... }
//! ```

use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "NFV22",
    name: "hooks-have-policies",
    title: "Hooks come with the policies and flavours that they need",
    severity: Severity::Warning,
    clause: "SOL001 §6.7.1, §6.10.5",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some(vnfd) = context.vnfd else { return Findings::new() };
    let mut findings = Findings::new();
    for flavour in vnfd.flavours.iter().filter(|flavour| flavour.policies.aspects.is_empty()) {
        let scaling = ["scale_start", "scale_end", "scale"].into_iter().filter_map(|name| flavour.hook(name)).find(|hook| hook.primary.is_some());
        if let Some(hook) = scaling {
            let message = format!("`{}` is implemented, but the flavour `{}` has no scaling aspect", hook.operation.as_str(), flavour.id.as_str());
            findings.push(RULE.at(hook.operation.span, message).help("add the scaling policies, or leave the hook out"));
        }
    }
    if let [flavour] = context.flavours()
        && context.vnfd.is_some_and(|vnfd| vnfd.allowed_flavours.len() <= 1)
    {
        let names = ["change_flavour_start", "change_flavour_end", "change_flavour"];
        let changing = names.into_iter().filter_map(|name| flavour.hook(name)).find(|hook| hook.primary.is_some());
        findings.extend(changing.map(|hook| {
            let message = format!("`{}` is implemented, but the VNFD has the flavour `{}` alone", hook.operation.as_str(), flavour.id.as_str());
            RULE.at(hook.operation.span, message).help("add another flavour, or leave the hook out")
        }));
    }
    findings
}
