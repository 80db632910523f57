//! Settings in layers: flags, variables, the file of the working folder, the user's file, defaults.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use vnfpkg_tests::{Outcome, outcome};
use xtask::product::Workbench;

struct Try {
    bench: Workbench,
}

impl Try {
    fn new() -> Self {
        Self { bench: Workbench::new().expect("a workbench") }
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.bench.path(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(&path, text).expect("written");
        path
    }

    /// The binary in the folder, with a state folder only when a layer gives one.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.bench.vnfpkg();
        command.args(arguments).current_dir(self.bench.path("")).env_remove("VNFPKG_STATE").env_remove("XDG_CONFIG_HOME");
        command
    }

    fn vnfpkg(&self, arguments: &[&str]) -> Outcome {
        outcome(&mut self.command(arguments))
    }
}

#[test]
fn the_first_layer_with_a_value_gives_it() {
    let run = Try::new();
    run.file("vnfpkg.toml", "[run]\nparallel = 8\nconnect-wait = \"1m\"\ntimeout = \"2h\"\n[ssh]\nidentity = [\"keys/a\", \"/b\"]\n");
    let user = run.file(".config/vnfpkg/vnfpkg.toml", "[run]\nparallel = 4\nreconnect-wait = \"1m\"\n");
    let mut command = run.command(&["config", "show", "--origin", "--parallel", "3"]);
    let shown = outcome(command.env("VNFPKG_PARALLEL", "5").env("VNFPKG_CONNECT_WAIT", "30s")).expect(0).stdout;
    let from_user = format!("reconnect-wait = \"1m\" # {}:3", user.display());
    for wanted in [
        "parallel = 3 # flag",
        "connect-wait = \"30s\" # environment variable VNFPKG_CONNECT_WAIT",
        &from_user,
        "timeout = \"2h\" # vnfpkg.toml:4",
        "identity = [\"keys/a\", \"/b\"] # vnfpkg.toml:6",
        "keepalive = \"15s\" # default",
    ] {
        let lines: Vec<String> = shown.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert!(lines.iter().any(|line| line == wanted), "{wanted}\n{shown}");
    }
    // What is shown is a file that says the same.
    let plain = run.vnfpkg(&["config", "show"]).expect(0).stdout;
    let copy = run.file("copy.toml", &plain);
    let again = outcome(run.command(&["config", "show"]).env("VNFPKG_CONFIG", copy)).expect(0).stdout;
    assert_eq!(
        again.lines().filter(|line| !line.contains("identity")).count(),
        plain.lines().filter(|line| !line.contains("identity")).count()
    );
    assert!(again.contains("parallel = 8"), "{again}");
}

#[test]
fn a_run_keeps_its_state_where_the_file_says() {
    let run = Try::new();
    let package = run.bench.package("hello").expect("the package");
    run.file("vnfpkg.toml", "[run]\nstate = \"runs-of-the-team\"\n");
    let package = package.to_string_lossy();
    let arguments = ["run", "instantiate_end", &package, "--host", "HelloVDU=local"];
    run.vnfpkg(&arguments).expect(0);
    assert!(run.bench.path("runs-of-the-team/runs").is_dir());
    // A variable goes before the file, a flag before the variable.
    outcome(run.command(&arguments).env("VNFPKG_STATE", run.bench.path("variable"))).expect(0);
    assert!(run.bench.path("variable/runs").is_dir());
    outcome(run.command(&arguments).env("VNFPKG_STATE", run.bench.path("variable")).args(["--state", "flag"])).expect(0);
    assert!(run.bench.path("flag/runs").is_dir());
    assert_eq!(run.vnfpkg(&["runs", "list"]).expect(0).stdout.lines().count(), 1);
}

#[test]
fn faults_come_together_with_file_and_line() {
    let run = Try::new();
    run.file("vnfpkg.toml", "[run]\nparalel = 8\ntimeout = \"soon\"\n[rum]\n");
    let failed = outcome(run.command(&["runs", "list"]).env("VNFPKG_HOST_KEY", "any")).expect(2);
    for wanted in [
        "vnfpkg.toml:2: `[run]` has no key `paralel`; did you mean `parallel`?",
        "vnfpkg.toml:3: `timeout` cannot be `soon`",
        "vnfpkg.toml:4: there is no table `rum`",
        "VNFPKG_HOST_KEY cannot be `any`; there are strict, accept-new, off",
    ] {
        assert!(failed.stderr.contains(wanted), "{wanted}\n{}", failed.stderr);
    }
    // What takes no setting is not kept from its work.
    run.vnfpkg(&["explain", "MET01"]).expect(0);
    outcome(run.command(&["config", "show"]).env("VNFPKG_CONFIG", "elsewhere.toml")).expect(2).says("cannot read elsewhere.toml");
}

#[test]
fn a_package_does_not_choose_whom_to_trust() {
    let run = Try::new();
    let package = run.bench.package("hello").expect("the package");
    run.file("hello/vnfpkg.toml", "[ssh]\nhost-key = \"off\"\n[run]\nstate = \"/tmp/theirs\"\n");
    for folder in [package.clone(), run.bench.path("")] {
        let shown = outcome(run.command(&["config", "show", "--origin"]).current_dir(folder)).expect(0).stdout;
        assert!(shown.contains("host-key = \"strict\"") && !shown.contains("theirs"), "{shown}");
    }
}
