//! What the end-to-end tests share. The tests themselves are in `tests/`; they drive the binary on real hosts of the lab.

pub mod kubernetes;
pub mod proxy;
pub mod tacker;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use xtask::lab::{DEFAULT_CACHE, Host, Kind, Lab, LabOptions};
use xtask::product::Workbench;

/// Folder of the lab's templates.
pub fn cache() -> &'static Path {
    Path::new(DEFAULT_CACHE)
}

/// A lab of this test's own.
///
/// # Panics
/// When the machine cannot have one: these tests are nothing without it.
pub fn lab(name: &str, hosts: u8) -> Lab {
    let options = LabOptions { name: name.to_owned(), hosts, ..LabOptions::default() };
    Lab::start(&options).unwrap_or_else(|error| panic!("the lab does not come up: {error}"))
}

/// A lab of this test's own whose hosts have Docker.
///
/// # Panics
/// When the machine cannot have one.
pub fn docker_lab(name: &str, hosts: u8) -> Lab {
    let options = LabOptions { name: name.to_owned(), hosts, kind: Kind::Docker, ..LabOptions::default() };
    Lab::start(&options).unwrap_or_else(|error| panic!("the lab does not come up: {error}"))
}

/// The outcome of a program: exit code, standard output, standard error.
pub struct Outcome {
    /// Exit code; -1 when a signal ended it.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Outcome {
    /// Panics with all that was written unless the exit code is as expected.
    ///
    /// # Panics
    /// See above.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "exit code\n--- stdout\n{}\n--- stderr\n{}", self.stdout, self.stderr);
        self
    }

    /// Panics with all that was written unless standard error holds a text.
    ///
    /// # Panics
    /// See above.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "`{text}` is not in\n--- stderr\n{}", self.stderr);
        self
    }
}

/// Runs a command to its end.
///
/// # Panics
/// When it cannot be started.
pub fn outcome(command: &mut Command) -> Outcome {
    let output: Output = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Outcome { code: output.status.code().unwrap_or(-1), stdout: text(&output.stdout), stderr: text(&output.stderr) }
}

/// What a shell script prints as root on a host.
///
/// # Panics
/// When it fails.
#[track_caller]
pub fn on_host(host: &Host, script: &str) -> String {
    host.root_output(&["sh", "-c", script]).unwrap_or_else(|error| panic!("{script}: {error}"))
}

/// A package of the registry's descriptor with other steps: `steps` is the inside of `steps:` in the lifecycle document,
/// six blanks deep; `scripts` are files beside it. Takes up to `most` VNFCs.
///
/// # Panics
/// When it cannot be written.
pub fn steps_package(bench: &Workbench, most: u8, steps: &str, scripts: &[(&str, &str)]) -> PathBuf {
    let folder = bench.package("private_registry").unwrap_or_else(|error| panic!("{error}"));
    let df = folder.join("Definitions/private_registry_df_simple.yaml");
    let change = |path: &Path, text: &str| std::fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let text = std::fs::read_to_string(&df).unwrap_or_else(|error| panic!("{}: {error}", df.display()));
    change(&df, &text.replace("max_number_of_instances: 1", &format!("max_number_of_instances: {most}")));
    let document = format!(
        "lifecycle: 1\noperations:\n  instantiate_end:\n    input: private_registry_installation_param\n    connect:\n      user: \"{{{{ input.ssh_username }}}}\"\n      password: \"{{{{ input.ssh_password }}}}\"\n    steps:\n{steps}  heal_end: {{ like: instantiate_end }}\n  heal_start: {{ like: instantiate_end }}\n  terminate_start: {{ like: instantiate_end }}\n"
    );
    change(&folder.join("Scripts/lifecycle.yaml"), &document);
    for (name, text) in scripts {
        change(&folder.join("Scripts").join(name), text);
    }
    folder
}

/// `vnfpkg plan` or `run` of `instantiate_end` on this machine, which stands in for `hosts` VNFCs.
///
/// # Panics
/// When the request cannot be written.
pub fn local_run(bench: &Workbench, command: &str, package: &Path, hosts: u8) -> Command {
    let request = bench.registry_request("").unwrap_or_else(|error| panic!("{error}"));
    let mut line = bench.vnfpkg();
    line.arg(command).arg("instantiate_end").arg(package).arg("--request").arg(request);
    for _ in 0..hosts {
        line.args(["--host", "PrivateRegistryVDU=local"]);
    }
    line
}

/// The same on hosts of a lab.
///
/// # Panics
/// When the request cannot be written, or a host does not run.
pub fn lab_run(bench: &Workbench, lab: &Lab, package: &Path, hosts: &[&Host]) -> Command {
    let request = bench.registry_request("").unwrap_or_else(|error| panic!("{error}"));
    let known_hosts = bench.known_hosts(hosts).unwrap_or_else(|error| panic!("{error}"));
    let mut line = bench.vnfpkg_in(lab);
    line.arg("run").arg("instantiate_end").arg(package).arg("--request").arg(request).arg("--known-hosts").arg(known_hosts);
    for host in hosts {
        line.arg("--host").arg(format!("PrivateRegistryVDU={}", host.ip()));
    }
    line
}
