//! `vnfpkg graph`

use std::collections::BTreeMap;

use camino::Utf8PathBuf;
use clap::Args;
use vnfpkg_diag::Sources;
use vnfpkg_draw::graph::{FORMATS, Format, Graph, Node};
use vnfpkg_draw::report::durations;
use vnfpkg_lint::Options;
use vnfpkg_plan::compile::step_links;
use vnfpkg_plan::lifecycle::{Operation, Step};
use vnfpkg_plan::problem::did_you_mean;
use vnfpkg_run::StateDir;

use super::findings::show_unprepared;
use crate::cli::SourceArgs;
use crate::environment::state_folder;
use crate::exit::{CommandResult, Exit, Failure};
use crate::hooks;
use crate::prepare::{open, prepare};
use crate::terminal::Terminal;

/// Arguments of `graph`.
#[derive(Debug, Args)]
#[command(
    after_long_help = "Without hosts the steps of the lifecycle document are drawn, and a circle when there is one; with hosts the tasks. \
The critical path counts each step with its limit, with `--run` with the time it took."
)]
pub(crate) struct GraphArgs {
    #[command(flatten)]
    source: Option<SourceArgs>,
    /// Draw the tasks of a run with the times they took: its id, the beginning of it, or `last`
    #[arg(long, value_name = "RUN", conflicts_with_all = ["SourceArgs"])]
    run: Option<String>,
    /// Folder for runs and locks
    #[arg(long, value_name = "DIR")]
    state: Option<Utf8PathBuf>,
    /// dot, mermaid, svg or json
    #[arg(short, long, value_name = "FORMAT", default_value = "mermaid")]
    format: String,
    /// Write to this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<Utf8PathBuf>,
}

/// Draws.
pub(crate) fn run(args: &GraphArgs, terminal: &Terminal) -> CommandResult {
    let format = find_format(&args.format)?;
    let graph = match (&args.run, &args.source) {
        (Some(run), _) => of_run(run, args)?,
        (None, Some(source)) if source.hosts.is_empty() && source.inventory.is_none() => of_steps(source)?,
        (None, Some(source)) => match prepare(source, "") {
            Ok(prepared) => Graph::of_plan(&prepared.compiled.plan, &BTreeMap::new()),
            Err(unprepared) => return show_unprepared(unprepared, terminal),
        },
        (None, None) => {
            return Err(Failure::usage("nothing to draw").help("name an operation and a package, or a run with `--run RUN`"));
        }
    };
    let text = (format.render)(&graph);
    match &args.output {
        Some(path) => std::fs::write(path, text).map_err(|error| Failure::usage(format!("cannot write {path}: {error}")))?,
        None => terminal.out(&text),
    }
    Ok(Exit::Ok)
}

fn find_format(name: &str) -> Result<&'static Format, Failure> {
    FORMATS.iter().find(|format| format.name == name).ok_or_else(|| {
        let known: Vec<&str> = FORMATS.iter().map(|format| format.name).collect();
        let help = did_you_mean(name, known.iter().copied()).unwrap_or_else(|| format!("formats are {}", known.join(", ")));
        Failure::usage(format!("there is no format `{name}`")).help(help)
    })
}

fn of_run(prefix: &str, args: &GraphArgs) -> Result<Graph, Failure> {
    let state = StateDir::new(state_folder(args.state.as_ref())?);
    let usage = |error: vnfpkg_run::StateError| Failure::usage(error.to_string());
    let run = state.load(&state.find(prefix).map_err(usage)?).map_err(usage)?;
    Ok(Graph::of_plan(&run.plan, &durations(&run.events)))
}

/// The steps of the document, also of one with faults, as far as it can be read.
fn of_steps(args: &SourceArgs) -> Result<Graph, Failure> {
    let package = open(&args.package)?;
    let mut sources = Sources::new();
    let report = vnfpkg_lint::validate(&package, &mut sources, &Options { digests: false, ..Options::default() });
    let unreadable =
        || Failure::usage(format!("{} has no VNFD that can be read", args.package)).help(format!("see `vnfpkg validate {}`", args.package));
    let vnfd = report.vnfd.as_ref().ok_or_else(unreadable)?;
    let wanted = |id: &str| args.flavour.as_deref().is_none_or(|flavour| flavour == id);
    let flavour = vnfd.flavours.iter().find(|flavour| wanted(&flavour.id.text)).ok_or_else(|| {
        let known: Vec<&str> = vnfd.flavours.iter().map(|flavour| flavour.id.text.as_ref()).collect();
        Failure::usage("the VNFD has no such flavour").help(format!("it has {}", known.join(", ")))
    })?;
    let hooked = hooks::resolve(&args.operation, flavour, &report, vnfd, &mut sources)?;
    let operation = hooked.operation(&args.operation)?;
    let links = step_links(operation, &hooked.bundle().engine);
    Ok(Graph::new(title(operation, &hooked), operation.steps.iter().map(node).collect(), links))
}

fn title(operation: &Operation, hooked: &hooks::Hooked<'_>) -> String {
    format!("{} of {}", operation.name.value, hooked.origin())
}

fn node(step: &Step) -> Node {
    let vdus: Vec<&str> = step.on.vdus.iter().map(|vdu| vdu.value.as_str()).collect();
    Node {
        id: step.name.value.clone(),
        label: step.name.value.clone(),
        note: if vdus.is_empty() { "all VDUs".to_owned() } else { vdus.join(", ") },
        ms: step.timeout_ms,
        measured: false,
        critical: false,
        circle: false,
    }
}
