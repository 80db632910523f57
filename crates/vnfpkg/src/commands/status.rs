//! `vnfpkg status`

use camino::Utf8PathBuf;
use jiff::Timestamp;
use owo_colors::Style;
use vnfpkg_run::{InstanceStatus, Outcome, RunInfo, StateDir, counted};

use crate::environment::state_folder;
use crate::exit::{CommandResult, Exit, Failure};
use crate::terminal::Terminal;

/// Arguments of `status`.
#[derive(Debug, clap::Args)]
pub(crate) struct StatusArgs {
    /// The VNF instance; default is all that ever had a run
    pub(crate) instance: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Folder for runs and locks
    #[arg(long, value_name = "DIR")]
    pub(crate) state: Option<Utf8PathBuf>,
}

/// Says how VNF instances are.
pub(crate) fn run(args: &StatusArgs, terminal: &Terminal) -> CommandResult {
    let state = StateDir::new(state_folder(args.state.as_ref())?);
    let found = state.status(args.instance.as_deref()).map_err(|error| Failure::usage(error.to_string()))?;
    if let Some(name) = args.instance.as_ref().filter(|_| found.is_empty()) {
        return Err(Failure::usage(format!("instance `{name}` never had a run")).help("`vnfpkg status` shows all instances"));
    }
    if args.json {
        let text = serde_json::to_string_pretty(&found).map_err(|error| Failure::new(Exit::Bug, error.to_string()))?;
        terminal.out(&format!("{text}\n"));
        return Ok(Exit::Ok);
    }
    let now = Timestamp::now();
    terminal.out(&found.iter().map(|status| describe(status, now, terminal)).collect::<String>());
    Ok(Exit::Ok)
}

fn describe(status: &InstanceStatus, now: Timestamp, terminal: &Terminal) -> String {
    let run = &status.run;
    let word = terminal.paint_out(state_word(run), state_style(status));
    let mut text = format!("{}  {word}\n", terminal.paint_out(&run.instance, Style::new().bold()));
    text.push_str(&format!("  {}, {} of {} done, run {}\n", run.operation, run.done, counted(run.tasks, "task"), run.id));
    match (&status.owner, &status.controller) {
        (Some(owner), _) => {
            let who = &owner.controller;
            text.push_str(&format!("  by process {} on {} for {}\n", who.pid, who.host, age(owner.since, now)));
        }
        (None, Some(who)) if run.outcome.is_none() => {
            text.push_str(&format!("  process {} on {} is gone\n", who.pid, who.host));
        }
        _ => {}
    }
    for working in &status.working {
        let tense = if run.running { "at work" } else { "was at work" };
        let attempt = if working.attempt > 1 { format!(", attempt {}", working.attempt) } else { String::new() };
        text.push_str(&format!("  {tense}: {}{attempt}, began {} ago\n", working.task, age(working.since, now)));
    }
    for task in &status.failed {
        text.push_str(&format!("  failed: {task}\n"));
    }
    if run.is_resumable() {
        text.push_str(&format!("  go on with: vnfpkg resume {}\n", run.id));
    }
    text
}

/// How a run is, in words.
pub(super) fn state_word(run: &RunInfo) -> &'static str {
    match run.outcome {
        _ if run.running => "running",
        None => "cut off",
        Some(Outcome::Ok) => "ok",
        Some(Outcome::Failed) => "failed",
        Some(Outcome::Unreachable) => "hosts unreachable",
        Some(Outcome::Cancelled) => "cancelled",
        Some(Outcome::ChangesPending) => "changes pending",
    }
}

fn state_style(status: &InstanceStatus) -> Style {
    match status.run.outcome {
        _ if status.run.running => Style::new().cyan(),
        Some(Outcome::Ok) => Style::new().green(),
        Some(Outcome::ChangesPending) => Style::new().yellow(),
        _ => Style::new().red(),
    }
}

/// Whole seconds, minutes or hours; a clock that was set back gives none.
fn age(since: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(since).as_secs().max(0);
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7199 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3600),
    }
}
