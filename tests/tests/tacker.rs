//! What users of Tacker have, as they have it: a package made for Tacker's registry driver, its parameter file, its heal.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use vnfpkg_tests::tacker::{parameter_file, prepare, public_registry, unmodified_package};
use vnfpkg_tests::{cache, lab, on_host, outcome};
use xtask::lab::{PASSWORD, USER, registry_image};
use xtask::product::{Workbench, pull_and_compare, push_and_pull, registry_answers};

const LIMIT: Duration = Duration::from_secs(180);
const WITH_IMAGE: &str = r#""image_path": "Files/images/private_registry.tar""#;

/// The package with a real registry image beside the stand-ins that it has.
fn package(bench: &Workbench) -> PathBuf {
    let folder = bench.fixture("tacker_registry").unwrap();
    fs::copy(registry_image(cache()).unwrap(), folder.join("Files/images/private_registry.tar")).unwrap();
    folder
}

fn inspect(bench: &Workbench, package: &Path) -> serde_json::Value {
    let shown = outcome(bench.vnfpkg().arg("inspect").arg(package).arg("--json")).expect(0);
    serde_json::from_str(&shown.stdout).unwrap()
}

#[test]
fn a_package_for_tacker_validates_once_its_digests_are_mended() {
    let bench = Workbench::new().unwrap();
    let folder = package(&bench);
    let validate = |arguments: &[&str]| {
        let mut command = bench.vnfpkg();
        outcome(command.arg("validate").arg(&folder).args(["--format", "concise"]).args(arguments))
    };
    let codes = |text: &str| -> Vec<String> {
        let marked = text.lines().filter_map(|line| line.split_once('[')?.1.split_once(']').map(|(code, _)| code.to_owned()));
        marked.collect()
    };
    // As such packages ship: the digests of the driver and of the image are not what they say.
    let shipped = validate(&[]).expect(1);
    let errors: Vec<&str> = shipped.stdout.lines().filter(|line| line.contains("error[")).collect();
    assert_eq!(codes(&errors.join("\n")), ["NFV11", "MET14"], "{}", shipped.stdout);
    let mended = validate(&["--fix=unsafe"]).expect(0);
    assert!(!mended.stdout.contains("error["), "{}", mended.stdout);

    let facts = inspect(&bench, &folder);
    let hook = |name: &str| {
        let hooks = facts["flavours"][0]["hooks"].as_array().unwrap();
        hooks.iter().find(|hook| hook["name"] == name).unwrap_or_else(|| panic!("no {name} in {hooks:?}")).clone()
    };
    assert_eq!(hook("instantiate_end")["answered_by"], "built-in step set `private_registry`");
    assert_eq!(hook("instantiate_end")["because"], "`mgmt-drivers-private-registry` is a management driver that these steps stand in for");
    assert_eq!(hook("heal_end")["dependencies"][0], "notes");
    assert_eq!(hook("terminate_end")["answered_by"], "script Scripts/goodbye.sh");
    assert_eq!(hook("instantiate")["answered_by"], serde_json::Value::Null);
    // A hook that the VNFD does not declare and that the step set has.
    assert_eq!(hook("heal_start")["answered_by"], "built-in step set `private_registry`");
}

/// Digests of all files of a package.
fn digests(folder: &Path) -> String {
    outcome(Command::new("sh").args(["-c", "find . -type f -exec sha256sum {} + | sort"]).current_dir(folder)).expect(0).stdout
}

#[test]
fn a_package_for_tacker_runs_as_it_is_and_its_content_outlives_the_vm() {
    let lab = lab("e2e-tacker", 2);
    let (host, client) = (lab.host(1), lab.host(2));
    let bench = Workbench::new().unwrap();
    public_registry(&lab, &bench, client, host);
    prepare(host, client);
    let folder = unmodified_package(&bench);
    let before = digests(&folder);
    let request = bench.write("guide.json", &parameter_file()).unwrap();
    let run = |operation: &str| {
        let mut command = bench.run_on(&lab, host, operation, &folder, &request).unwrap();
        command.args(["--instance", "vnf-1"]);
        command
    };

    // Digests of the VM's image and of the driver are wrong: this run takes neither.
    outcome(&mut run("instantiate_end")).expect(0).says("warning[NFV11]").says("warning[MET14]");
    assert_eq!(registry_answers(&lab, host, 5000, LIMIT).unwrap(), "200");
    outcome(&mut run("instantiate_end")).expect(0).says("nothing had to be changed");
    push_and_pull(&bench, client, host, 5000, &registry_image(cache()).unwrap()).unwrap();

    // The old VM answers: its content is kept, and put into the VM that replaces it.
    outcome(&mut run("heal_start")).expect(0).says("changed fetch_content@PrivateRegistryVDU-1");
    outcome(&mut run("heal_start")).expect(0).says("already done fetch_content@PrivateRegistryVDU-1");
    host.reset().unwrap();
    prepare(host, client);
    outcome(&mut run("heal_end")).expect(0).says("changed restore_content@PrivateRegistryVDU-1");
    assert_eq!(registry_answers(&lab, host, 5000, LIMIT).unwrap(), "200");
    pull_and_compare(&bench, client, host, 5000).unwrap();
    outcome(&mut run("heal_end")).expect(0).says("nothing had to be changed");

    // The old VM does not answer: the copy that was kept serves again.
    host.reset().unwrap();
    prepare(host, client);
    on_host(host, "systemctl stop ssh.socket 2>/dev/null; systemctl stop ssh");
    outcome(&mut run("heal_start")).expect(0).says("passed over");
    on_host(host, "systemctl start ssh");
    outcome(&mut run("heal_end")).expect(0).says("changed restore_content@PrivateRegistryVDU-1");
    pull_and_compare(&bench, client, host, 5000).unwrap();
    assert_eq!(on_host(host, "find /home /root -name 'registry-content*'"), "");

    outcome(&mut run("terminate_start")).expect(0).says("changed stop_registry@PrivateRegistryVDU-1");
    outcome(&mut run("terminate_start")).expect(0).says("nothing had to be changed");
    assert_eq!(digests(&folder), before);
    lab.stop().unwrap();
}

#[test]
fn a_shell_artifact_runs_as_it_is() {
    let lab = lab("e2e-tacker-sh", 1);
    let host = lab.host(1);
    let bench = Workbench::new().unwrap();
    let folder = bench.fixture("tacker_registry").unwrap();
    let inventory = format!(
        "vnfpkg_inventory: 1\nssh: {{user: {USER}, password_env: LAB_PASSWORD}}\nvnfcs: [{{vdu: PrivateRegistryVDU, address: {}}}]\n",
        host.ip()
    );
    let inventory = bench.write("inventory.yaml", &inventory).unwrap();
    let mut goodbye = bench.vnfpkg_in(&lab);
    goodbye.args(["run", "terminate_end"]).arg(&folder).arg("--inventory").arg(inventory);
    goodbye.env("LAB_PASSWORD", PASSWORD).arg("--known-hosts").arg(bench.known_hosts(&[host]).unwrap());
    outcome(&mut goodbye).expect(0);
    assert_eq!(on_host(host, "cat /run/goodbye"), "8 {{ goodbye }}\n");
    lab.stop().unwrap();
}

#[test]
fn a_file_in_doubt_that_a_run_takes_stops_it() {
    let bench = Workbench::new().unwrap();
    let folder = package(&bench);
    let request = bench.registry_request(WITH_IMAGE).unwrap();
    let plan = |folder: &Path| {
        let mut command = bench.vnfpkg();
        command.args(["plan", "instantiate_end", "--host", "PrivateRegistryVDU=10.99.1.1"]).arg(folder).arg("-r").arg(&request);
        outcome(&mut command)
    };
    plan(&folder).expect(0).says("warning[NFV11]");
    // The image of the registry is the image of the VM.
    let vnfd = folder.join("Definitions/registry_df_simple.yaml");
    let text = fs::read_to_string(&vnfd).unwrap();
    fs::write(&vnfd, text.replace("Files/images/vm.img", "Files/images/private_registry.tar")).unwrap();
    plan(&folder).expect(1).says("error[NFV11]");
}
