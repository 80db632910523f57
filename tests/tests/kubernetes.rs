//! The Kubernetes cluster VNF with private registries on real nodes with a real control plane. The names begin with
//! `kubernetes_`: the tests of the repository run them in a stage of their own.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use vnfpkg_tests::kubernetes::{Cluster, Node, hosts_block};
use vnfpkg_tests::{cache, on_host, outcome};
use xtask::product::{expect_success, registry_answers, skopeo_copy};

const LIMIT: Duration = Duration::from_secs(120);
const NOTHING: &str = "nothing had to be changed";
/// A name that only /etc/hosts knows.
const NAME: &str = "registry.example.com";

/// CA and server certificate of the HTTPS registry, made for this test.
fn certificates(folder: &Path) -> (PathBuf, PathBuf, PathBuf) {
    let script = format!(
        "set -e; cd {}; openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=lab-ca -keyout ca.key -out ca.crt
        openssl req -newkey rsa:2048 -nodes -subj /CN={NAME} -keyout server.key -out server.csr
        printf 'subjectAltName=DNS:{NAME}' >server.ext
        openssl x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile server.ext -out server.crt",
        folder.display()
    );
    expect_success("making certificates", Command::new("sh").args(["-c", &script]).output()).unwrap();
    (folder.join("ca.crt"), folder.join("server.crt"), folder.join("server.key"))
}

/// A registry with TLS and a login beside the plain one: from outside, none of our VNFs.
fn https_registry(cluster: &Cluster, host: u8, password: &str, certificate: &Path, key: &Path) {
    let (certificate, key) = (std::fs::read_to_string(certificate).unwrap(), std::fs::read_to_string(key).unwrap());
    let script = format!(
        "mkdir -p /https; cat >/https/crt <<'PEM'\n{certificate}PEM\ncat >/https/key <<'PEM'\n{key}PEM\n\
         perl -e 'print \"tester:\", crypt(q{{{password}}}, \"\\$2y\\$05\\$abcdefghijklmnopqrstuu\"), \"\\n\"' >/https/users
         docker run -d --name https -p 5443:5000 -v /https:/https -e REGISTRY_HTTP_TLS_CERTIFICATE=/https/crt \
         -e REGISTRY_HTTP_TLS_KEY=/https/key -e REGISTRY_AUTH=htpasswd -e REGISTRY_AUTH_HTPASSWD_REALM=lab \
         -e REGISTRY_AUTH_HTPASSWD_PATH=/https/users registry:latest
         docker run -d --name second -p 5001:5000 registry:latest"
    );
    on_host(cluster.host(host), &script);
}

/// Makes a host's Docker read /etc/hosts without the registry's name right before its first login; it keeps what it read for
/// five seconds.
fn forgetful_docker(cluster: &Cluster, host: u8) {
    let script = format!(
        r#"cat >/usr/local/bin/docker <<'WRAPPER'
#!/bin/sh
if [ "$1" = login ] && mkdir /run/lab-login 2>/dev/null; then
    cp /etc/hosts /run/lab-login/hosts
    grep -v {NAME} /run/lab-login/hosts >/etc/hosts
    until /usr/bin/docker pull {NAME}:5443/lab/hello:1 2>&1 </dev/null | grep -q 'lookup {NAME}'; do sleep 0.1; done
    cat /run/lab-login/hosts >/etc/hosts
    touch /run/lab-login/forgot
fi
exec /usr/bin/docker "$@"
WRAPPER
chmod 755 /usr/local/bin/docker"#
    );
    on_host(cluster.host(host), &script);
}

fn engine_process(cluster: &Cluster, host: u8) -> String {
    on_host(cluster.host(host), "systemctl show -p MainPID --value docker")
}

fn registries(password: &str, more: Option<&str>) -> Value {
    let mut list = vec![
        json!({"connection_type": "0", "server": "10.99.1.5:5000"}),
        json!({
            "connection_type": "1", "server": format!("{NAME}:5443"), "username": "tester", "password": password,
            "certificate_path": "Files/registries/ca.crt", "hosts_string": format!("10.99.1.5 {NAME}")
        }),
    ];
    list.extend(more.map(|server| json!({"connection_type": "0", "server": server})));
    json!({ "private_registry_connection_info": list })
}

#[test]
fn kubernetes_with_registries_scales_heals_and_changes() {
    let work = tempfile::tempdir().unwrap();
    let (ca, certificate, key) = certificates(work.path());
    let cluster = Cluster::new("e2e-kube", 5, &[("Files/registries/ca.crt", &ca)]);
    let password = "Kx4-registry\\\"word%";
    registry_vnf(&cluster, 5);
    https_registry(&cluster, 5, password, &certificate, &key);
    push_hello(&cluster, 5, password);
    let (m1, w1, w2) = (Node::new("m1", 1), Node::new("w1", 2), Node::new("w2", 3));
    let nodes = [m1.clone(), w1.clone(), w2.clone()];

    // A wrong password stops each node before anything is restarted, and no cluster begins.
    let engines: Vec<String> = (1..=3).map(|host| engine_process(&cluster, host)).collect();
    let settings = on_host(cluster.host(2), "cat /etc/docker/daemon.json");
    let mut no_images = registries("wrong", None);
    no_images["kubernetes"] = json!({"version": cluster.files.version});
    let wrong = cluster.request("wrong.json", "simple", &no_images);
    let failed = outcome(&mut cluster.run("instantiate_end", &nodes, &wrong, None)).expect(4);
    assert!(failed.stderr.contains(&format!("registry {NAME}:5443 refuses the login of tester")), "{}", failed.stderr);
    assert_eq!((1..=3).map(|host| engine_process(&cluster, host)).collect::<Vec<_>>(), engines);
    assert_eq!(on_host(cluster.host(2), "cat /etc/docker/daemon.json"), settings);
    assert_eq!(on_host(cluster.host(1), "ls /etc/kubernetes/admin.conf 2>/dev/null || echo none"), "none\n");

    let request = cluster.request("request.json", "simple", &registries(password, None));
    outcome(&mut cluster.run("instantiate_end", &nodes, &request, None)).expect(0);
    assert_eq!(cluster.ready_nodes(1), nodes.each_ref().map(Node::name));
    for (at, node) in nodes.iter().enumerate() {
        cluster.pod(1, &format!("http-{at}"), &node.name(), "10.99.1.5:5000/lab/hello:1");
        cluster.pod(1, &format!("https-{at}"), &node.name(), &format!("{NAME}:5443/lab/hello:1"));
    }
    outcome(&mut cluster.run("instantiate_end", &nodes, &request, None)).expect(0).says(NOTHING);

    // One registry more: nothing restarts.
    let more = cluster.request("more.json", "simple", &registries(password, Some("10.99.1.5:5001")));
    let changed = outcome(&mut cluster.run("modify_information_end", &nodes, &more, None)).expect(0);
    let steps: Vec<&str> =
        changed.stderr.lines().filter_map(|line| line.trim_start().strip_prefix("changed ")?.split('@').next()).collect();
    assert_eq!(steps, ["registries"; 3], "{}", changed.stderr);
    assert_eq!((1..=3).map(|host| engine_process(&cluster, host)).collect::<Vec<_>>(), engines);
    cluster.pod(1, "second", &w1.name(), "10.99.1.5:5001/lab/hello:1");
    outcome(&mut cluster.run("modify_information_end", &nodes, &more, None)).expect(0).says(NOTHING);
    let fewer = outcome(&mut cluster.run("modify_information_end", &nodes, &request, None)).expect(0);
    assert_eq!(cluster.touched().len(), 3, "{}", fewer.stderr);
    assert!(!on_host(cluster.host(2), "cat /etc/docker/daemon.json").contains("5001"));

    // Out by one: its address begins like that of another worker.
    on_host(cluster.host(4), "ip addr add 10.99.1.30/16 dev eth0");
    let w3 = Node { id: "w3", host: 4, nic: Some("10.99.1.30") };
    let four = [m1.clone(), w1.clone(), w2.clone(), w3.clone()];
    let scale = |operation: &str, vnfc: &str, nodes: &[Node]| {
        let mut command = cluster.run(operation, nodes, &request, None);
        command.args(["--vnfc", vnfc]);
        outcome(&mut command).expect(0)
    };
    let out = scale("scale_end", "w3", &four);
    assert_eq!(cluster.ready_nodes(1), [m1.name(), w1.name(), w2.name(), w3.name()]);
    for line in out.stderr.lines().filter(|line| line.contains("changed ") && !line.contains("@workerNode-3")) {
        assert!(line.contains("hosts_file@") || line.contains("credentials@masterNode-1"), "{line}");
    }
    cluster.pod(1, "third", &w3.name(), "10.99.1.5:5000/lab/hello:1");
    scale("scale_end", "w3", &four).says(NOTHING);

    // In by one: 10.99.1.3 goes, 10.99.1.30 stays.
    scale("scale_start", "w2", &four);
    assert_eq!(cluster.touched(), ["masterNode-1", "workerNode-1", "workerNode-3"]);
    assert_eq!(cluster.ready_nodes(1), [m1.name(), w1.name(), w3.name()]);
    for host in [1, 2, 4] {
        let block = hosts_block(cluster.host(host));
        let expected = [&m1, &w1, &w3].map(|node| format!("{} {}", node.ip(), node.name()));
        assert_eq!(block[..3], expected);
        assert_eq!(block[3..], [format!("10.99.1.5 {NAME}")]);
    }
    scale("scale_start", "w2", &four).says(NOTHING);

    // A worker's VM is replaced.
    let three = [m1.clone(), w1.clone(), w3.clone()];
    scale("heal_start", "w1", &three);
    scale("heal_start", "w1", &three).says(NOTHING);
    cluster.host(2).reset().unwrap();
    cluster.learn_host_keys();
    forgetful_docker(&cluster, 2);
    let healed = scale("heal_end", "w1", &three);
    assert!(healed.stderr.contains("changed join_worker@workerNode-1"), "{}", healed.stderr);
    on_host(cluster.host(2), "test -e /run/lab-login/forgot");
    cluster.pod(1, "healed", &w1.name(), &format!("{NAME}:5443/lab/hello:1"));
    scale("heal_end", "w1", &three).says(NOTHING);
    outcome(&mut cluster.run("instantiate_end", &three, &request, None)).expect(0).says(NOTHING);

    outcome(&mut cluster.run("terminate_start", &three, &request, None)).expect(0);
    assert_eq!(on_host(cluster.host(4), "ls /etc/kubernetes/kubelet.conf 2>/dev/null || echo none"), "none\n");
    outcome(&mut cluster.run("terminate_start", &three, &request, None)).expect(0).says(NOTHING);
    cluster.lab.stop().unwrap();
}

/// The private registry VNF on a host of the lab, by its one command.
fn registry_vnf(cluster: &Cluster, host: u8) {
    let csar = cluster.bench.registry_csar(cache()).unwrap();
    let request = cluster.bench.registry_request("\"image_path\": \"Files/images/registry.tar\"").unwrap();
    let mut command = cluster.bench.vnfpkg_in(&cluster.lab);
    command.args(["run", "instantiate_end"]).arg(csar).arg("-r").arg(request);
    command.arg("--host").arg(format!("PrivateRegistryVDU={}", cluster.host(host).ip()));
    command.arg("--known-hosts").arg(cluster.bench.path("known_hosts"));
    outcome(&mut command).expect(0);
    assert_eq!(registry_answers(&cluster.lab, cluster.host(host), 5000, LIMIT).unwrap(), "200");
}

/// Puts the test's image into all three registries, and nowhere else.
fn push_hello(cluster: &Cluster, host: u8, password: &str) {
    assert_eq!(registry_answers(&cluster.lab, cluster.host(host), 5001, LIMIT).unwrap(), "200");
    let image = format!("docker-archive:{}:lab/hello:1", cluster.files.hello.display());
    let ip = cluster.host(host).ip();
    let from = cluster.host(host);
    for port in [5000, 5001] {
        skopeo_copy(from, &["--dest-tls-verify=false", &image, &format!("docker://{ip}:{port}/lab/hello:1")]).unwrap();
    }
    let login = format!("tester:{password}");
    skopeo_copy(from, &["--dest-tls-verify=false", "--dest-creds", &login, &image, &format!("docker://{ip}:5443/lab/hello:1")]).unwrap();
}

/// Numbers from a seed, for points that nobody chose.
struct Points(u64);

impl Points {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

/// Lets a run go until its journal has so many records, then kills it. `false`: it ended by itself before.
fn kill_at(cluster: &Cluster, command: &mut Command, records: u64) -> bool {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let started = Instant::now();
    loop {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        if journal_records(cluster) >= records {
            child.kill().unwrap();
            child.wait().unwrap();
            return true;
        }
        assert!(started.elapsed() < LIMIT * 5, "record {records} does not come");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn journal_records(cluster: &Cluster) -> u64 {
    let runs = std::fs::read_dir(cluster.bench.path("state/runs")).into_iter().flatten().flatten();
    let journals = runs.filter_map(|run| std::fs::read(run.path().join("journal.jsonl")).ok());
    journals.map(|journal| journal.iter().filter(|byte| **byte == b'\n').count() as u64).max().unwrap_or(0)
}

fn etcd_members(cluster: &Cluster, master: u8, node: &Node) -> Vec<String> {
    let text = cluster.kubectl(
        master,
        &format!(
            "-n kube-system exec etcd-{} -- etcdctl --endpoints=https://127.0.0.1:2379 --cacert=/etc/kubernetes/pki/etcd/ca.crt \
             --cert=/etc/kubernetes/pki/etcd/peer.crt --key=/etc/kubernetes/pki/etcd/peer.key member list",
            node.name()
        ),
    );
    let mut names: Vec<String> = text
        .lines()
        .filter(|line| line.split(", ").nth(1) == Some("started"))
        .filter_map(|line| line.split(", ").nth(2))
        .map(str::to_owned)
        .collect();
    names.sort();
    names
}

/// Masters that HAProxy of a host sends to, as its own status page would say: those in the settings it runs with.
fn backends(cluster: &Cluster, host: u8) -> Vec<String> {
    let text = on_host(cluster.host(host), "sed -n 's/^ *server \\([^ ]*\\) .*/\\1/p' /etc/haproxy/haproxy.cfg");
    text.lines().map(str::to_owned).collect()
}

fn answers_at(cluster: &Cluster, address: &str) -> String {
    let mut last = String::new();
    for _ in 0..60 {
        let mut curl = cluster.lab.command("curl");
        curl.args(["-ksS", "--max-time", "3", &format!("https://{address}:16443/readyz")]);
        let output = outcome(&mut curl);
        if output.code == 0 && output.stdout == "ok" {
            return output.stdout;
        }
        last = output.stdout + &output.stderr;
        std::thread::sleep(Duration::from_millis(500));
    }
    last
}

#[test]
fn kubernetes_with_three_masters_survives_kills_and_the_loss_of_one() {
    const KILLS: usize = 10;
    /// Fewer than the journal has in the end.
    const RECORDS: u64 = 115;
    const VIP: &str = "10.99.2.100";
    let cluster = Cluster::new("e2e-kube-ha", 4, &[]);
    let (m1, m2, m3, w1) = (Node::new("m1", 1), Node::new("m2", 2), Node::new("m3", 3), Node::new("w1", 4));
    let nodes = [m1.clone(), m2.clone(), m3.clone(), w1.clone()];
    let names = [m1.name(), m2.name(), m3.name(), w1.name()];
    let request = cluster.request("request.json", "complex", &json!({}));

    let missing = outcome(&mut cluster.run("instantiate_end", &nodes, &request, None)).expect(4);
    assert!(missing.stderr.contains("no address of vip_CP: name it with --vip vip_CP=ADDRESS"), "{}", missing.stderr);
    std::fs::remove_dir_all(cluster.bench.path("state")).unwrap();

    // The controller dies ten times, at records that the seed says, and goes on each time.
    let seed = std::env::var("VNFPKG_TEST_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        now.as_secs() | 1
    });
    let mut points = Points(seed);
    let mut records = std::collections::BTreeSet::new();
    while records.len() < KILLS {
        records.insert(1 + points.below(RECORDS));
    }
    let mut command = cluster.run("instantiate_end", &nodes, &request, Some(VIP));
    let mut kills = Vec::new();
    for record in records {
        if !kill_at(&cluster, &mut command, record) {
            break;
        }
        kills.push(record);
        command = cluster.bench.vnfpkg_in(&cluster.lab);
        command.arg("resume").arg("--known-hosts").arg(cluster.bench.path("known_hosts"));
    }
    let _ = writeln!(std::io::stderr(), "three masters: killed at records {kills:?} (VNFPKG_TEST_SEED={seed})");
    assert_eq!(kills.len(), KILLS, "the run ended before all kills");
    outcome(&mut command).expect(0);
    assert_eq!(cluster.ready_nodes(1), names);
    assert_eq!(etcd_members(&cluster, 1, &m1), names[..3]);
    // One cluster, begun once: its CA is as old as its first node, and all masters have the same.
    let authorities: Vec<String> = (1..=3).map(|host| on_host(cluster.host(host), "sha256sum </etc/kubernetes/pki/ca.crt")).collect();
    assert!(authorities.iter().all(|sum| *sum == authorities[0]));
    outcome(&mut cluster.run("instantiate_end", &nodes, &request, Some(VIP))).expect(0).says(NOTHING);

    // The first master is lost.
    assert_eq!(answers_at(&cluster, VIP), "ok");
    cluster.host(1).power_cut().unwrap();
    assert_eq!(answers_at(&cluster, VIP), "ok");
    let heal = |operation: &str| {
        let mut command = cluster.run(operation, &nodes, &request, Some(VIP));
        command.args(["--vnfc", "m1"]);
        outcome(&mut command).expect(0)
    };
    heal("heal_start");
    assert_eq!(cluster.touched(), ["masterNode-2", "masterNode-3", "workerNode-1"]);
    assert_eq!(etcd_members(&cluster, 2, &m2), names[1..3]);
    assert_eq!(backends(&cluster, 2), names[1..3]);
    assert_eq!(backends(&cluster, 3), names[1..3]);
    heal("heal_start").says(NOTHING);

    // A new VM takes its place.
    cluster.host(1).reset().unwrap();
    cluster.learn_host_keys();
    heal("heal_end");
    assert_eq!(cluster.ready_nodes(2), names);
    assert_eq!(etcd_members(&cluster, 2, &m2), names[..3]);
    for host in 1..=3 {
        assert_eq!(backends(&cluster, host), names[..3]);
        assert_eq!(hosts_block(cluster.host(host)).len(), 4);
    }
    heal("heal_end").says(NOTHING);
    outcome(&mut cluster.run("instantiate_end", &nodes, &request, Some(VIP))).expect(0).says(NOTHING);
    cluster.lab.stop().unwrap();
}
