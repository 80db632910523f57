//! A Kubernetes cluster VNF on hosts of the lab: its package with real images, requests, inventories, questions to the cluster.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use xtask::lab::{Host, Kind, KubernetesFiles, Lab, LabOptions, PASSWORD, USER, kubernetes_files};
use xtask::product::Workbench;

use crate::{cache, on_host};

/// One VNFC of the cluster: its id, its host in the lab, and the address that the other nodes know it by.
#[derive(Debug, Clone)]
pub struct Node {
    /// VNFC instance id.
    pub id: &'static str,
    /// Number of the host in the lab.
    pub host: u8,
    /// Address of its network card when that is not the one SSH uses.
    pub nic: Option<&'static str>,
}

impl Node {
    /// A node known by the address of its host.
    #[must_use]
    pub fn new(id: &'static str, host: u8) -> Self {
        Self { id, host, nic: None }
    }

    /// Its address among the nodes.
    #[must_use]
    pub fn ip(&self) -> String {
        self.nic.map_or_else(|| format!("10.99.1.{}", self.host), str::to_owned)
    }

    fn is_master(&self) -> bool {
        self.id.starts_with('m')
    }

    /// Its name in the cluster.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}-{}", if self.is_master() { "master" } else { "worker" }, self.ip().replace('.', "-"))
    }
}

/// A lab with Kubernetes nodes, and the package.
pub struct Cluster {
    /// The lab.
    pub lab: Lab,
    /// The folder of this try.
    pub bench: Workbench,
    /// The package as a CSAR.
    pub csar: PathBuf,
    /// Real files of Kubernetes.
    pub files: KubernetesFiles,
    known_hosts: PathBuf,
}

impl Cluster {
    /// Brings up hosts and packs the package with the real images in it.
    ///
    /// # Panics
    /// When the machine cannot have the lab: these tests are nothing without it.
    #[must_use]
    pub fn new(name: &str, hosts: u8, extra: &[(&str, &Path)]) -> Self {
        let files = kubernetes_files(cache()).unwrap_or_else(|error| panic!("no Kubernetes: {error}"));
        let options = LabOptions { name: name.to_owned(), hosts, kind: Kind::Kubernetes, disk: "6g".to_owned(), ..LabOptions::default() };
        let lab = Lab::start(&options).unwrap_or_else(|error| panic!("the lab does not come up: {error}"));
        let bench = Workbench::new().unwrap_or_else(|error| panic!("{error}"));
        let folder = bench.package("kubernetes_cluster").unwrap_or_else(|error| panic!("{error}"));
        let images = [("Files/images/control-plane.tar", files.control_plane.as_path()), ("Files/images/pause.tar", files.pause.as_path())];
        for (to, from) in images.iter().chain(extra) {
            std::fs::copy(from, folder.join(to)).unwrap_or_else(|error| panic!("{to}: {error}"));
        }
        let csar = pack(&bench, &folder);
        let known_hosts = bench.path("known_hosts");
        let cluster = Self { lab, bench, csar, files, known_hosts };
        cluster.learn_host_keys();
        cluster
    }

    /// Takes the host keys as they are now.
    ///
    /// # Panics
    /// When a host does not run.
    pub fn learn_host_keys(&self) {
        let hosts: Vec<&Host> = self.lab.hosts().iter().collect();
        self.bench.known_hosts(&hosts).unwrap_or_else(|error| panic!("{error}"));
    }

    /// A host by its number.
    #[must_use]
    pub fn host(&self, number: u8) -> &Host {
        self.lab.host(number)
    }

    /// Writes a request; `parameters` are merged into `k8s_cluster_installation_param`.
    ///
    /// # Panics
    /// When it cannot be written.
    #[must_use]
    pub fn request(&self, name: &str, flavour: &str, parameters: &Value) -> PathBuf {
        let mut input = json!({
            "master_node": {
                "aspect_id": "master_instance", "ssh_cp_name": "masterNode_CP1", "nic_cp_name": "masterNode_CP1",
                "username": USER, "password": PASSWORD,
                "pod_cidr": "192.168.0.0/16", "cluster_cidr": "10.199.187.0/24", "cluster_cp_name": "vip_CP"
            },
            "worker_node": {
                "aspect_id": "worker_instance", "ssh_cp_name": "workerNode_CP2", "nic_cp_name": "workerNode_CP2",
                "username": USER, "password": PASSWORD
            },
            // The lab has neither a DNS server's nor a service proxy's image.
            "kubernetes": {
                "version": self.files.version,
                "images": ["Files/images/pause.tar"], "control_plane_images": ["Files/images/control-plane.tar"],
                "skip_phases": ["preflight", "addon/coredns", "addon/kube-proxy"]
            }
        });
        for (key, value) in parameters.as_object().into_iter().flatten() {
            input[key] = value.clone();
        }
        let body = json!({"flavourId": flavour, "additionalParams": {"k8s_cluster_installation_param": input}});
        self.bench.write(name, &body.to_string()).unwrap_or_else(|error| panic!("{error}"))
    }

    /// An operation on these nodes.
    ///
    /// # Panics
    /// When the inventory cannot be written.
    #[must_use]
    pub fn run(&self, operation: &str, nodes: &[Node], request: &Path, vip: Option<&str>) -> Command {
        let mut command = self.bench.vnfpkg_in(&self.lab);
        command.args(["run", operation]).arg(&self.csar).arg("-r").arg(request).arg("-i").arg(self.inventory(nodes, vip));
        command.arg("--known-hosts").arg(&self.known_hosts);
        command
    }

    /// The plan of an operation on these nodes, without its scripts.
    ///
    /// # Panics
    /// When the inventory cannot be written.
    #[must_use]
    pub fn plan(&self, operation: &str, nodes: &[Node], request: &Path) -> Command {
        let mut command = self.bench.vnfpkg();
        command.args(["plan", "--no-scripts", operation]).arg(&self.csar).arg("-r").arg(request).arg("-i").arg(self.inventory(nodes, None));
        command
    }

    fn inventory(&self, nodes: &[Node], vip: Option<&str>) -> PathBuf {
        let mut text = String::from("vnfpkg_inventory: 1\ninstance: cluster\n");
        if let Some(vip) = vip {
            let _ = writeln!(text, "vips: {{ vip_CP: {vip} }}");
        }
        text.push_str("vnfcs:\n");
        for node in nodes {
            let (vdu, cp) = if node.is_master() { ("masterNode", "masterNode_CP1") } else { ("workerNode", "workerNode_CP2") };
            let address = self.lab.host(node.host).ip();
            let _ = writeln!(text, "- {{ id: {}, vdu: {vdu}, address: {address}, cps: {{ {cp}: {} }} }}", node.id, node.ip());
        }
        self.bench.write("inventory.yaml", &text).unwrap_or_else(|error| panic!("{error}"))
    }

    /// `kubectl` on a master with its rights there; gives what it prints.
    ///
    /// # Panics
    /// When it fails.
    #[track_caller]
    #[must_use]
    pub fn kubectl(&self, master: u8, arguments: &str) -> String {
        on_host(self.host(master), &format!("kubectl --kubeconfig /etc/kubernetes/admin.conf {arguments}"))
    }

    /// Names of the nodes that are ready, in order.
    #[track_caller]
    #[must_use]
    pub fn ready_nodes(&self, master: u8) -> Vec<String> {
        let text = self.kubectl(master, "get nodes --no-headers");
        text.lines()
            .filter(|line| line.split_whitespace().nth(1) == Some("Ready"))
            .filter_map(|line| line.split_whitespace().next())
            .map(str::to_owned)
            .collect()
    }

    /// Runs a pod on a node and waits until it runs; its image is pulled from where its name says.
    ///
    /// # Panics
    /// When it does not run in time.
    #[track_caller]
    pub fn pod(&self, master: u8, name: &str, node: &str, image: &str) {
        let pod = json!({
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name},
            "spec": {
                "nodeName": node, "terminationGracePeriodSeconds": 1, "tolerations": [{"operator": "Exists"}],
                "containers": [{"name": "main", "image": image, "imagePullPolicy": "Always",
                    "command": ["/bin/sh", "-c", "echo hello; trap exit TERM; while :; do /bin/sleep 1; done"]}]
            }
        });
        let script = format!(
            "kubectl --kubeconfig /etc/kubernetes/admin.conf apply -f - <<'POD'\n{pod}\nPOD\nkubectl --kubeconfig /etc/kubernetes/admin.conf wait --for=condition=Ready --timeout=240s pod/{name} || {{ kubectl --kubeconfig /etc/kubernetes/admin.conf describe pod {name} | tail -20 >&2; exit 1; }}"
        );
        on_host(self.host(master), &script);
    }
}

/// Packs a folder of the bench.
///
/// # Panics
/// When it cannot be packed.
#[track_caller]
#[must_use]
pub fn pack(bench: &Workbench, folder: &Path) -> PathBuf {
    let csar = folder.with_extension("csar");
    crate::outcome(bench.vnfpkg().arg("pack").arg(folder).arg("-o").arg(&csar)).expect(0);
    csar
}

/// The block of ours in a host's /etc/hosts, line by line; the marks must be there once.
///
/// # Panics
/// When they are not, or a line is there twice.
#[track_caller]
#[must_use]
pub fn hosts_block(host: &Host) -> Vec<String> {
    let text = on_host(host, "cat /etc/hosts");
    let lines: Vec<&str> = text.lines().collect();
    let mark = |word: &str| format!("# {word} vnfpkg kubernetes_cluster");
    let position = |word: &str| {
        let found: Vec<usize> = (0..lines.len()).filter(|at| lines[*at] == mark(word)).collect();
        assert_eq!(found.len(), 1, "{text}");
        found[0]
    };
    let (begin, end) = (position("BEGIN"), position("END"));
    let mut all: Vec<&str> = lines.clone();
    all.sort_unstable();
    let before = all.len();
    all.dedup();
    assert_eq!(all.len(), before, "a line is there twice\n{text}");
    lines[begin + 1..end].iter().map(|line| (*line).to_owned()).collect()
}

impl Cluster {
    /// Hosts on which the newest run changed something, as its journal says.
    ///
    /// # Panics
    /// When there is no run.
    #[track_caller]
    #[must_use]
    pub fn touched(&self) -> Vec<String> {
        let shown = crate::outcome(self.bench.vnfpkg().args(["runs", "show"])).expect(0).stdout;
        let line = shown.lines().find_map(|line| line.strip_prefix("touched"));
        let mut hosts: Vec<String> = line.into_iter().flat_map(|line| line.trim().split(", ")).map(str::to_owned).collect();
        hosts.sort();
        hosts
    }
}
