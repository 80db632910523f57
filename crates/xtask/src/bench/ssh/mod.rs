//! `cargo xtask bench ssh`: steps, uploads and open sessions over SSH, on many sshd of this machine.

pub(crate) mod bare;
mod package;
mod sshd;
mod steps;

use clap::{Args, ValueEnum};

use super::{Bench, BenchError, Section, say};
use sshd::Farm;

/// What to measure, and how much of it.
#[derive(Args)]
pub(crate) struct SshBench {
    /// Only these parts
    #[arg(long, value_delimiter = ',', value_enum)]
    only: Vec<Part>,
    /// Numbers of hosts for the steps
    #[arg(long, value_delimiter = ',', default_values_t = [1, 10, 50])]
    hosts: Vec<usize>,
    /// Runs of each tool; the median counts
    #[arg(long, default_value_t = 3)]
    runs: usize,
}

/// A part of the benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Mixed steps on several numbers of hosts
    Steps,
}

impl SshBench {
    fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }
}

impl Bench for SshBench {
    fn run(&self) -> Result<Vec<Section>, BenchError> {
        let mut sections = Vec::new();
        if self.wants(Part::Steps) {
            let most = self.hosts.iter().copied().max().unwrap_or(1);
            say(&format!("starting {most} sshd"));
            let farm = Farm::start(most)?;
            for hosts in &self.hosts {
                sections.push(steps::run(&farm, *hosts, self.runs.max(1))?);
            }
        }
        Ok(sections)
    }
}
