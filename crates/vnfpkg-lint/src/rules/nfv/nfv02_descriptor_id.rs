//! `descriptor_id` identifies the VNFD in the whole world. VNFMs such as Tacker store it as a UUID. It is spelled alike in every
//! template of the package. `ext_invariant_id` is a UUID as well.
//!
//! ## Bad
//!
//! ```yaml
//! descriptor_id: registry-1
//! ```
//!
//! ## Good
//!
//! ```yaml
//! descriptor_id: 8d0e2b8c-6d0f-4c29-9a57-3b1f7a2f5c10
//! ```

use vnfpkg_diag::{Finding, Place, Severity};
use vnfpkg_tosca::grammar::{NodeTemplate, TypeKind};
use vnfpkg_tosca::vnfd::{VNF_TYPE, Vnfd};

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "NFV02",
    name: "descriptor-id",
    title: "The descriptor id is a UUID",
    severity: Severity::Warning,
    clause: "SOL001 §6.8.1, IFA011 §7.1.2",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some(vnfd) = context.vnfd else { return Findings::new() };
    let mut findings: Findings = spellings(context, vnfd).into_iter().collect();
    let id = vnfd.info.descriptor_id.as_ref().filter(|id| !is_uuid(id.as_str()) && !context.is_reported(id.span));
    let finding = |id: &vnfpkg_tosca::grammar::Name| {
        let message = format!("the descriptor id `{}` is no UUID", id.as_str());
        RULE.at(id.span, message).help("make one, with `uuidgen` for instance, and keep it for all versions of this VNFD")
    };
    findings.extend(id.map(finding));
    findings
}

/// Ids of the VNF nodes of all templates: none of another spelling than the first, and the invariant ones are UUIDs.
fn spellings(context: &Context<'_>, vnfd: &Vnfd) -> Vec<Finding> {
    let is_vnf = |node: &NodeTemplate| {
        node.type_name.as_ref().is_some_and(|type_name| vnfd.model.types.is_a(TypeKind::Node, type_name.as_str(), VNF_TYPE))
    };
    let nodes: Vec<&NodeTemplate> = context
        .topologies()
        .flat_map(|(_, topology)| topology.node_templates.iter().map(|(_, node)| node))
        .filter(|node| is_vnf(node))
        .collect();
    let values = |key: &'static str| nodes.iter().filter_map(move |node| node.properties.get(key).filter(|value| value.is_scalar()));
    let mut findings = Vec::new();
    let mut ids = values("descriptor_id");
    // One that is no UUID has a finding of its own.
    if let Some((first, text)) = ids.next().and_then(|first| Some((first, first.text().filter(|text| is_uuid(text))?))) {
        for other in ids.filter(|other| other.text().is_some_and(|other| other != text && is_uuid(other)) && !context.is_reported(other.span)) {
            let message = format!("the descriptor id is `{}` here and `{text}` elsewhere", other.text().unwrap_or(""));
            findings.push(RULE.at(other.span, message).related(Place::Span(first.span), "the other one").help("spell it alike everywhere"));
        }
    }
    for id in values("ext_invariant_id").filter(|id| !is_uuid(id.text().unwrap_or("")) && !context.is_reported(id.span)) {
        let message = format!("the invariant id `{}` is no UUID", id.text().unwrap_or(""));
        findings.push(RULE.at(id.span, message).help("make one, with `uuidgen` for instance"));
    }
    findings
}

/// `8-4-4-4-12` hexadecimal digits, with or without `urn:uuid:`.
fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.strip_prefix("urn:uuid:").unwrap_or(text).split('-').collect();
    let hex = groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()));
    hex && groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
}
