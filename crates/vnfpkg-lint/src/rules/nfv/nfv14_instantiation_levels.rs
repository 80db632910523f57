//! Each aspect in the `scale_info` of a level exists, and its `scale_level` is at most the aspect's `max_scale_level`.
//! `default_level` is one of the levels; with more than one level it has to be given.
//!
//! ## Bad
//!
//! ```yaml
//! levels: { small: { scale_info: { worker: { scale_level: 9 } } }, large: {} }
//! default_level: medium
//! ```
//!
//! ## Good
//!
//! ```yaml
//! levels: { small: { scale_info: { worker: { scale_level: 0 } } }, large: {} }
//! default_level: small
//! ```

use vnfpkg_diag::Place;
use vnfpkg_diag::{Finding, Severity};
use vnfpkg_tosca::did_you_mean;
use vnfpkg_tosca::vnfd::{Level, Policies};

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "NFV14",
    name: "instantiation-levels",
    title: "Instantiation levels name aspects, within their scale levels, and one is the default",
    severity: Severity::Error,
    clause: "SOL001 §6.10.1",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let mut findings = Findings::new();
    for policies in context.policies() {
        policies.levels.iter().for_each(|level| check_scale_info(policies, level, &mut findings));
        findings.extend(default_level(policies));
    }
    findings
}

fn check_scale_info(policies: &Policies, level: &Level, findings: &mut Findings) {
    for (name, scale_level) in &level.scale_info {
        let Some(aspect) = policies.aspects.iter().find(|aspect| aspect.id.as_str() == name.as_str()) else {
            let mut finding = RULE.at(name.span, format!("the level `{}` names the scaling aspect `{}`, which does not exist", level.id.as_str(), name.as_str()));
            finding.help = did_you_mean(name.as_str(), policies.aspects.iter().map(|aspect| aspect.id.as_str()));
            findings.push(finding);
            continue;
        };
        if let (Some(given), Some(max)) = (scale_level, aspect.max_scale_level)
            && given.value > max.value
        {
            let message = format!("the level `{}` puts `{}` at scale level {}, beyond its maximum {}", level.id.as_str(), name.as_str(), given.value, max.value);
            findings.push(RULE.at(given.span, message).related(Place::Span(max.span), "the maximum"));
        }
    }
}

fn default_level(policies: &Policies) -> Option<Finding> {
    let names = || policies.levels.iter().map(|level| level.id.as_str());
    match &policies.default_level {
        Some(default) if !names().any(|name| name == default.as_str()) => {
            let mut finding = RULE.at(default.span, format!("`default_level` is `{}`, which is no instantiation level", default.as_str()));
            finding.help = did_you_mean(default.as_str(), names());
            Some(finding)
        }
        None if policies.levels.len() > 1 => {
            let policy = &policies.levels[0].policy;
            Some(RULE.at(policy.span, "there are several instantiation levels and no `default_level`").help("name the one to begin with"))
        }
        _ => None,
    }
}
