//! The drivers that `vnfpkg driver` prints, called by Tacker's own code: how it loads classes, how it runs scripts.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use vnfpkg_tests::{Outcome, cache, lab, on_host, outcome, steps_package};
use xtask::lab::{Host, Lab, PASSWORD, Tacker, USER, registry_image};
use xtask::product::{Workbench, registry_answers, repository};

const LIMIT: Duration = Duration::from_secs(180);
const ID: &str = "f93ed99c-e2f2-4f18-8377-37a171ea344f";

/// A first boot that does not end: the steps wait for it.
const FIRST_BOOT: &str = "printf '#!/bin/sh\\necho status: running\\n' >/usr/local/bin/cloud-init; chmod +x /usr/local/bin/cloud-init";
/// Docker that cannot load images.
const NO_LOAD: &str = "cat >/usr/local/bin/docker <<'END'
#!/bin/sh
[ \"$1\" != load ] || { echo 'no space left on device' >&2; exit 1; }
exec /usr/bin/docker \"$@\"
END
chmod +x /usr/local/bin/docker";

/// Tacker with the driver in place.
struct Conductor<'a> {
    lab: &'a Lab,
    bench: &'a Workbench,
    tacker: Tacker,
    package: PathBuf,
}

impl<'a> Conductor<'a> {
    /// The package with the driver of an API in it, whose path counts from `base`.
    fn new(lab: &'a Lab, bench: &'a Workbench, api: &str, base: &str) -> Self {
        let tacker = Tacker::get(cache()).unwrap();
        let package = bench.fixture("tacker_registry").unwrap();
        fs::copy(registry_image(cache()).unwrap(), package.join("Files/images/private_registry.tar")).unwrap();
        let driver = outcome(bench.vnfpkg().args(["driver", api])).expect(0).stdout;
        fs::write(package.join("Scripts/registry_driver.py"), &driver).unwrap();
        let vnfd = package.join("Definitions/registry_df_simple.yaml");
        let text = fs::read_to_string(&vnfd).unwrap();
        let text = text.replace("file: Scripts/registry_driver.py", &format!("file: {base}Scripts/registry_driver.py"));
        // The v2 conductor takes nothing but a name there.
        let named = "implementation: mgmt-drivers-private-registry";
        let detailed = "implementation:\n              primary: mgmt-drivers-private-registry\n              dependencies: [ notes ]";
        assert!(text.contains(detailed));
        fs::write(&vnfd, if api == "v2" { text.replace(detailed, named) } else { text }).unwrap();
        outcome(bench.vnfpkg().arg("validate").arg(&package).arg("--fix=unsafe")).expect(0);
        Self { lab, bench, tacker, package }
    }

    /// Installs the v1 class under the entry point that Tacker looks at; gives the folder for Python's path.
    fn install_class(&self) -> PathBuf {
        let folder = self.bench.path("installed");
        let info = folder.join("vnfpkg_driver-1.dist-info");
        fs::create_dir_all(&info).unwrap();
        fs::copy(self.package.join("Scripts/registry_driver.py"), folder.join("vnfpkg_driver.py")).unwrap();
        fs::write(info.join("METADATA"), "Metadata-Version: 2.1\nName: vnfpkg-driver\nVersion: 1\n").unwrap();
        let entry = "[tacker.tacker.mgmt.drivers]\nmgmt-drivers-private-registry = vnfpkg_driver:VnfpkgMgmtDriver\n";
        fs::write(info.join("entry_points.txt"), entry).unwrap();
        folder
    }

    /// Python with Tacker, in the network of the lab.
    fn python(&self, script: &str, host: &Host) -> Command {
        let mut command = self.lab.command(&self.tacker.python().to_string_lossy());
        command.arg(repository().join("tests/python").join(script)).arg(&self.package);
        let keys = self.bench.known_hosts(&[host]).unwrap();
        command.env("VNFPKG", xtask::product::binary().unwrap()).env("VNFPKG_STATE", self.bench.path("state"));
        command.env("VNFPKG_DRIVER_OPTIONS", format!("--known-hosts {} --ssh-config none", keys.display()));
        command.env("HOME", self.bench.path("")).env("PYTHONWARNINGS", "ignore").env_remove("SSH_AUTH_SOCK");
        command
    }

    fn write(&self, name: &str, value: &Value) -> PathBuf {
        self.bench.write(name, &value.to_string()).unwrap()
    }
}

fn parameters(password: &str) -> Value {
    json!({"private_registry_installation_param": {
        "ssh_cp_name": "CP1", "ssh_username": USER, "ssh_password": password, "image_path": "Files/images/private_registry.tar",
    }})
}

/// Tacker's object of the instance, v1.
fn instance_v1(host: &Host, password: &str) -> Value {
    let addresses = json!([{"type": "IPV4", "addresses": [host.ip().to_string()]}]);
    json!({"id": ID, "vnfd_id": "d", "instantiation_state": "INSTANTIATED", "instantiated_vnf_info": {
        "flavour_id": "simple", "additional_params": parameters(password),
        "vnfc_resource_info": [{"id": "vnfc-1", "vdu_id": "PrivateRegistryVDU", "compute_resource": {"resource_id": "vm-1"}, "vnfc_cp_info": [
            {"id": "cp-1", "cpd_id": "CP1", "cp_protocol_info": [{"layer_protocol": "IP_OVER_ETHERNET", "ip_over_ethernet": {"ip_addresses": addresses}}]},
        ]}],
    }})
}

/// The instance of the v2 API.
fn instance_v2(host: &Host) -> Value {
    let addresses = json!([{"type": "IPV4", "addresses": [host.ip().to_string()]}]);
    json!({"id": ID, "vnfdId": "d", "vnfProvider": "P", "vnfProductName": "R", "vnfSoftwareVersion": "1", "vnfdVersion": "1",
        "instantiationState": "INSTANTIATED", "instantiatedVnfInfo": {"flavourId": "simple", "vnfState": "STARTED",
        "vnfcInfo": [{"id": "PrivateRegistryVDU-1", "vduId": "PrivateRegistryVDU", "vnfcResourceInfoId": "vm-1", "vnfcState": "STARTED"}],
        "vnfcResourceInfo": [{"id": "vm-1", "vduId": "PrivateRegistryVDU", "computeResource": {"resourceId": "vm-1"}, "vnfcCpInfo": [
            {"id": "cp-1", "cpdId": "CP1", "cpProtocolInfo": [{"layerProtocol": "IP_OVER_ETHERNET", "ipOverEthernet": {"ipAddresses": addresses}}]},
        ]}],
    }})
}

#[track_caller]
fn fails(result: Outcome, word: &str) -> String {
    let result = result.expect(1);
    let line = result.stderr.lines().find(|line| line.starts_with("failed: ")).unwrap_or_else(|| panic!("{}", result.stderr)).to_owned();
    assert!(line.contains(word), "{line}");
    line
}

fn nothing_kept(bench: &Workbench, secret: &str) {
    let kept = outcome(Command::new("grep").arg("-rlF").arg(secret).arg(bench.path("state")));
    assert_eq!(kept.stdout, "", "the state folder holds the password");
}

#[test]
fn tackers_v1_conductor_loads_the_class_and_retries_where_it_failed() {
    let lab = lab("e2e-driver1", 1);
    let host = lab.host(1);
    let bench = Workbench::new().unwrap();
    let conductor = Conductor::new(&lab, &bench, "v1", "");
    let installed = conductor.install_class();
    let call = |hook: &str, instance: &Path, limit: &str, vnfcs: &[&str]| {
        let mut command = conductor.python("tacker_v1.py", host);
        command.env("PYTHONPATH", &installed).env("VNFPKG_DRIVER_TIMEOUT", limit).arg(instance).arg(hook).args(vnfcs);
        outcome(&mut command)
    };
    let good = conductor.write("instance.json", &instance_v1(host, PASSWORD));

    // An operator sees one cause.
    let wrong = conductor.write("wrong.json", &instance_v1(host, "not-the-password"));
    let line = fails(call("instantiate_end", &wrong, "600", &[]), "instantiate_end failed");
    assert!(!line.contains("not-the-password"), "{line}");
    nothing_kept(&bench, "not-the-password");
    on_host(host, FIRST_BOOT);
    fails(call("instantiate_end", &good, "3", &[]), "time limit");
    on_host(host, "rm /usr/local/bin/cloud-init");

    // Tacker's Retry calls the same hook again: the run that was cut off goes on, and what is done is not done again.
    on_host(host, NO_LOAD);
    let line = fails(call("instantiate_end", &good, "600", &[]), "failed at load_image@PrivateRegistryVDU-1");
    assert!(line.contains("no space left on device"), "{line}");
    on_host(host, "rm /usr/local/bin/docker");
    call("instantiate_end", &good, "600", &[]).expect(0);
    assert_eq!(registry_answers(&lab, host, 5000, LIMIT).unwrap(), "200");
    let list = outcome(bench.vnfpkg().args(["runs", "list"])).expect(0).stdout;
    assert_eq!(list.lines().filter(|line| line.contains("instantiate_end")).count(), 3, "the one that was cut off went on\n{list}");
    let last = outcome(bench.vnfpkg().args(["runs", "show"])).expect(0).stdout;
    assert!(last.lines().any(|line| line.contains("install_docker@PrivateRegistryVDU-1") && line.contains("unchanged")), "{last}");

    host.reset().unwrap();
    call("heal_end", &good, "600", &["vnfc-1"]).expect(0);
    assert_eq!(registry_answers(&lab, host, 5000, LIMIT).unwrap(), "200");
    fails(call("heal_end", &good, "600", &["vnfc-2"]), "there is no VNFC `vnfc-2`");

    // A package with another driver than the installed one is refused by Tacker itself.
    fs::write(conductor.package.join("Scripts/registry_driver.py"), "# another\n").unwrap();
    call("heal_end", &good, "600", &[]).expect(1).says("refused by Tacker");
    lab.stop().unwrap();
}

#[test]
fn tackers_v2_conductor_runs_the_script_of_the_package() {
    let lab = lab("e2e-driver2", 1);
    let host = lab.host(1);
    let bench = Workbench::new().unwrap();
    let conductor = Conductor::new(&lab, &bench, "v2", "../");
    let instance = conductor.write("instance.json", &instance_v2(host));
    let call = |hook: &str, request: &Value, limit: &str| {
        let request = conductor.write("request.json", request);
        let mut command = conductor.python("tacker_v2.py", host);
        command.env("VNFPKG_DRIVER_TIMEOUT", limit).arg(&instance).arg(hook).arg(request);
        outcome(&mut command)
    };
    let good = json!({"flavourId": "simple", "additionalParams": parameters(PASSWORD)});

    fails(call("instantiate_end", &json!({"flavourId": "simple", "additionalParams": {}}), "600"), "was refused");
    on_host(host, FIRST_BOOT);
    fails(call("instantiate_end", &good, "3"), "time limit");
    on_host(host, "rm /usr/local/bin/cloud-init");
    let done = call("instantiate_end", &good, "600").expect(0);
    let kept: Value = serde_json::from_str(done.stdout.lines().last().unwrap()).unwrap();
    assert!(kept["vnfpkg_run"].as_str().unwrap().starts_with("20"), "{kept}");
    assert_eq!(registry_answers(&lab, host, 5000, LIMIT).unwrap(), "200");

    on_host(host, "docker rm -f private_registry");
    let heal = json!({"vnfcInstanceId": ["PrivateRegistryVDU-1"], "additionalParams": parameters(PASSWORD)});
    call("heal_end", &heal, "600").expect(0);
    assert_eq!(registry_answers(&lab, host, 5000, LIMIT).unwrap(), "200");
    assert!(!bench.path(&format!("state/driver/{ID}/request.json")).exists(), "it holds the password");
    lab.stop().unwrap();
}

#[test]
fn a_v2_script_finds_the_lifecycle_document_beside_it() {
    let lab = lab("e2e-driver3", 1);
    let host = lab.host(1);
    let bench = Workbench::new().unwrap();
    let steps = "      greet:\n        probe: greeted.sh\n        run: greet.sh\n";
    let scripts = [("greet.sh", "#!/bin/sh\necho hello >/tmp/greeting\n"), ("greeted.sh", "#!/bin/sh\ntest -e /tmp/greeting\n")];
    let package = steps_package(&bench, 1, steps, &scripts);
    let driver = outcome(bench.vnfpkg().args(["driver", "v2"])).expect(0).stdout;
    fs::write(package.join("Scripts/driver.py"), driver).unwrap();
    // The hook names the script, and the document is only among the artifacts of the node.
    let vnfd = package.join("Definitions/private_registry_df_simple.yaml");
    let text = fs::read_to_string(&vnfd).unwrap();
    let named =
        text.replace("instantiate_end:\n            implementation: lifecycle", "instantiate_end:\n            implementation: script");
    let artifact =
        "      artifacts:\n        script:\n          type: tosca.artifacts.Implementation.Python\n          file: ../Scripts/driver.py\n";
    let named = named.replace("      artifacts:\n", artifact);
    assert_eq!(named.matches("script").count(), text.matches("script").count() + 2, "{named}");
    fs::write(&vnfd, named).unwrap();
    outcome(bench.vnfpkg().arg("validate").arg(&package).arg("--fix=unsafe")).expect(0);

    let conductor = Conductor { lab: &lab, bench: &bench, tacker: Tacker::get(cache()).unwrap(), package };
    let instance = conductor.write("instance.json", &instance_v2(host));
    let parameters = json!({"private_registry_installation_param": {"ssh_cp_name": "CP1", "ssh_username": USER, "ssh_password": PASSWORD}});
    let request = conductor.write("request.json", &json!({"flavourId": "simple", "additionalParams": parameters}));
    let call = || {
        let mut command = conductor.python("tacker_v2.py", host);
        outcome(command.env("VNFPKG_DRIVER_TIMEOUT", "600").arg(&instance).arg("instantiate_end").arg(&request))
    };
    call().expect(0);
    assert_eq!(on_host(host, "cat /tmp/greeting"), "hello\n");
    // The second call finds all done.
    on_host(host, "echo other >/tmp/greeting");
    call().expect(0);
    assert_eq!(on_host(host, "cat /tmp/greeting"), "other\n");
    lab.stop().unwrap();
}
