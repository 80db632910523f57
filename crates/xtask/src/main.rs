//! `cargo xtask`: developer chores. One subcommand, one variant of [`Chore`], one module.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod lab_check;
mod lab_command;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "Developer chores of vnfpkg")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Real hosts on this machine to test against: containers with systemd and sshd, and a virtual machine
    Lab(lab_command::LabArguments),
}

fn main() -> ExitCode {
    match Arguments::parse().chore {
        Chore::Lab(arguments) => lab_command::run(arguments),
    }
}
