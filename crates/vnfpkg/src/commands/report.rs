//! `vnfpkg report`

use camino::Utf8PathBuf;
use clap::Args;
use vnfpkg_run::StateDir;

use crate::environment::state_folder;
use crate::exit::{CommandResult, Exit, Failure};
use crate::reports::{ReportArgument, Reports};
use crate::terminal::Terminal;

/// Arguments of `report`.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// The run: its id or the beginning of it; default is the newest
    #[arg(default_value = "last")]
    run: String,
    /// The page; default is the run's id with `.html` in the current folder
    #[arg(short, long, value_name = "FILE")]
    output: Option<Utf8PathBuf>,
    /// Folder for runs and locks
    #[arg(long, value_name = "DIR")]
    state: Option<Utf8PathBuf>,
}

/// Draws a run from its journal and its logs.
pub(crate) fn run(args: &ReportArgs, terminal: &Terminal) -> CommandResult {
    let state = StateDir::new(state_folder(args.state.as_ref())?);
    let usage = |error: vnfpkg_run::StateError| Failure::usage(error.to_string());
    let run = state.load(&state.find(&args.run).map_err(usage)?).map_err(usage)?;
    let output = args.output.clone().unwrap_or_else(|| format!("{}.html", run.id).into());
    let argument: ReportArgument = format!("html={output}").parse().map_err(Failure::usage)?;
    let reports = Reports::open(&[argument])?;
    reports.close(&run.plan, &run.events, &state, terminal);
    terminal.out(&format!("{output}\n"));
    Ok(Exit::Ok)
}
