//! The command line.

use camino::Utf8PathBuf;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::schema::SchemaArgs;
use crate::commands::status::StatusArgs;
use crate::commands::{completions, config, doctor, graph, init, man, reference, render, report};
use crate::environment::variables;
use crate::exit::Exit;
use crate::reports::{self, ReportArgument};
use crate::secrets::SecretArgs;
use crate::terminal::ColorChoice;

/// VNF packages (ETSI NFV SOL004, SOL001): check them, and run what they say about their VMs
#[derive(Debug, Parser)]
#[command(name = "vnfpkg", version, max_term_width = 100, propagate_version = true, after_long_help = after_help())]
pub(crate) struct Cli {
    /// When to use colour
    #[arg(long, global = true, value_enum, default_value_t, hide_possible_values = false)]
    pub(crate) color: ColorChoice,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a package of one's own from a template
    Init(init::InitArgs),
    /// Find every fault of packages, with file, line and remedy
    Validate(Box<crate::commands::validate::ValidateArgs>),
    /// List the rules that `validate` checks
    Rules(crate::commands::rules::RulesArgs),
    /// Explain a rule, with a bad and a good example
    Explain(ExplainArgs),
    /// Show what a package holds: VDUs, connection points, hooks, steps, parameters
    Inspect(InspectArgs),
    /// VNF instances of this machine: create, instantiate, show, list, heal, scale, modify, terminate, delete
    Lcm(crate::commands::lcm::LcmArgs),
    /// Print a management driver for Tacker that hands hooks to this program
    Driver(crate::commands::driver::DriverArgs),
    /// Make an inventory from what OpenStack says of a VNF instance
    Inventory(crate::commands::inventory::InventoryArgs),
    /// Make a CSAR from a folder, digests computed
    Pack(Box<crate::commands::pack::PackArgs>),
    /// Check signatures, certificates and digests of packages
    Verify(crate::commands::verify::VerifyArgs),
    /// Show the tasks of a lifecycle operation without touching a host
    Plan(PlanArgs),
    /// Show scripts and files as the hosts would get them
    Render(Box<render::RenderArgs>),
    /// Run a lifecycle operation on the VMs
    Run(Box<RunArgs>),
    /// Go on with a run that was cut off
    Resume(ResumeArgs),
    /// Look at runs: list, show, logs, prune
    Runs(RunsArgs),
    /// How VNF instances are: their newest run, and what it is doing
    Status(StatusArgs),
    /// Draw the steps or tasks of an operation, the critical path marked
    Graph(Box<graph::GraphArgs>),
    /// Make one HTML page of a run: timeline, logs, graph
    Report(report::ReportArgs),
    /// Look at hosts before a run: reach, host key, login, sudo, clock, disk, system
    Hosts(Box<crate::commands::hosts::HostsArgs>),
    /// Print the JSON Schema of a format
    Schema(SchemaArgs),
    /// Look whether this machine has what runs need
    Doctor(doctor::DoctorArgs),
    /// Show settings, and where they come from
    Config(config::ConfigArgs),
    /// Serve an editor over the Language Server Protocol on standard input and output
    Lsp,
    /// Print what a shell needs to complete commands and arguments
    Completions(completions::CompletionsArgs),
    /// Write the manual pages
    Man(man::ManArgs),
    /// Print a page of the reference
    #[command(hide = true)]
    Reference(reference::ReferenceArgs),
}

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// Code of the rule, such as MET07
    pub(crate) code: String,
}

/// Arguments of `inspect`.
#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// The package
    pub(crate) package: Utf8PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What a plan is made from.
#[derive(Debug, Args)]
pub(crate) struct SourceArgs {
    /// LCM operation or hook, such as instantiate_end
    #[arg(value_name = "OPERATION")]
    pub(crate) operation: String,
    /// The package
    pub(crate) package: Utf8PathBuf,
    /// Body of the LCM request: Tacker's parameter file as it is, or YAML
    #[arg(short, long, value_name = "FILE")]
    pub(crate) request: Option<Utf8PathBuf>,
    /// Where the VNFCs are: our inventory file, or a VNF instance as `vnfpkg inventory` takes it
    #[arg(short, long, value_name = "FILE")]
    pub(crate) inventory: Option<Utf8PathBuf>,
    /// A VNFC: VDU=[user@]address[:port], VDU=local for this machine; may repeat
    #[arg(long = "host", value_name = "VDU=ADDRESS")]
    pub(crate) hosts: Vec<String>,
    /// An address that belongs to no single VNFC, such as a cluster's virtual one: CP=address; may repeat
    #[arg(long = "vip", value_name = "CP=ADDRESS")]
    pub(crate) vips: Vec<String>,
    /// A VNFC that the operation is about (heal, scale); may repeat
    #[arg(long = "vnfc", value_name = "ID")]
    pub(crate) vnfcs: Vec<String>,
    /// Deployment flavour; default is the request's, or the only one
    #[arg(long, value_name = "ID")]
    pub(crate) flavour: Option<String>,
    /// Name of the VNF instance; runs of one instance exclude each other
    #[arg(long, value_name = "NAME")]
    pub(crate) instance: Option<String>,
}

/// Arguments of `plan`.
#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    #[command(flatten)]
    pub(crate) secrets: SecretArgs,
    /// Write the plan to this file, for `vnfpkg run --plan FILE`
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["json", "no_scripts"])]
    pub(crate) output: Option<Utf8PathBuf>,
    /// Print the tasks only, without their scripts
    #[arg(long)]
    pub(crate) no_scripts: bool,
    /// Print what sudo has to allow on the hosts, as a file for /etc/sudoers.d
    #[arg(long, conflicts_with_all = ["json", "no_scripts"])]
    pub(crate) sudoers: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// How hosts are reached.
#[derive(Debug, Clone, Args)]
pub(crate) struct SshArgs {
    /// Which host keys are accepted
    #[arg(long, value_enum, default_value_t = HostKeyPolicy::Strict)]
    pub(crate) host_key: HostKeyPolicy,
    /// Known-hosts file in place of ~/.ssh/known_hosts; may repeat
    #[arg(long, value_name = "FILE")]
    pub(crate) known_hosts: Vec<Utf8PathBuf>,
    /// SSH configuration in place of ~/.ssh/config; `none` reads none
    #[arg(long, value_name = "FILE")]
    pub(crate) ssh_config: Option<Utf8PathBuf>,
    /// Private key file, tried first; may repeat
    #[arg(long, value_name = "FILE")]
    pub(crate) identity: Vec<Utf8PathBuf>,
    /// Ask a silent host for a sign of life after so long; after three times that the connection counts as lost
    #[arg(long, value_name = "TIME", default_value = "15s", value_parser = duration)]
    pub(crate) keepalive: u64,
}

/// Which host keys are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum HostKeyPolicy {
    /// Those in the known-hosts files
    Strict,
    /// Also those of hosts that are not in them yet; they are added
    AcceptNew,
    /// Any; for throw-away hosts only
    Off,
}

/// How tasks are executed.
#[derive(Debug, Clone, Args)]
pub(crate) struct EngineArgs {
    /// Tasks at once, over all hosts
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(crate) parallel: u16,
    /// How long to wait for a host to answer
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration)]
    pub(crate) connect_wait: u64,
    /// How long to wait for a host whose connection broke
    #[arg(long, value_name = "TIME", default_value = "5m", value_parser = duration)]
    pub(crate) reconnect_wait: u64,
    /// Limit for the whole run
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) timeout: Option<u64>,
    /// Folder for runs and locks
    #[arg(long, value_name = "DIR")]
    pub(crate) state: Option<Utf8PathBuf>,
    /// How to print what happens
    #[arg(long, value_enum, default_value_t = RunFormat::Human)]
    pub(crate) format: RunFormat,
    #[arg(long = "report", value_name = "KIND=FILE", help = reports::help())]
    pub(crate) reports: Vec<ReportArgument>,
    /// End like a power cut when this record is in the journal; for tests
    #[arg(long, value_name = "N", hide = true)]
    pub(crate) cut_at_record: Option<u64>,
}

/// How a run is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RunFormat {
    /// For people, on standard error
    Human,
    /// The event stream, one JSON object a line, on standard output
    Jsonl,
}

/// Arguments of `run`.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    pub(crate) source: Option<SourceArgs>,
    /// Run this plan, which `vnfpkg plan --output FILE` wrote; refused when what it was made from has changed
    #[arg(long, value_name = "FILE", conflicts_with = "SourceArgs")]
    pub(crate) plan: Option<Utf8PathBuf>,
    #[command(flatten)]
    pub(crate) secrets: SecretArgs,
    #[command(flatten)]
    pub(crate) ssh: SshArgs,
    #[command(flatten)]
    pub(crate) engine: EngineArgs,
    /// Run probes only and say what would change; exit code 9 when something would
    #[arg(long)]
    pub(crate) check: bool,
    /// Show how files that steps write differ
    #[arg(long)]
    pub(crate) diff: bool,
    /// Only on these hosts: name, VNFC id or VDU, `*` matches anything; may repeat
    #[arg(long, value_name = "HOST")]
    pub(crate) limit: Vec<String>,
    /// Not on these hosts; may repeat
    #[arg(long, value_name = "HOST")]
    pub(crate) exclude: Vec<String>,
    /// Only these steps; may repeat
    #[arg(long = "step", value_name = "STEP")]
    pub(crate) steps: Vec<String>,
    /// This step and what comes after it
    #[arg(long, value_name = "STEP")]
    pub(crate) from: Option<String>,
    /// This step and what comes before it
    #[arg(long, value_name = "STEP")]
    pub(crate) until: Option<String>,
    /// Start nothing more after the first failure; what runs goes on to its end
    #[arg(long)]
    pub(crate) fail_fast: bool,
    /// Start nothing more when more hosts than this have failed: N, or N% of those selected
    #[arg(long, value_name = "N|N%")]
    pub(crate) max_fail: Option<String>,
    /// Hosts in batches, each after the one before it went well: 1,10%,100%
    #[arg(long, value_name = "SIZES")]
    pub(crate) batch: Option<String>,
}

/// Arguments of `resume`.
#[derive(Debug, Args)]
pub(crate) struct ResumeArgs {
    /// The run: its id or the beginning of it; default is the newest that can go on
    pub(crate) run: Option<String>,
    /// The request again, for its secrets; default is the file that the run was made from
    #[arg(short, long, value_name = "FILE")]
    pub(crate) request: Option<Utf8PathBuf>,
    #[command(flatten)]
    pub(crate) secrets: SecretArgs,
    /// Go on although package, request or inventory changed since
    #[arg(long)]
    pub(crate) allow_drift: bool,
    #[command(flatten)]
    pub(crate) ssh: SshArgs,
    #[command(flatten)]
    pub(crate) engine: EngineArgs,
}

/// Arguments of `runs`.
#[derive(Debug, Args)]
pub(crate) struct RunsArgs {
    /// Folder for runs and locks
    #[arg(long, value_name = "DIR", global = true)]
    pub(crate) state: Option<Utf8PathBuf>,
    #[command(subcommand)]
    pub(crate) action: RunsAction,
}

/// What to do with runs.
#[derive(Debug, Subcommand)]
pub(crate) enum RunsAction {
    /// All runs, newest last
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// What happened in a run
    Show {
        /// Its id or the beginning of it; default is the newest
        #[arg(default_value = "last")]
        run: String,
        /// Print the events as JSON lines
        #[arg(long)]
        jsonl: bool,
        #[arg(long = "report", value_name = "KIND=FILE", help = reports::help())]
        reports: Vec<ReportArgument>,
    },
    /// Output of the tasks of a run
    Logs {
        /// Its id or the beginning of it; default is the newest
        #[arg(default_value = "last")]
        run: String,
        /// Only tasks whose name holds this text
        #[arg(long, value_name = "TEXT")]
        task: Option<String>,
    },
    /// Remove old runs
    Prune {
        /// Keep so many of the newest
        #[arg(long, value_name = "N", default_value_t = 20)]
        keep: usize,
        /// Only those older than this
        #[arg(long, value_name = "TIME", value_parser = duration)]
        older_than: Option<u64>,
        /// Only say what would be removed
        #[arg(long)]
        dry_run: bool,
    },
}

/// Exit codes and environment, for the long help.
fn after_help() -> String {
    let mut text = String::from("Exit codes:\n");
    for (exit, about) in Exit::ALL {
        text.push_str(&format!("  {:>2}  {about}\n", exit as u8));
    }
    text.push_str("\nEnvironment:\n");
    for (name, about) in variables() {
        text.push_str(&format!("  {name:<21} {about}\n"));
    }
    text
}

/// A time span in milliseconds.
pub(crate) fn duration(text: &str) -> Result<u64, String> {
    vnfpkg_plan::lifecycle::parse_duration(text).ok_or_else(|| "write a whole number and ms, s, m or h, such as 30s".to_owned())
}
