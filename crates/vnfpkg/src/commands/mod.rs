//! One file per command.

pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod doctor;
pub(crate) mod driver;
mod explain;
pub(crate) mod findings;
pub(crate) mod graph;
pub(crate) mod hosts;
pub(crate) mod init;
mod inspect;
pub(crate) mod inventory;
pub(crate) mod lcm;
mod lsp;
pub(crate) mod man;
pub(crate) mod pack;
mod plan;
pub(crate) mod reference;
pub(crate) mod render;
pub(crate) mod report;
mod resume;
pub(crate) mod rules;
mod run;
mod runs;
pub(crate) mod schema;
pub(crate) mod status;
mod sudoers;
pub(crate) mod validate;
pub(crate) mod verify;

use crate::cli::Command;
use crate::config::Config;
use crate::exit::CommandResult;
use crate::terminal::Terminal;

/// Does what the command line asks for.
pub(crate) fn dispatch(command: Command, config: &Config, terminal: &Terminal) -> CommandResult {
    match command {
        Command::Init(args) => init::run(&args, terminal),
        Command::Validate(args) => validate::run(&args, terminal),
        Command::Rules(args) => rules::run(&args, terminal),
        Command::Explain(args) => explain::run(&args, terminal),
        Command::Inspect(args) => inspect::run(&args, terminal),
        Command::Inventory(args) => inventory::run(&args, terminal),
        Command::Lcm(args) => lcm::run(&args, terminal),
        Command::Driver(args) => driver::run(&args, terminal),
        Command::Pack(args) => pack::run(&args, terminal),
        Command::Verify(args) => verify::run(&args, terminal),
        Command::Plan(args) => plan::run(&args, terminal),
        Command::Render(args) => render::run(&args, terminal),
        Command::Run(args) => run::run(&args, terminal),
        Command::Resume(args) => resume::run(&args, terminal),
        Command::Runs(args) => runs::run(&args, terminal),
        Command::Hosts(args) => hosts::run(&args, terminal),
        Command::Schema(args) => schema::run(&args, terminal),
        Command::Status(args) => status::run(&args, terminal),
        Command::Graph(args) => graph::run(&args, terminal),
        Command::Report(args) => report::run(&args, terminal),
        Command::Config(args) => config::run(&args, config, terminal),
        Command::Reference(args) => reference::run(&args, terminal),
        Command::Lsp => lsp::run(),
        Command::Completions(args) => completions::run(&args, terminal),
        Command::Man(args) => man::run(&args, terminal),
        Command::Doctor(args) => doctor::run(&args, terminal),
    }
}
