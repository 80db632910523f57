//! `cargo xtask demo`: the main job on a real host, from a bare machine to a registry that answers.

use std::io::Write;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use xtask::lab::{DEFAULT_CACHE, Lab, LabOptions, install_missing, registry_image};
use xtask::product::{
    BUILD_NEEDS, ProductError, Workbench, expect_success, install_tools, pull_and_compare, push_and_pull, registry_answers, repository,
};

const PORT: u16 = 5000;
const LIMIT: Duration = Duration::from_secs(120);

/// Shows the main job.
pub(crate) fn run() -> ExitCode {
    let started = Instant::now();
    match demo() {
        Ok(()) => {
            say(&format!("finished in {} s; nothing is left running", started.elapsed().as_secs()));
            ExitCode::SUCCESS
        }
        Err(error) => {
            say(&format!("failed: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn demo() -> Result<(), ProductError> {
    step("what the build needs");
    install_missing(BUILD_NEEDS)?;
    install_tools()?;
    step("cargo build -p vnfpkg");
    shown(Command::new(env!("CARGO")).args(["build", "-p", "vnfpkg"]).current_dir(repository()))?;
    step("two real hosts: the registry's VM, and a client (templates are made once)");
    let lab = Lab::start(&LabOptions { name: "demo".into(), hosts: 2, ..LabOptions::default() })?;
    let (host, client) = (lab.host(1), lab.host(2));
    let cache = Path::new(DEFAULT_CACHE);
    let bench = Workbench::new()?;

    step("vnfpkg pack, vnfpkg validate");
    let csar = bench.registry_csar(cache)?;
    say(&format!("packed {}", csar.display()));
    shown(bench.vnfpkg().arg("validate").arg(&csar))?;

    step("vnfpkg run instantiate_end: Docker, the image of the package, the registry");
    let request = bench.registry_request(r#""image_path": "Files/images/registry.tar""#)?;
    shown(&mut bench.run_on(&lab, host, "instantiate_end", &csar, &request)?)?;
    let status = registry_answers(&lab, host, PORT, LIMIT)?;
    say(&format!("GET http://{}:{PORT}/v2/ answers {status}", host.ip()));

    step("the client pushes an image and pulls it back");
    let blobs = push_and_pull(&bench, client, host, PORT, &registry_image(cache)?)?;
    say(&format!("{blobs} blobs, equal byte for byte"));

    step("the same run again: nothing is to be done");
    shown(&mut bench.run_on(&lab, host, "instantiate_end", &csar, &request)?)?;

    step("the host restarts");
    host.reboot(LIMIT)?;
    let status = registry_answers(&lab, host, PORT, LIMIT)?;
    pull_and_compare(&bench, client, host, PORT)?;
    say(&format!("the registry answers {status} again, and the image is still in it"));

    step("taking the hosts down");
    Ok(lab.stop()?)
}

fn step(what: &str) {
    say(&format!("── {what}"));
}

fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "demo: {text}");
}

/// Runs a program whose output the user sees.
fn shown(command: &mut Command) -> Result<(), ProductError> {
    let what = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).stdout(Stdio::inherit()).stderr(Stdio::inherit()).output();
    expect_success(&what, output).map(drop)
}
