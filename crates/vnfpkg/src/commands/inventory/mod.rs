//! `vnfpkg inventory`

mod cloud;

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use vnfpkg_diag::Sources;
use vnfpkg_lint::Options;
use vnfpkg_plan::instance::{
    Instance, Listings, build_inventory, inventory_yaml, parse_floating, parse_instance, parse_ports, parse_resources, parse_servers,
};
use vnfpkg_plan::inventory::VduFacts;
use vnfpkg_plan::problem::Problem;

use self::cloud::CloudArgs;
use super::findings::{Faults, show};
use crate::exit::{CommandResult, Exit, Failure};
use crate::prepare::{open, read_input};
use crate::terminal::Terminal;

/// Arguments of `inventory`.
#[derive(Debug, Args)]
pub(crate) struct InventoryArgs {
    /// The VNF instance: `openstack vnflcm show ID` as a table, with `-f json` or `-f yaml`, or the body of `GET /vnf_instances/ID`
    #[arg(value_name = "INSTANCE")]
    instance: Utf8PathBuf,
    /// Ports: `openstack port list --long -f json`, or Neutron's answer
    #[arg(long, value_name = "FILE")]
    ports: Option<Utf8PathBuf>,
    /// Floating addresses: `openstack floating ip list -f json`
    #[arg(long, value_name = "FILE")]
    floating: Option<Utf8PathBuf>,
    /// Resources of the stack, to see whether the servers are there: `openstack stack resource list STACK -n 2 -f json`
    #[arg(long, value_name = "FILE")]
    resources: Option<Utf8PathBuf>,
    /// Servers, to see whether they run: `openstack server list -f json`
    #[arg(long, value_name = "FILE")]
    servers: Option<Utf8PathBuf>,
    #[command(flatten)]
    cloud: CloudArgs,
    /// The package, to compare VDUs, connection points and counts with
    #[arg(long)]
    package: Option<Utf8PathBuf>,
    /// Write the inventory to this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<Utf8PathBuf>,
}

/// Makes an inventory from what OpenStack says.
pub(crate) fn run(args: &InventoryArgs, terminal: &Terminal) -> CommandResult {
    let mut faults = Faults::default();
    let instance = read_instance(&args.instance, &mut faults)?;
    let mut listings = read_listings(args, &mut faults)?;
    let Some(instance) = instance.filter(|_| !faults.fatal()) else {
        show(&mut faults, terminal);
        return Ok(Exit::Findings);
    };
    if let Some(name) = args.cloud.name()? {
        listings = cloud::listings(&name, &args.cloud, &instance, &mut faults, terminal)?;
    }
    let vdus = args.package.as_ref().map(|package| vdus(package, &instance)).transpose()?;
    let built = build_inventory(&instance, &listings, vdus.as_deref());
    faults.add_plan(&built.problems);
    let fatal = faults.fatal();
    show(&mut faults, terminal);
    if fatal {
        return Ok(Exit::Findings);
    }
    let text = inventory_yaml(&built.inventory);
    match &args.output {
        Some(path) => std::fs::write(path, text).map_err(|error| Failure::usage(format!("cannot write {path}: {error}")))?,
        None => terminal.out(&text),
    }
    Ok(Exit::Ok)
}

fn read_instance(path: &Utf8Path, faults: &mut Faults) -> Result<Option<Instance>, Failure> {
    let (text, _) = read_input("VNF instance", path)?;
    let (instance, problems) = parse_instance(path.as_str(), &text, &mut faults.sources);
    faults.add_plan(&problems);
    Ok(instance)
}

fn read_listings(args: &InventoryArgs, faults: &mut Faults) -> Result<Listings, Failure> {
    let mut listings = Listings::default();
    if let Some(path) = &args.ports {
        listings.ports = Some(listing("port list", path, faults, parse_ports)?);
    }
    if let Some(path) = &args.floating {
        listings.floating = listing("list of floating addresses", path, faults, parse_floating)?;
    }
    if let Some(path) = &args.resources {
        listings.resources = Some(listing("list of stack resources", path, faults, parse_resources)?);
    }
    if let Some(path) = &args.servers {
        listings.servers = Some(listing("list of servers", path, faults, parse_servers)?);
    }
    Ok(listings)
}

fn listing<T>(
    kind: &str,
    path: &Utf8Path,
    faults: &mut Faults,
    parse: impl Fn(vnfpkg_diag::SourceId, &str) -> (Vec<T>, Vec<Problem>),
) -> Result<Vec<T>, Failure> {
    let (text, _) = read_input(kind, path)?;
    Ok(parsed(path.as_str(), &text, faults, parse))
}

fn parsed<T>(name: &str, text: &str, faults: &mut Faults, parse: impl Fn(vnfpkg_diag::SourceId, &str) -> (Vec<T>, Vec<Problem>)) -> Vec<T> {
    let source = faults.sources.add(name, text);
    let (items, problems) = parse(source, text);
    faults.add_plan(&problems);
    items
}

/// The VDUs of the flavour that the instance has.
fn vdus(path: &Utf8Path, instance: &Instance) -> Result<Vec<VduFacts>, Failure> {
    let package = open(path)?;
    let report = vnfpkg_lint::validate(&package, &mut Sources::new(), &Options { digests: false, ..Options::default() });
    let vnfd = report.vnfd.as_ref().ok_or_else(|| Failure::usage(format!("{path} has no VNFD that can be read")))?;
    let wanted = instance.flavour.as_ref().map(|flavour| flavour.value.as_str()).unwrap_or_default();
    let ids: Vec<&str> = vnfd.flavours.iter().map(|flavour| flavour.id.as_str()).collect();
    let flavour = vnfd.flavour(wanted).ok_or_else(|| {
        Failure::new(Exit::Findings, format!("the instance has the flavour `{wanted}`, which is not in the VNFD of {path}"))
            .help(format!("its flavours are {}", ids.join(", ")))
    })?;
    Ok(vnfpkg_lint::vdu_facts(flavour))
}
