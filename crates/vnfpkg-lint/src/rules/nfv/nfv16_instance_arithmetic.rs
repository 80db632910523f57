//! The instances of a VDU at each instantiation level, at scale level 0 and at the maximum of its scaling aspects lie
//! between `min_number_of_instances` and `max_number_of_instances` of its `vdu_profile`. A step that the aspect repeats
//! counts as often as the aspect allows.
//!
//! ## Bad
//!
//! ```yaml
//! vdu_profile: { min_number_of_instances: 1, max_number_of_instances: 2 }
//! # VduInstantiationLevels
//! levels: { large: { number_of_instances: 5 } }
//! ```
//!
//! ## Good
//!
//! ```yaml
//! vdu_profile: { min_number_of_instances: 1, max_number_of_instances: 5 }
//! # VduInstantiationLevels
//! levels: { large: { number_of_instances: 5 } }
//! ```

use vnfpkg_diag::Place;
use vnfpkg_diag::{Finding, Severity};
use vnfpkg_tosca::grammar::Name;
use vnfpkg_tosca::vnfd::{Aspect, Flavour, Number, Policies, ScalingDeltas, Vdu};

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "NFV16",
    name: "instance-arithmetic",
    title: "Levels and scaling stay within the profile of the VDU",
    severity: Severity::Error,
    clause: "SOL001 §6.10.2, §6.10.6, §6.10.7",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some(vnfd) = context.vnfd else { return Findings::new() };
    let pairs = vnfd.flavours.iter().flat_map(|flavour| flavour.vdus.iter().map(move |vdu| (flavour, vdu)));
    pairs.flat_map(|(flavour, vdu)| check_vdu(flavour, vdu)).collect()
}

fn check_vdu(flavour: &Flavour, vdu: &Vdu) -> Vec<Finding> {
    let policies = &flavour.policies;
    let mut findings = Vec::new();
    for levels in policies.vdu_levels.iter().filter(|levels| names(&levels.targets, vdu)) {
        for (level, number) in &levels.levels {
            findings.extend(number.and_then(|number| outside(vdu, number, number.value, &format!("at the level `{}`", level.as_str()))));
        }
    }
    for initial in policies.initial_deltas.iter().filter(|initial| names(&initial.targets, vdu)) {
        let Some(start) = initial.instances else { continue };
        if let Some(finding) = outside(vdu, start, start.value, "at scale level 0") {
            findings.push(finding);
            continue;
        }
        let scaling = policies.scaling_deltas.iter().filter(|deltas| names(&deltas.targets, vdu));
        let added: Vec<i64> = scaling.filter_map(|deltas| most_added(policies, deltas)).collect();
        let most = added.iter().fold(start.value, |sum, added| sum.saturating_add(*added));
        if !added.is_empty() {
            findings.extend(outside(vdu, start, most, "when scaled out as far as its aspects allow"));
        }
    }
    findings
}

fn names(targets: &[Name], vdu: &Vdu) -> bool {
    targets.iter().any(|target| target.as_str() == vdu.id.as_str())
}

/// How many instances an aspect adds at its highest scale level.
fn most_added(policies: &Policies, deltas: &ScalingDeltas) -> Option<i64> {
    let aspect: &Aspect = policies.aspects.iter().find(|aspect| Some(aspect.id.as_str()) == deltas.aspect.as_ref().map(Name::as_str))?;
    let levels = aspect.max_scale_level?.value.max(0);
    let added = |step: &Name| deltas.deltas.iter().find(|(delta, _)| delta.as_str() == step.as_str()).and_then(|(_, number)| *number);
    let steps: Vec<i64> = aspect.step_deltas.iter().map(|step| added(step).map(|number| number.value)).collect::<Option<_>>()?;
    match steps.as_slice() {
        [] => None,
        // One delta stands for all steps.
        [each] => Some(each.saturating_mul(levels)),
        each => Some(each.iter().take(usize::try_from(levels).unwrap_or(usize::MAX)).fold(0, |sum: i64, step| sum.saturating_add(*step))),
    }
}

fn outside(vdu: &Vdu, number: Number, instances: i64, when: &str) -> Option<Finding> {
    let (limit, word) = match (vdu.min_instances, vdu.max_instances) {
        (_, Some(max)) if instances > max.value => (max, "at most"),
        (Some(min), _) if instances < min.value => (min, "at least"),
        _ => return None,
    };
    let message = format!("VDU `{}` has {instances} instances {when}, but its profile allows {word} {}", vdu.id.as_str(), limit.value);
    Some(RULE.at(number.span, message).related(Place::Span(limit.span), "its profile"))
}
