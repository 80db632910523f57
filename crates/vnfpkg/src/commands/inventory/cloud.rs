//! `vnfpkg inventory --cloud`: listings that the APIs of the cloud give. Where `clouds.yaml` is, is as in openstacksdk.

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::Value;
use vnfpkg_openstack::{Cloud, OpenStackError, Session, Survey, Texts, Wanted, read_clouds, survey};
use vnfpkg_plan::instance::{Instance, Listings, parse_floating, parse_ports, parse_resources, parse_servers};

use super::parsed;
use crate::commands::findings::Faults;
use crate::environment::{home, variable};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Which cloud is asked.
#[derive(Debug, Args)]
pub(super) struct CloudArgs {
    /// Ask the APIs of this cloud of clouds.yaml for servers, ports, floating addresses and stack resources; without a name that
    /// of OS_CLOUD
    #[arg(long, value_name = "NAME", num_args = 0..=1, default_missing_value = "", conflicts_with_all = ["ports", "floating", "resources", "servers"])]
    cloud: Option<String>,
    /// The stack of the instance, by name or id; default is `vnf-` and the id of the instance, if there is such a stack
    #[arg(long, value_name = "STACK", requires = "cloud")]
    stack: Option<String>,
}

impl CloudArgs {
    /// The cloud's name; `None` when none is to be asked.
    pub(super) fn name(&self) -> Result<Option<String>, Failure> {
        match self.cloud.as_deref() {
            None => Ok(None),
            Some("") => variable("OS_CLOUD")
                .map(Some)
                .ok_or_else(|| Failure::usage("it is not said which cloud to ask").help("name it with `--cloud NAME`, or set OS_CLOUD")),
            Some(name) => Ok(Some(name.to_owned())),
        }
    }
}

/// Asks the cloud.
pub(super) fn listings(
    name: &str,
    args: &CloudArgs,
    instance: &Instance,
    faults: &mut Faults,
    terminal: &Terminal,
) -> Result<Listings, Failure> {
    let cloud = read_cloud(name)?;
    if !cloud.verify {
        terminal.err(&format!("cloud `{name}`: `verify` is false, so anybody on the way can read the login and change the answers\n"));
    }
    let ca = cloud.cacert.as_deref().map(read_ca).transpose()?;
    let session = Session::open(&cloud, ca.as_deref()).map_err(|error| failure(&error))?;
    let wanted = wanted(instance, args.stack.as_deref());
    let found = survey(&session, &wanted).map_err(|error| failure(&error))?;
    if let (Some(stack), None) = (&args.stack, &found.resources) {
        return Err(
            Failure::usage(format!("cloud `{name}` has no stack `{stack}`")).help("`openstack stack list` shows all of the project")
        );
    }
    Ok(read_listings(name, &found, faults))
}

fn wanted(instance: &Instance, stack: Option<&str>) -> Wanted {
    let ports = instance.vnfcs.iter().flat_map(|vnfc| &vnfc.cps).filter_map(|cp| cp.port.clone());
    Wanted {
        servers: instance.vnfcs.iter().filter_map(|vnfc| vnfc.resource.clone()).collect(),
        ports: ports.collect(),
        stack: stack.map_or_else(|| format!("vnf-{}", instance.id), str::to_owned),
    }
}

fn read_listings(name: &str, found: &Survey, faults: &mut Faults) -> Listings {
    let text = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default();
    let of = |what: &str| format!("{what} of cloud {name}");
    Listings {
        ports: Some(parsed(&of("ports"), &text(&found.ports), faults, parse_ports)),
        floating: parsed(&of("floating addresses"), &text(&found.floating), faults, parse_floating),
        resources: found.resources.as_ref().map(|value| parsed(&of("stack resources"), &text(value), faults, parse_resources)),
        servers: Some(parsed(&of("servers"), &text(&found.servers), faults, parse_servers)),
    }
}

fn read_cloud(name: &str) -> Result<Cloud, Failure> {
    let Some((file, text)) = first_of("clouds.yaml", "OS_CLIENT_CONFIG_FILE")? else {
        return Err(Failure::usage("there is no clouds.yaml").help(
            "it is looked for in this folder, in ~/.config/openstack and in /etc/openstack; OS_CLIENT_CONFIG_FILE names another file",
        ));
    };
    let secure = first_of("secure.yaml", "OS_CLIENT_SECURE_FILE")?;
    let texts = Texts { clouds: (&file, &text), secure: secure.as_ref().map(|(file, text)| (file.as_str(), text.as_str())) };
    read_clouds(&texts, name).map_err(|error| failure(&error))
}

/// The first file of that name that is there: its path and content.
fn first_of(name: &str, named_by: &str) -> Result<Option<(String, String)>, Failure> {
    let named = variable(named_by).map(PathBuf::from);
    let folders = [Some(PathBuf::new()), home().map(|home| home.join(".config/openstack")), Some("/etc/openstack".into())];
    let places = named.clone().into_iter().chain(folders.into_iter().flatten().map(|folder| folder.join(name)));
    for path in places {
        if path.is_file() || named.as_ref() == Some(&path) {
            let bytes = read(&path)?;
            let text = String::from_utf8(bytes).map_err(|_| Failure::usage(format!("{} is not UTF-8", path.display())))?;
            return Ok(Some((path.display().to_string(), text)));
        }
    }
    Ok(None)
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| Failure::usage(format!("cannot read {}: {error}", path.display())))
}

fn read_ca(path: &str) -> Result<Vec<u8>, Failure> {
    match (path.strip_prefix("~/"), home()) {
        (Some(rest), Some(home)) => read(&home.join(rest)),
        _ => read(Path::new(path)),
    }
}

fn failure(error: &OpenStackError) -> Failure {
    let exit = match error {
        OpenStackError::Unreachable { .. } | OpenStackError::Refused { .. } => Exit::Unreachable,
        _ => Exit::Usage,
    };
    Failure::new(exit, error.to_string()).help(error.help())
}
