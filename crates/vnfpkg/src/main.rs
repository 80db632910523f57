//! The `vnfpkg` binary: arguments, terminal, exit codes and wiring. The only crate that reads the environment and prints.

mod cli;
mod commands;
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

use clap::Parser;

use crate::cli::Cli;
use crate::terminal::Terminal;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let terminal = Terminal::detect(cli.color);
    match commands::dispatch(cli.command, &terminal) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            terminal.failure(&failure);
            failure.exit.into()
        }
    }
}
