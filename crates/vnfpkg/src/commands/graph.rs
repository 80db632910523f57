//! `vnfpkg graph`

use camino::Utf8PathBuf;
use vnfpkg_draw::graph::{FORMATS, Format, Graph, Step};
use vnfpkg_plan::compile::step_needs;

use super::findings::show_unprepared;
use crate::cli::SourceArgs;
use crate::exit::{CommandResult, Exit, Failure};
use crate::prepare::{self, Unprepared, prepare};
use crate::terminal::Terminal;

/// Arguments of `graph`.
#[derive(Debug, clap::Args)]
pub(crate) struct GraphArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// How to write it: dot, mermaid, svg or json; default is the ending of the file, else dot
    #[arg(long, value_name = "FORMAT")]
    format: Option<String>,
    /// The file to write, in place of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<Utf8PathBuf>,
}

/// Draws the tasks where hosts are named, else the steps of the operation; also steps that cannot be run because they wait
/// for one another.
pub(crate) fn run(args: &GraphArgs, terminal: &Terminal) -> CommandResult {
    let format = format(args)?;
    let placed = !args.source.hosts.is_empty() || args.source.inventory.is_some();
    let (graph, faults) = if placed {
        match prepare(&args.source, "") {
            Ok(prepared) => (Graph::of_plan(&prepared.compiled.plan), None),
            Err(unprepared) => return show_unprepared(unprepared, terminal),
        }
    } else {
        match steps(&args.source) {
            Ok(drawn) => drawn,
            Err(unprepared) => return show_unprepared(unprepared, terminal),
        }
    };
    write(&(format.write)(&graph), args.output.as_ref(), terminal)?;
    match faults {
        Some(faults) => show_unprepared(faults, terminal),
        None => Ok(Exit::Ok),
    }
}

fn format(args: &GraphArgs) -> Result<&'static Format, Failure> {
    let ending =
        args.output.as_ref().and_then(|path| path.extension()).filter(|ending| FORMATS.iter().any(|format| format.name == *ending));
    let wanted = args.format.as_deref().or(ending).unwrap_or("dot");
    FORMATS.iter().find(|format| format.name == wanted).ok_or_else(|| {
        let known: Vec<String> = FORMATS.iter().map(|format| format!("{} ({})", format.name, format.about)).collect();
        Failure::usage(format!("there is no format `{wanted}`")).help(format!("there are {}", known.join(", ")))
    })
}

/// The steps as the lifecycle document orders them, and the faults of the package, which do not keep them from being drawn.
fn steps(args: &SourceArgs) -> Result<(Graph, Option<Unprepared>), Unprepared> {
    prepare::with_operation(args, |operation, engine| {
        let needs = step_needs(operation, engine);
        let step = |(step, needs): (&vnfpkg_plan::lifecycle::Step, Vec<usize>)| Step {
            name: step.name.value.clone(),
            title: step.title.clone(),
            needs,
        };
        let steps: Vec<Step> = operation.steps.iter().zip(needs).map(step).collect();
        Graph::of_steps(&format!("{} of {}", operation.name.value, args.package.file_name().unwrap_or(args.package.as_str())), &steps)
    })
}

fn write(text: &str, output: Option<&Utf8PathBuf>, terminal: &Terminal) -> Result<(), Failure> {
    match output {
        Some(path) => std::fs::write(path, text).map_err(|error| Failure::usage(format!("cannot write {path}: {error}"))),
        None => {
            terminal.out(text);
            Ok(())
        }
    }
}
