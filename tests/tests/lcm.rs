//! The guide of Tacker's private registry VNF, line by line, with `vnfpkg lcm` in place of `openstack vnflcm`.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use vnfpkg_tests::tacker::{parameter_file, prepare, public_registry};
use vnfpkg_tests::{Outcome, cache, docker_lab, lab, on_host, outcome};
use xtask::lab::{Host, Lab, PASSWORD, USER, registry_image};
use xtask::product::{Workbench, pull_and_compare, push_and_pull, registry_answers};

const LIMIT: Duration = Duration::from_secs(180);

/// The commands of a test and what they print, for the guide.
struct Shell<'a> {
    lab: &'a Lab,
    bench: &'a Workbench,
    text: String,
}

impl Shell<'_> {
    /// `vnfpkg ARGUMENTS`; files are named as they lie in the folder of the test.
    #[track_caller]
    fn vnfpkg(&mut self, arguments: &[&str], code: i32) -> Outcome {
        let mut command: Command = self.bench.vnfpkg_in(self.lab);
        command.current_dir(self.bench.path("")).args(arguments).env("VM_PASSWORD", PASSWORD);
        let result = outcome(&mut command).expect(code);
        self.text.push_str(&format!("$ vnfpkg {}\n{}{}\n", arguments.join(" "), result.stdout, result.stderr));
        result
    }

    fn keep(&self, name: &str) {
        fs::write(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name), &self.text).unwrap();
    }
}

#[test]
fn the_guide_line_by_line() {
    let lab = lab("e2e-lcm", 3);
    let (mirror, old, new) = (lab.host(1), lab.host(2), lab.host(3));
    let bench = Workbench::new().unwrap();
    public_registry(&lab, &bench, mirror, old);
    prepare(old, mirror);
    prepare(new, mirror);
    bench.fixture("tacker_registry").unwrap();
    outcome(bench.vnfpkg().arg("validate").arg(bench.path("tacker_registry")).arg("--fix=unsafe")).expect(0);
    bench.write("private_registry_param_file.json", &parameter_file()).unwrap();
    let archive = registry_image(cache()).unwrap();
    let mut shell = Shell { lab: &lab, bench: &bench, text: String::new() };
    let known = |hosts: &[&Host]| bench.known_hosts(hosts).unwrap();
    let keys = known(&[old, new]);
    let keys = keys.to_str().unwrap();

    // Deploy.
    let created = shell.vnfpkg(&["lcm", "create", "tacker_registry"], 0);
    assert!(created.stdout.contains("NOT_INSTANTIATED"), "{}", created.stdout);
    let id = field(&created.stdout, "ID");
    let vm = |host: &Host| format!("PrivateRegistryVDU={}", host.ip());
    shell
        .vnfpkg(&["lcm", "instantiate", &id, "./private_registry_param_file.json", "--host", &vm(old), "--known-hosts", keys], 0)
        .says("is INSTANTIATED");
    assert_eq!(registry_answers(&lab, old, 5000, LIMIT).unwrap(), "200");

    let shown = shell.vnfpkg(&["lcm", "show", &id], 0).stdout;
    assert!(shown.contains("\"vduId\": \"PrivateRegistryVDU\"") && shown.contains("INSTANTIATED"), "{shown}");
    assert!(!shown.contains("password1") && shown.contains("\"ssh_password\": \"***\""), "{shown}");
    let json: Value = serde_json::from_str(&shell.vnfpkg(&["lcm", "show", &id, "-f", "json"], 0).stdout).unwrap();
    let vnfc = json["Instantiated Vnf Info"]["vnfcResourceInfo"][0]["id"].as_str().unwrap().to_owned();
    assert!(shell.vnfpkg(&["lcm", "list"], 0).stdout.contains(&id));

    // What show prints is an inventory, in every form.
    for format in ["json", "yaml", "table"] {
        let text = outcome(bench.vnfpkg().args(["lcm", "show", &id, "-f", format])).expect(0).stdout;
        let file = bench.write(&format!("show.{format}"), &text).unwrap();
        let made = outcome(bench.vnfpkg().arg("inventory").arg(&file).arg("--package").arg(bench.path("tacker_registry"))).expect(0).stdout;
        assert!(made.contains(&vnfc) && made.contains(&old.ip().to_string()), "{format}: {made}");
    }

    // Users push images, and a timer keeps a copy of what is in the registry.
    push_and_pull(&bench, mirror, old, 5000, &archive).unwrap();
    shell.vnfpkg(&["lcm", "hook", &id, "heal_start", "--known-hosts", keys], 0).says("changed fetch_content");

    // Heal one VNFC whose VM died and was replaced by a fresh one.
    old.reset().unwrap();
    prepare(old, mirror);
    known(&[old, new]);
    shell.vnfpkg(&["lcm", "heal", &id, "--vnfc-instance", "another"], 2).says("there is no VNFC `another`");
    shell
        .vnfpkg(&["lcm", "heal", &id, "--vnfc-instance", &vnfc, "--known-hosts", keys], 0)
        .says("changed restore_content@PrivateRegistryVDU-1");
    pull_and_compare(&bench, mirror, old, 5000).unwrap();

    // Heal the whole VNF: another VM with another address takes over, with the content.
    let vms = format!(
        "vnfpkg_inventory: 1\nvnfcs:\n- vdu: PrivateRegistryVDU\n  cps: {{CP1: {}}}\n  ssh: {{user: {USER}, password_env: VM_PASSWORD}}\n",
        new.ip()
    );
    bench.write("vms.yaml", &vms).unwrap();
    shell.vnfpkg(&["lcm", "heal", &id, "--inventory", "vms.yaml", "--known-hosts", keys], 0).says("changed restore_content");
    pull_and_compare(&bench, mirror, new, 5000).unwrap();
    let shown = shell.vnfpkg(&["lcm", "show", &id, "-f", "json"], 0).stdout;
    assert!(shown.contains(&new.ip().to_string()) && shown.contains(&vnfc) && !shown.contains(&format!("\"{}\"", old.ip())), "{shown}");

    // Nothing of this machine keeps a password.
    for secret in ["password1", "password2"] {
        assert_eq!(outcome(Command::new("grep").arg("-rlF").arg(secret).arg(bench.path("state"))).stdout, "");
    }

    shell.vnfpkg(&["lcm", "delete", &id], 2).says("it has to be NOT_INSTANTIATED");
    shell.vnfpkg(&["lcm", "terminate", &id, "--known-hosts", keys], 0).says("it is NOT_INSTANTIATED");
    assert_eq!(on_host(new, "docker ps -q; cat /run/goodbye"), "8 {{ goodbye }}\n");
    shell.vnfpkg(&["lcm", "delete", &id], 0);
    shell.keep("guide.txt");
    lab.stop().unwrap();
}

#[test]
fn an_instantiation_that_fails_is_retried_and_one_is_rolled_back() {
    let lab = lab("e2e-lcmop", 1);
    let host = lab.host(1);
    let bench = Workbench::new().unwrap();
    bench.registry_csar(cache()).unwrap();
    bench.registry_request(r#""image_path": "Files/images/registry.tar""#).unwrap();
    let keys = bench.known_hosts(&[host]).unwrap();
    let keys = keys.to_str().unwrap();
    let vm = format!("PrivateRegistryVDU={}", host.ip());
    let mut shell = Shell { lab: &lab, bench: &bench, text: String::new() };
    let id = field(&shell.vnfpkg(&["lcm", "create", "private_registry.csar", "--name", "registry"], 0).stdout, "ID");
    let instantiate = ["lcm", "instantiate", "registry", "private_registry_param_file.json", "--host", &vm, "--known-hosts", keys];

    // Another program has the port.
    let squat = "bash -c 'exec -a squatter perl -MIO::Socket::INET -e \"\\$s=IO::Socket::INET->new(LocalPort=>5000,Listen=>1,ReuseAddr=>1) or die; close STDOUT; close STDERR; sleep 600\" & echo $! >/run/squatter'";
    on_host(host, squat);
    shell.vnfpkg(&instantiate, 4).says("FAILED_TEMP: instantiate_end ended with exit code 4");
    let op = newest_op(&bench);
    let shown = shell.vnfpkg(&["lcm", "op", "show", &op, "-f", "json"], 0).stdout;
    let shown: Value = serde_json::from_str(&shown).unwrap();
    shell.vnfpkg(&instantiate, 2).says("has not ended");
    assert_eq!((&shown["Operation State"], &shown["Error Point"]), (&Value::from("FAILED_TEMP"), &Value::from(6)));
    on_host(host, "kill $(cat /run/squatter)");
    shell.vnfpkg(&["lcm", "op", "retry", &op, "--known-hosts", keys], 0).says("is COMPLETED; it is INSTANTIATED");
    assert_eq!(registry_answers(&lab, host, 5000, LIMIT).unwrap(), "200");
    shell.vnfpkg(&["lcm", "op", "retry", &op, "--known-hosts", keys], 2).says("is COMPLETED, so it cannot be retried");

    shell.vnfpkg(&["lcm", "terminate", &id, "--known-hosts", keys], 0).says("changed stop_registry");
    assert!(on_host(host, "docker ps -q").is_empty());

    // Instantiated once more it fails and is undone.
    on_host(host, &format!("docker rm -f private_registry; {squat}"));
    shell.vnfpkg(&instantiate, 4);
    let op = newest_op(&bench);
    shell.vnfpkg(&["lcm", "op", "rollback", &op, "--known-hosts", keys], 0).says("is ROLLED_BACK");
    assert!(shell.vnfpkg(&["lcm", "list", "-f", "json"], 0).stdout.contains("NOT_INSTANTIATED"));
    shell.vnfpkg(&["lcm", "delete", &id], 0);
    assert_eq!(shell.vnfpkg(&["lcm", "list", "-f", "json"], 0).stdout, "[]\n");
    lab.stop().unwrap();
}

/// The parameter file of Docker hosts that use one registry.
fn client_parameters(registry: &Host) -> String {
    format!(
        r#"{{
    "flavourId": "simple",
    "additionalParams": {{
        "registry_client_param": {{
            "ssh_cp_name": "CP1", "ssh_username": "{USER}", "ssh_password": "{PASSWORD}",
            "registries": ["{}:5000"] # the private registry VNF
        }}
    }}
}}
"#,
        registry.ip()
    )
}

#[test]
fn clients_are_told_that_a_registry_moved_and_vnfs_scale() {
    let lab = docker_lab("e2e-lcm-cl", 4);
    let (old, new, first, second) = (lab.host(1), lab.host(2), lab.host(3), lab.host(4));
    let bench = Workbench::new().unwrap();
    bench.registry_csar(cache()).unwrap();
    bench.registry_request(r#""image_path": "Files/images/registry.tar""#).unwrap();
    let client = bench.package("registry_client").unwrap();
    assert_eq!(outcome(bench.vnfpkg().args(["validate", "--format", "concise"]).arg(client)).expect(0).stdout, "");
    let file = bench.write("clients.json", &client_parameters(old)).unwrap();
    let keys = bench.known_hosts(&[old, new, first, second]).unwrap();
    let keys = keys.to_str().unwrap();
    let mut shell = Shell { lab: &lab, bench: &bench, text: String::new() };
    let vm = |vdu: &str, host: &Host| format!("{vdu}={}", host.ip());
    let pull = |host: &Host, from: &Host| on_host(host, &format!("docker pull -q {}:5000/demo/image:1 2>&1 || true", from.ip()));

    shell.vnfpkg(&["lcm", "create", "private_registry.csar", "--name", "registry"], 0);
    let instantiate = ["lcm", "instantiate", "registry", "private_registry_param_file.json", "--known-hosts", keys, "--host"];
    shell.vnfpkg(&[&instantiate[..], &[&vm("PrivateRegistryVDU", old)]].concat(), 0);
    push_and_pull(&bench, first, old, 5000, &registry_image(cache()).unwrap()).unwrap();
    let id = field(&shell.vnfpkg(&["lcm", "create", "registry_client", "--name", "hosts"], 0).stdout, "ID");
    assert!(pull(first, old).contains("HTTP response to HTTPS client"));
    shell.vnfpkg(&["lcm", "instantiate", "hosts", "clients.json", "--known-hosts", keys, "--host", &vm("DockerHost", first)], 0);
    assert!(pull(first, old).contains("/demo/image:1"));

    // Out by one: a slip begins no operation, and only the new host is worked on.
    let scale = |shell: &mut Shell<'_>, kind: &str, more: &[&str], code: i32| {
        shell.vnfpkg(&[&["lcm", "scale", "hosts", "--known-hosts", keys, "--type", kind][..], more].concat(), code)
    };
    let one = vm("DockerHost", second);
    scale(&mut shell, "SCALE_OUT", &["--aspect-id", "host", "--host", &one], 2).says("its aspects are hosts");
    scale(&mut shell, "SCALE_OUT", &["--aspect-id", "hosts"], 2).says("no new VM is named");
    scale(&mut shell, "SCALE_OUT", &["--aspect-id", "hosts", "--number-of-steps", "2", "--host", &one], 2).says("2 steps add 2 VNFCs");
    scale(&mut shell, "SCALE_IN", &["--aspect-id", "hosts"], 2).says("1 fewer are too few");
    let out = scale(&mut shell, "SCALE_OUT", &["--aspect-id", "hosts", "--host", &one], 0);
    assert!(out.stderr.contains("changed registries@DockerHost-2") && !out.stderr.contains("@DockerHost-1 "), "{}", out.stderr);
    assert!(pull(second, old).contains("/demo/image:1"));

    // The registry moves with its content; the command that is printed tells the clients, which go on as they are.
    let engines = |hosts: [&Host; 2]| hosts.map(|host| on_host(host, "systemctl show -p MainPID --value docker"));
    let before = engines([first, second]);
    let healed = shell.vnfpkg(&["lcm", "heal", "registry", "--known-hosts", keys, "--host", &vm("PrivateRegistryVDU", new)], 0);
    let told = format!("lcm modify {id} --address {}={}", old.ip(), new.ip());
    let healed =
        healed.says(&format!("the address {} is now {}", old.ip(), new.ip())).says(&format!("hosts uses it: tell it with `vnfpkg {told}`"));
    assert!(!healed.stderr.contains("registry uses it"), "{}", healed.stderr);
    on_host(old, "docker stop private_registry");
    let words: Vec<&str> = told.split(' ').chain(["--known-hosts", keys]).collect();
    let moved = shell.vnfpkg(&words, 0);
    let mut changed: Vec<&str> =
        moved.stderr.lines().filter_map(|line| line.trim_start().strip_prefix("changed ")?.split(' ').next()).collect();
    changed.sort_unstable();
    assert_eq!(changed, ["registries@DockerHost-1", "registries@DockerHost-2"], "{}", moved.stderr);
    for host in [first, second] {
        assert!(pull(host, new).contains("/demo/image:1"));
        assert!(!on_host(host, "cat /etc/docker/daemon.json").contains(&old.ip().to_string()));
    }
    assert_eq!(engines([first, second]), before);
    assert_eq!(fs::read_to_string(&file).unwrap(), client_parameters(new));
    shell.vnfpkg(&["lcm", "modify", "hosts", "--known-hosts", keys], 0).says("nothing had to be changed");
    shell.vnfpkg(&["lcm", "modify", "hosts", "--address", "10.0.0.1=10.0.0.2"], 2).says("does not name the address 10.0.0.1");
    shell.vnfpkg(&["lcm", "modify", "registry"], 2).says("nothing answers `modify_information_end`");

    // In by one: what runs on the host that leaves is stopped first.
    on_host(second, &format!("docker run -d {}:5000/demo/image:1", new.ip()));
    scale(&mut shell, "SCALE_IN", &["--aspect-id", "hosts"], 0).says("changed stop_containers@DockerHost-2");
    assert_eq!(on_host(second, "docker ps -q"), "");
    let shown = shell.vnfpkg(&["lcm", "show", "hosts", "-f", "json"], 0).stdout;
    assert!(shown.contains(&first.ip().to_string()) && !shown.contains(&second.ip().to_string()), "{shown}");
    shell.vnfpkg(&["lcm", "terminate", "hosts", "--known-hosts", keys], 0).says("it is NOT_INSTANTIATED");
    shell.keep("clients.txt");
    lab.stop().unwrap();
}

/// A field of the table that a command printed.
fn field(table: &str, title: &str) -> String {
    let mut cells = table.lines().map(|line| line.split('|').map(str::trim).collect::<Vec<_>>());
    cells.find(|cells| cells.get(1) == Some(&title)).and_then(|cells| cells.get(2).map(|text| (*text).to_owned())).unwrap()
}

fn newest_op(bench: &Workbench) -> String {
    let list = outcome(bench.vnfpkg().args(["lcm", "op", "list", "-f", "json"])).expect(0).stdout;
    let list: Value = serde_json::from_str(&list).unwrap();
    list.as_array().unwrap().last().unwrap()["ID"].as_str().unwrap().to_owned()
}
