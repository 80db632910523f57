//! One file per command.

pub(crate) mod doctor;
pub(crate) mod driver;
mod explain;
pub(crate) mod findings;
pub(crate) mod init;
mod inspect;
pub(crate) mod inventory;
pub(crate) mod lcm;
mod pack;
mod plan;
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
        Command::Inventory(args) => inventory::run(&args, terminal),
        Command::Lcm(args) => lcm::run(&args, terminal),
        Command::Driver(args) => driver::run(&args, terminal),
        Command::Pack(args) => pack::run(&args, terminal),
        Command::Plan(args) => plan::run(&args, terminal),
        Command::Run(args) => run::run(&args, terminal),
        Command::Resume(args) => resume::run(&args, terminal),
        Command::Runs(args) => runs::run(&args, terminal),
        Command::Schema(args) => schema::run(&args, terminal),
        Command::Status(args) => status::run(&args, terminal),
        Command::Doctor(args) => doctor::run(&args, terminal),
    }
}
