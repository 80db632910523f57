//! The minimum bitrate of a virtual link is at most its maximum, and the protocol data of its profile belong to layer
//! protocols that its connectivity type names.
//!
//! ## Bad
//!
//! ```yaml
//! vl_profile:
//!   max_bitrate_requirements: { root: 1000 }
//!   min_bitrate_requirements: { root: 2000 }
//! ```
//!
//! ## Good
//!
//! ```yaml
//! vl_profile:
//!   max_bitrate_requirements: { root: 2000 }
//!   min_bitrate_requirements: { root: 1000 }
//! ```

use vnfpkg_diag::{Finding, Place, Severity};
use vnfpkg_tosca::did_you_mean;
use vnfpkg_tosca::grammar::{Name, NodeTemplate, TypeKind};
use vnfpkg_tosca::yaml::Node;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "NFV08",
    name: "virtual-links",
    title: "Bitrates and protocols of a virtual link fit together",
    severity: Severity::Error,
    clause: "SOL001 §6.8.9, §6.2.28",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some(vnfd) = context.vnfd else { return Findings::new() };
    let is_link = |node: &NodeTemplate| {
        let type_name = node.type_name.as_ref();
        type_name.is_some_and(|name| vnfd.model.types.is_a(TypeKind::Node, name.as_str(), "tosca.nodes.nfv.VnfVirtualLink"))
    };
    let nodes = context.topologies().flat_map(|(_, topology)| topology.node_templates.iter());
    nodes.filter(|(_, node)| is_link(node)).flat_map(|(name, node)| check_link(name, node)).collect()
}

/// Entries of one link that are looked at; there are six protocols.
const PROTOCOLS: usize = 100;

fn check_link(name: &Name, node: &NodeTemplate) -> Vec<Finding> {
    let Some(profile) = node.properties.get("vl_profile") else { return Vec::new() };
    let mut findings = Vec::new();
    for end in ["root", "leaf"] {
        let rate = |key: &str| profile.at(&[key, end]).and_then(|node| Some((node, node.as_int()?)));
        if let (Some((low, min)), Some((high, max))) = (rate("min_bitrate_requirements"), rate("max_bitrate_requirements"))
            && min > max
        {
            let message = format!("the virtual link `{}` has at least {min} bit/s ({end}), but at most {max}", name.as_str());
            findings.push(RULE.at(low.span, message).label("the minimum").related(Place::Span(high.span), "the maximum"));
        }
    }
    let protocols = node.properties.get("connectivity_type").and_then(|connectivity| connectivity.get("layer_protocols"));
    let names: Vec<&str> = protocols.and_then(Node::items).unwrap_or_default().iter().filter_map(Node::text).collect();
    for data in profile.get("virtual_link_protocol_data").and_then(Node::items).unwrap_or_default().iter().take(PROTOCOLS) {
        let Some((node, text)) = data.get("associated_layer_protocol").and_then(|node| Some((node, node.text()?))) else { continue };
        if !names.is_empty() && !names.contains(&text) {
            let message = format!("the connectivity type of `{}` has no layer protocol `{text}`", name.as_str());
            let mut finding = RULE.at(node.span, message);
            finding.help = did_you_mean(text, names.iter().copied());
            findings.push(finding);
        }
    }
    findings
}
