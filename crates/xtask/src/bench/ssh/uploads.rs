//! One large image to one host, by every tool, over lines of several lengths.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use xtask::product::Workbench;

use super::peers::{self, Peer};
use super::relay::Relay;
use super::sshd::{ADDRESS, Farm, Sshd, USER, fast_folder};
use super::{image, package};
use crate::bench::{BenchError, Section, Usage, brief, measure, mebibytes, median, ratio, say, seconds, verdict};

const PEERS: [Peer; 3] = [Peer::Sftp, Peer::Paramiko, Peer::Ssh2];
/// What the product may have in memory.
const MEMORY: u64 = 64 << 20;

/// How many times the speed of a peer ours is to be at least.
fn reach(peer: Peer, round_trip: u64) -> Option<f64> {
    match (peer, round_trip) {
        (Peer::Paramiko, 0) => Some(2.0),
        (Peer::Sftp, 0) => Some(0.9),
        (Peer::Sftp, 20) => Some(1.5),
        (Peer::Sftp, 100) => Some(2.5),
        _ => None,
    }
}

/// Measures uploads of an image of so many MiB over each of the round trips, in milliseconds.
pub(crate) fn run(size: u64, round_trips: &[u64], runs: usize, peers: &[Peer]) -> Result<Vec<Section>, BenchError> {
    let work = Work::new(size)?;
    round_trips.iter().map(|&round_trip| work.over(round_trip, runs, peers)).collect()
}

/// One host and the image.
struct Work {
    farm: Farm,
    bench: Workbench,
    size: u64,
    image: PathBuf,
    csar: PathBuf,
}

impl Work {
    fn new(size: u64) -> Result<Self, BenchError> {
        // The image, its archive, and a copy on the host.
        let farm = Farm::start_in(&fast_folder((3 * size) << 20), 1)?;
        let bench = Workbench::new()?;
        let image = farm.path("image.bin");
        image::write(&image, size)?;
        let csar = image::archive(&bench, &image, &farm.path(""), None)?;
        Ok(Self { farm, bench, size, image, csar })
    }

    fn host(&self) -> &Sshd {
        &self.farm.hosts()[0]
    }

    fn over(&self, round_trip: u64, runs: usize, peers: &[Peer]) -> Result<Section, BenchError> {
        let relay = match round_trip {
            0 => None,
            round_trip => Some(Relay::start(self.host().port, Duration::from_millis(round_trip))?),
        };
        let port = relay.as_ref().map_or(self.host().port, Relay::port);
        self.farm.know(port)?;
        let (line, runs) = match round_trip {
            0 => ("loopback".to_owned(), runs),
            // Each takes a minute or more.
            round_trip => (format!("a round trip of {round_trip} ms"), runs.div_ceil(3)),
        };
        let title = format!("Upload of {} MiB over {line}", self.size);
        let mut section = Section::new(title, &["tool", "runs", "MiB/s", "wall", "vnfpkg against it", "reach", "", "CPU", "memory"]);
        let to = self.host().home.join("image.bin");
        let base = self.measure("vnfpkg", runs, &self.host().home.join(image::ON_HOST), &|| self.vnfpkg(port))?;
        section.row(self.row("vnfpkg run", runs, &base, ["", &format!("{} MiB", MEMORY >> 20), &verdict(base.peak < MEMORY)]));
        let own = self.measure("vnfpkg's transport alone", runs, &to, &|| self.sender("transport", port, &to))?;
        section.row(self.row("vnfpkg's transport alone", runs, &own, [&ratio(own.wall, base.wall), "", ""]));
        for peer in PEERS.into_iter().filter(|peer| peers.contains(peer)) {
            match self.measure(peer.name(), runs, &to, &|| self.peer(peer, port, &to)) {
                Ok(usage) => {
                    let reach = reach(peer, round_trip);
                    let met = reach.map(|reach| verdict(usage.wall.as_secs_f64() / base.wall.as_secs_f64() >= reach));
                    let reach = reach.map(|reach| format!("{reach:.1}x")).unwrap_or_default();
                    section.row(self.row(peer.name(), runs, &usage, [&ratio(usage.wall, base.wall), &reach, &met.unwrap_or_default()]));
                }
                Err(error) => section.row(super::failed(peer, &error, section.head.len())),
            }
        }
        section.note(
            "From start to end of the program, its connection and all else included. vnfpkg proves the digest on the host before the file gets \
             its name, which the others do not; `vnfpkg run` takes the image out of its archive, checks the package and keeps a journal.",
        );
        if relay.is_some() {
            section
                .note("The line is a relay on this machine that hands on every byte half a round trip later, without a limit of its own.");
        }
        Ok(section)
    }

    fn row(&self, name: &str, runs: usize, usage: &Usage, against: [&str; 3]) -> Vec<String> {
        let speed = format!("{:.0}", self.size as f64 / usage.wall.as_secs_f64().max(1e-9));
        let mut row = vec![name.to_owned(), runs.to_string(), speed, seconds(usage.wall)];
        row.extend(against.map(str::to_owned));
        row.extend([seconds(usage.cpu), mebibytes(usage.peak)]);
        row
    }

    /// Uploads to a host that has nothing, and looks whether all of it arrived.
    fn measure(&self, name: &str, runs: usize, to: &Path, command: &dyn Fn() -> Result<Command, BenchError>) -> Result<Usage, BenchError> {
        let mut taken = Vec::new();
        for run in 1..=runs {
            self.clean()?;
            let usage = measure(name, &mut command()?, 0).inspect_err(|error| say(&format!("{name}: {}", brief(error))))?;
            let arrived = fs::metadata(to).map_or(0, |found| found.len());
            if arrived != self.size << 20 {
                return Err(BenchError::unexpected(name, format!("{arrived} bytes arrived")));
            }
            say(&format!("{name} {run}/{runs}: {} ({:.0} MiB/s)", seconds(usage.wall), self.size as f64 / usage.wall.as_secs_f64()));
            taken.push(usage);
        }
        self.clean()?;
        Ok(median(taken))
    }

    fn clean(&self) -> Result<(), BenchError> {
        let _ = fs::remove_dir_all(self.bench.path("state"));
        self.host().empty()
    }

    fn vnfpkg(&self, port: u16) -> Result<Command, BenchError> {
        package::vnfpkg_on(&self.bench, &self.csar, &self.farm, &[format!("{USER}@{ADDRESS}:{port}")])
    }

    fn peer(&self, peer: Peer, port: u16, to: &Path) -> Result<Command, BenchError> {
        match peer {
            Peer::Sftp => peers::sftp(&self.farm, port, &self.image, to),
            Peer::Paramiko => peers::paramiko(&self.farm, port, &self.image, to),
            _ => self.sender("ssh2", port, to),
        }
    }

    fn sender(&self, with: &str, port: u16, to: &Path) -> Result<Command, BenchError> {
        let mut command = super::hidden("ssh-sender")?;
        command.args(["--with", with, "--port", &port.to_string()]).arg("--key").arg(self.farm.key());
        command.arg("--known-hosts").arg(self.farm.known_hosts()).arg("--from").arg(&self.image).arg("--to").arg(to);
        Ok(command)
    }
}
