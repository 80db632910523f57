//! One file per command.

pub(crate) mod completions;
pub(crate) mod doctor;
mod explain;
pub(crate) mod findings;
pub(crate) mod graph;
pub(crate) mod init;
mod inspect;
mod lsp;
pub(crate) mod man;
mod pack;
mod plan;
pub(crate) mod render;
pub(crate) mod report;
mod resume;
pub(crate) mod rules;
mod run;
mod runs;
pub(crate) mod schema;
pub(crate) mod status;
pub(crate) mod validate;

use crate::cli::Command;
use crate::exit::CommandResult;
use crate::terminal::Terminal;

/// Does what the command line asks for.
pub(crate) fn dispatch(command: Command, terminal: &Terminal) -> CommandResult {
    match command {
        Command::Init(args) => init::run(&args, terminal),
        Command::Validate(args) => validate::run(&args, terminal),
        Command::Rules(args) => rules::run(&args, terminal),
        Command::Explain(args) => explain::run(&args, terminal),
        Command::Inspect(args) => inspect::run(&args, terminal),
        Command::Pack(args) => pack::run(&args, terminal),
        Command::Plan(args) => plan::run(&args, terminal),
        Command::Render(args) => render::run(&args, terminal),
        Command::Run(args) => run::run(&args, terminal),
        Command::Resume(args) => resume::run(&args, terminal),
        Command::Runs(args) => runs::run(&args, terminal),
        Command::Schema(args) => schema::run(&args, terminal),
        Command::Status(args) => status::run(&args, terminal),
        Command::Graph(args) => graph::run(&args, terminal),
        Command::Report(args) => report::run(&args, terminal),
        Command::Lsp => lsp::run(),
        Command::Completions(args) => completions::run(&args, terminal),
        Command::Man(args) => man::run(&args, terminal),
        Command::Doctor(args) => doctor::run(&args, terminal),
    }
}
