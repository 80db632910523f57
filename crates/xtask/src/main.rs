//! `cargo xtask`: developer chores. One subcommand, one variant of [`Chore`], one module.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod bench;
mod corpus;
mod demo;
mod docs;
mod lab_check;
mod lab_command;
mod package;
mod screenshot;
mod test;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about = "Developer chores of vnfpkg")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Show the main job on a real host: pack, validate, run, run again, restart
    Demo,
    /// Everything that has to hold: formatting, lints, unit tests, end-to-end tests on real hosts
    Test(test::TestArguments),
    /// The product beside its peers on the same work; prints Markdown tables
    Bench(bench::BenchArguments),
    /// Verdicts of `vnfpkg validate` over all packages below a folder
    Corpus(corpus::CorpusArguments),
    /// Write the pages under docs/rules and docs/reference
    Docs(docs::DocsArguments),
    /// Every way to get the program: built, installed where nothing of it is, and run
    Package(package::PackageArguments),
    /// A run on a terminal, as a picture for the documents
    Screenshot,
    /// Real hosts on this machine to test against: containers with systemd and sshd, and a virtual machine
    Lab(lab_command::LabArguments),
}

fn main() -> ExitCode {
    match Arguments::parse().chore {
        Chore::Demo => demo::run(),
        Chore::Test(arguments) => test::run(&arguments),
        Chore::Bench(arguments) => bench::run(&arguments),
        Chore::Corpus(arguments) => corpus::run(&arguments),
        Chore::Docs(arguments) => docs::run(&arguments),
        Chore::Package(arguments) => package::run(&arguments),
        Chore::Screenshot => screenshot::run(),
        Chore::Lab(arguments) => lab_command::run(arguments),
    }
}
