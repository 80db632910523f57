//! `order` says which network interface of the VM a connection point becomes. Two of one number cannot both be it.
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
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "NFV07",
    name: "cp-order",
    title: "No two connection points of a VDU have one order",
    severity: Severity::Error,
    clause: "SOL001 §6.8.8",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Vec<Finding> {
    let Some(vnfd) = context.vnfd else { return Vec::new() };
    vnfd.flavours.iter().flat_map(|flavour| &flavour.vdus).flat_map(check_vdu).collect()
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
