//! Every parameter of the Kubernetes cluster VNF: given, left out, of a wrong type, with a wrong value.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use camino::Utf8Path;
use serde_json::{Value, json};
use vnfpkg_csar::Package;
use vnfpkg_diag::{Severity, Sources};
use vnfpkg_lint::{Options, parameters, validate};
use vnfpkg_plan::request::parse_request;
use vnfpkg_tosca::vnfd::Vnfd;

/// A parameter: where it is, whether it must be there, what fits, what is of a wrong type, what has a wrong value.
struct Row {
    path: &'static str,
    required: bool,
    good: &'static [&'static str],
    wrong_type: Value,
    wrong: &'static [&'static str],
}

fn row(path: &'static str, required: bool, good: &'static [&'static str], wrong: &'static [&'static str]) -> Row {
    Row { path, required, good, wrong_type: json!({"a": "map"}), wrong }
}

fn rows() -> Vec<Row> {
    let cidrs: &[&str] = &["10.0.0.0/8", "192.168.0.0/16", "fd00:10::/56"];
    let no_cidrs: &[&str] = &["10.0.0.0", "10.0.0.0/33", "300.0.0.0/8", "net", ""];
    let urls: &[&str] = &["http://user1:password1@host1:3128", "https://host2"];
    let no_urls: &[&str] = &["host1:3128", "ftp://host1", "http://a b"];
    vec![
        row("script_path", false, &["Scripts/install_k8s_cluster.sh"], &[""]),
        row("vim_name", false, &["kubernetes_vim"], &[]),
        row("helm_installation_script_path", false, &["Scripts/install_helm.sh"], &[""]),
        row("master_node", true, &[], &[]),
        row("master_node.aspect_id", false, &["master_instance"], &[]),
        row("master_node.ssh_cp_name", true, &["masterNode_CP1"], &[""]),
        row("master_node.nic_cp_name", false, &["masterNode_CP1"], &[""]),
        row("master_node.username", true, &["ubuntu"], &["two words", ""]),
        row("master_node.password", true, &["p"], &[""]),
        row("master_node.cluster_cp_name", true, &["vip_CP"], &[""]),
        row("master_node.cluster_fip_name", false, &["vip_FIP"], &[]),
        row("master_node.pod_cidr", false, cidrs, no_cidrs),
        row("master_node.cluster_cidr", false, cidrs, no_cidrs),
        row("worker_node", true, &[], &[]),
        row("worker_node.aspect_id", false, &["worker_instance"], &[]),
        row("worker_node.ssh_cp_name", true, &["workerNode_CP2"], &[""]),
        row("worker_node.nic_cp_name", false, &["workerNode_CP2"], &[""]),
        row("worker_node.username", true, &["ubuntu"], &["two words", ""]),
        row("worker_node.password", true, &["p"], &[""]),
        row("proxy", false, &[], &[]),
        row("proxy.http_proxy", false, urls, no_urls),
        row("proxy.https_proxy", false, urls, no_urls),
        row("proxy.no_proxy", false, &["192.168.246.0/24,10.0.0.1"], &["a;b", "$(reboot)"]),
        row("proxy.k8s_node_cidr", false, cidrs, no_cidrs),
        row("private_registry_connection_info", false, &[], &[]),
        row("private_registry_connection_info.0.connection_type", true, &["0", "1"], &["2", "http", ""]),
        row(
            "private_registry_connection_info.0.server",
            true,
            &["192.168.0.10:5000", "registry.example.com", "[fd00::1]:5000"],
            &["http://192.168.0.10:5000", "192.168.0.10:0", "192.168.0.10:65536", "a b", "x;reboot", ""],
        ),
        row("private_registry_connection_info.0.username", false, &["tester"], &["a:b", "a b", ""]),
        row("private_registry_connection_info.0.password", false, &["a b\"$\\"], &["two\nlines"]),
        row("private_registry_connection_info.0.certificate_path", false, &["Files/registries/ca.crt"], &[""]),
        row(
            "private_registry_connection_info.0.hosts_string",
            false,
            &["192.168.0.20 registry.example.com", "fd00::1 a b"],
            &["registry.example.com", "registry.example.com 192.168.0.20", "1.2.3.4 a\n5.6.7.8 b", ""],
        ),
        row("kubernetes.container_runtime", false, &["docker", "containerd"], &["podman"]),
        row("kubernetes.version", false, &["v1.20.2"], &["1.20.2", "latest"]),
        row("kubernetes.virtual_router_id", false, &["1", "255"], &["0", "256", "x"]),
        row("drain_timeout", false, &["90s", "5m"], &["0s", "soon"]),
    ]
}

fn whole() -> Value {
    json!({
        "master_node": {"ssh_cp_name": "masterNode_CP1", "username": "ubuntu", "password": "p", "cluster_cp_name": "vip_CP"},
        "worker_node": {"ssh_cp_name": "workerNode_CP2", "username": "ubuntu", "password": "p"},
        "proxy": {},
        "private_registry_connection_info": [{"connection_type": "0", "server": "192.168.0.10:5000"}],
        "kubernetes": {}
    })
}

/// Sets what is at a dotted path; `None` takes it away.
fn with(path: &str, value: Option<Value>) -> Value {
    let mut all = whole();
    let (parents, last) = path.rsplit_once('.').unwrap_or(("", path));
    let pointer = if parents.is_empty() { String::new() } else { format!("/{}", parents.replace('.', "/")) };
    let parent = all.pointer_mut(&pointer).unwrap().as_object_mut().unwrap();
    match value {
        Some(value) => parent.insert(last.to_owned(), value),
        None => parent.remove(last),
    };
    all
}

/// The package's types.
fn vnfd() -> Vnfd {
    let root = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packages/kubernetes_cluster");
    validate(&Package::open(&root).unwrap(), &mut Sources::new(), &Options::default()).vnfd.unwrap()
}

/// Errors that the package's types find in a request.
fn errors(vnfd: &Vnfd, input: &Value) -> Vec<String> {
    let mut sources = Sources::new();
    let text = json!({"flavourId": "simple", "additionalParams": {"k8s_cluster_installation_param": input}}).to_string();
    let source = sources.add("request.json", text.as_str());
    let (request, problems) = parse_request(source, &text);
    assert_eq!(problems, []);
    let data_type = vnfd.additional_parameters("instantiate_end");
    let found = parameters::check_request(&vnfd.model.types, data_type, &request, &mut sources);
    found.into_iter().filter(|finding| finding.severity == Severity::Error).map(|finding| finding.message).collect()
}

#[test]
fn the_smallest_request_has_no_fault() {
    let vnfd = vnfd();
    assert_eq!(errors(&vnfd, &whole()), Vec::<String>::new());
}

#[test]
fn every_parameter_is_checked() {
    let vnfd = vnfd();
    for row in rows() {
        let name = row.path.rsplit('.').next().unwrap();
        for good in row.good {
            assert_eq!(errors(&vnfd, &with(row.path, Some((*good).into()))), Vec::<String>::new(), "{} = {good}", row.path);
        }
        let absent = errors(&vnfd, &with(row.path, None));
        assert_eq!(absent.is_empty(), !row.required, "{} left out: {absent:?}", row.path);
        assert!(absent.iter().all(|message| message.contains(name)), "{absent:?}");
        let wrong_type = if row.good.is_empty() { json!("text") } else { row.wrong_type };
        assert_ne!(errors(&vnfd, &with(row.path, Some(wrong_type))), Vec::<String>::new(), "{} of a wrong type", row.path);
        for wrong in row.wrong {
            assert_eq!(errors(&vnfd, &with(row.path, Some((*wrong).into()))).len(), 1, "{} = {wrong}", row.path);
        }
    }
}

#[test]
fn lists_of_files_and_phases_are_checked() {
    let vnfd = vnfd();
    for (key, good, wrong) in [
        ("package_files", "Files/packages/kubeadm.deb", "Files/packages/kubeadm.rpm"),
        ("packages", "kubeadm=1.20.2-0", "kubeadm; reboot"),
        ("runtime_packages", "docker.io", "Docker IO"),
        ("images", "Files/images/pause.tar", ""),
        ("control_plane_images", "Files/images/a.tar", ""),
        ("skip_phases", "addon/coredns", "addon coredns"),
    ] {
        let path = format!("kubernetes.{key}");
        assert_eq!(errors(&vnfd, &with(&path, Some(json!([good])))), Vec::<String>::new(), "{key}");
        assert_eq!(errors(&vnfd, &with(&path, Some(json!([wrong])))).len(), 1, "{key}");
        assert_ne!(errors(&vnfd, &with(&path, Some(json!(good)))), Vec::<String>::new(), "{key} is no list");
    }
}

#[test]
fn an_unknown_parameter_is_named_with_its_neighbour() {
    let vnfd = vnfd();
    let found = errors(&vnfd, &with("master_node.pod_cdir", Some("10.0.0.0/8".into())));
    assert_eq!(found.len(), 1);
    assert!(found[0].contains("pod_cdir"), "{found:?}");
}
