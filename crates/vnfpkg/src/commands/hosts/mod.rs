//! `vnfpkg hosts check`

mod check;
mod look;
mod report;
mod table;

use camino::Utf8PathBuf;
use clap::{Args, Subcommand};
use vnfpkg_plan::inventory::{Inventory, Vnfc};
use vnfpkg_plan::model::{Part, PlanHost, SudoMode};

use self::check::Limits;
use self::report::Report;
use super::findings::{Faults, show_unprepared};
use crate::cli::{SshArgs, duration};
use crate::environment::variable;
use crate::exit::{CommandResult, Exit, Failure};
use crate::hosts;
use crate::prepare::{Unprepared, read_inventory};
use crate::terminal::Terminal;

/// Arguments of `hosts`.
#[derive(Debug, Args)]
pub(crate) struct HostsArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Can a run work on these hosts? Changes nothing on them; exit code 5 when one fails a check
    Check(CheckArgs),
}

/// Arguments of `hosts check`.
#[derive(Debug, Args)]
struct CheckArgs {
    /// Where the VNFCs are
    #[arg(short, long, value_name = "FILE")]
    inventory: Option<Utf8PathBuf>,
    /// A VNFC: VDU=[user@]address[:port], VDU=local for this machine; may repeat
    #[arg(long = "host", value_name = "VDU=ADDRESS")]
    hosts: Vec<String>,
    /// Login name for hosts that name none
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Environment variable with the login password, for hosts that name none
    #[arg(long, value_name = "VARIABLE")]
    password_env: Option<String>,
    #[command(flatten)]
    ssh: SshArgs,
    /// Do not ask for sudo: no step needs root
    #[arg(long)]
    no_sudo: bool,
    /// Free space that the file system of the login user's home must have
    #[arg(long, value_name = "MIB", default_value_t = 512)]
    min_free: u64,
    /// How far the host's clock may be from this machine's
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration)]
    max_clock_skew: u64,
    /// How long to wait for a host to answer
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = duration)]
    connect_wait: u64,
    /// Hosts at once
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=1024))]
    parallel: u16,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Looks at hosts.
pub(crate) fn run(args: &HostsArgs, terminal: &Terminal) -> CommandResult {
    let Action::Check(args) = &args.action;
    let mut faults = Faults::default();
    let (inventory, _, mut secrets) = read_inventory(args.inventory.as_deref(), &args.hosts, &mut faults)?;
    if faults.fatal() {
        return show_unprepared(Unprepared::Faults(Box::new(faults)), terminal);
    }
    if let Some(name) = &args.password_env {
        let value = variable(name).ok_or_else(|| Failure::usage(format!("the environment variable `{name}` is not set")))?;
        secrets.insert(DEFAULT_PASSWORD.to_owned(), value);
    }
    let hosts = plan_hosts(&inventory, args)?;
    let transport = hosts::transport(&args.ssh, terminal)?;
    let targets = hosts.iter().map(|host| hosts::target(host, &secrets, &args.ssh)).collect::<Result<Vec<_>, _>>()?;
    let limits = Limits {
        sudo: !args.no_sudo,
        min_free: args.min_free,
        max_clock_skew: std::time::Duration::from_millis(args.max_clock_skew),
        connect_wait: std::time::Duration::from_millis(args.connect_wait),
    };
    let reports = check::all(&transport, &hosts, &targets, &limits, usize::from(args.parallel));
    show(&reports, args.json, terminal)
}

/// Name of the secret for hosts without a password of their own.
const DEFAULT_PASSWORD: &str = "hosts.password";

fn show(reports: &[Report], json: bool, terminal: &Terminal) -> CommandResult {
    if json {
        let text = serde_json::to_string_pretty(&report::Document::of(reports));
        terminal.out(&format!("{}\n", text.map_err(|error| Failure::new(Exit::Bug, error.to_string()))?));
    } else {
        terminal.out(&table::table(reports, terminal));
    }
    Ok(if reports.iter().all(Report::ok) { Exit::Ok } else { Exit::Unreachable })
}

/// The hosts as a plan would name them.
fn plan_hosts(inventory: &Inventory, args: &CheckArgs) -> Result<Vec<PlanHost>, Failure> {
    let mut hosts: Vec<PlanHost> = Vec::new();
    for vnfc in &inventory.vnfcs {
        let number = hosts.iter().filter(|host| host.vdu == vnfc.vdu).count() + 1;
        let name = format!("{}-{number}", vnfc.vdu);
        let address = address(vnfc)
            .ok_or_else(|| Failure::usage(format!("{name} has no address")).help("give `address`, or `cps: {NAME: {fixed: [ADDRESS]}}`"))?;
        let user = vnfc.ssh.user.clone().or_else(|| args.user.clone());
        let own = format!("host.{}.password", vnfc.vdu_key());
        let default = args.password_env.as_ref().map(|_| DEFAULT_PASSWORD.to_owned());
        hosts.push(PlanHost {
            id: if vnfc.id.is_empty() { name.clone() } else { vnfc.id.clone() },
            name,
            vdu: vnfc.vdu.clone(),
            address: address.to_owned(),
            port: vnfc.ssh.port.unwrap_or(22),
            sudo: if user.as_deref() == Some("root") { SudoMode::Root } else { SudoMode::Auto },
            user,
            password: vnfc.ssh.password_env.as_ref().map(|_| own).or(default),
            keys: vnfc.ssh.key.iter().cloned().collect(),
            host_key_fingerprints: vnfc.ssh.host_key.iter().cloned().collect(),
            jump: vnfc.ssh.jump.iter().flat_map(|jump| jump.split(',')).map(|hop| hop.trim().to_owned()).collect(),
            part: Part::default(),
        });
    }
    Ok(hosts)
}

fn address(vnfc: &Vnfc) -> Option<&str> {
    vnfc.address.as_deref().or_else(|| vnfc.cps.iter().find_map(|cp| cp.address()))
}
