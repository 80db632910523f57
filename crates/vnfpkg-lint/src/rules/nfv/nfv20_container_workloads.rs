//! A VDU of OS containers leads to its containers, or an Mciop with a Helm chart names it. An Mciop has one Helm chart.
//!
//! ## Bad
//!
//! ```yaml
//! web: { type: tosca.nodes.nfv.Vdu.OsContainerDeployableUnit, properties: ... }
//! # and nothing that runs in it
//! ```
//!
//! ## Good
//!
//! ```yaml
//! web:
//!   type: tosca.nodes.nfv.Vdu.OsContainerDeployableUnit
//!   properties: ...
//!   requirements: [ container: nginx ]
//! ```

use std::collections::HashSet;

use vnfpkg_diag::{Finding, Severity};
use vnfpkg_tosca::grammar::{Name, NodeTemplate, Topology, TypeKind};
use vnfpkg_tosca::vnfd::Vnfd;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "NFV20",
    name: "container-workloads",
    title: "Containerised VDUs have a workload",
    severity: Severity::Error,
    clause: "SOL001 §6.8.12, §6.8.13, §6.8.14",
    check: Some(check),
    ..Rule::BASE
};

const UNIT: &str = "tosca.nodes.nfv.Vdu.OsContainerDeployableUnit";
const MCIOP: &str = "tosca.nodes.nfv.Mciop";
const CHART: &str = "tosca.artifacts.nfv.HelmChart";

fn check(context: &Context<'_>) -> Findings {
    let Some(vnfd) = context.vnfd else { return Findings::new() };
    let mut findings = Findings::new();
    for (_, topology) in context.topologies() {
        let of = |wanted: &'static str| topology.node_templates.iter().filter(move |(_, node)| is_a(vnfd, node, wanted));
        let profiled: HashSet<&str> = of(MCIOP).flat_map(|(_, mciop)| targets(mciop, "associatedVdu")).collect();
        for (name, unit) in of(UNIT) {
            let empty = targets(unit, "container").is_empty() && !profiled.contains(&name.as_str());
            if empty && !context.is_reported_within(unit.span) {
                let message = format!("the VDU `{}` has neither an OS container nor an Mciop that stands for it", name.as_str());
                findings.push(RULE.at(name.span, message).help("add the requirement `container`, or name the VDU in `associatedVdu` of an Mciop"));
            }
        }
        findings.extend(of(MCIOP).filter_map(|(name, mciop)| chart(context, vnfd, topology, name, mciop)));
    }
    findings
}

fn chart(context: &Context<'_>, vnfd: &Vnfd, topology: &Topology, name: &Name, mciop: &NodeTemplate) -> Option<Finding> {
    let is_chart = |type_name: &Name| vnfd.model.types.is_a(TypeKind::Artifact, type_name.as_str(), CHART);
    let count = mciop.artifacts.iter().filter(|(_, artifact)| artifact.type_name.as_ref().is_some_and(is_chart)).count();
    if count == 1 || context.is_reported_within(mciop.span) || topology.node_templates.is_empty() {
        return None;
    }
    let message = format!("the Mciop `{}` has {count} Helm charts, not one", name.as_str());
    Some(RULE.at(name.span, message).help(format!("give it one artifact of type `{CHART}`")))
}

fn is_a(vnfd: &Vnfd, node: &NodeTemplate, wanted: &str) -> bool {
    node.type_name.as_ref().is_some_and(|type_name| vnfd.model.types.is_a(TypeKind::Node, type_name.as_str(), wanted))
}

fn targets<'a>(node: &'a NodeTemplate, requirement: &str) -> Vec<&'a str> {
    let of = node.requirements.iter().filter(|assigned| assigned.name.as_str() == requirement);
    of.filter_map(|assigned| assigned.target.as_ref()).map(Name::as_str).collect()
}
