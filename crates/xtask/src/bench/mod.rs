//! `cargo xtask bench`: the product beside its peers, on the same work, in the same run. Prints Markdown.
//!
//! A kind of benchmark is one module with arguments that implement [`Bench`], and one line in `kinds!`.

mod kubernetes;
mod measure;
mod ssh;
mod table;
mod tacker;
mod validate;

use std::fmt::Write as _;
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, ExitCode};

use clap::{Args, Subcommand};
use xtask::product::repository;

pub(crate) use measure::{BenchError, Usage, brief, measure, median};
pub(crate) use table::{Section, mebibytes, ratio, seconds, verdict};

/// A kind of benchmark.
pub(crate) trait Bench {
    /// Does the work and gives what is to be printed. Progress goes through [`say`].
    ///
    /// # Errors
    /// When a tool is missing or does not do its work: a figure for work that was not done is worth nothing.
    fn run(&self) -> Result<Vec<Section>, BenchError>;
}

macro_rules! kinds {
    ($($(#[$about:meta])+ $kind:ident($arguments:path),)+) => {
        #[derive(Subcommand)]
        enum Kind {
            $($(#[$about])+ $kind($arguments),)+
        }

        impl Kind {
            fn bench(&self) -> &dyn Bench {
                match self {
                    $(Self::$kind(bench) => bench,)+
                }
            }
        }
    };
}

kinds! {
    /// Steps, uploads and open sessions over SSH, beside a bare ssh2 loop and other tools
    Ssh(ssh::SshBench),
    /// The registry VNF beside OpenStack Tacker's own driver
    Tacker(tacker::TackerBench),
    /// `vnfpkg validate` over packages of several sizes, beside tosca-parser
    Validate(validate::ValidateBench),
    /// A Kubernetes cluster of five nodes, beside the same steps one after another
    Kubernetes(kubernetes::KubernetesBench),
    /// The bare ssh2 loop itself
    #[command(hide = true)]
    SshBare(ssh::bare::Bare),
    /// One upload
    #[command(hide = true)]
    SshSender(ssh::sender::Sender),
    /// Open sessions
    #[command(hide = true)]
    SshSessions(ssh::sessions::Sessions),
}

#[derive(Args)]
pub(crate) struct BenchArguments {
    /// Measure the build that runs, whatever it is, and no release build
    #[arg(long, global = true)]
    debug: bool,
    #[command(subcommand)]
    kind: Kind,
}

/// Runs a benchmark and prints its tables.
pub(crate) fn run(arguments: &BenchArguments) -> ExitCode {
    let machine = machine();
    let result = if cfg!(debug_assertions) && !arguments.debug { in_release() } else { arguments.kind.bench().run() };
    match result {
        Ok(sections) if sections.is_empty() => ExitCode::SUCCESS,
        Ok(sections) => {
            let mut text = machine;
            for section in &sections {
                let _ = write!(text, "\n{section}");
            }
            let _ = writeln!(std::io::stdout().lock(), "{}", text.trim_end());
            ExitCode::SUCCESS
        }
        Err(error) => {
            say(&format!("failed: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Builds the product and this program for release, and becomes that program.
fn in_release() -> Result<Vec<Section>, BenchError> {
    let build = ["build", "--release", "--quiet", "-p", "vnfpkg", "-p", "xtask"];
    say("building for release ...");
    let status = Command::new(env!("CARGO")).args(build).current_dir(repository()).status().map_err(BenchError::io("cargo build"))?;
    if !status.success() {
        return Err(BenchError::unexpected("cargo build", status.to_string()));
    }
    let here = std::env::current_exe().map_err(BenchError::io("this program"))?;
    let target = here.parent().and_then(Path::parent).unwrap_or(Path::new("target"));
    let error = Command::new(target.join("release/xtask")).args(std::env::args_os().skip(1)).exec();
    Err(BenchError::io("the release build of this program")(error))
}

/// Tells what goes on.
pub(crate) fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "bench: {text}");
}

/// Where, when and how: figures without that cannot be compared.
fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let cpuinfo = read("/proc/cpuinfo");
    let model =
        cpuinfo.lines().find_map(|line| line.strip_prefix("model name")).map_or("", |rest| rest.trim_start_matches([' ', '\t', ':']));
    let date =
        Command::new("date").args(["-u", "+%F %H:%M"]).output().map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let load = read("/proc/loadavg").split(' ').next().unwrap_or_default().to_owned();
    let build = if cfg!(debug_assertions) { "debug build: not for comparison" } else { "release build" };
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    format!(
        "`cargo xtask {}`, {} UTC, {cores} cores ({model}), Linux {}, load {load} at the start, {build}\n",
        arguments.join(" "),
        date.unwrap_or_default(),
        read("/proc/sys/kernel/osrelease").trim()
    )
}
