//! The memory of a VDU is at least the `min_ram` of its image, and the disks given to it are at least its `min_disk`. The VIM
//! refuses a smaller machine.
//!
//! ## Bad
//!
//! ```yaml
//! virtual_memory: { virtual_mem_size: 512 MiB }
//! # and in sw_image_data
//! min_ram: 2 GiB
//! ```
//!
//! ## Good
//!
//! ```yaml
//! virtual_memory: { virtual_mem_size: 2 GiB }
//! min_ram: 2 GiB
//! ```

use vnfpkg_diag::{Finding, Place, Severity};
use vnfpkg_tosca::grammar::NodeTemplate;
use vnfpkg_tosca::vnfd::Vdu;
use vnfpkg_tosca::yaml::Node;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;
use crate::size::bytes_of;

pub(crate) const RULE: Rule = Rule {
    code: "NFV21",
    name: "enough-resources",
    title: "A VDU has the memory and disk that its image needs",
    severity: Severity::Warning,
    clause: "SOL001 §6.2.18, §6.4.2",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let mut findings = Findings::new();
    for (file, topology) in context.topologies() {
        for vdu in context.flavours().iter().filter(|flavour| flavour.file == *file.path).flat_map(|flavour| &flavour.vdus) {
            if let Some(node) = topology.node_templates.get(vdu.id.as_str()) {
                findings.extend(check_vdu(vdu, node));
            }
        }
    }
    findings
}

fn check_vdu(vdu: &Vdu, node: &NodeTemplate) -> Vec<Finding> {
    let Some(compute) = node.capabilities.get("virtual_compute") else { return Vec::new() };
    let mut findings = Vec::new();
    if let Some(given) = compute.properties.get("virtual_memory").and_then(|memory| memory.get("virtual_mem_size")) {
        findings.extend(too_small(vdu, given, bytes_of(given), "min_ram", "memory"));
    }
    let disks = compute.properties.get("virtual_local_storage").and_then(Node::items).unwrap_or_default();
    // The image goes onto the first disk. A VDU without one of its own boots from a storage node.
    if let Some(size) = disks.first().and_then(|disk| disk.get("size_of_storage")) {
        findings.extend(too_small(vdu, size, bytes_of(size), "min_disk", "a disk"));
    }
    findings
}

fn too_small(vdu: &Vdu, given: &Node, bytes: Option<u64>, needed: &str, what: &str) -> Option<Finding> {
    let need = vdu.image_data.as_ref()?.get(needed)?;
    if bytes? >= bytes_of(need)? {
        return None;
    }
    let (has, wants) = (given.text()?, need.text()?);
    let message = format!("VDU `{}` has {what} of {has}, but the `{needed}` of its image is {wants}", vdu.id.as_str());
    Some(RULE.at(given.span, message).related(Place::Span(need.span), "what the image needs"))
}
