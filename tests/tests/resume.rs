//! A controller that dies, two controllers at once: what the journal, the claims on the hosts and the lock are for.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use vnfpkg_tests::{cache, lab, on_host, outcome};
use xtask::lab::{Host, Kind, Lab, LabOptions};
use xtask::product::{Workbench, registry_answers};

const HOSTS: u8 = 3;
const STEPS: usize = 13;

/// A package whose steps count their own executions: 13 steps on 3 hosts, and one on the first, 40 tasks in layers that wait for one another.
fn counting_package(bench: &Workbench, pause: &str) -> PathBuf {
    let folder = bench.package("private_registry").unwrap();
    let df = folder.join("Definitions/private_registry_df_simple.yaml");
    let text = std::fs::read_to_string(&df).unwrap();
    std::fs::write(&df, text.replace("max_number_of_instances: 1", "max_number_of_instances: 3")).unwrap();
    let mut document = String::from(
        "lifecycle: 1\noperations:\n  instantiate_end:\n    input: private_registry_installation_param\n    connect:\n      user: \"{{ input.ssh_username }}\"\n      password: \"{{ input.ssh_password }}\"\n    steps:\n      once:\n        on: { vdu: PrivateRegistryVDU, select: first }\n        run: once.sh\n        outputs: [word]\n",
    );
    let scripts = folder.join("Scripts");
    let count = |name: &str, more: &str| {
        format!(
            "#!/bin/sh\nset -eu\nHOME=/home/ubuntu\nmkdir -p ~/count\nchmod 0777 ~/count 2>/dev/null || true\n{more}echo done >>~/count/{name}\n"
        )
    };
    std::fs::write(scripts.join("once.sh"), count("once", &format!("{pause}\necho word=hello >>\"$VNFPKG_OUTPUT\"\n"))).unwrap();
    for step in 0..STEPS {
        let needs = match step {
            0 | 1 => "[once]".to_owned(),
            _ => format!("[s{:02}, s{:02}]", step - 1, step - 2),
        };
        let uses = if step % 4 == 0 { "word={{ steps.once.outputs.word }}\n[ \"$word\" = hello ]\n" } else { "" };
        writeln!(document, "      s{step:02}: {{ run: s{step:02}.sh, needs: {needs}, root: {} }}", step % 3 == 0).unwrap();
        std::fs::write(scripts.join(format!("s{step:02}.sh")), count(&format!("s{step:02}"), uses)).unwrap();
    }
    for hook in ["heal_start", "heal_end", "terminate_start"] {
        writeln!(document, "  {hook}: {{ like: instantiate_end }}").unwrap();
    }
    std::fs::write(scripts.join("lifecycle.yaml"), document).unwrap();
    folder
}

fn run(bench: &Workbench, lab: &Lab, package: &Path, request: &Path, state: &Path) -> Command {
    let hosts: Vec<&Host> = lab.hosts().iter().collect();
    let known_hosts = bench.known_hosts(&hosts).unwrap();
    let mut command = bench.vnfpkg_in(lab);
    command.arg("run").arg("instantiate_end").arg(package).arg("-r").arg(request).arg("--known-hosts").arg(known_hosts);
    for host in &hosts {
        command.arg("--host").arg(format!("PrivateRegistryVDU={}", host.ip()));
    }
    command.arg("--state").arg(state);
    command
}

fn resume(bench: &Workbench, lab: &Lab, state: &Path) -> Command {
    let mut command = bench.vnfpkg_in(lab);
    command.arg("resume").arg("--state").arg(state).arg("--known-hosts").arg(bench.path("known_hosts"));
    command
}

/// Says a figure past the capture of the test runner.
fn report(figure: &str) {
    let _ = writeln!(std::io::stderr(), "{figure}");
}

/// Resumes the killed run; one that was killed after its last record has nothing left to go on with.
fn go_on(bench: &Workbench, lab: &Lab, state: &Path) {
    let ended = std::fs::read_dir(state.join("runs")).unwrap().flatten().any(|run| {
        let journal = std::fs::read_to_string(run.path().join("journal.jsonl")).unwrap_or_default();
        journal.contains("\"type\":\"run_ended\"")
    });
    let resumed = outcome(&mut resume(bench, lab, state));
    if ended {
        resumed.expect(2).says("there is no run to go on with");
    } else {
        resumed.expect(0);
    }
}

/// Names of steps that did not run exactly once on a host.
fn miscounted(host: &Host, first: bool) -> String {
    let expected = STEPS + usize::from(first);
    let script = format!(
        "cd /home/ubuntu/count && [ $(ls | wc -l) = {expected} ] || echo 'files:' $(ls); for f in *; do [ $(wc -l <$f) = 1 ] || echo $f $(wc -l <$f); done"
    );
    on_host(host, &script)
}

#[test]
fn a_controller_killed_at_any_record_goes_on_with_every_effect_exactly_once() {
    let lab = lab("e2e-kill", HOSTS);
    let bench = Workbench::new().unwrap();
    let package = counting_package(&bench, "");
    let request = bench.registry_request("").unwrap();
    let mut kills = 0;
    loop {
        let state = bench.path(&format!("state-{kills}"));
        let mut command = run(&bench, &lab, &package, &request, &state);
        let killed = outcome(command.arg("--cut-at-record").arg((kills + 1).to_string()));
        if killed.code == -1 {
            go_on(&bench, &lab, &state);
        }
        for (at, host) in lab.hosts().iter().enumerate() {
            assert_eq!(miscounted(host, at == 0), "", "{} after a kill at record {kills}\n{}", host.name(), killed.stderr);
            on_host(host, "rm -rf /home/ubuntu/count");
        }
        if killed.code == 0 {
            break;
        }
        assert_eq!(killed.code, -1, "{}", killed.stderr);
        kills += 1;
    }
    // Intent and result of each of the 40 tasks, and the beginning.
    assert!(kills > 2 * (STEPS * usize::from(HOSTS) + 1), "only {kills} records");
    report(&format!("synthetic graph: {kills} kills, 0 duplicates, 0 losses"));
    lab.stop().unwrap();
}

#[test]
fn a_registry_installation_killed_at_any_record_ends_in_the_same_registry() {
    let lab = Lab::start(&LabOptions { name: "e2e-cut".into(), kind: Kind::Docker, ..LabOptions::default() }).unwrap();
    let host = lab.host(1);
    let bench = Workbench::new().unwrap();
    let csar = bench.registry_csar(cache()).unwrap();
    let request = bench.registry_request(r#""image_path": "Files/images/registry.tar""#).unwrap();
    let mut kills = 0;
    loop {
        let state = bench.path(&format!("state-{kills}"));
        let mut command = bench.run_on(&lab, host, "instantiate_end", &csar, &request).unwrap();
        let killed = outcome(command.arg("--state").arg(&state).arg("--cut-at-record").arg((kills + 1).to_string()));
        if killed.code == -1 {
            go_on(&bench, &lab, &state);
        }
        assert_eq!(registry_answers(&lab, host, 5000, Duration::from_secs(60)).unwrap(), "200");
        let created = on_host(
            host,
            "docker events --since 1 --until $(($(date +%s) + 1)) --filter container=private_registry --filter event=create | wc -l",
        );
        assert_eq!(created.trim(), "1", "containers created, after a kill at record {kills}");
        let again = outcome(&mut bench.run_on(&lab, host, "instantiate_end", &csar, &request).unwrap()).expect(0);
        assert!(again.stderr.contains("nothing had to be changed"), "after a kill at record {kills}\n{}", again.stderr);
        if killed.code == 0 {
            break;
        }
        kills += 1;
        host.reset().unwrap();
    }
    assert!(kills > 12, "only {kills} records");
    report(&format!("private registry: {kills} kills, 0 duplicates, 0 losses"));
    lab.stop().unwrap();
}

#[test]
fn a_second_controller_is_refused_with_the_name_of_the_first() {
    let lab = lab("e2e-lock", HOSTS);
    let bench = Workbench::new().unwrap();
    let package = counting_package(&bench, "while [ ! -e ~/go ]; do sleep 0.1; done");
    let request = bench.registry_request("").unwrap();
    let state = bench.path("state");
    let mut first =
        run(&bench, &lab, &package, &request, &state).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let started = Instant::now();
    while on_host(lab.host(1), "ls -d /home/ubuntu/count 2>/dev/null || true").is_empty() {
        assert!(started.elapsed() < Duration::from_secs(60), "the first controller does not begin");
    }
    let refused = outcome(&mut run(&bench, &lab, &package, &request, &state)).expect(7);
    assert!(refused.stderr.contains(&first.id().to_string()), "{}", refused.stderr);
    on_host(lab.host(1), "touch /home/ubuntu/go");
    assert!(first.wait().unwrap().success());
    lab.stop().unwrap();
}
