//! Each `VduScalingAspectDeltas` names an aspect of a `ScalingAspects` policy, and has every delta that the aspect's
//! `step_deltas` name. Each VDU that scales has a `VduInitialDelta`.
//!
//! ## Bad
//!
//! ```yaml
//! aspects: { worker: { step_deltas: [ delta_1 ], max_scale_level: 2 } }
//! # and
//! aspect: wroker
//! deltas: { delta_9: { number_of_instances: 1 } }
//! ```
//!
//! ## Good
//!
//! ```yaml
//! aspects: { worker: { step_deltas: [ delta_1 ], max_scale_level: 2 } }
//! # and
//! aspect: worker
//! deltas: { delta_1: { number_of_instances: 1 } }
//! ```

use vnfpkg_diag::Place;
use vnfpkg_diag::Severity;
use vnfpkg_tosca::did_you_mean;
use vnfpkg_tosca::vnfd::{Policies, ScalingDeltas};

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "NFV13",
    name: "scaling-aspects",
    title: "Scaling aspects and their deltas belong together",
    severity: Severity::Error,
    clause: "SOL001 §6.10.5, §6.10.6, §6.10.7",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let mut findings = Findings::new();
    for policies in context.policies() {
        for deltas in &policies.scaling_deltas {
            check_deltas(policies, deltas, &mut findings);
            check_initial(policies, deltas, &mut findings);
        }
    }
    findings
}

fn check_deltas(policies: &Policies, deltas: &ScalingDeltas, findings: &mut Findings) {
    let Some(name) = &deltas.aspect else { return };
    let Some(aspect) = policies.aspects.iter().find(|aspect| aspect.id.as_str() == name.as_str()) else {
        let mut finding = RULE.at(name.span, format!("there is no scaling aspect `{}`", name.as_str()));
        finding.help = did_you_mean(name.as_str(), policies.aspects.iter().map(|aspect| aspect.id.as_str()));
        findings.push(finding);
        return;
    };
    let known = || deltas.deltas.iter().map(|(delta, _)| delta.as_str());
    for step in aspect.step_deltas.iter().filter(|step| !known().any(|delta| delta == step.as_str())) {
        let message = format!("the aspect `{}` has the step `{}`, for which `{}` has no delta", name.as_str(), step.as_str(), deltas.policy.as_str());
        let mut finding = RULE.at(step.span, message).related(Place::Span(deltas.policy.span), "the deltas");
        finding.help = did_you_mean(step.as_str(), known());
        findings.push(finding);
    }
}

fn check_initial(policies: &Policies, deltas: &ScalingDeltas, findings: &mut Findings) {
    let has_initial = |vdu: &str| policies.initial_deltas.iter().any(|initial| initial.targets.iter().any(|target| target.as_str() == vdu));
    for target in deltas.targets.iter().filter(|target| !has_initial(target.as_str())) {
        let message = format!("VDU `{}` scales, but no `VduInitialDelta` says with how many instances it begins", target.as_str());
        findings.push(RULE.at(target.span, message));
    }
}
