//! `cargo xtask bench ssh`: steps, uploads and open sessions over SSH, on many sshd of this machine, beside other tools.
//!
//! A part is one file and one line in [`Part`] and in `run`.

pub(crate) mod bare;
mod image;
mod many;
mod package;
mod peers;
mod relay;
mod repeat;
pub(crate) mod sender;
pub(crate) mod sessions;
mod sshd;
mod steps;
mod uploads;

use std::process::Command;

use clap::{Args, ValueEnum};

use super::{Bench, BenchError, Section, brief, say};
use peers::Peer;
use sshd::Farm;

/// What to measure, and how much of it.
#[derive(Args)]
pub(crate) struct SshBench {
    /// Only these parts
    #[arg(long, value_delimiter = ',', value_enum)]
    only: Vec<Part>,
    /// Only these tools beside vnfpkg
    #[arg(long, value_delimiter = ',', value_enum)]
    peers: Option<Vec<Peer>>,
    /// None of the other tools
    #[arg(long, conflicts_with = "peers")]
    no_peers: bool,
    /// Numbers of hosts for the steps
    #[arg(long, value_delimiter = ',', default_values_t = [1, 10, 50])]
    hosts: Vec<usize>,
    /// Runs of each tool; the median counts. Ansible, and everybody over a long line, a third of them
    #[arg(long, default_value_t = 3)]
    runs: usize,
    /// Size of the image in MiB
    #[arg(long, default_value_t = 1024, value_parser = clap::value_parser!(u64).range(1..=16384))]
    size: u64,
    /// Round trips of the uploads in milliseconds; 0 is without a delay
    #[arg(long, value_delimiter = ',', default_values_t = [0, 20, 100])]
    round_trips: Vec<u64>,
    /// Hosts that get the image in one run
    #[arg(long, default_value_t = 20)]
    image_hosts: usize,
    /// Sessions that are held open
    #[arg(long, default_value_t = 500)]
    sessions: usize,
}

/// A part of the benchmark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Mixed steps on several numbers of hosts
    Steps,
    /// One image to one host, near and far
    Uploads,
    /// The same image again
    Repeat,
    /// One image to many hosts
    Many,
    /// Many sessions held open
    Sessions,
}

impl SshBench {
    fn wants(&self, part: Part) -> bool {
        self.only.is_empty() || self.only.contains(&part)
    }

    fn peers(&self) -> Vec<Peer> {
        match &self.peers {
            _ if self.no_peers => Vec::new(),
            Some(peers) => peers.clone(),
            None => Peer::value_variants().to_vec(),
        }
    }

    fn runs(&self) -> usize {
        self.runs.max(1)
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
                sections.push(steps::run(&farm, *hosts, self.runs(), &self.peers())?);
            }
        }
        if self.wants(Part::Uploads) {
            sections.extend(uploads::run(self.size, &self.round_trips, self.runs(), &self.peers())?);
        }
        if self.wants(Part::Repeat) {
            sections.push(repeat::run(self.size, self.runs())?);
        }
        if self.wants(Part::Many) {
            sections.push(many::run(self.size, self.image_hosts.max(1))?);
        }
        if self.wants(Part::Sessions) {
            sections.push(sessions::run(self.sessions.max(1))?);
        }
        Ok(sections)
    }
}

/// This program as a tool of its own, so that its time and memory can be told.
fn hidden(kind: &str) -> Result<Command, BenchError> {
    let mut command = Command::new(std::env::current_exe().map_err(BenchError::io("this program"))?);
    command.args(["bench", "--debug", kind]);
    Ok(command)
}

/// The row of a peer that did not do its work.
fn failed(peer: Peer, error: &BenchError, cells: usize) -> Vec<String> {
    let mut row = vec![peer.name().to_owned(), String::new(), format!("failed: {}", brief(error))];
    row.resize(cells, String::new());
    row
}
