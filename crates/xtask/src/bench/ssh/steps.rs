//! Thirty mixed steps on some hosts, by every tool.

use std::path::Path;
use std::process::Command;

use xtask::product::Workbench;

use super::package;
use super::peers::{self, Peer};
use super::sshd::Farm;
use crate::bench::{BenchError, Section, Usage, brief, measure, mebibytes, median, ratio, say, seconds, verdict};

/// How many times as long as ours a peer is to take, at least.
fn reach(peer: Peer) -> Option<f64> {
    match peer {
        Peer::Ssh2 => Some(1.0 / 1.5),
        Peer::Pyinfra => Some(3.0),
        Peer::Mitogen => Some(8.0),
        Peer::Pipelining => Some(40.0),
        _ => None,
    }
}

/// In the order of the table.
const PEERS: [Peer; 5] = [Peer::Ssh2, Peer::Pyinfra, Peer::Mitogen, Peer::Pipelining, Peer::Ansible];

/// Measures the steps on so many hosts.
pub(crate) fn run(farm: &Farm, hosts: usize, runs: usize, peers: &[Peer]) -> Result<Section, BenchError> {
    let work = Work { bench: Workbench::new()?, farm, hosts };
    let title = format!("{} mixed steps on {hosts} hosts", 3 * package::ROUNDS);
    let mut section = Section::new(title, &["tool", "runs", "wall", "times vnfpkg", "reach", "", "CPU", "memory"]);
    let ours = package::mixed(&work.bench)?;
    let steps = work.bench.write("steps", &package::commands(&work.bench))?;
    let base = work.measure("vnfpkg", runs, &|| package::vnfpkg(&work.bench, &ours, farm, hosts))?;
    section.row(row("vnfpkg", runs, &base, &base, None));
    for peer in PEERS.into_iter().filter(|peer| peers.contains(peer)) {
        // A slow one whose run takes minutes: the reach is told by the first.
        let runs = if peer.is_slow() { runs.div_ceil(3) } else { runs };
        match work.measure(peer.name(), runs, &|| work.command(peer, &steps)) {
            Ok(usage) => section.row(row(peer.name(), runs, &usage, &base, reach(peer))),
            Err(error) => section.row(super::failed(peer, &error, section.head.len())),
        }
    }
    section.note(
        "Medians. CPU is the tool's own, with its child processes, and not that of the sshd on the same machine; connections that Ansible keeps \
         open belong to it and are not counted. vnfpkg supervises each step and keeps a journal; the bare loop does neither. \
         A reach of 0.67x for the bare loop: vnfpkg takes 1.5 times as long.",
    );
    Ok(section)
}

fn row(name: &str, runs: usize, usage: &Usage, base: &Usage, reach: Option<f64>) -> [String; 8] {
    let times = usage.wall.as_secs_f64() / base.wall.as_secs_f64().max(1e-9);
    [
        name.to_owned(),
        runs.to_string(),
        seconds(usage.wall),
        ratio(usage.wall, base.wall),
        reach.map(|reach| format!("{reach:.2}x")).unwrap_or_default(),
        reach.map(|reach| verdict(times >= reach)).unwrap_or_default(),
        seconds(usage.cpu),
        mebibytes(usage.peak),
    ]
}

/// The same steps for everybody.
struct Work<'a> {
    bench: Workbench,
    farm: &'a Farm,
    hosts: usize,
}

impl Work<'_> {
    fn measure(&self, name: &str, runs: usize, command: &dyn Fn() -> Result<Command, BenchError>) -> Result<Usage, BenchError> {
        let mut taken = Vec::new();
        for run in 1..=runs {
            package::reset(&self.bench, self.farm)?;
            let usage = measure(name, &mut command()?, 0);
            peers::forget_connections(self.farm);
            let usage = usage.inspect_err(|error| say(&format!("{} hosts, {name}: {}", self.hosts, brief(error))))?;
            package::check(&self.bench, self.farm, self.hosts)?;
            say(&format!("{} hosts, {name} {run}/{runs}: {}", self.hosts, seconds(usage.wall)));
            taken.push(usage);
        }
        Ok(median(taken))
    }

    fn command(&self, peer: Peer, steps: &Path) -> Result<Command, BenchError> {
        match peer {
            Peer::Pyinfra => peers::pyinfra(&self.bench, self.farm, self.hosts),
            Peer::Ssh2 => bare(self.farm, self.hosts, steps),
            _ => peers::ansible(peer, &self.bench, self.farm, self.hosts),
        }
    }
}

/// The hidden peer of this program.
fn bare(farm: &Farm, hosts: usize, steps: &Path) -> Result<Command, BenchError> {
    let ports: Vec<String> = farm.hosts()[..hosts].iter().map(|host| host.port.to_string()).collect();
    let mut command = super::hidden("ssh-bare")?;
    command.args(["--ports", &ports.join(",")]).arg("--key").arg(farm.key()).arg("--steps").arg(steps);
    Ok(command)
}
