//! Reading a VNF instance.

use vnfpkg_diag::{SourceId, Sources};
use vnfpkg_tosca::yaml::{self, Node};

use super::table;
use crate::lifecycle::At;
use crate::problem::{Problem, ProblemKind};

const KIND: ProblemKind = ProblemKind::InventoryGrammar;

/// Column titles whose value is a structure, and the name of the same in the REST API.
const STRUCTURES: [(&str, &str); 2] = [("Instantiated Vnf Info", "instantiatedVnfInfo"), ("VIM Connection Info", "vimConnectionInfo")];

/// A VNF instance as its VNFM knows it.
#[derive(Debug, Clone)]
pub struct Instance {
    /// Its id.
    pub id: String,
    /// `vnfInstanceName`.
    pub name: Option<String>,
    /// `vnfdId`.
    pub vnfd_id: Option<At<String>>,
    /// `INSTANTIATED` or `NOT_INSTANTIATED`.
    pub state: Option<String>,
    /// Deployment flavour.
    pub flavour: Option<At<String>>,
    /// Its VNFCs, in the order given.
    pub vnfcs: Vec<InstanceVnfc>,
    /// Where it is described.
    pub source: SourceId,
}

/// A VNFC of an instance.
#[derive(Debug, Clone)]
pub struct InstanceVnfc {
    /// What a heal request calls it: `vnfcResourceInfo.id` in v1, `vnfcInfo.id` in v2.
    pub id: At<String>,
    /// `vduId`.
    pub vdu: At<String>,
    /// `computeResource.resourceId`: the server's id in the VIM.
    pub resource: Option<String>,
    /// Availability zone, when the instance tells it.
    pub zone: Option<String>,
    /// Its connection points.
    pub cps: Vec<InstanceCp>,
}

/// A connection point of a VNFC.
#[derive(Debug, Clone)]
pub struct InstanceCp {
    /// `cpdId`.
    pub cpd: At<String>,
    /// The port's id in the VIM.
    pub port: Option<String>,
    /// Addresses that the instance itself tells.
    pub addresses: Vec<String>,
}

/// Does a text look like a VNF instance rather than an inventory?
pub fn is_instance(text: &str) -> bool {
    table::is_table(text) || STRUCTURES[..1].iter().any(|(title, rest)| text.contains(title) || text.contains(rest))
}

/// Reads a VNF instance in whichever form; adds its text to the sources.
pub fn parse_instance(path: &str, text: &str, sources: &mut Sources) -> (Option<Instance>, Vec<Problem>) {
    let text = if table::is_table(text) { table::to_yaml(text) } else { text.to_owned() };
    let text = unpacked(&text).unwrap_or(text);
    let source = sources.add(path, text.as_str());
    let (root, faults) = yaml::parse_one(source, &text);
    let mut problems: Vec<Problem> = faults.into_iter().map(|fault| Problem::at(KIND, fault.span, fault.message)).collect();
    let instance = root.and_then(|root| read(&root, source, &mut problems));
    (instance, problems)
}

/// Some clients print structures as JSON inside a string; the same document with the structures in place.
fn unpacked(text: &str) -> Option<String> {
    let (root, _) = yaml::parse_one(Sources::new().add("instance", text), text);
    let root = root?;
    let packed = |node: &Node| node.text().is_some_and(|text| text.trim_start().starts_with(['{', '[']));
    if !root.entries()?.iter().any(|entry| packed(&entry.value)) {
        return None;
    }
    let mut value = yaml::to_json(&root);
    for entry in value.as_object_mut()?.values_mut() {
        let inner = entry.as_str().and_then(|text| {
            let (node, faults) = yaml::parse_one(Sources::new().add("value", text), text);
            node.filter(|node| faults.is_empty() && !node.is_scalar())
        });
        if let Some(inner) = inner {
            *entry = yaml::to_json(&inner);
        }
    }
    serde_json::to_string_pretty(&value).ok()
}

/// The value of the first of some keys that is there and holds something.
fn pick<'a>(node: &'a Node, keys: &[&str]) -> Option<&'a Node> {
    keys.iter().find_map(|key| node.get(key)).filter(|node| !node.is_null())
}

fn text(node: &Node, keys: &[&str]) -> Option<At<String>> {
    let found = pick(node, keys)?;
    found.text().map(|text| At::new(text.to_owned(), found.span))
}

fn list<'a>(node: &'a Node, key: &str) -> &'a [Node] {
    node.get(key).and_then(Node::items).unwrap_or_default()
}

fn read(root: &Node, source: SourceId, problems: &mut Vec<Problem>) -> Option<Instance> {
    let Some(id) = text(root, &["id", "ID"]) else {
        let problem = Problem::at(KIND, root.span.head(), "this is no VNF instance: it has no `id`");
        problems.push(problem.help("give the output of `openstack vnflcm show ID -f json`, or the body of `GET /vnf_instances/ID`"));
        return None;
    };
    let state = text(root, &["instantiationState", "Instantiation State"]).map(|state| state.value);
    let info = pick(root, &[STRUCTURES[0].1, STRUCTURES[0].0]);
    if info.is_none() {
        let message = format!("the VNF instance {} is {}", id.value, state.as_deref().unwrap_or("not instantiated"));
        problems.push(Problem::at(KIND, id.span, message).help("an inventory can be made once the instance is INSTANTIATED"));
    }
    let vnfcs = info.map(|info| list(info, "vnfcResourceInfo").iter().filter_map(|node| read_vnfc(info, node, problems)).collect());
    Some(Instance {
        id: id.value,
        name: text(root, &["vnfInstanceName", "VNF Instance Name"]).map(|name| name.value),
        vnfd_id: text(root, &["vnfdId", "VNFD ID"]),
        state,
        flavour: info.and_then(|info| text(info, &["flavourId"])),
        vnfcs: vnfcs.unwrap_or_default(),
        source,
    })
}

fn read_vnfc(info: &Node, node: &Node, problems: &mut Vec<Problem>) -> Option<InstanceVnfc> {
    let (Some(resource_info_id), Some(vdu)) = (text(node, &["id"]), text(node, &["vduId"])) else {
        problems.push(Problem::at(KIND, node.span.head(), "a `vnfcResourceInfo` lacks `id` or `vduId`"));
        return None;
    };
    // In v2 a `vnfcInfo` refers to it and has the id that requests use; in v1 requests use this one.
    let refers = |other: &&Node| text(other, &["vnfcResourceInfoId"]).is_some_and(|id| id.value == resource_info_id.value);
    let id = list(info, "vnfcInfo").iter().find(refers).and_then(|other| text(other, &["id"]));
    let compute = node.get("computeResource");
    Some(InstanceVnfc {
        id: id.unwrap_or(resource_info_id),
        vdu,
        resource: compute.and_then(|compute| text(compute, &["resourceId"])).map(|id| id.value),
        zone: text(node, &["zoneId"]).map(|zone| zone.value),
        cps: list(node, "vnfcCpInfo").iter().filter_map(|cp| read_cp(info, cp)).collect(),
    })
}

fn read_cp(info: &Node, cp: &Node) -> Option<InstanceCp> {
    let cpd = text(cp, &["cpdId"])?;
    let id = text(cp, &["id"]).map(|id| id.value).unwrap_or_default();
    let external = list(info, "extCpInfo").iter().find(|external| {
        let same = |key: &str, wanted: Option<&str>| text(external, &[key]).is_some_and(|id| Some(id.value.as_str()) == wanted);
        let own = text(cp, &["vnfExtCpId"]).map(|id| id.value);
        same("associatedVnfcCpId", Some(&id)) || own.is_some() && same("id", own.as_deref())
    });
    let mut addresses: Vec<String> = Vec::new();
    for address in [Some(cp), external].into_iter().flatten().flat_map(addresses_of) {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    let link_port = text(cp, &["vnfLinkPortId"]).map(|id| id.value);
    let port = port_of(info, &id, link_port.as_deref()).or_else(|| {
        let ext_link_port = text(external?, &["extLinkPortId"])?.value;
        Some(resource_of_port(info, "extVirtualLinkInfo", "extLinkPorts", &ext_link_port).unwrap_or(ext_link_port))
    });
    Some(InstanceCp { cpd, port, addresses })
}

/// `ipOverEthernet.ipAddresses` of a connection point.
fn addresses_of(cp: &Node) -> Vec<String> {
    let protocols = list(cp, "cpProtocolInfo").iter().filter_map(|info| info.get("ipOverEthernet"));
    let ranges = protocols.flat_map(|ethernet| list(ethernet, "ipAddresses"));
    let each = ranges.flat_map(|range| list(range, "addresses").iter().chain(list(range, "fixedAddresses")));
    each.filter_map(|address| address.text().map(str::to_owned)).collect()
}

/// The VIM's port of an internal link that a connection point is on.
fn port_of(info: &Node, cp: &str, link_port: Option<&str>) -> Option<String> {
    let links = ["vnfVirtualLinkResourceInfo", "extManagedVirtualLinkInfo"].into_iter().flat_map(|key| list(info, key));
    let mut ports = links.flat_map(|link| list(link, "vnfLinkPorts"));
    let found = ports.find(|port| {
        let is = |key: &str, id: &str| text(port, &[key]).is_some_and(|found| found.value == id);
        is("cpInstanceId", cp) || link_port.is_some_and(|id| is("id", id))
    });
    found.and_then(|port| port.get("resourceHandle")).and_then(|handle| text(handle, &["resourceId"])).map(|id| id.value)
}

fn resource_of_port(info: &Node, links: &str, ports: &str, id: &str) -> Option<String> {
    let mut all = list(info, links).iter().flat_map(|link| list(link, ports));
    let found = all.find(|port| text(port, &["id"]).is_some_and(|found| found.value == id))?;
    text(found.get("resourceHandle")?, &["resourceId"]).map(|id| id.value)
}
