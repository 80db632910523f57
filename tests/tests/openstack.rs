//! `vnfpkg inventory --cloud` against a double of the APIs.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::fs;
use std::process::Command;

use vnfpkg_tests::outcome;
use xtask::openstack::{Double, INSTANCE, PORT, Reply, SERVER, TOKEN, guide, with};
use xtask::product::Workbench;

const SECRET: &str = "secret-of-the-credential";

/// The guide's instance as `openstack vnflcm show -f json` prints it, in what an inventory takes of it.
fn instance() -> String {
    format!(
        r#"{{"ID": "{INSTANCE}", "Instantiation State": "INSTANTIATED", "Instantiated Vnf Info": {{"flavourId": "simple",
  "vnfcResourceInfo": [{{"id": "52431660-dde4-49de-99a4-9d593b17b9c4", "vduId": "PrivateRegistryVDU",
    "computeResource": {{"resourceId": "{SERVER}"}}, "vnfcCpInfo": [{{"id": "cp", "cpdId": "CP1"}}]}}],
  "vnfVirtualLinkResourceInfo": [{{"id": "l", "vnfLinkPorts": [{{"id": "p", "cpInstanceId": "cp", "resourceHandle": {{"resourceId": "{PORT}"}}}}]}}]}}}}
"#
    )
}

fn clouds(double: &Double) -> String {
    format!(
        "clouds:\n  lab:\n    auth_type: v3applicationcredential\n    auth: {{auth_url: {}/identity, application_credential_id: c1, application_credential_secret: {SECRET}}}\n",
        double.base()
    )
}

fn inventory(bench: &Workbench, double: &Double) -> Command {
    bench.write("vnf.json", &instance()).unwrap();
    bench.write("clouds.yaml", &clouds(double)).unwrap();
    let mut command = bench.vnfpkg();
    command.args(["inventory", "vnf.json"]).current_dir(bench.path(""));
    for name in ["OS_CLOUD", "OS_CLIENT_CONFIG_FILE", "OS_CLIENT_SECURE_FILE"] {
        command.env_remove(name);
    }
    command
}

#[test]
fn the_cloud_tells_addresses_zone_and_state() {
    let bench = Workbench::new().unwrap();
    let package = bench.fixture("tacker_registry").unwrap();
    let double = Double::start(guide(), None).unwrap();
    let made = outcome(inventory(&bench, &double).args(["--cloud", "lab", "--package"]).arg(&package)).expect(0);
    let expected = format!(
        "vnfpkg_inventory: 1\ninstance: {INSTANCE}\nflavour: simple\nvnfcs:\n  - vdu: PrivateRegistryVDU\n    id: \"52431660-dde4-49de-99a4-9d593b17b9c4\"\n    resource_id: {SERVER}\n    zone: nova\n    cps:\n      CP1:\n        fixed: [\"10.10.0.5\"]\n        floating: \"172.24.4.9\"\n        port: \"{PORT}\"\n"
    );
    assert_eq!(made.stdout, expected, "{}", made.stderr);
    // The same by OS_CLOUD, from the folder of the user.
    let folder = bench.path(".config/openstack");
    fs::create_dir_all(&folder).unwrap();
    let mut command = inventory(&bench, &double);
    fs::rename(bench.path("clouds.yaml"), folder.join("clouds.yaml")).unwrap();
    assert_eq!(outcome(command.env("OS_CLOUD", "lab").arg("--cloud")).expect(0).stdout, expected);
    for text in [&made.stdout, &made.stderr] {
        assert!(!text.contains(SECRET) && !text.contains(TOKEN), "{text}");
    }
}

#[test]
fn what_the_cloud_says_is_compared() {
    let bench = Workbench::new().unwrap();
    let request = format!("GET /compute/v2.1/servers/{SERVER}");
    let off = Reply::new(200, &format!(r#"{{"server": {{"id": "{SERVER}", "status": "SHUTOFF"}}}}"#));
    let double = Double::start(with(guide(), &request, off), None).unwrap();
    outcome(inventory(&bench, &double).args(["--cloud", "lab"])).expect(1).says("is SHUTOFF").says("start it, or heal the VNFC");
    let mut replies = guide();
    replies.retain(|(known, _)| *known != request);
    let double = Double::start(replies, None).unwrap();
    outcome(inventory(&bench, &double).args(["--cloud", "lab"])).expect(1).says(&format!("there is no server {SERVER}"));
    let double = Double::start(guide(), None).unwrap();
    let none = outcome(inventory(&bench, &double).args(["--cloud", "lab", "--stack", "another"])).expect(2);
    none.says("cloud `lab` has no stack `another`");
}

#[test]
fn a_cloud_that_cannot_be_asked_is_explained() {
    let bench = Workbench::new().unwrap();
    let denied = Reply::new(401, r#"{"error": {"message": "Could not find Application Credential: c1."}}"#);
    let double = Double::start(with(guide(), "POST /identity/v3/auth/tokens", denied), None).unwrap();
    let failed = outcome(inventory(&bench, &double).args(["--cloud", "lab"])).expect(5);
    assert!(!failed.stderr.contains(SECRET));
    failed.says("answers 401: Could not find Application Credential: c1.").says("look at the application credential in clouds.yaml");
    outcome(inventory(&bench, &double).args(["--cloud", "laboratory"])).expect(2).says("it describes lab");
    outcome(inventory(&bench, &double).arg("--cloud")).expect(2).says("set OS_CLOUD");
    outcome(inventory(&bench, &double).args(["--stack", "x"])).expect(2).says("--cloud");
}
