//! An affinity or anti-affinity rule has something to bring together or to keep apart: two members, or one VDU with several
//! instances. No two rules demand the opposite of the same targets in one scope.
//!
//! ## Bad
//!
//! ```yaml
//! apart:
//!   type: tosca.policies.nfv.AntiAffinityRule
//!   targets: [ VDU1 ]                 # which has one instance at most
//!   properties: { scope: nfvi_node }
//! ```
//!
//! ## Good
//!
//! ```yaml
//! apart:
//!   type: tosca.policies.nfv.AntiAffinityRule
//!   targets: [ VDU1, VDU2 ]
//!   properties: { scope: nfvi_node }
//! ```

use std::collections::{BTreeMap, BTreeSet};

use vnfpkg_diag::{Finding, Place, Severity};
use vnfpkg_tosca::grammar::{Name, Policy, Topology, TypeKind};
use vnfpkg_tosca::vnfd::{Flavour, Vnfd};

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "NFV17",
    name: "affinity-rules",
    title: "Affinity rules have members and do not contradict each other",
    severity: Severity::Error,
    clause: "SOL001 §6.10.9, §6.10.10, §6.9.1",
    check: Some(check),
    ..Rule::BASE
};

/// Members of all rules together that are looked at: in a hostile package each rule names everything.
const MEMBERS: usize = 100_000;

/// Members and scope of a rule.
type Demand<'a> = (BTreeSet<&'a str>, &'a str);

fn check(context: &Context<'_>) -> Findings {
    let Some(vnfd) = context.vnfd else { return Findings::new() };
    let mut findings = Findings::new();
    let mut looked_at = 0;
    for (file, topology) in context.topologies() {
        let flavour = vnfd.flavours.iter().find(|flavour| flavour.file == *file.path);
        let mut seen: BTreeMap<Demand<'_>, (bool, &Name)> = BTreeMap::new();
        for (name, policy) in topology.policies.iter() {
            let Some(apart) = is_apart(vnfd, policy) else { continue };
            let members = members(topology, policy);
            looked_at += members.len();
            if looked_at > MEMBERS {
                return findings;
            }
            findings.extend(lonely(context, flavour, name, policy, &members));
            let Some(scope) = policy.properties.get("scope").and_then(|scope| scope.text()) else { continue };
            match seen.get(&(members.clone(), scope)) {
                Some((other, first)) if *other != apart => {
                    let message = format!("`{}` and `{}` demand the opposite of the same targets in the scope `{scope}`", first.as_str(), name.as_str());
                    findings.push(RULE.at(name.span, message).related(Place::Span(first.span), "the other one").help("keep one of the two"));
                }
                _ => {
                    seen.insert((members, scope), (apart, name));
                }
            }
        }
    }
    findings
}

/// Is it a rule to keep apart, or one to bring together? `None` for other policies.
fn is_apart(vnfd: &Vnfd, policy: &Policy) -> Option<bool> {
    let type_name = policy.type_name.as_ref()?;
    let is = |rule: &str| vnfd.model.types.is_a(TypeKind::Policy, type_name.as_str(), &format!("tosca.policies.nfv.{rule}"));
    if is("AntiAffinityRule") { Some(true) } else { is("AffinityRule").then_some(false) }
}

/// The node templates that the targets of a policy are, or are the groups of.
fn members<'a>(topology: &'a Topology, policy: &'a Policy) -> BTreeSet<&'a str> {
    let of_target = |target: &'a Name| match topology.groups.get(target.as_str()) {
        Some(group) => group.members.iter().map(Name::as_str).collect(),
        None => vec![target.as_str()],
    };
    policy.targets.iter().flat_map(of_target).collect()
}

fn lonely(context: &Context<'_>, flavour: Option<&Flavour>, name: &Name, policy: &Policy, members: &BTreeSet<&str>) -> Option<Finding> {
    if context.is_reported_within(policy.span) {
        return None;
    }
    if members.is_empty() {
        return Some(RULE.at(name.span, format!("the rule `{}` has no targets", name.as_str())).help("name VDUs, virtual links or a group"));
    }
    let [only] = members.iter().collect::<Vec<_>>()[..] else { return None };
    let most = flavour?.vdu(only)?.max_instances?;
    (most.value <= 1).then(|| {
        let message = format!("the rule `{}` is about `{only}` alone, which has one instance at most", name.as_str());
        let finding = RULE.at(name.span, message).severity(Severity::Warning);
        finding.related(Place::Span(most.span), "its maximum").help("name another target, or leave the rule out")
    })
}
