//! `cargo xtask test`: everything that has to hold, on a machine that may lack everything but Rust.

use std::ffi::OsStr;
use std::io::Write;
use std::process::{Command, ExitCode};
use std::time::Instant;

use clap::Args;
use xtask::lab::install_missing;
use xtask::product::{BUILD_NEEDS, ProductError, install_tools, repository};

/// What the tests of the crates use.
const TEST_NEEDS: &[xtask::lab::Need] = &[
    xtask::lab::Need { package: "openssh-server", why: "a real sshd for the transport's tests" },
    xtask::lab::Need { package: "openssh-client", why: "keys, and `ssh -G` to compare with" },
    xtask::lab::Need { package: "openssl", why: "keys, and CMS signatures to compare with" },
    xtask::lab::Need { package: "time", why: "says how much memory a program had at most" },
    xtask::lab::Need { package: "unzip", why: "unpacks what was packed" },
    xtask::lab::Need { package: "busybox", why: "a second POSIX shell for the supervisor" },
    xtask::lab::Need { package: "dash", why: "the shell of most hosts" },
    xtask::lab::Need { package: "chromium", why: "opens the page of a run" },
];

#[derive(Args)]
pub(crate) struct TestArguments {
    /// Leave out the end-to-end tests on lab hosts
    #[arg(long)]
    no_lab: bool,
    /// Leave out the tests on real Kubernetes nodes; the first time they build Kubernetes for ten minutes
    #[arg(long)]
    no_kubernetes: bool,
}

/// Runs all checks in order; the first that fails ends it.
pub(crate) fn run(arguments: &TestArguments) -> ExitCode {
    match checks(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("failed: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn checks(arguments: &TestArguments) -> Result<(), ProductError> {
    install_missing(BUILD_NEEDS)?;
    install_missing(TEST_NEEDS)?;
    cargo("formatting", ["fmt", "--all", "--check"])?;
    cargo("lints", ["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"])?;
    cargo("build", ["build", "--workspace", "--quiet"])?;
    cargo("generated pages", ["xtask", "docs", "--check"])?;
    cargo("unit and documentation tests", ["test", "--workspace", "--exclude", "vnfpkg-tests", "--no-fail-fast", "--quiet"])?;
    if arguments.no_lab {
        say("end-to-end tests and Kubernetes: LEFT OUT, as asked by --no-lab");
        return Ok(());
    }
    install_tools()?;
    cargo("end-to-end tests", ["test", "-p", "vnfpkg-tests", "--no-fail-fast", "--", "--test-threads", "2", "--skip", "kubernetes_"])?;
    if arguments.no_kubernetes {
        say("Kubernetes: LEFT OUT, as asked by --no-kubernetes; the Kubernetes cluster VNF is not tested");
        return Ok(());
    }
    // Its nodes have the machine to themselves: five kubelets and three etcds on two processors.
    cargo(
        "Kubernetes",
        ["test", "-p", "vnfpkg-tests", "--test", "kubernetes*", "--no-fail-fast", "--", "--test-threads", "1", "--nocapture"],
    )
}

fn cargo<const N: usize>(what: &str, arguments: [&str; N]) -> Result<(), ProductError> {
    let words = arguments.map(OsStr::new);
    say(&format!("{what} ..."));
    let started = Instant::now();
    let status = Command::new(env!("CARGO")).args(words).current_dir(repository()).env("RUSTDOCFLAGS", "-D warnings").status();
    let status = status.map_err(|error| ProductError::unexpected(what, error.to_string()))?;
    if !status.success() {
        return Err(ProductError::unexpected(what, format!("cargo {} ends with {status}", arguments.join(" "))));
    }
    say(&format!("{what}: done after {:.0} s", started.elapsed().as_secs_f64()));
    Ok(())
}

fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "test: {text}");
}
