//! Where the VNFCs are: our YAML file, and `--host` arguments.

use std::cell::RefCell;

use vnfpkg_diag::{Place, SourceId, Span};
use vnfpkg_tosca::yaml::{self, Node};

use crate::lifecycle::{At, Fields};
use crate::problem::{Problem, ProblemKind, did_you_mean};

const KIND: ProblemKind = ProblemKind::InventoryGrammar;
const FORMAT: i64 = 1;

/// The VNFCs of one VNF instance.
#[derive(Debug, Clone, Default)]
pub struct Inventory {
    /// Name or id of the VNF instance.
    pub instance: Option<String>,
    /// Deployment flavour.
    pub flavour: Option<At<String>>,
    /// The VNFCs, in order.
    pub vnfcs: Vec<Vnfc>,
}

/// One VNFC.
#[derive(Debug, Clone)]
pub struct Vnfc {
    /// VNFC instance id (`vnfcResourceInfo.id`); empty when unknown.
    pub id: String,
    /// Its VDU.
    pub vdu: String,
    /// Where it is described.
    pub place: Place,
    /// Address to connect to, when given directly.
    pub address: Option<String>,
    /// Id of the server in the VIM (`computeResource.resourceId`), when known.
    pub resource_id: Option<String>,
    /// Availability zone, when known.
    pub zone: Option<String>,
    /// Connection points and their addresses.
    pub cps: Vec<Cp>,
    /// How to get in.
    pub ssh: Ssh,
}

/// A connection point of a VNFC.
#[derive(Debug, Clone)]
pub struct Cp {
    /// Its name in the VNFD.
    pub name: At<String>,
    /// Addresses on the network.
    pub fixed: Vec<String>,
    /// Floating address.
    pub floating: Option<String>,
    /// Id of the port in the VIM, when known.
    pub port: Option<String>,
}

impl Cp {
    /// The address to reach it from outside: the floating one, else the first fixed one.
    pub fn address(&self) -> Option<&str> {
        self.floating.as_deref().or_else(|| self.fixed.first().map(String::as_str))
    }
}

/// How to get into a host; what is not given comes from the request or from the defaults of the file.
#[derive(Debug, Clone, Default)]
pub struct Ssh {
    /// Login name.
    pub user: Option<String>,
    /// TCP port.
    pub port: Option<u16>,
    /// Private key file.
    pub key: Option<String>,
    /// Environment variable that holds the password.
    pub password_env: Option<String>,
    /// Expected host key fingerprint, `SHA256:…`.
    pub host_key: Option<String>,
    /// Jump hosts, `user@host:port`, separated by commas.
    pub jump: Option<String>,
}

impl Ssh {
    fn or(self, other: &Self) -> Self {
        let other = other.clone();
        Self {
            user: self.user.or(other.user),
            port: self.port.or(other.port),
            key: self.key.or(other.key),
            password_env: self.password_env.or(other.password_env),
            host_key: self.host_key.or(other.host_key),
            jump: self.jump.or(other.jump),
        }
    }
}

/// Reads an inventory file.
pub fn parse_inventory(source: SourceId, text: &str) -> (Inventory, Vec<Problem>) {
    let (root, faults) = yaml::parse_one(source, text);
    let problems = RefCell::new(faults.into_iter().map(|fault| Problem::at(KIND, fault.span, fault.message)).collect());
    let inventory = root.and_then(|root| read_inventory(&root, &problems)).unwrap_or_default();
    (inventory, problems.into_inner())
}

fn read_inventory(root: &Node, problems: &RefCell<Vec<Problem>>) -> Option<Inventory> {
    let fields = Fields::of(root, "the inventory", KIND, problems)?;
    match fields.get("vnfpkg_inventory") {
        Some(node) if node.as_int() == Some(FORMAT) => {}
        Some(node) => fields.report(
            node.span,
            format!("version `{}` of the inventory is not known; this vnfpkg reads {FORMAT}", node.text().unwrap_or("?")),
        ),
        None => {
            fields.report(root.span.head(), format!("the inventory does not say its version; begin it with `vnfpkg_inventory: {FORMAT}`"));
        }
    }
    let defaults = fields.get("ssh").map(|node| read_ssh(node, problems)).unwrap_or_default();
    let mut inventory =
        Inventory { instance: fields.text("instance").map(|text| text.value), flavour: fields.text("flavour"), vnfcs: Vec::new() };
    match fields.get("vnfcs").map(|node| (node, node.items())) {
        Some((_, Some(items))) => {
            inventory.vnfcs = items.iter().filter_map(|item| read_vnfc(item, &defaults, problems)).collect();
        }
        Some((node, None)) => fields.report(node.span, format!("`vnfcs` must be a list, not {}", node.describe())),
        None => fields.report(root.span.head(), "the inventory lacks `vnfcs`"),
    }
    fields.finish();
    Some(inventory)
}

fn read_vnfc(node: &Node, defaults: &Ssh, problems: &RefCell<Vec<Problem>>) -> Option<Vnfc> {
    let fields = Fields::of(node, "a VNFC", KIND, problems)?;
    let vdu = fields.required_text("vdu");
    let ssh = fields.get("ssh").map(|node| read_ssh(node, problems)).unwrap_or_default().or(defaults);
    let id = fields.text("id").map(|text| text.value).unwrap_or_default();
    let address = fields.text("address").map(|text| text.value);
    let cps = fields.get("cps").map(|node| read_cps(node, problems)).unwrap_or_default();
    let resource_id = fields.text("resource_id").map(|text| text.value);
    let zone = fields.text("zone").map(|text| text.value);
    fields.finish();
    let vdu = vdu?;
    Some(Vnfc { id, address, resource_id, zone, cps, ssh, place: Place::Span(vdu.span), vdu: vdu.value })
}

fn read_cps(node: &Node, problems: &RefCell<Vec<Problem>>) -> Vec<Cp> {
    let Some(entries) = node.entries() else {
        let message = format!("`cps` must map connection points to addresses, not be {}", node.describe());
        problems.borrow_mut().push(Problem::at(KIND, node.span, message));
        return Vec::new();
    };
    let mut cps = Vec::new();
    for entry in entries {
        let name = At::new(entry.key.text().unwrap_or("?").to_owned(), entry.key.span);
        if let Some(address) = entry.value.text().filter(|_| !entry.value.is_null()) {
            cps.push(Cp { name, fixed: vec![address.to_owned()], floating: None, port: None });
        } else if let Some(fields) = Fields::of(&entry.value, "a connection point", KIND, problems) {
            let fixed = fields.texts("fixed").into_iter().map(|text| text.value).collect();
            cps.push(Cp {
                name,
                fixed,
                floating: fields.text("floating").map(|text| text.value),
                port: fields.text("port").map(|text| text.value),
            });
            fields.finish();
        }
    }
    cps
}

fn read_ssh(node: &Node, problems: &RefCell<Vec<Problem>>) -> Ssh {
    let Some(fields) = Fields::of(node, "`ssh`", KIND, problems) else { return Ssh::default() };
    let text = |key| fields.text(key).map(|text| text.value);
    let ssh = Ssh {
        user: text("user"),
        port: fields.number("port", 1..=65_535).and_then(|port| u16::try_from(port).ok()),
        key: text("key"),
        password_env: text("password_env"),
        host_key: text("host_key"),
        jump: text("jump"),
    };
    fields.finish();
    ssh
}

/// Reads `VDU=[user@]address[:port]`; an IPv6 address stands in brackets when a port follows.
///
/// # Errors
/// One sentence that says what is wrong.
pub fn parse_host_argument(argument: &str) -> Result<Vnfc, String> {
    let form = "write VDU=[user@]address[:port]";
    let (vdu, rest) = argument.split_once('=').ok_or_else(|| format!("`{argument}` names no VDU; {form}"))?;
    let (user, address) = match rest.rsplit_once('@') {
        Some((user, address)) => (Some(user.to_owned()), address),
        None => (None, rest),
    };
    let (address, port) = split_port(address).ok_or_else(|| format!("`{rest}` has no valid port; {form}"))?;
    if vdu.is_empty() || address.is_empty() || user.as_deref() == Some("") {
        return Err(format!("`{argument}` is not complete; {form}"));
    }
    Ok(Vnfc {
        id: String::new(),
        vdu: vdu.to_owned(),
        place: Place::File("--host".into()),
        address: Some(address),
        resource_id: None,
        zone: None,
        cps: Vec::new(),
        ssh: Ssh { user, port, ..Ssh::default() },
    })
}

fn split_port(address: &str) -> Option<(String, Option<u16>)> {
    let port = |text: &str| text.parse::<u16>().ok().filter(|port| *port > 0);
    if let Some(rest) = address.strip_prefix('[') {
        let (inside, after) = rest.split_once(']')?;
        return match after.strip_prefix(':') {
            Some(text) => Some((inside.to_owned(), Some(port(text)?))),
            None if after.is_empty() => Some((inside.to_owned(), None)),
            None => None,
        };
    }
    match address.split_once(':') {
        Some((host, text)) if !text.contains(':') => Some((host.to_owned(), Some(port(text)?))),
        _ => Some((address.to_owned(), None)),
    }
}

/// What a flavour says about a VDU.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VduFacts {
    /// Name of the VDU.
    pub name: String,
    /// `min_number_of_instances` of its profile.
    pub min: u32,
    /// `max_number_of_instances` of its profile.
    pub max: u32,
    /// Where that is written.
    pub max_at: Option<Span>,
    /// Connection points bound to it.
    pub cps: Vec<String>,
}

/// Compares an inventory with the flavour: VDUs, counts, connection points, VNFCs named twice.
pub fn check_inventory(inventory: &Inventory, vdus: &[VduFacts]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for vnfc in &inventory.vnfcs {
        match vdus.iter().find(|vdu| vdu.name == vnfc.vdu) {
            Some(vdu) => problems.extend(check_cps(vnfc, vdu)),
            None => problems.push(unknown_vdu(vnfc, vdus)),
        }
    }
    for vdu in vdus {
        let count = inventory.vnfcs.iter().filter(|vnfc| vnfc.vdu == vdu.name).count();
        let limits = vdu.min as usize..=vdu.max.max(vdu.min) as usize;
        if !limits.contains(&count) {
            let place = inventory.vnfcs.iter().find(|vnfc| vnfc.vdu == vdu.name).map_or(Place::Package, |vnfc| vnfc.place.clone());
            let message = format!("{count} VNFCs of VDU `{}`, the flavour takes {} to {}", vdu.name, limits.start(), limits.end());
            let help = "name them with `--host VDU=user@address` or in the inventory";
            problems.push(Problem::new(ProblemKind::InventoryCount, place, message).help(help));
        }
    }
    for (at, vnfc) in inventory.vnfcs.iter().enumerate() {
        let twice = inventory.vnfcs[..at].iter().any(|other| !vnfc.id.is_empty() && other.id == vnfc.id);
        if twice {
            problems.push(Problem::new(ProblemKind::InventoryDuplicate, vnfc.place.clone(), format!("VNFC `{}` is there twice", vnfc.id)));
        }
    }
    problems
}

fn unknown_vdu(vnfc: &Vnfc, vdus: &[VduFacts]) -> Problem {
    let names: Vec<&str> = vdus.iter().map(|vdu| vdu.name.as_str()).collect();
    let help = did_you_mean(&vnfc.vdu, names.iter().copied()).unwrap_or_else(|| format!("its VDUs are {}", names.join(", ")));
    Problem::new(ProblemKind::InventoryVdu, vnfc.place.clone(), format!("the flavour has no VDU `{}`", vnfc.vdu)).help(help)
}

fn check_cps(vnfc: &Vnfc, vdu: &VduFacts) -> Vec<Problem> {
    let unknown = vnfc.cps.iter().filter(|cp| !vdu.cps.contains(&cp.name.value));
    let message = |cp: &Cp| format!("VDU `{}` has no connection point `{}`", vdu.name, cp.name.value);
    let help = |cp: &Cp| {
        did_you_mean(&cp.name.value, vdu.cps.iter().map(String::as_str)).unwrap_or_else(|| format!("it has {}", vdu.cps.join(", ")))
    };
    unknown.map(|cp| Problem::at(ProblemKind::InventoryCp, cp.name.span, message(cp)).help(help(cp))).collect()
}

#[cfg(test)]
mod tests {
    use vnfpkg_diag::Sources;

    use super::*;

    #[test]
    fn host_arguments() {
        let vnfc = parse_host_argument("VDU=ubuntu@10.0.0.5:2222").unwrap();
        assert_eq!(
            (vnfc.vdu.as_str(), vnfc.address.as_deref(), vnfc.ssh.user.as_deref(), vnfc.ssh.port),
            ("VDU", Some("10.0.0.5"), Some("ubuntu"), Some(2222))
        );
        assert_eq!(parse_host_argument("V=fe80::1").unwrap().address.as_deref(), Some("fe80::1"));
        assert_eq!(parse_host_argument("V=[fe80::1]:22").unwrap().ssh.port, Some(22));
        for wrong in ["10.0.0.5", "V=", "=x", "V=@x", "V=x:0", "V=x:port", "V=[x"] {
            assert!(parse_host_argument(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_inventory_is_compared_with_the_flavour() {
        let text = "vnfpkg_inventory: 1\nvnfcs:\n- {vdu: A, id: x, cps: {CP9: 10.0.0.1}}\n- {vdu: A, id: x, cps: {CP1: {floating: 1.2.3.4}}}\n- {vdu: Aa}\n- {vud: B}\n";
        let (inventory, mut problems) = parse_inventory(Sources::new().add("i", text), text);
        let vdus = [VduFacts { name: "A".into(), min: 1, max: 1, max_at: None, cps: vec!["CP1".into()] }];
        problems.extend(check_inventory(&inventory, &vdus));
        let kinds: Vec<_> = problems.iter().map(|problem| problem.kind).collect();
        use ProblemKind::{InventoryCount, InventoryCp, InventoryDuplicate, InventoryGrammar, InventoryVdu};
        assert_eq!(kinds, [InventoryGrammar, InventoryGrammar, InventoryCp, InventoryVdu, InventoryCount, InventoryDuplicate]);
    }
}
