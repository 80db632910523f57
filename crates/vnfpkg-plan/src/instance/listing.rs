//! Listings of the VIM in JSON: servers, ports, floating addresses and stack resources, as the `openstack` client prints them and as
//! the APIs answer.

use vnfpkg_diag::SourceId;
use vnfpkg_tosca::yaml::{self, Node};

use crate::problem::{Problem, ProblemKind};

const KIND: ProblemKind = ProblemKind::InventoryGrammar;

/// What the VIM knows.
#[derive(Debug, Clone, Default)]
pub struct Listings {
    /// Ports; `None` when there is no such list.
    pub ports: Option<Vec<Port>>,
    /// Floating addresses.
    pub floating: Vec<Floating>,
    /// Resources of the instance's stack; `None` when there is no such list.
    pub resources: Option<Vec<StackResource>>,
    /// Servers; `None` when there is no such list.
    pub servers: Option<Vec<Server>>,
}

/// A server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its id.
    pub id: String,
    /// Its state, such as `ACTIVE`.
    pub status: String,
    /// Its availability zone, when the listing tells it.
    pub zone: Option<String>,
}

/// A port of the VIM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// Its id.
    pub id: String,
    /// Its fixed addresses.
    pub addresses: Vec<String>,
    /// The server that it belongs to, when the listing tells it.
    pub device: Option<String>,
}

/// A floating address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Floating {
    /// The address.
    pub address: String,
    /// The port that it leads to; `None` when it is free.
    pub port: Option<String>,
}

/// A resource of a Heat stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StackResource {
    /// Its name in the template.
    pub name: String,
    /// Its id in the VIM.
    pub id: String,
    /// Its type, such as `OS::Nova::Server`.
    pub kind: String,
    /// Its state, such as `CREATE_COMPLETE`.
    pub status: String,
}

/// `openstack port list -f json`, `port show -f json`, or the answer of Neutron.
pub fn parse_ports(source: SourceId, text: &str) -> (Vec<Port>, Vec<Problem>) {
    items(source, text, "ports", "a port", |node| {
        Some(Port {
            id: field(node, &["ID", "id"])?,
            addresses: ["Fixed IP Addresses", "fixed_ips"].iter().filter_map(|key| node.get(key)).flat_map(fixed_addresses).collect(),
            device: field(node, &["Device ID", "device_id"]).filter(|id| !id.is_empty()),
        })
    })
}

/// `openstack floating ip list -f json`, or the answer of Neutron.
pub fn parse_floating(source: SourceId, text: &str) -> (Vec<Floating>, Vec<Problem>) {
    items(source, text, "floatingips", "a floating address", |node| {
        let address = field(node, &["Floating IP Address", "floating_ip_address"])?;
        Some(Floating { address, port: field(node, &["Port", "port_id"]).filter(|port| port != "None" && !port.is_empty()) })
    })
}

/// `openstack stack resource list -f json`, or the answer of Heat.
pub fn parse_resources(source: SourceId, text: &str) -> (Vec<StackResource>, Vec<Problem>) {
    items(source, text, "resources", "a stack resource", |node| {
        Some(StackResource {
            name: field(node, &["resource_name"])?,
            id: field(node, &["physical_resource_id"])?,
            kind: field(node, &["resource_type"]).unwrap_or_default(),
            status: field(node, &["resource_status"]).unwrap_or_default(),
        })
    })
}

/// `openstack server list -f json`, or the answer of Nova.
pub fn parse_servers(source: SourceId, text: &str) -> (Vec<Server>, Vec<Problem>) {
    items(source, text, "servers", "a server", |node| {
        Some(Server {
            id: field(node, &["ID", "id"])?,
            status: field(node, &["Status", "status"]).unwrap_or_default(),
            zone: field(node, &["Availability Zone", "OS-EXT-AZ:availability_zone"]).filter(|zone| !zone.is_empty()),
        })
    })
}

/// Reads a list, an object that holds it under `key`, or one item alone.
fn items<T>(source: SourceId, text: &str, key: &str, what: &str, read: impl Fn(&Node) -> Option<T>) -> (Vec<T>, Vec<Problem>) {
    let (root, faults) = yaml::parse_one(source, text);
    let mut problems: Vec<Problem> = faults.into_iter().map(|fault| Problem::at(KIND, fault.span, fault.message)).collect();
    let Some(root) = root else { return (Vec::new(), problems) };
    let listed = root.items().or_else(|| root.get(key).and_then(Node::items));
    let nodes: Vec<&Node> = listed.map_or_else(|| vec![&root], |items| items.iter().collect());
    let mut found = Vec::new();
    for node in nodes {
        match read(node) {
            Some(item) => found.push(item),
            None => {
                let problem = Problem::at(KIND, node.span.head(), format!("this is not {what}"));
                problems.push(problem.help("list it with `-f json` and all of its usual columns"));
            }
        }
    }
    (found, problems)
}

fn field(node: &Node, keys: &[&str]) -> Option<String> {
    let found = keys.iter().find_map(|key| node.get(key)).filter(|node| !node.is_null())?;
    found.text().map(str::to_owned)
}

/// A list of `{ip_address}`, or the text that older clients print: `ip_address='10.0.0.5', subnet_id='...'`.
fn fixed_addresses(node: &Node) -> Vec<String> {
    match (node.items(), node.text()) {
        (Some(items), _) => items.iter().filter_map(|item| field(item, &["ip_address"])).collect(),
        (None, Some(text)) => {
            let quoted = text.split("ip_address='").skip(1).filter_map(|rest| rest.split_once('\''));
            quoted.map(|(address, _)| address.to_owned()).collect()
        }
        (None, None) => Vec::new(),
    }
}
