//! `cargo xtask bench kubernetes`: a cluster of one master and four workers, beside the same steps one after another.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};
use xtask::lab::{DEFAULT_CACHE, Host, Kind, Lab, LabOptions, PASSWORD, USER, kubernetes_files};
use xtask::product::{Workbench, expect_success};

use super::{Bench, BenchError, Section, Usage, measure, median, ratio, say, seconds};

const WORKERS: u8 = 4;
/// How the recap of a run calls it.
const PATH: &str = "critical path";

/// How often.
#[derive(Args)]
pub(crate) struct KubernetesBench {
    /// Runs of each way; the median counts
    #[arg(long, default_value_t = 1)]
    runs: usize,
}

/// What a run needs.
struct Work {
    bench: Workbench,
    csar: PathBuf,
    request: PathBuf,
}

impl Bench for KubernetesBench {
    fn run(&self) -> Result<Vec<Section>, BenchError> {
        let work = Work::new()?;
        let mut section =
            Section::new("Kubernetes: 1 master and 4 workers, instantiate_end on fresh hosts", &["way", "wall time", "against vnfpkg"]);
        let mut parallel = Vec::new();
        let mut serial = Vec::new();
        let mut path = String::new();
        for run in 0..self.runs.max(1) {
            let (usage, critical) = work.once(run, None)?;
            parallel.push(usage);
            path = critical;
            serial.push(work.once(run, Some("1"))?.0);
        }
        let (parallel, serial) = (median(parallel).wall, median(serial).wall);
        section.row(["vnfpkg".to_owned(), seconds(parallel), ratio(parallel, parallel)]);
        section.row(["one step after another (--parallel 1)".to_owned(), seconds(serial), ratio(serial, parallel)]);
        section.note(
            "Packages and engine are on the hosts already. All hosts share the processors of this machine: what goes on at once shares them too, which VMs with processors of their own would not.",
        );
        section.note("Critical path of the parallel run:");
        section.note(format!("```\n{path}\n```"));
        Ok(vec![section])
    }
}

impl Work {
    fn new() -> Result<Self, BenchError> {
        let files = kubernetes_files(Path::new(DEFAULT_CACHE)).map_err(unexpected("Kubernetes"))?;
        let bench = Workbench::new().map_err(unexpected("a folder"))?;
        let folder = bench.package("kubernetes_cluster").map_err(unexpected("the package"))?;
        for (from, name) in [(&files.control_plane, "control-plane.tar"), (&files.pause, "pause.tar")] {
            std::fs::copy(from, folder.join("Files/images").join(name)).map_err(BenchError::io(name))?;
        }
        let csar = bench.path("kubernetes_cluster.csar");
        expect_success("packing", bench.vnfpkg().arg("pack").arg(&folder).arg("-o").arg(&csar).output()).map_err(unexpected("packing"))?;
        let request = bench.write("request.json", &request(&files.version).to_string()).map_err(unexpected("the request"))?;
        Ok(Self { bench, csar, request })
    }

    /// One instantiation on hosts that are new; gives its time and the critical path that it tells.
    fn once(&self, run: usize, parallel: Option<&str>) -> Result<(Usage, String), BenchError> {
        let name = format!("bench-kube-{run}");
        let options = LabOptions { name, hosts: WORKERS + 1, kind: Kind::Kubernetes, disk: "6g".to_owned(), ..LabOptions::default() };
        let lab = Lab::start(&options).map_err(unexpected("the lab"))?;
        let hosts: Vec<&Host> = lab.hosts().iter().collect();
        let known = self.bench.known_hosts(&hosts).map_err(unexpected("host keys"))?;
        let mut command = self.bench.vnfpkg_in(&lab);
        command.args(["run", "instantiate_end"]).arg(&self.csar).arg("-r").arg(&self.request).arg("--known-hosts").arg(known);
        for (at, host) in hosts.iter().enumerate() {
            let vdu = if at == 0 { "masterNode" } else { "workerNode" };
            command.arg("--host").arg(format!("{vdu}={}", host.ip()));
        }
        if let Some(parallel) = parallel {
            command.args(["--parallel", parallel]);
        }
        say(&format!("instantiating{}", parallel.map_or("", |_| ", one step after another")));
        let usage = measure("instantiate_end", &mut command, 0)?;
        let shown = self.bench.vnfpkg().args(["runs", "show"]).output();
        let shown = expect_success("runs show", shown).map_err(unexpected("runs show"))?;
        let ready = hosts[0].root_output(&["kubectl", "--kubeconfig", "/etc/kubernetes/admin.conf", "get", "nodes", "--no-headers"]);
        let ready = ready.map_err(unexpected("kubectl"))?;
        if ready.lines().filter(|line| line.contains(" Ready ")).count() != hosts.len() {
            return Err(BenchError::unexpected("the cluster", ready));
        }
        lab.stop().map_err(unexpected("the lab"))?;
        Ok((usage, critical_path(&shown)))
    }
}

/// The critical path that `runs show` prints, a task a line with a bar as long as it took.
fn critical_path(shown: &str) -> String {
    let lines = shown.lines().skip_while(|line| !line.starts_with(PATH)).enumerate();
    let path = lines.map_while(|(at, line)| line.strip_prefix(if at == 0 { PATH } else { " " }));
    let tasks: Vec<(&str, Duration)> = path.filter_map(|line| line.trim().split_once(' ')).map(|(task, time)| (task, span(time))).collect();
    let longest = tasks.iter().map(|(_, time)| time.as_secs_f64()).fold(0.1, f64::max);
    let bar = |time: Duration| "#".repeat(((time.as_secs_f64() / longest * 50.0).round() as usize).max(1));
    let width = tasks.iter().map(|(task, _)| task.len()).max().unwrap_or_default();
    tasks.iter().map(|(task, time)| format!("{task:<width$} {:>8}  {}", seconds(*time), bar(*time))).collect::<Vec<_>>().join("\n")
}

/// `12.3 s` or `1 min 6 s`.
fn span(text: &str) -> Duration {
    let mut total = 0.0;
    let words: Vec<&str> = text.split_whitespace().collect();
    for pair in words.chunks(2) {
        let number: f64 = pair[0].parse().unwrap_or(0.0);
        total += if pair.get(1) == Some(&"min") { number * 60.0 } else { number };
    }
    Duration::from_secs_f64(total)
}

fn request(version: &str) -> Value {
    json!({"flavourId": "simple", "additionalParams": {"k8s_cluster_installation_param": {
        "master_node": {"ssh_cp_name": "masterNode_CP1", "username": USER, "password": PASSWORD, "cluster_cp_name": "masterNode_CP1"},
        "worker_node": {"ssh_cp_name": "workerNode_CP2", "username": USER, "password": PASSWORD},
        "kubernetes": {
            "version": version, "images": ["Files/images/pause.tar"], "control_plane_images": ["Files/images/control-plane.tar"],
            "skip_phases": ["preflight", "addon/coredns", "addon/kube-proxy"]
        }
    }}})
}

fn unexpected<E: std::fmt::Display>(what: &'static str) -> impl FnOnce(E) -> BenchError {
    move |error| BenchError::unexpected(what, error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_critical_path_is_drawn() {
        let shown = "a@m: started\n\nm  2 changed, 0 already done\ntouched        m\ncritical path  a@m         5.0 s\n               init@m  1 min 40 s\n";
        assert_eq!(critical_path(shown), format!("a@m      5.00 s  ###\ninit@m  100.0 s  {}", "#".repeat(50)));
    }
}
