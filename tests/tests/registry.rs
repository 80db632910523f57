//! The Docker private registry VNF on real hosts: the main job, the second run, the restart, and what goes wrong.

use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use vnfpkg_tests::{cache, lab, on_host, outcome};
use xtask::lab::{Lab, LabOptions, Sudo, registry_image};
use xtask::product::{Workbench, pull_and_compare, push_and_pull, registry_answers};

const LIMIT: Duration = Duration::from_secs(180);
const WITH_IMAGE: &str = r#""image_path": "Files/images/registry.tar""#;

/// What a second run must not touch.
const FINGERPRINT: &str = "docker container inspect -f '{{.Id}} {{.State.StartedAt}}' private_registry
    find /etc /usr /private_registry /home/ubuntu -xdev -newer /run/mark -not -path '*/.local/state/vnfpkg*' | sort";

#[test]
fn install_use_again_and_restart() {
    let lab = lab("e2e-main", 2);
    let (host, client) = (lab.host(1), lab.host(2));
    let bench = Workbench::new().unwrap();
    let csar = bench.registry_csar(cache()).unwrap();
    let request = bench.registry_request(WITH_IMAGE).unwrap();
    let run = || bench.run_on(&lab, host, "instantiate_end", &csar, &request).unwrap();

    outcome(&mut run()).expect(0);
    assert_eq!(registry_answers(&lab, host, 5000, LIMIT).unwrap(), "200");
    let archive = registry_image(cache()).unwrap();
    assert!(push_and_pull(&bench, client, host, 5000, &archive).unwrap() >= 3);

    on_host(host, "touch /run/mark; sleep 0.01");
    let before = on_host(host, FINGERPRINT);
    let started = Instant::now();
    let second = outcome(&mut run()).expect(0).says("nothing had to be changed");
    let took = started.elapsed();
    assert!(took < Duration::from_secs(5), "the second run took {took:?}");
    assert!(!second.stderr.contains("     changed "), "{}", second.stderr);
    assert_eq!(on_host(host, FINGERPRINT), before);

    host.reboot(LIMIT).unwrap();
    assert_eq!(registry_answers(&lab, host, 5000, LIMIT).unwrap(), "200");
    pull_and_compare(&bench, client, host, 5000).unwrap();

    // Without `image_path` the image is pulled; here the second host pulls what is in the first one's registry.
    on_host(
        client,
        &format!("mkdir -p /etc/docker; echo '{{\"insecure-registries\": [\"{}:5000\"]}}' >/etc/docker/daemon.json", host.ip()),
    );
    let pulled = bench.registry_request(&format!("\"image_name\": \"{}:5000/demo/image:1\"", host.ip())).unwrap();
    let output = outcome(&mut bench.run_on(&lab, client, "instantiate_end", &csar, &pulled).unwrap()).expect(0);
    assert!(output.stderr.contains("changed pull_image@PrivateRegistryVDU-1"), "{}", output.stderr);
    assert_eq!(registry_answers(&lab, client, 5000, LIMIT).unwrap(), "200");
    lab.stop().unwrap();
}

#[test]
fn a_replaced_vm_is_healed_and_a_healthy_one_is_left_alone() {
    let lab = lab("e2e-heal", 1);
    let host = lab.host(1);
    let bench = Workbench::new().unwrap();
    let csar = bench.registry_csar(cache()).unwrap();
    let request = bench.registry_request(WITH_IMAGE).unwrap();
    outcome(&mut bench.run_on(&lab, host, "instantiate_end", &csar, &request).unwrap()).expect(0);
    host.reset().unwrap();

    let heal = |vnfc: &str| {
        let mut command = bench.run_on(&lab, host, "heal_end", &csar, &request).unwrap();
        command.args(["--vnfc", vnfc]);
        command
    };
    outcome(&mut heal("another-one")).expect(2).says("the VNFCs are PrivateRegistryVDU-1");
    assert_eq!(on_host(host, "command -v docker || echo none"), "none\n");
    outcome(&mut heal("PrivateRegistryVDU-1")).expect(0).says("changed install_docker@PrivateRegistryVDU-1");
    assert_eq!(registry_answers(&lab, host, 5000, LIMIT).unwrap(), "200");
    outcome(&mut heal("PrivateRegistryVDU-1")).expect(0).says("nothing had to be changed");
    lab.stop().unwrap();
}

#[test]
fn other_settings_replace_the_container_and_keep_its_content() {
    let lab = lab("e2e-port", 2);
    let (host, client) = (lab.host(1), lab.host(2));
    let bench = Workbench::new().unwrap();
    let csar = bench.registry_csar(cache()).unwrap();
    let request = bench.registry_request(WITH_IMAGE).unwrap();
    outcome(&mut bench.run_on(&lab, host, "instantiate_end", &csar, &request).unwrap()).expect(0);
    push_and_pull(&bench, client, host, 5000, &registry_image(cache()).unwrap()).unwrap();

    let moved = bench.registry_request(&format!("{WITH_IMAGE}, \"port_no\": \"5001\"")).unwrap();
    let again = outcome(&mut bench.run_on(&lab, host, "instantiate_end", &csar, &moved).unwrap()).expect(0);
    assert!(again.stderr.contains("changed run_registry@PrivateRegistryVDU-1"), "{}", again.stderr);
    assert_eq!(registry_answers(&lab, host, 5001, LIMIT).unwrap(), "200");
    pull_and_compare(&bench, client, host, 5001).unwrap();

    on_host(
        host,
        "docker rm -f private_registry; bash -c 'exec -a squatter perl -MIO::Socket::INET -e \"\\$s=IO::Socket::INET->new(LocalPort=>5001,Listen=>1,ReuseAddr=>1) or die; close STDOUT; close STDERR; sleep 60\" &'",
    );
    let taken = outcome(&mut bench.run_on(&lab, host, "instantiate_end", &csar, &moved).unwrap()).expect(4);
    assert!(taken.stderr.contains("port 5001 is in use by another program"), "{}", taken.stderr);
    lab.stop().unwrap();
}

#[test]
fn proxies_reach_apt_and_docker_and_the_password_reaches_nothing() {
    // Here sudo asks for the password.
    let lab = Lab::start(&LabOptions { name: "e2e-secret".into(), sudo: Sudo::Password, ..LabOptions::default() }).unwrap();
    let host = lab.host(1);
    let bench = Workbench::new().unwrap();
    let csar = bench.registry_csar(cache()).unwrap();
    // A password that occurs nowhere by chance, and proxies that hold one; apt must not use them for the lab's own repository.
    let password = "Zq7-unlikely%word";
    on_host(
        host,
        &format!("echo 'ubuntu:{password}' | chpasswd; echo 'Acquire::http::Proxy::10.99.0.1 \"DIRECT\";' >/etc/apt/apt.conf.d/99direct"),
    );
    let extra = format!(
        "{WITH_IMAGE}, \"proxy\": {{\"http_proxy\": \"http://user1:{password}@host1:3128\", \"no_proxy\": \"192.168.246.0/24,10.0.0.1\"}}"
    );
    let request = bench.registry_request(&extra).unwrap();
    let text =
        std::fs::read_to_string(&request).unwrap().replace("\"ssh_password\": \"ubuntu\"", &format!("\"ssh_password\": \"{password}\""));
    std::fs::write(&request, text).unwrap();

    let stop = AtomicBool::new(false);
    let output = std::thread::scope(|scope| {
        let sampler = scope.spawn(|| sample_arguments(password, &stop));
        let output = outcome(&mut bench.run_on(&lab, host, "instantiate_end", &csar, &request).unwrap());
        stop.store(true, Ordering::Relaxed);
        assert_eq!(sampler.join().unwrap(), Vec::<String>::new(), "the password was an argument of a program");
        output
    });
    let output = output.expect(0);
    assert!(!output.stdout.contains(password) && !output.stderr.contains(password));
    let plan = outcome(
        bench.vnfpkg().args(["plan", "instantiate_end"]).arg(&csar).arg("-r").arg(&request).args(["--host", "PrivateRegistryVDU=10.0.0.1"]),
    )
    .expect(0);
    assert!(plan.stdout.contains("‹secret input.proxy.http_proxy›") && !plan.stdout.contains(password), "{}", plan.stdout);
    let kept = outcome(std::process::Command::new("grep").arg("-rlF").arg(password).arg(bench.path("state")));
    assert_eq!(kept.stdout, "", "the state folder holds the password");
    // The unit's file holds it with a doubled `%`, as systemd wants it, so only the part before is looked for.
    let left = on_host(host, "grep -rlF 'Zq7-unlikely' /home /tmp /var/tmp /run /var/log /etc 2>/dev/null | sort; true");
    assert_eq!(left, "/etc/apt/apt.conf.d/60vnfpkg-proxy.conf\n/etc/systemd/system/docker.service.d/60-vnfpkg-proxy.conf\n");
    assert!(on_host(host, "docker info -f '{{.NoProxy}}'").contains("192.168.246.0/24,10.0.0.1"));

    let second = outcome(&mut bench.run_on(&lab, host, "instantiate_end", &csar, &request).unwrap()).expect(0);
    assert!(second.stderr.contains("nothing had to be changed"), "{}", second.stderr);
    lab.stop().unwrap();
}

/// Looks at the arguments of all processes of this machine, hosts included, until told to stop.
fn sample_arguments(secret: &str, stop: &AtomicBool) -> Vec<String> {
    let mut found = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
            let arguments = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            let arguments = String::from_utf8_lossy(&arguments).replace('\0', " ");
            if arguments.contains(secret) {
                found.push(arguments);
            }
        }
    }
    found
}

#[test]
fn what_is_wrong_is_said_before_anything_changes() {
    let lab = lab("e2e-wrong", 1);
    let host = lab.host(1);
    let bench = Workbench::new().unwrap();
    let csar = bench.registry_csar(cache()).unwrap();
    let request = bench.registry_request(WITH_IMAGE).unwrap();
    let untouched = on_host(host, "dpkg -l | sha256sum; ls -A /home/ubuntu /etc | sha256sum");

    let wrong_password = std::fs::read_to_string(&request).unwrap().replace("\"ssh_password\": \"ubuntu\"", "\"ssh_password\": \"wrong\"");
    let wrong = bench.write("wrong.json", &wrong_password).unwrap();
    outcome(&mut bench.run_on(&lab, host, "instantiate_end", &csar, &wrong).unwrap()).expect(5).says("password");

    let unknown_key = |request: &Path| {
        let mut command = bench.vnfpkg_in(&lab);
        command.args(["run", "instantiate_end"]).arg(&csar).arg("-r").arg(request);
        command.args(["--host", &format!("PrivateRegistryVDU={}", host.ip()), "--known-hosts"]).arg(bench.path("nobody"));
        command
    };
    outcome(&mut unknown_key(&request)).expect(8).says("--host-key accept-new");

    let mut nobody = bench.vnfpkg_in(&lab);
    nobody.args(["run", "instantiate_end"]).arg(&csar).arg("-r").arg(&request);
    nobody.args(["--host", "PrivateRegistryVDU=10.99.3.3", "--connect-wait", "2s"]);
    outcome(&mut nobody).expect(5).says("10.99.3.3");

    on_host(
        host,
        "cp /etc/os-release /root/os-release; sed -i 's/^ID=.*/ID=slackware/; s/^PRETTY_NAME=.*/PRETTY_NAME=\"Slackware 15\"/' /usr/lib/os-release",
    );
    outcome(&mut bench.run_on(&lab, host, "instantiate_end", &csar, &request).unwrap()).expect(4).says("operating system is Slackware 15");
    on_host(host, "cp /root/os-release /usr/lib/os-release; rm /root/os-release");

    assert_eq!(on_host(host, "dpkg -l | sha256sum; rm -rf /home/ubuntu/.local; ls -A /home/ubuntu /etc | sha256sum"), untouched);
    lab.stop().unwrap();
}

#[test]
fn check_says_what_would_change_and_changes_nothing() {
    let lab = lab("e2e-check", 1);
    let host = lab.host(1);
    let bench = Workbench::new().unwrap();
    let csar = bench.registry_csar(cache()).unwrap();
    let request = bench.registry_request(WITH_IMAGE).unwrap();
    let mut check = bench.run_on(&lab, host, "instantiate_end", &csar, &request).unwrap();
    outcome(check.arg("--check").stdin(Stdio::null())).expect(9).says("would change install_docker@PrivateRegistryVDU-1");
    assert!(!on_host(host, "command -v docker || echo none").contains("/docker"));
    lab.stop().unwrap();
}
