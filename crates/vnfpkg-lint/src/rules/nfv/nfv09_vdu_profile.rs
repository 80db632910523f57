//! In `vdu_profile`, `min_number_of_instances` is at most `max_number_of_instances`, and neither is negative.
//!
//! ## Bad
//!
//! ```yaml
//! vdu_profile: { min_number_of_instances: 3, max_number_of_instances: 1 }
//! ```
//!
//! ## Good
//!
//! ```yaml
//! vdu_profile: { min_number_of_instances: 1, max_number_of_instances: 3 }
//! ```

use vnfpkg_diag::Place;
use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "NFV09",
    name: "vdu-profile",
    title: "The minimum number of instances is not above the maximum",
    severity: Severity::Error,
    clause: "SOL001 §6.2.23, IFA011 §7.1.8.3",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let mut findings = Findings::new();
    for vdu in context.vdus() {
        let numbers = [vdu.min_instances, vdu.max_instances];
        let negative = numbers.into_iter().flatten().filter(|number| number.value < 0 && !context.is_reported(number.span));
        findings.extend(negative.map(|number| RULE.at(number.span, format!("VDU `{}` cannot have {} instances", vdu.id.as_str(), number.value))));
        if let (Some(min), Some(max)) = (vdu.min_instances, vdu.max_instances)
            && min.value > max.value
        {
            let message = format!("VDU `{}` has at least {} instances, but at most {}", vdu.id.as_str(), min.value, max.value);
            findings.push(RULE.at(min.span, message).label("the minimum").related(Place::Span(max.span), "the maximum"));
        }
    }
    findings
}
