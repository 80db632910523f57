//! `vnfpkg runs`

use std::time::Duration;

use vnfpkg_run::{PruneRule, RunInfo, Sink, StateDir};

use super::status::state_word;
use crate::cli::{RunsAction, RunsArgs};
use crate::environment::state_folder;
use crate::exit::{CommandResult, Exit, Failure};
use crate::reports::{ReportArgument, Reports};
use crate::sinks::recap::look_back;
use crate::terminal::Terminal;

/// Looks at runs.
pub(crate) fn run(args: &RunsArgs, terminal: &Terminal) -> CommandResult {
    let state = StateDir::new(state_folder(args.state.as_ref())?);
    let text = match &args.action {
        RunsAction::List { json } => list(&state, *json)?,
        RunsAction::Show { run, jsonl, reports } => show(&state, run, *jsonl, reports, terminal)?,
        RunsAction::Logs { run, task } => return logs(&state, run, task.as_deref(), terminal),
        RunsAction::Prune { keep, older_than, dry_run } => {
            let rule = PruneRule { keep: *keep, older_than: older_than.map(Duration::from_millis), dry_run: *dry_run };
            let removed = state.prune(&rule).map_err(|error| usage(&error))?;
            let word = if *dry_run { "would remove" } else { "removed" };
            removed.iter().map(|id| format!("{word} {id}\n")).collect()
        }
    };
    terminal.out(&text);
    Ok(Exit::Ok)
}

fn usage(error: &vnfpkg_run::StateError) -> Failure {
    Failure::usage(error.to_string())
}

fn bug(error: &serde_json::Error) -> Failure {
    Failure::new(Exit::Bug, error.to_string())
}

fn list(state: &StateDir, json: bool) -> Result<String, Failure> {
    let runs = state.list().map_err(|error| usage(&error))?;
    if json {
        let text = serde_json::to_string_pretty(&runs).map_err(|error| bug(&error))?;
        return Ok(format!("{text}\n"));
    }
    Ok(runs.iter().map(line).collect())
}

fn line(run: &RunInfo) -> String {
    format!("{}  {:<17} {:>3}/{:<3} {} on {}\n", run.id, state_word(run), run.done, run.tasks, run.operation, run.instance)
}

fn show(state: &StateDir, prefix: &str, jsonl: bool, reports: &[ReportArgument], terminal: &Terminal) -> Result<String, Failure> {
    let id = state.find(prefix).map_err(|error| usage(&error))?;
    let run = state.load(&id).map_err(|error| usage(&error))?;
    if !reports.is_empty() {
        let sinks = Reports::open(reports)?;
        run.events.iter().for_each(|event| sinks.event(event));
        sinks.close(&run.plan, &[], state, terminal);
        return Ok(String::new());
    }
    let mut text = String::new();
    for event in &run.events {
        if jsonl {
            text.push_str(&serde_json::to_string(event).map_err(|error| bug(&error))?);
        } else {
            text.push_str(&format!("{:.0} {}", event.time, event.message()));
        }
        text.push('\n');
    }
    if !jsonl {
        text.push_str(&format!("\n{}", look_back(&run.review(), terminal)));
    }
    Ok(text)
}

fn logs(state: &StateDir, prefix: &str, task: Option<&str>, terminal: &Terminal) -> CommandResult {
    let id = state.find(prefix).map_err(|error| usage(&error))?;
    for log in state.logs(&id).map_err(|error| usage(&error))? {
        if task.is_some_and(|wanted| !log.name.contains(wanted)) {
            continue;
        }
        let content = std::fs::read(&log.path).map_err(|error| Failure::usage(format!("cannot read {}: {error}", log.path.display())))?;
        terminal.out(&format!("== {} {}\n{}", log.name, log.stream, String::from_utf8_lossy(&content)));
    }
    Ok(Exit::Ok)
}
