//! The `vnfpkg` binary: arguments, terminal, exit codes and wiring. The only crate that reads the environment and prints.

mod cli;
mod commands;
mod config;
mod digests;
mod environment;
mod exit;
mod files;
mod hooks;
mod hosts;
mod passphrase;
mod prepare;
mod reports;
mod saved;
mod scaling;
mod secrets;
mod settings;
mod sinks;
mod ssh_config;
mod terminal;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use crate::cli::Cli;
use crate::terminal::Terminal;

fn main() -> ExitCode {
    let settings = config::load();
    let mut command = config::layered(Cli::command(), &settings);
    let matches = command.get_matches_mut();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let terminal = Terminal::detect(cli.color);
    let done = settings.check(&command, &matches).and_then(|()| commands::dispatch(cli.command, &settings.with_flags(&matches), &terminal));
    match done {
        Ok(exit) => exit.into(),
        Err(failure) => {
            terminal.failure(&failure);
            failure.exit.into()
        }
    }
}
