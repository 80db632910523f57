//! `vnfpkg resume`

use vnfpkg_run::{ResumeRequest, StateDir};

use super::findings::show_unprepared;
use super::run::{After, Sinks, finish, options};
use crate::cli::ResumeArgs;
use crate::digests::Digests;
use crate::environment::state_folder;
use crate::exit::{CommandResult, Failure};
use crate::hosts;
use crate::prepare::again;
use crate::saved::check_secrets;
use crate::sinks::signals::stop_on_signals;
use crate::terminal::Terminal;

/// Goes on with a run.
pub(crate) fn run(args: &ResumeArgs, terminal: &Terminal) -> CommandResult {
    let folder = state_folder(args.engine.state.as_ref())?;
    let digests = Digests::new(&folder);
    let state = StateDir::new(folder);
    let usage = |error: vnfpkg_run::StateError| Failure::usage(error.to_string());
    let id = match &args.run {
        Some(prefix) => state.find(prefix).map_err(usage)?,
        None => state
            .latest_resumable(None)
            .map_err(usage)?
            .ok_or_else(|| Failure::usage("there is no run to go on with").help("`vnfpkg runs list` shows all runs"))?,
    };
    let stored = state.load(&id).map_err(usage)?;
    let again = match again(&stored.plan, args.request.as_deref(), &args.secrets) {
        Ok(again) => again,
        Err(unprepared) => return show_unprepared(unprepared, terminal),
    };
    check_secrets(&stored.plan, &again.secrets)?;
    let transport = hosts::transport(&args.ssh, terminal)?;
    let sinks = Sinks::new(&args.engine, terminal)?;
    let (plan, earlier) = (stored.plan.clone(), stored.events.clone());
    let reach = stored.plan.reach;
    let targets = hosts::targets(&stored.plan, &again.secrets, &args.ssh)?;
    let request = ResumeRequest {
        run: stored,
        targets,
        transport: &transport,
        secrets: &again.secrets,
        files: &again.files.with_digests(digests),
        state: &state,
        options: options(&args.engine, reach),
        sinks: &sinks.list(),
        stop: stop_on_signals()?,
        current_inputs: Some(again.inputs),
        allow_drift: args.allow_drift,
    };
    let result = vnfpkg_run::resume(request);
    sinks.close(&plan, &earlier, &state);
    finish(result, &sinks, &After { terminal, state: &state, ssh: &args.ssh, engine: &args.engine, secrets: &args.secrets, reach })
}
