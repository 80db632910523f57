//! From an instance and what the VIM knows to an inventory, every mismatch named.

use vnfpkg_diag::Place;

use super::listing::{Floating, Listings, Server};
use super::read::{Instance, InstanceCp, InstanceVnfc};
use crate::inventory::{Cp, Inventory, Ssh, VduFacts, Vnfc, check_inventory};
use crate::problem::{Problem, ProblemKind};

/// An inventory and what does not fit together.
#[derive(Debug, Clone)]
pub struct Built {
    /// The inventory.
    pub inventory: Inventory,
    /// Mismatches between instance, listings and VNFD.
    pub problems: Vec<Problem>,
}

/// Makes the inventory. Without `vdus` it is not compared with a VNFD.
pub fn build_inventory(instance: &Instance, listings: &Listings, vdus: Option<&[VduFacts]>) -> Built {
    let mut problems = Vec::new();
    let vnfcs = instance.vnfcs.iter().map(|vnfc| build_vnfc(vnfc, listings, &mut problems)).collect();
    let inventory = Inventory { instance: Some(instance.id.clone()), flavour: instance.flavour.clone(), vnfcs, vips: Vec::new() };
    if let Some(vdus) = vdus {
        problems.extend(check_inventory(&inventory, vdus));
        problems.extend(instance.vnfcs.iter().flat_map(|vnfc| lacking_cps(vnfc, vdus)));
    }
    Built { inventory, problems }
}

fn build_vnfc(vnfc: &InstanceVnfc, listings: &Listings, problems: &mut Vec<Problem>) -> Vnfc {
    problems.extend(check_server(vnfc, listings));
    let server = server_of(vnfc, listings, problems);
    Vnfc {
        id: vnfc.id.value.clone(),
        vdu: vnfc.vdu.value.clone(),
        place: Place::Span(vnfc.vdu.span),
        address: None,
        resource_id: vnfc.resource.clone(),
        zone: vnfc.zone.clone().or_else(|| server?.zone.clone()),
        cps: vnfc.cps.iter().map(|cp| build_cp(cp, vnfc, listings, problems)).collect(),
        ssh: Ssh::default(),
    }
}

fn build_cp(cp: &InstanceCp, vnfc: &InstanceVnfc, listings: &Listings, problems: &mut Vec<Problem>) -> Cp {
    let port = cp.port.clone().or_else(|| only_port_of(vnfc, listings));
    let known = listings.ports.as_ref().and_then(|ports| ports.iter().find(|listed| Some(&listed.id) == port.as_ref()));
    let mut report = |message: String, help: &str| {
        problems.push(Problem::at(ProblemKind::InventoryCp, cp.cpd.span, message).help(help));
    };
    if let (Some(port), Some(_), None) = (&port, &listings.ports, known) {
        report(
            format!("the port {port} of connection point `{}` is not in the list of ports", cp.cpd.value),
            "list the ports again: the VNFC may have been replaced since",
        );
    }
    if let (Some(device), Some(server)) = (known.and_then(|port| port.device.as_ref()), &vnfc.resource)
        && device != server
    {
        report(
            format!("the port of connection point `{}` belongs to the server {device}, the VNFC is {server}", cp.cpd.value),
            "show the VNF instance again: the VNFC may have been replaced since",
        );
    }
    let fixed = known.map(|port| port.addresses.clone()).filter(|list| !list.is_empty()).unwrap_or_else(|| cp.addresses.clone());
    let leads_here = |floating: &&Floating| floating.port.is_some() && floating.port == port;
    let floating = listings.floating.iter().find(leads_here).map(|floating| floating.address.clone());
    if fixed.is_empty() && floating.is_none() {
        report(
            format!("no address is known for connection point `{}` of VNFC {}", cp.cpd.value, vnfc.id.value),
            "give the ports with `--ports FILE`, from `openstack port list -f json`",
        );
    }
    Cp { name: cp.cpd.clone(), fixed, floating, port }
}

/// The port of a server that has just one; instances of older Tackers do not name ports.
fn only_port_of(vnfc: &InstanceVnfc, listings: &Listings) -> Option<String> {
    let server = vnfc.resource.as_ref()?;
    let mut of_server = listings.ports.as_ref()?.iter().filter(|port| port.device.as_ref() == Some(server));
    let first = of_server.next()?;
    (of_server.next().is_none() && vnfc.cps.len() == 1).then(|| first.id.clone())
}

/// The server is in the stack, and is well.
fn check_server(vnfc: &InstanceVnfc, listings: &Listings) -> Option<Problem> {
    let (resources, server) = (listings.resources.as_ref()?, vnfc.resource.as_ref()?);
    let at = |message: String| Problem::at(ProblemKind::InventoryVdu, vnfc.vdu.span, message);
    match resources.iter().find(|resource| resource.id == *server) {
        None => {
            let servers: Vec<&str> =
                resources.iter().filter(|resource| resource.kind == "OS::Nova::Server").map(|resource| resource.id.as_str()).collect();
            let problem = at(format!("the stack has no server {server}, which the instance names for VNFC {}", vnfc.id.value));
            Some(problem.help(format!("its servers are {}; show the VNF instance again", servers.join(", "))))
        }
        Some(resource) if !resource.status.is_empty() && !resource.status.ends_with("_COMPLETE") => {
            Some(at(format!("the server {server} of VNFC {} is {}", vnfc.id.value, resource.status)).help("heal the VNFC"))
        }
        Some(_) => None,
    }
}

/// The server as the cloud knows it; one that is not there or does not run is a problem.
fn server_of<'a>(vnfc: &InstanceVnfc, listings: &'a Listings, problems: &mut Vec<Problem>) -> Option<&'a Server> {
    let (servers, id) = (listings.servers.as_ref()?, vnfc.resource.as_ref()?);
    let at = |message: String| Problem::at(ProblemKind::InventoryVdu, vnfc.vdu.span, message);
    let Some(server) = servers.iter().find(|server| server.id == *id) else {
        let problem = at(format!("there is no server {id}, which the instance names for VNFC {}", vnfc.id.value));
        problems.push(problem.help("show the VNF instance again: the VNFC may have been replaced since"));
        return None;
    };
    if !matches!(server.status.as_str(), "ACTIVE" | "") {
        problems.push(at(format!("the server {id} of VNFC {} is {}", vnfc.id.value, server.status)).help("start it, or heal the VNFC"));
    }
    Some(server)
}

/// Connection points that the VNFD binds to the VDU and the instance does not have.
fn lacking_cps(vnfc: &InstanceVnfc, vdus: &[VduFacts]) -> Vec<Problem> {
    let Some(vdu) = vdus.iter().find(|vdu| vdu.name == vnfc.vdu.value) else { return Vec::new() };
    let lacking = vdu.cps.iter().filter(|name| !vnfc.cps.iter().any(|cp| cp.cpd.value == **name));
    let message = |name: &String| format!("VNFC {} has no connection point `{name}`, which the VNFD binds to its VDU", vnfc.id.value);
    lacking.map(|name| Problem::at(ProblemKind::InventoryCp, vnfc.vdu.span, message(name))).collect()
}
