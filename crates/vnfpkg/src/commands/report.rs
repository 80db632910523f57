//! `vnfpkg report`

use camino::Utf8PathBuf;
use vnfpkg_run::{Sink, StateDir};

use crate::environment::state_folder;
use crate::exit::{CommandResult, Exit, Failure};
use crate::reports::{KINDS, ReportArgument, Reports};
use crate::terminal::Terminal;

/// Arguments of `report`.
#[derive(Debug, clap::Args)]
pub(crate) struct ReportArgs {
    /// The run: its id or the beginning of it; default is the newest
    #[arg(default_value = "last")]
    run: String,
    /// What to make; `vnfpkg run --help` lists the kinds
    #[arg(long, value_name = "KIND", default_value = "html")]
    kind: String,
    /// The file; default is the run's id with the kind as its ending, in the current folder
    #[arg(short, long, value_name = "FILE")]
    output: Option<Utf8PathBuf>,
    /// Folder for runs and locks
    #[arg(long, value_name = "DIR")]
    state: Option<Utf8PathBuf>,
}

/// Makes a report of a run that was.
pub(crate) fn run(args: &ReportArgs, terminal: &Terminal) -> CommandResult {
    let state = StateDir::new(state_folder(args.state.as_ref())?);
    let usage = |error: &vnfpkg_run::StateError| Failure::usage(error.to_string());
    let id = state.find(&args.run).map_err(|error| usage(&error))?;
    let run = state.load(&id).map_err(|error| usage(&error))?;
    let kind = KINDS.iter().find(|kind| kind.name == args.kind);
    let ending = kind.map_or(args.kind.as_str(), |kind| kind.ending);
    let file = args.output.clone().unwrap_or_else(|| format!("{id}.{ending}").into());
    let argument: ReportArgument = format!("{}={file}", args.kind).parse().map_err(Failure::usage)?;
    let reports = Reports::open(&[argument])?;
    run.events.iter().for_each(|event| reports.event(event));
    if reports.close(&run.plan, &[], None, &state, terminal) {
        terminal.out(&format!("{file}\n"));
        return Ok(Exit::Ok);
    }
    Err(Failure::usage(format!("the report {file} could not be written")))
}
