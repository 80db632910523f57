//! `order` says which network interface of the VM a connection point becomes. Two of one number cannot both be it. A VDU
//! connection point without `virtual_binding` becomes none at all, which is a warning.
//!
//! ## Bad
//!
//! ```yaml
//! CP1: { type: tosca.nodes.nfv.VduCp, properties: { order: 0 } }
//! CP2: { type: tosca.nodes.nfv.VduCp, properties: { order: 0 } }
//! ```
//!
//! ## Good
//!
//! ```yaml
//! CP1: { type: tosca.nodes.nfv.VduCp, properties: { order: 0 } }
//! CP2: { type: tosca.nodes.nfv.VduCp, properties: { order: 1 } }
//! ```

use vnfpkg_diag::Place;
use vnfpkg_diag::{Finding, Severity};
use vnfpkg_tosca::vnfd::Vdu;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "NFV07",
    name: "cp-order",
    title: "Connection points of VDUs are bound, each with an order of its own",
    severity: Severity::Error,
    clause: "SOL001 §6.8.8",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let mut findings: Findings = context.vdus().flat_map(check_vdu).collect();
    let unbound = context.flavours().iter().flat_map(|flavour| &flavour.unbound_cps);
    for cp in unbound.filter(|cp| cp.vdu.is_none() && !context.is_reported_within(cp.span) && !context.is_reported(cp.id.span)) {
        let finding = RULE.at(cp.id.span, format!("the connection point `{}` is bound to no VDU", cp.id.as_str()));
        findings.push(finding.severity(Severity::Warning).help("add the requirement `virtual_binding`"));
    }
    findings
}

/// Connection points are sorted by order, so equal ones are neighbours.
fn check_vdu(vdu: &Vdu) -> Vec<Finding> {
    let ordered: Vec<_> = vdu.cps.iter().filter_map(|cp| Some((cp, cp.order?))).collect();
    let equal = ordered.windows(2).filter_map(|pair| match pair {
        [(first, before), (second, order)] if before.value == order.value => {
            let message = format!("`{}` and `{}` of VDU `{}` both have the order {}", first.id.as_str(), second.id.as_str(), vdu.id.as_str(), order.value);
            Some(RULE.at(order.span, message).related(Place::Span(before.span), "the other one").help("number them 0, 1, 2"))
        }
        _ => None,
    });
    equal.collect()
}
