//! Between inventories and the VNFCs of a record.

use camino::Utf8Path;
use serde_json::{Value, json};
use vnfpkg_diag::{Place, Sources, Span};
use vnfpkg_lcm::vim::StaticVim;
use vnfpkg_lcm::{Inputs, VnfcCp, VnfcRecord};
use vnfpkg_plan::inventory::{Cp, Inventory, Ssh, VduFacts, Vnfc, parse_host_argument};
use vnfpkg_plan::lifecycle::At;

use super::files::new_id;
use crate::commands::findings::Faults;
use crate::exit::Failure;
use crate::prepare::{Unprepared, inventory_of, read_input};

/// The driver `static` with the VMs that an operation was given.
pub(super) fn static_vim(inputs: &Inputs, vdus: &[VduFacts]) -> Result<StaticVim, Unprepared> {
    let mut faults = Faults::default();
    let mut inventory = Inventory::default();
    if let Some(path) = &inputs.inventory {
        let path = Utf8Path::new(path);
        let (text, _) = read_input("inventory", path)?;
        inventory = inventory_of(path, &text, &mut faults);
    }
    if faults.fatal() {
        return Err(Unprepared::Faults(Box::new(faults)));
    }
    for argument in &inputs.hosts {
        inventory.vnfcs.push(parse_host_argument(argument).map_err(Failure::usage)?);
    }
    let mut given = Vec::new();
    for vnfc in &inventory.vnfcs {
        let Some(vdu) = vdus.iter().find(|vdu| vdu.name == vnfc.vdu) else {
            let names: Vec<&str> = vdus.iter().map(|vdu| vdu.name.as_str()).collect();
            let failure = Failure::usage(format!("the flavour has no VDU `{}`", vnfc.vdu));
            return Err(failure.help(format!("its VDUs are {}", names.join(", "))).into());
        };
        given.push(record(vnfc, vdu));
    }
    Ok(StaticVim { given })
}

/// A VNFC of an inventory as a record. An address alone belongs to the first connection point of the VDU.
fn record(vnfc: &Vnfc, vdu: &VduFacts) -> VnfcRecord {
    let id = if vnfc.id.is_empty() { new_id() } else { vnfc.id.clone() };
    let cps = vdu.cps.iter().enumerate().map(|(at, name)| {
        let known = vnfc.cps.iter().find(|cp| cp.name.value == *name);
        let only = vnfc.address.clone().filter(|_| at == 0 && vnfc.cps.is_empty());
        VnfcCp {
            id: new_id(),
            cpd: name.clone(),
            fixed: known.map_or_else(|| only.into_iter().collect(), |cp| cp.fixed.clone()),
            floating: known.and_then(|cp| cp.floating.clone()),
        }
    });
    VnfcRecord {
        id,
        vdu: vnfc.vdu.clone(),
        resource_id: vnfc.resource_id.clone().unwrap_or_else(new_id),
        address: vnfc.address.clone(),
        cps: cps.collect(),
        access: access(&vnfc.ssh),
    }
}

fn access(ssh: &Ssh) -> Value {
    json!({
        "user": ssh.user, "port": ssh.port, "key": ssh.key,
        "password_env": ssh.password_env, "host_key": ssh.host_key, "jump": ssh.jump,
    })
}

fn ssh(access: &Value) -> Ssh {
    let text = |key: &str| access[key].as_str().map(str::to_owned);
    Ssh {
        user: text("user"),
        port: access["port"].as_u64().and_then(|port| u16::try_from(port).ok()),
        key: text("key"),
        password_env: text("password_env"),
        host_key: text("host_key"),
        jump: text("jump"),
    }
}

/// The inventory of an instance, for runs.
pub(super) fn inventory(instance: &str, flavour: &str, vnfcs: &[VnfcRecord]) -> Inventory {
    // A record has no places in a text.
    let nowhere = Span::new(Sources::new().add("record", ""), 0, 0);
    let at = |text: &str| At::new(text.to_owned(), nowhere);
    let cp = |cp: &VnfcCp| Cp { name: at(&cp.cpd), fixed: cp.fixed.clone(), floating: cp.floating.clone(), port: None };
    let vnfcs = vnfcs.iter().map(|vnfc| Vnfc {
        id: vnfc.id.clone(),
        vdu: vnfc.vdu.clone(),
        place: Place::Package,
        address: vnfc.address.clone(),
        resource_id: Some(vnfc.resource_id.clone()),
        zone: None,
        cps: vnfc.cps.iter().filter(|cp| !cp.fixed.is_empty() || cp.floating.is_some()).map(cp).collect(),
        ssh: ssh(&vnfc.access),
    });
    Inventory { instance: Some(instance.to_owned()), flavour: Some(at(flavour)), vnfcs: vnfcs.collect() }
}
