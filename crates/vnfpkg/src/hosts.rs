//! From the hosts of a plan to targets of a transport.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use vnfpkg_plan::model::{Plan, PlanHost, SudoMode};
use vnfpkg_plan::secrets::Secrets;
use vnfpkg_ssh::{SshOptions, SshTransport};
use vnfpkg_transport::local::LocalTransport;
use vnfpkg_transport::{Host, HostKeys, Sudo, Target, Transport};

use crate::cli::{HostKeyPolicy, SshArgs};
use crate::environment::{home, variable};
use crate::exit::Failure;
use crate::ssh_config;
use crate::terminal::Terminal;

/// The address that stands for this machine.
const LOCAL: &str = "local";

/// SSH for everything but the address `local`.
pub(crate) struct Hosts {
    ssh: SshTransport,
    local: LocalTransport,
}

impl Transport for Hosts {
    fn host(&self, target: &Target) -> Arc<dyn Host> {
        if target.address == LOCAL { self.local.host(target) } else { self.ssh.host(target) }
    }
}

/// The transport as the arguments and the environment ask for it.
pub(crate) fn transport(args: &SshArgs, terminal: &Terminal) -> Result<Hosts, Failure> {
    let home = home();
    let start = home.clone().unwrap_or_else(|| PathBuf::from("/"));
    let in_home = |path: &str| home.as_ref().map(|home| home.join(path));
    let mut known_hosts: Vec<PathBuf> = args.known_hosts.iter().map(|path| path.clone().into_std_path_buf()).collect();
    if known_hosts.is_empty() {
        known_hosts = in_home(".ssh/known_hosts").into_iter().chain([PathBuf::from("/etc/ssh/ssh_known_hosts")]).collect();
    }
    let identities = ["id_ed25519", "id_ecdsa", "id_rsa"].iter().filter_map(|name| in_home(&format!(".ssh/{name}"))).collect();
    let options = SshOptions {
        known_hosts,
        agent: variable("SSH_AUTH_SOCK").map(PathBuf::from),
        identities,
        default_user: variable("USER"),
        keepalive: Duration::from_millis(args.keepalive),
        config: ssh_config::read(args, home.as_ref(), terminal)?,
        home,
        ..SshOptions::default()
    };
    Ok(Hosts { ssh: SshTransport::new(options), local: LocalTransport::new(start) })
}

/// One target per host of the plan, in its order.
pub(crate) fn targets(plan: &Plan, secrets: &Secrets, args: &SshArgs) -> Result<Vec<Target>, Failure> {
    plan.hosts.iter().map(|host| target(host, secrets, args)).collect()
}

/// How a host of the plan is reached.
pub(crate) fn target(host: &PlanHost, secrets: &Secrets, args: &SshArgs) -> Result<Target, Failure> {
    let password = host.password.as_ref().and_then(|name| secrets.get(name)).cloned();
    let keys: Vec<String> = args.identity.iter().map(ToString::to_string).chain(host.keys.iter().cloned()).collect();
    let host_keys = match (&args.host_key, host.host_key_fingerprints.is_empty()) {
        (HostKeyPolicy::Off, _) => HostKeys::Off,
        (_, false) => HostKeys::Fingerprints(host.host_key_fingerprints.clone()),
        (HostKeyPolicy::Strict, true) => HostKeys::KnownHosts,
        (HostKeyPolicy::AcceptNew, true) => HostKeys::AcceptNew,
    };
    let jump = host.jump.iter().map(|hop| jump_target(hop, &host_keys)).collect::<Result<_, _>>()?;
    Ok(Target {
        port: host.port,
        user: host.user.clone(),
        sudo: match (host.sudo, &password) {
            (SudoMode::Root, _) => Sudo::Root,
            (SudoMode::Auto, Some(password)) => Sudo::Password(password.clone()),
            (SudoMode::Auto, None) => Sudo::NoPassword,
        },
        password,
        keys,
        host_keys,
        jump,
        ..Target::new(&host.name, &host.address)
    })
}

fn jump_target(hop: &str, host_keys: &HostKeys) -> Result<Target, Failure> {
    let vnfc = vnfpkg_plan::inventory::parse_host_argument(&format!("jump={hop}"))
        .map_err(|_| Failure::usage(format!("`{hop}` is no jump host")).help("write user@address:port"))?;
    let mut target = Target::new(hop, vnfc.address.unwrap_or_default());
    target.user = vnfc.ssh.user;
    target.port = vnfc.ssh.port.unwrap_or(22);
    target.host_keys = match host_keys {
        HostKeys::Fingerprints(_) => HostKeys::KnownHosts,
        other => other.clone(),
    };
    Ok(target)
}
