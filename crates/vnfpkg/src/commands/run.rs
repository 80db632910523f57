//! `vnfpkg run`

use std::time::Duration;

use vnfpkg_plan::Plan;
use vnfpkg_plan::secrets::Secrets;
use vnfpkg_run::{
    Batches, Event, MaxFail, Mode, Outcome, RunError, RunOptions, RunRequest, RunSettings, RunSummary, Selection, Sink, StateDir,
};

use super::findings::{show, show_unprepared};
use crate::cli::{EngineArgs, RunArgs, RunFormat, SshArgs};
use crate::digests::Digests;
use crate::environment::state_folder;
use crate::exit::{CommandResult, Exit, Failure};
use crate::files::Files;
use crate::hosts;
use crate::prepare::{Prepared, Unprepared, again, prepare_with, random_salt};
use crate::reports::Reports;
use crate::saved::{check_inputs, check_secrets, read_plan};
use crate::secrets::SecretArgs;
use crate::sinks::cut::CutAt;
use crate::sinks::host_keys::HostKeyWatch;
use crate::sinks::human::Human;
use crate::sinks::jsonl::JsonLines;
use crate::sinks::next::{resume_command, state_argument};
use crate::sinks::recap;
use crate::sinks::signals::stop_on_signals;
use crate::terminal::Terminal;
use vnfpkg_plan::model::Reach;

/// Runs an operation.
pub(crate) fn run(args: &RunArgs, terminal: &Terminal) -> CommandResult {
    let settings = settings(args)?;
    let (plan, secrets, files) = match ready(args, terminal) {
        Ok(ready) => ready,
        Err(unprepared) => return show_unprepared(unprepared, terminal),
    };
    let transport = hosts::transport(&args.ssh, terminal)?;
    let folder = state_folder(args.engine.state.as_ref())?;
    let files = files.with_digests(Digests::new(&folder));
    let state = StateDir::new(folder);
    let sinks = Sinks::new(&args.engine, terminal)?;
    let request = RunRequest {
        plan: &plan,
        targets: hosts::targets(&plan, &secrets, &args.ssh)?,
        transport: &transport,
        secrets: &secrets,
        files: &files,
        state: &state,
        settings,
        options: options(&args.engine, plan.reach),
        sinks: &sinks.list(),
        stop: stop_on_signals()?,
    };
    let result = vnfpkg_run::run(request);
    sinks.close(&plan, &[], &state);
    finish(
        result,
        &sinks,
        &After { terminal, state: &state, ssh: &args.ssh, engine: &args.engine, secrets: &args.secrets, reach: plan.reach },
    )
}

/// A new plan, or the saved one when nothing that it was made from has changed.
fn ready(args: &RunArgs, terminal: &Terminal) -> Result<(Plan, Secrets, Files), Unprepared> {
    match (&args.source, &args.plan) {
        (Some(source), _) => {
            let Prepared { compiled, files, mut warnings } = prepare_with(source, &args.secrets, &random_salt())?;
            show(&mut warnings, terminal);
            Ok((compiled.plan, compiled.secrets, files))
        }
        (None, Some(path)) => {
            let plan = read_plan(path)?;
            let again = again(&plan, None, &args.secrets)?;
            check_inputs(&plan, &again.inputs)?;
            check_secrets(&plan, &again.secrets)?;
            Ok((plan, again.secrets, again.files))
        }
        (None, None) => {
            let help = "`vnfpkg run OPERATION PACKAGE --host VDU=user@address`, or a saved plan with `--plan FILE`";
            Err(Failure::usage("nothing to run").help(help).into())
        }
    }
}

fn settings(args: &RunArgs) -> Result<RunSettings, Failure> {
    let max_fail =
        args.max_fail.as_deref().map(|text| text.parse::<MaxFail>().map_err(|error| Failure::usage(error.to_string()))).transpose()?;
    let batches =
        args.batch.as_deref().map(|text| text.parse::<Batches>().map_err(|error| Failure::usage(error.to_string()))).transpose()?;
    Ok(RunSettings {
        mode: if args.check { Mode::Check } else { Mode::Apply },
        diff: args.diff,
        selection: Selection {
            limit: args.limit.clone(),
            exclude: args.exclude.clone(),
            steps: args.steps.clone(),
            from: args.from.clone(),
            until: args.until.clone(),
        },
        fail_fast: args.fail_fast,
        max_fail,
        batches,
    })
}

/// Options of this process.
pub(crate) fn options(args: &EngineArgs, reach: Reach) -> RunOptions {
    let connect_wait = reach.wait_ms.unwrap_or(u64::MAX).min(args.connect_wait);
    RunOptions {
        parallel: usize::from(args.parallel),
        connect_wait: Duration::from_millis(connect_wait),
        reconnect_wait: Duration::from_millis(args.reconnect_wait),
        time_limit: args.timeout.map(Duration::from_millis),
        ..RunOptions::default()
    }
}

/// The sinks that the arguments ask for.
pub(crate) struct Sinks<'a> {
    keys: HostKeyWatch,
    cut: Option<CutAt>,
    human: Option<Human<'a>>,
    stdout: Option<JsonLines>,
    reports: Reports,
    terminal: &'a Terminal,
}

impl<'a> Sinks<'a> {
    /// Opens them.
    pub(crate) fn new(args: &EngineArgs, terminal: &'a Terminal) -> Result<Self, Failure> {
        let human = args.format == RunFormat::Human;
        Ok(Self {
            keys: HostKeyWatch::default(),
            cut: args.cut_at_record.map(|record| CutAt { record }),
            human: human.then(|| Human::new(terminal)),
            stdout: (!human).then_some(JsonLines),
            reports: Reports::open(&args.reports)?,
            terminal,
        })
    }

    /// All of them.
    pub(crate) fn list(&self) -> Vec<&dyn Sink> {
        let human = self.human.as_ref().map(|sink| -> &dyn Sink { sink });
        let stdout = self.stdout.as_ref().map(|sink| -> &dyn Sink { sink });
        let always: [&dyn Sink; 2] = [&self.keys, &self.reports];
        let cut = self.cut.as_ref().map(|sink| -> &dyn Sink { sink });
        always.into_iter().chain(human).chain(stdout).chain(cut).collect()
    }

    /// Clears what moves on the terminal, and writes the reports. `earlier` are the events of earlier processes of the run.
    pub(crate) fn close(&self, plan: &Plan, earlier: &[Event], state: &StateDir) {
        if let Some(human) = &self.human {
            human.close();
        }
        self.reports.close(plan, earlier, state, self.terminal);
    }
}

/// What the end of a run is told with.
pub(crate) struct After<'a> {
    pub(crate) terminal: &'a Terminal,
    pub(crate) state: &'a StateDir,
    pub(crate) ssh: &'a SshArgs,
    pub(crate) engine: &'a EngineArgs,
    pub(crate) secrets: &'a SecretArgs,
    pub(crate) reach: Reach,
}

/// Prints the recap and gives the exit code.
pub(crate) fn finish(result: Result<RunSummary, RunError>, sinks: &Sinks<'_>, after: &After<'_>) -> CommandResult {
    match result {
        Ok(summary) => {
            if sinks.human.is_some() {
                let around = recap::Around {
                    terminal: after.terminal,
                    state: after.state,
                    resume: resume_command(summary.run.as_str(), after.ssh, after.engine, after.secrets),
                    state_argument: state_argument(after.engine),
                };
                after.terminal.err(&recap::recap(&summary, &around));
            }
            Ok(match summary.outcome {
                Outcome::Ok => Exit::Ok,
                Outcome::Failed => Exit::StepFailed,
                Outcome::Unreachable if sinks.keys.refused() => Exit::Refused,
                Outcome::Unreachable if after.reach.may_be_gone && sinks.keys.only_silence() => {
                    after.terminal.err("hosts that do not answer were passed over, as the operation allows\n");
                    Exit::Ok
                }
                Outcome::Unreachable => Exit::Unreachable,
                Outcome::Cancelled => Exit::Cancelled,
                Outcome::ChangesPending => Exit::Pending,
            })
        }
        Err(error) => Err(failure(&error)),
    }
}

fn failure(error: &RunError) -> Failure {
    let exit = match error {
        RunError::LockHeld(_) => Exit::Locked,
        RunError::Drift(_) => Exit::Refused,
        _ => Exit::Usage,
    };
    let failure = Failure::new(exit, error.to_string());
    match error {
        RunError::Drift(_) => failure.help("plan again with `vnfpkg run`, or go on with the old plan with `--allow-drift`"),
        RunError::LockHeld(_) => failure.help("wait for that run, or give this one another `--instance`"),
        _ => failure,
    }
}
