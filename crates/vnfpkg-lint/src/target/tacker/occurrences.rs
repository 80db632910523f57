//! tosca-parser counts the requirements of each node of the main template, since 2.13: assignments of the node, and of the flavour that
//! stands for it. A requirement without `occurrences` counts as `[1, UNBOUNDED]`.

use vnfpkg_diag::Finding;
use vnfpkg_tosca::grammar::{Name, NodeTemplate, Topology, TypeKind};
use vnfpkg_tosca::vnfd::Vnfd;

use crate::findings::Findings;
use crate::rules::TACKER;

pub(super) fn reasons(vnfd: &Vnfd) -> Findings {
    let Some(topology) = vnfd.entry().and_then(|file| file.template.topology.as_ref()) else { return Findings::new() };
    topology.node_templates.iter().flat_map(|(name, node)| of_node(vnfd, name, node)).collect()
}

fn of_node(vnfd: &Vnfd, name: &Name, node: &NodeTemplate) -> Vec<Finding> {
    let Some(type_name) = &node.type_name else { return Vec::new() };
    let Some(effective) = vnfd.model.types.effective(TypeKind::Node, type_name.as_str()) else { return Vec::new() };
    let mut given: Vec<&str> = node.requirements.iter().map(|requirement| requirement.name.as_str()).collect();
    given.extend(substituted(vnfd, type_name.as_str()));
    let mut reasons = Vec::new();
    for requirement in &effective.requirements {
        let count = given.iter().filter(|given| **given == requirement.name.as_str()).count() as u64;
        let (lower, upper) = match &requirement.occurrences {
            Some(occurrences) => (occurrences.lower, occurrences.upper),
            None => (1, None),
        };
        if count < lower || upper.is_some_and(|upper| count > upper) {
            let wanted = upper.map_or_else(|| format!("{lower} or more"), |upper| format!("{lower} to {upper}"));
            let message =
                format!("`{}` has the requirement `{}` {count} times, {wanted} are counted", name.as_str(), requirement.name.as_str());
            reasons.push(
                TACKER.at(name.span, message).help("assign it, map it in `substitution_mappings`, or give the type `occurrences: [0, 1]`"),
            );
        }
    }
    reasons
}

/// Requirements that the last template which stands for the type maps, and those of its node of that type.
fn substituted<'v>(vnfd: &'v Vnfd, type_name: &str) -> Vec<&'v str> {
    let mut topologies = vnfd.model.files.iter().skip(1).filter_map(|file| file.template.topology.as_ref());
    let stands_for = |topology: &&Topology| {
        let node_type = topology.substitution.as_ref().and_then(|substitution| substitution.node_type.as_ref());
        node_type.is_some_and(|node_type| node_type.as_str() == type_name)
    };
    let Some(topology) = topologies.rfind(stands_for) else { return Vec::new() };
    let mapped = topology.substitution.iter().flat_map(|substitution| &substitution.requirements).map(|(name, _)| name.as_str());
    let is_of_type = |node: &&NodeTemplate| node.type_name.as_ref().is_some_and(|name| name.as_str() == type_name);
    let node = topology.node_templates.iter().map(|(_, node)| node).find(is_of_type);
    mapped.chain(node.into_iter().flat_map(|node| &node.requirements).map(|requirement| requirement.name.as_str())).collect()
}
