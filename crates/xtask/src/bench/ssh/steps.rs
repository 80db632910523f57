//! Thirty mixed steps on some hosts, by every tool.

use std::path::Path;
use std::process::Command;

use xtask::product::Workbench;

use super::package;
use super::sshd::Farm;
use crate::bench::{BenchError, Section, Usage, measure, mebibytes, median, ratio, say, seconds};

/// A tool that can do the steps.
struct Tool<'a> {
    name: &'static str,
    command: Box<dyn Fn() -> Result<Command, BenchError> + 'a>,
}

/// Measures the steps on so many hosts.
pub(crate) fn run(farm: &Farm, hosts: usize, runs: usize) -> Result<Section, BenchError> {
    let bench = Workbench::new()?;
    let mut section =
        Section::new(format!("{} mixed steps on {hosts} hosts", 3 * package::ROUNDS), &["tool", "wall", "to vnfpkg", "CPU", "memory"]);
    let ours = package::mixed(&bench)?;
    let steps = bench.write("steps", &package::commands(&bench))?;
    let mut results: Vec<(&str, Usage)> = Vec::new();
    for tool in tools(farm, hosts, &bench, &ours, &steps) {
        let mut taken = Vec::new();
        for run in 1..=runs {
            package::reset(&bench, farm);
            let usage = measure(tool.name, &mut (tool.command)()?, 0)?;
            say(&format!("{hosts} hosts, {} {run}/{runs}: {}", tool.name, seconds(usage.wall)));
            taken.push(usage);
        }
        results.push((tool.name, median(taken)));
    }
    let base = results.first().map(|(_, usage)| usage.wall).unwrap_or_default();
    for (name, usage) in results {
        section.row([name.to_owned(), seconds(usage.wall), ratio(usage.wall, base), seconds(usage.cpu), mebibytes(usage.peak)]);
    }
    section.note(
        "Medians. CPU is the tool's own, with its child processes, and not that of the sshd on the same machine. vnfpkg supervises each step and \
         keeps a journal; the bare loop does neither.",
    );
    Ok(section)
}

fn tools<'a>(farm: &'a Farm, hosts: usize, bench: &'a Workbench, ours: &'a Path, steps: &'a Path) -> Vec<Tool<'a>> {
    vec![
        Tool { name: "vnfpkg", command: Box::new(move || package::vnfpkg(bench, ours, farm, hosts)) },
        Tool { name: "bare ssh2 loop", command: Box::new(move || bare(farm, hosts, steps)) },
    ]
}

/// The hidden peer of this program.
fn bare(farm: &Farm, hosts: usize, steps: &Path) -> Result<Command, BenchError> {
    let ports: Vec<String> = farm.hosts()[..hosts].iter().map(|host| host.port.to_string()).collect();
    let this = std::env::current_exe().map_err(BenchError::io("this program"))?;
    let mut command = Command::new(this);
    command.args(["bench", "--debug", "ssh-bare", "--ports", &ports.join(",")]).arg("--key").arg(farm.key()).arg("--steps").arg(steps);
    Ok(command)
}
