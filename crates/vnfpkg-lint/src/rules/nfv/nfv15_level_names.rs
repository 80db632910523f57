//! Each level in a `VduInstantiationLevels` policy is one of the `InstantiationLevels`.
//!
//! ## Bad
//!
//! ```yaml
//! levels: { smal: { number_of_instances: 1 } }
//! ```
//!
//! ## Good
//!
//! ```yaml
//! levels: { small: { number_of_instances: 1 } }
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::did_you_mean;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "NFV15",
    name: "level-names",
    title: "Instances per level are given for levels that exist",
    severity: Severity::Error,
    clause: "SOL001 §6.10.2",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let mut findings = Findings::new();
    for policies in context.policies() {
        let names = || policies.levels.iter().map(|level| level.id.as_str());
        let used = policies.vdu_levels.iter().flat_map(|levels| &levels.levels);
        for (level, _) in used.filter(|(level, _)| !names().any(|name| name == level.as_str())) {
            let mut finding = RULE.at(level.span, format!("there is no instantiation level `{}`", level.as_str()));
            finding.help = did_you_mean(level.as_str(), names());
            findings.push(finding);
        }
    }
    findings
}
