//! Other ways to set a Kubernetes cluster up than `kubernetes.rs` takes: containerd, packages from files of the package and from
//! a repository, proxies, a pod network from a manifest, and packages for Tacker with an install script of their own.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use vnfpkg_tests::kubernetes::{Cluster, Node, hosts_block, pack};
use vnfpkg_tests::proxy::{PROXY, Proxy};
use vnfpkg_tests::{cache, on_host, outcome};
use xtask::lab::registry_image;
use xtask::product::{expect_success, skopeo_copy};

const NOTHING: &str = "nothing had to be changed";
/// The registry's host, by the address among the nodes and by another one, outside of their network.
const NEAR: &str = "10.99.1.4:5000";
const FAR: &str = "10.99.2.4:5000";

/// A pod network as manifests bring one: something on every node writes the settings that the kubelet waits for.
const MANIFEST: &str = r#"
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: lab-network, namespace: kube-system }
spec:
  selector: { matchLabels: { app: lab-network } }
  template:
    metadata: { labels: { app: lab-network } }
    spec:
      hostNetwork: true
      tolerations: [{ operator: Exists }]
      terminationGracePeriodSeconds: 1
      containers:
      - name: main
        image: 10.99.1.4:5000/lab/hello:1
        command: [/bin/sh, -c, 'echo "$SETTINGS" >/cni/10-lab.conflist; trap exit TERM; while :; do /bin/sleep 1; done']
        env:
        - name: SETTINGS
          value: '{ "cniVersion": "0.3.1", "name": "lab", "plugins": [{ "type": "bridge", "bridge": "cni0", "isGateway": true,
            "ipam": { "type": "host-local", "ranges": [[{ "subnet": "192.168.77.0/24" }]] } }] }'
        volumeMounts: [{ name: cni, mountPath: /cni }]
      volumes: [{ name: cni, hostPath: { path: /etc/cni/net.d, type: DirectoryOrCreate } }]
"#;

/// A server that ends with the test.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The lab's packages as an apt repository that is signed, at http://10.99.0.1:8081, with its key beside it.
fn signed_repository(cluster: &Cluster, folder: &Path) -> Served {
    let repository = cluster.files.packages.with_file_name("repo");
    let script = format!(
        "set -e; cd {}; mkdir -m 700 gpg site; cp {repo}/Packages {repo}/Release site/; ln -s {repo}/pool site/pool; export GNUPGHOME=$PWD/gpg
        gpg --quiet --batch --passphrase '' --quick-generate-key lab@localhost rsa2048 sign 2d
        gpg --quiet --batch --clearsign --output site/InRelease site/Release; gpg --armor --export >site/key.asc
        gpgconf --kill all; chmod 755 . site",
        folder.display(),
        repo = repository.display()
    );
    expect_success("signing a repository", Command::new("sh").args(["-c", &script]).output()).unwrap();
    let mut server = cluster.lab.command("busybox");
    server.args(["httpd", "-f", "-p", "10.99.0.1:8081", "-h"]).arg(folder.join("site"));
    Served(server.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
}

/// A plain registry with the test's image, on a host that is no node.
fn registry(cluster: &Cluster) {
    let host = cluster.host(4);
    load_image(cluster, 4, registry_image(cache()).unwrap().as_path());
    on_host(host, "ip addr add 10.99.2.4/16 dev eth0; docker run -d --name registry -p 5000:5000 registry:latest");
    let image = format!("docker-archive:{}:lab/hello:1", cluster.files.hello.display());
    let mut retry = 0;
    while let Err(error) = skopeo_copy(host, &["--dest-tls-verify=false", &image, &format!("docker://{NEAR}/lab/hello:1")]) {
        retry += 1;
        assert!(retry < 20, "{error}");
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
}

/// Gives an archive to a host's Docker, as an image of the VM would have it.
fn load_image(cluster: &Cluster, host: u8, archive: &Path) {
    let mut load = cluster.host(host).root_command(&["docker", "load"]).unwrap();
    expect_success("docker load", load.stdin(File::open(archive).unwrap()).output()).unwrap();
}

/// Takes all away that the steps install, and the lab's own package source; containerd starts containers with the lab's cure.
fn bare_nodes(cluster: &Cluster, hosts: &[u8]) {
    std::thread::scope(|scope| {
        for host in hosts {
            scope.spawn(|| {
                on_host(
                    cluster.host(*host),
                    "apt-get -qq purge -y kubeadm kubelet kubectl docker.io containerd runc 2>&1; rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/* /etc/docker; \
                     ln -s lab-runc /usr/local/bin/runc; ! command -v containerd",
                );
            });
        }
    });
}

fn software(cluster: &Cluster) -> Value {
    json!({
        "version": cluster.files.version, "container_runtime": "containerd",
        "repository": {"url": "http://10.99.0.1:8081", "key_url": "http://10.99.0.1:8081/key.asc"},
        "package_files": cluster_debs(cluster).map(|name| format!("Files/packages/{name}")).collect::<Vec<_>>(),
        "images": ["Files/images/pause.tar"], "control_plane_images": ["Files/images/control-plane.tar"],
        "network_manifest": "Files/network.yaml",
        "skip_phases": ["preflight", "addon/coredns", "addon/kube-proxy"]
    })
}

fn cluster_debs(cluster: &Cluster) -> impl Iterator<Item = String> {
    let found = std::fs::read_dir(&cluster.files.packages).unwrap();
    found.map(|entry| entry.unwrap().file_name().into_string().unwrap())
}

#[test]
fn kubernetes_with_containerd_from_files_and_a_repository_through_a_proxy() {
    let work = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        std::fs::write(work.path().join(name), text).unwrap();
        work.path().join(name)
    };
    let manifest = write("network.yaml", MANIFEST);
    // What stands for Helm: the step runs the package's script, whatever that installs.
    let helm = write("helm.sh", "printf '#!/bin/sh\\necho v3\\n' >/usr/local/bin/helm\nchmod 755 /usr/local/bin/helm\n");
    let mut cluster = Cluster::new("e2e-kube-setup", 4, &[("Files/network.yaml", &manifest), ("Files/helm.sh", &helm)]);
    let folder = cluster.bench.path("kubernetes_cluster");
    for name in cluster_debs(&cluster) {
        std::fs::copy(cluster.files.packages.join(&name), folder.join("Files/packages").join(&name)).unwrap();
    }
    cluster.csar = pack(&cluster.bench, &folder);
    registry(&cluster);
    let repository = work.path().join("repository");
    std::fs::create_dir(&repository).unwrap();
    let _served = signed_repository(&cluster, &repository);
    let proxy = Proxy::start(&cluster.lab);
    bare_nodes(&cluster, &[1, 2, 3]);

    // One proxy, for HTTP; networks are what is reached without it.
    let request = cluster.request(
        "containerd.json",
        "simple",
        &json!({
            "kubernetes": software(&cluster),
            "proxy": {"http_proxy": PROXY, "no_proxy": "192.0.2.0/24", "k8s_node_cidr": "10.99.1.0/24"},
            "private_registry_connection_info":
                [{"connection_type": "0", "server": NEAR}, {"connection_type": "0", "server": FAR}],
            "helm_installation_script_path": "Files/helm.sh"
        }),
    );
    let (m1, w1, w2) = (Node::new("m1", 1), Node::new("w1", 2), Node::new("w2", 3));
    let two = [m1.clone(), w1.clone()];
    outcome(&mut cluster.run("instantiate_end", &two, &request, None)).expect(0);
    assert_eq!(cluster.ready_nodes(1), two.each_ref().map(Node::name));
    let engines = cluster.kubectl(1, "get nodes -o jsonpath='{.items[*].status.nodeInfo.containerRuntimeVersion}'");
    assert!(engines.split(' ').all(|engine| engine.starts_with("containerd://")), "{engines}");
    assert_eq!(on_host(cluster.host(1), "helm"), "v3\n");
    assert!(on_host(cluster.host(2), "cat /etc/cni/net.d/*").contains("192.168.77.0/24"));
    cluster.pod(1, "near", &w1.name(), &format!("{NEAR}/lab/hello:1"));
    cluster.pod(1, "far", &w1.name(), &format!("{FAR}/lab/hello:1"));
    // The repository and the far registry through the proxy; nothing of the nodes' network.
    let asked = proxy.asked();
    assert!(asked.iter().any(|target| target == "10.99.0.1:8081"), "{asked:?}");
    assert!(asked.iter().any(|target| target == FAR), "{asked:?}");
    assert!(!asked.iter().any(|target| target.starts_with("10.99.1.")), "{asked:?}");
    outcome(&mut cluster.run("instantiate_end", &two, &request, None)).expect(0).says(NOTHING);

    // A scale-out that fails after its node came into the cluster, and its rollback; nobody names the new VNFC.
    on_host(
        cluster.host(3),
        "printf '#!/bin/sh\\n/usr/bin/kubeadm \"$@\" || exit 1\\n[ \"$1\" != join ] || { systemctl stop kubelet; exit 1; }\\n' >/usr/local/bin/kubeadm
         chmod 755 /usr/local/bin/kubeadm",
    );
    let three = [m1.clone(), w1.clone(), w2.clone()];
    let mut scale_out: Value = serde_json::from_str(&std::fs::read_to_string(&request).unwrap()).unwrap();
    scale_out["type"] = json!("SCALE_OUT");
    scale_out["aspectId"] = json!("worker_instance");
    scale_out.as_object_mut().unwrap().remove("flavourId");
    let scale_out = cluster.bench.write("scale_out.json", &scale_out.to_string()).unwrap();
    let with = |operation: &str, nodes: &[Node]| {
        let mut command = cluster.run(operation, nodes, &scale_out, None);
        command.args(["--flavour", "simple"]);
        outcome(&mut command)
    };
    with("scale_end", &three).expect(4).says("join_worker@workerNode-2");
    assert!(cluster.kubectl(1, "get nodes -o name").contains(&w2.name()));
    let mut plan = cluster.plan("scale_rollback_start", &three, &scale_out);
    let shown = outcome(plan.args(["--flavour", "simple"])).expect(0).stdout;
    assert!(shown.contains("workerNode-2 at ubuntu@10.99.1.3:22, VNFC w2 goes"), "{shown}");
    with("scale_rollback_start", &three).expect(0);
    assert_eq!(cluster.touched(), ["masterNode-1", "workerNode-1"]);
    assert!(!cluster.kubectl(1, "get nodes -o name").contains(&w2.name()));
    for host in [1, 2] {
        assert_eq!(hosts_block(cluster.host(host)), two.each_ref().map(|node| format!("{} {}", node.ip(), node.name())));
    }
    with("scale_rollback_start", &three).expect(0).says(NOTHING);

    tackers_package(&mut cluster);
    cluster.lab.stop().unwrap();
}

/// A package for Tacker's Kubernetes driver, with an install script of its own, on new hosts of the same lab.
fn tackers_package(cluster: &mut Cluster) {
    for host in [1, 2] {
        cluster.host(host).reset().unwrap();
        load_image(cluster, host, &cluster.files.pause);
    }
    load_image(cluster, 1, &cluster.files.control_plane);
    cluster.learn_host_keys();
    let folder = cluster.bench.fixture("tacker_kubernetes").unwrap();
    // Its digests are those of no file, as in packages that are shipped.
    let mut mend = cluster.bench.vnfpkg();
    outcome(mend.args(["validate", "--fix=unsafe"]).arg(&folder)).expect(0);
    cluster.csar = folder;
    // Nothing but what Tacker knows.
    let request = json!({"flavourId": "simple", "additionalParams": {"k8s_cluster_installation_param": {
        "script_path": "Scripts/install_cluster.sh", "vim_name": "kubernetes_vim",
        "master_node": {
            "ssh_cp_name": "masterNode_CP1", "nic_cp_name": "masterNode_CP1", "username": "ubuntu", "password": "ubuntu",
            "pod_cidr": "192.168.0.0/16", "cluster_cidr": "10.199.187.0/24", "cluster_cp_name": "masterNode_CP1"
        },
        "worker_node": {"ssh_cp_name": "workerNode_CP2", "nic_cp_name": "workerNode_CP2", "username": "ubuntu", "password": "ubuntu"},
        "private_registry_connection_info": [{"connection_type": "0", "server": NEAR}]
    }}});
    let request = cluster.bench.write("tacker.json", &request.to_string()).unwrap();
    let two = [Node::new("m1", 1), Node::new("w1", 2)];
    outcome(&mut cluster.run("instantiate_end", &two, &request, None)).expect(0);
    // The script's names, not ours.
    assert_eq!(cluster.ready_nodes(1), ["master1", "worker2"]);
    cluster.pod(1, "hello", "worker2", &format!("{NEAR}/lab/hello:1"));
    outcome(&mut cluster.run("instantiate_end", &two, &request, None)).expect(0).says(NOTHING);
}
