//! `vnfpkg lcm`: VNF instances of this machine, with the commands and words of `openstack vnflcm`.

mod action;
mod clients;
mod create;
mod files;
mod hook;
mod operate;
mod output;
mod scaling;
mod vms;

use camino::Utf8PathBuf;
use clap::{Args, Subcommand, ValueEnum};
use vnfpkg_lcm::{LcmError, Records};

use self::files::StateFiles;
use crate::cli::{EngineArgs, SshArgs};
use crate::environment::state_folder;
use crate::exit::{CommandResult, Exit, Failure};
use crate::terminal::Terminal;

/// Arguments of `lcm`.
#[derive(Debug, Args)]
pub(crate) struct LcmArgs {
    #[command(subcommand)]
    action: LcmAction,
}

/// What to do with VNF instances.
#[derive(Debug, Subcommand)]
enum LcmAction {
    /// Make a VNF instance of a package
    Create(create::CreateArgs),
    /// Give it VMs: instantiate_start, the VIM, instantiate_end
    Instantiate(Box<InstantiateArgs>),
    /// Show one
    Show(ShowArgs),
    /// List all
    List(ListArgs),
    /// Replace VMs: heal_start, the VIM, heal_end
    Heal(Box<HealArgs>),
    /// Add or remove VMs: scale_start, the VIM, scale_end
    Scale(Box<ScaleArgs>),
    /// Change parameters of a VNF that runs: modify_information_start, modify_information_end
    Modify(Box<ModifyArgs>),
    /// Take its VMs away: terminate_start, the VIM, terminate_end
    Terminate(Box<TerminateArgs>),
    /// Forget it; it must have no VMs
    Delete(DeleteArgs),
    /// Run one hook of an instance alone, such as heal_start from a timer to keep a copy of what it saves
    Hook(Box<HookArgs>),
    /// LCM operation occurrences: list, show, retry, rollback, fail
    Op(OpArgs),
}

/// How records are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OutputFormat {
    /// For people.
    Table,
    /// JSON.
    Json,
    /// YAML.
    Yaml,
}

/// How records are printed, and where they are.
#[derive(Debug, Args)]
struct RecordArgs {
    /// How to print
    #[arg(short, long, value_enum, default_value = "table")]
    format: OutputFormat,
    /// Folder for instances, runs and locks
    #[arg(long, value_name = "DIR")]
    state: Option<Utf8PathBuf>,
}

/// How hooks are run.
#[derive(Debug, Args)]
struct RunningArgs {
    #[command(flatten)]
    ssh: SshArgs,
    #[command(flatten)]
    engine: EngineArgs,
}

/// VMs that are there already.
#[derive(Debug, Args)]
struct VmArgs {
    /// The VMs, as an inventory file
    #[arg(short, long, value_name = "FILE")]
    inventory: Option<Utf8PathBuf>,
    /// A VM: VDU=[user@]address[:port]; may repeat
    #[arg(long = "host", value_name = "VDU=ADDRESS")]
    hosts: Vec<String>,
}

#[derive(Debug, Args)]
struct InstantiateArgs {
    /// Id of the VNF instance, the beginning of it, or its name
    instance: String,
    /// Body of the InstantiateVnfRequest: Tacker's parameter file as it is
    #[arg(value_name = "PARAM_FILE")]
    request: Utf8PathBuf,
    #[command(flatten)]
    vms: VmArgs,
    #[command(flatten)]
    running: RunningArgs,
}

#[derive(Debug, Args)]
struct ShowArgs {
    /// Id of the VNF instance, the beginning of it, or its name
    instance: String,
    #[command(flatten)]
    records: RecordArgs,
}

#[derive(Debug, Args)]
struct ListArgs {
    #[command(flatten)]
    records: RecordArgs,
}

#[derive(Debug, Args)]
struct HealArgs {
    /// Id of the VNF instance, the beginning of it, or its name
    instance: String,
    /// A VNFC to heal; may repeat. Without any the whole VNF is healed
    #[arg(long = "vnfc-instance", value_name = "ID", num_args = 1..)]
    vnfcs: Vec<String>,
    /// Why
    #[arg(long)]
    cause: Option<String>,
    #[command(flatten)]
    vms: VmArgs,
    #[command(flatten)]
    running: RunningArgs,
}

#[derive(Debug, Args)]
struct ScaleArgs {
    /// Id of the VNF instance, the beginning of it, or its name
    instance: String,
    /// Which way
    #[arg(long = "type", value_name = "SCALE_OUT|SCALE_IN", value_parser = ["SCALE_OUT", "SCALE_IN"])]
    scale_type: String,
    /// The scaling aspect
    #[arg(long, value_name = "ID")]
    aspect_id: String,
    /// How many steps
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    number_of_steps: u32,
    #[command(flatten)]
    vms: VmArgs,
    #[command(flatten)]
    running: RunningArgs,
}

#[derive(Debug, Args)]
struct ModifyArgs {
    /// Id of the VNF instance, the beginning of it, or its name
    instance: String,
    /// The parameter file from now on; default is the one that the instance has
    #[arg(value_name = "PARAM_FILE")]
    request: Option<Utf8PathBuf>,
    /// Write a new address into the parameter file wherever it names the old one; may repeat
    #[arg(long = "address", value_name = "OLD=NEW")]
    addresses: Vec<String>,
    #[command(flatten)]
    running: RunningArgs,
}

#[derive(Debug, Args)]
struct TerminateArgs {
    /// Id of the VNF instance, the beginning of it, or its name
    instance: String,
    /// How
    #[arg(long, value_name = "GRACEFUL|FORCEFUL", default_value = "GRACEFUL", value_parser = ["GRACEFUL", "FORCEFUL"])]
    termination_type: String,
    #[command(flatten)]
    running: RunningArgs,
}

#[derive(Debug, Args)]
struct DeleteArgs {
    /// Id of the VNF instance, the beginning of it, or its name
    instance: String,
    /// Folder for instances, runs and locks
    #[arg(long, value_name = "DIR")]
    state: Option<Utf8PathBuf>,
}

#[derive(Debug, Args)]
struct HookArgs {
    /// Id of the VNF instance, the beginning of it, or its name
    instance: String,
    /// The hook, such as heal_start
    operation: String,
    /// Only for this VNFC; may repeat
    #[arg(long = "vnfc-instance", value_name = "ID")]
    vnfcs: Vec<String>,
    #[command(flatten)]
    running: RunningArgs,
}

#[derive(Debug, Args)]
struct OpArgs {
    #[command(subcommand)]
    action: OpAction,
}

#[derive(Debug, Subcommand)]
enum OpAction {
    /// All operation occurrences, the newest last
    List {
        #[command(flatten)]
        records: RecordArgs,
    },
    /// Show one
    Show {
        /// Its id or the beginning of it
        op: String,
        #[command(flatten)]
        records: RecordArgs,
    },
    /// Go on with one that failed, at the point where it failed
    Retry {
        /// Its id or the beginning of it
        op: String,
        #[command(flatten)]
        running: Box<RunningArgs>,
    },
    /// Undo one that failed: an instantiation or a scale-out
    Rollback {
        /// Its id or the beginning of it
        op: String,
        #[command(flatten)]
        running: Box<RunningArgs>,
    },
    /// Give one up that failed; nothing is undone
    Fail {
        /// Its id or the beginning of it
        op: String,
        /// Folder for instances, runs and locks
        #[arg(long, value_name = "DIR")]
        state: Option<Utf8PathBuf>,
    },
}

/// Does what the command line asks for.
pub(crate) fn run(args: &LcmArgs, terminal: &Terminal) -> CommandResult {
    match &args.action {
        LcmAction::Create(args) => create::create(args, terminal),
        LcmAction::Instantiate(args) => operate::instantiate(args, terminal),
        LcmAction::Show(args) => show(args, terminal),
        LcmAction::List(args) => list(args, terminal),
        LcmAction::Heal(args) => operate::heal(args, terminal),
        LcmAction::Scale(args) => operate::scale(args, terminal),
        LcmAction::Modify(args) => operate::modify(args, terminal),
        LcmAction::Terminate(args) => operate::terminate(args, terminal),
        LcmAction::Delete(args) => delete(args, terminal),
        LcmAction::Hook(args) => operate::hook_alone(args, terminal),
        LcmAction::Op(args) => op(args, terminal),
    }
}

/// The files of the records.
fn state_files(argument: Option<&Utf8PathBuf>) -> Result<StateFiles, Failure> {
    Ok(StateFiles::new(state_folder(argument)?))
}

impl From<LcmError> for Failure {
    fn from(error: LcmError) -> Self {
        let failure = Self::usage(error.to_string());
        match &error {
            LcmError::Unknown { what: "VNF instance", .. } => failure.help("`vnfpkg lcm list` shows all"),
            LcmError::Unknown { .. } => failure.help("`vnfpkg lcm op list` shows all"),
            LcmError::Busy { op, .. } => failure.help(format!(
                "`vnfpkg lcm op retry {op}` goes on, `vnfpkg lcm op fail {op}` gives it up, `vnfpkg lcm op rollback {op}` undoes it where that can be"
            )),
            _ => failure,
        }
    }
}

fn show(args: &ShowArgs, terminal: &Terminal) -> CommandResult {
    let files = state_files(args.records.state.as_ref())?;
    let instance = Records::new(&files).instance(&args.instance)?;
    terminal.out(&output::record(&vnfpkg_lcm::instance_columns(&instance), args.records.format));
    Ok(Exit::Ok)
}

fn list(args: &ListArgs, terminal: &Terminal) -> CommandResult {
    let files = state_files(args.records.state.as_ref())?;
    let rows: Vec<_> = Records::new(&files).instances()?.iter().map(vnfpkg_lcm::list_columns).collect();
    terminal.out(&output::rows(&rows, args.records.format));
    Ok(Exit::Ok)
}

fn delete(args: &DeleteArgs, terminal: &Terminal) -> CommandResult {
    let files = state_files(args.state.as_ref())?;
    let records = Records::new(&files);
    let instance = records.instance(&args.instance)?;
    records.delete(&instance)?;
    files.forget(&instance.id)?;
    terminal.out(&format!("Vnf instance '{}' is deleted successfully\n", instance.id));
    Ok(Exit::Ok)
}

fn op(args: &OpArgs, terminal: &Terminal) -> CommandResult {
    match &args.action {
        OpAction::List { records } => {
            let files = state_files(records.state.as_ref())?;
            let rows: Vec<_> = Records::new(&files).operations()?.iter().map(output::op_row).collect();
            terminal.out(&output::rows(&rows, records.format));
            Ok(Exit::Ok)
        }
        OpAction::Show { op, records } => {
            let files = state_files(records.state.as_ref())?;
            let op = Records::new(&files).operation(op)?;
            terminal.out(&output::record(&vnfpkg_lcm::op_columns(&op), records.format));
            Ok(Exit::Ok)
        }
        OpAction::Retry { op, running } => operate::retry(op, running, terminal),
        OpAction::Rollback { op, running } => operate::rollback(op, running, terminal),
        OpAction::Fail { op, state } => {
            let files = state_files(state.as_ref())?;
            let records = Records::new(&files);
            let mut op = records.operation(op)?;
            op.fail(&files::now())?;
            records.save_operation(&op)?;
            terminal.out(&format!("{} of VNF Instance {} is FAILED\n", op.operation.name(), op.instance));
            Ok(Exit::Ok)
        }
    }
}
