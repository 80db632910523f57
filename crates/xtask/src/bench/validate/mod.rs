//! `cargo xtask bench validate`: packages of several sizes, beside tosca-parser, which reads their TOSCA and nothing else.

mod packages;
mod peer;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use clap::Args;
use xtask::lab::{DEFAULT_CACHE, Need, install_missing};
use xtask::product::{Workbench, expect_success};

use super::{Bench, BenchError, Section, Usage, measure, mebibytes, median, ratio, say};
use packages::Shape;
use peer::Peer;

/// What it takes.
const NEEDS: &[Need] = &[
    Need { package: "time", why: "says how much memory a program had at most" },
    Need { package: "python3-venv", why: "an environment for tosca-parser" },
    Need { package: "openssl", why: "a key to sign the small package with" },
];

/// What to measure, and how often.
#[derive(Args)]
pub(crate) struct ValidateBench {
    /// Runs of each tool; the median counts
    #[arg(long, default_value_t = 15)]
    runs: usize,
    /// Bytes of the large image, in MiB
    #[arg(long, default_value_t = 512)]
    image: usize,
    /// How many small packages are checked in one call
    #[arg(long, default_value_t = 200)]
    many: usize,
    /// Leave out tosca-parser
    #[arg(long)]
    no_peer: bool,
}

/// One line of the table.
struct Case {
    name: &'static str,
    package: PathBuf,
    arguments: &'static [&'static str],
    /// Exit code of a right answer.
    code: i32,
    /// What is wanted of the wall time and of the memory.
    reach: &'static str,
    /// How often the peer is run.
    peer_runs: usize,
}

impl Bench for ValidateBench {
    fn run(&self) -> Result<Vec<Section>, BenchError> {
        install_missing(NEEDS)?;
        let bench = Workbench::new()?;
        let peer = if self.no_peer { None } else { Some(Peer::new(Path::new(DEFAULT_CACHE))?) };
        let cases = self.cases(&bench)?;
        let mut section = Section::new(
            "One package",
            &["package", "vnfpkg wall", "vnfpkg memory", "reach", "tosca-parser wall", "tosca-parser memory", "ratio"],
        );
        for case in &cases {
            say(case.name);
            section.row(self.row(&bench, case, peer.as_ref())?);
        }
        section.note(
            "Medians, warm; memory is the peak of the resident set. tosca-parser unpacks the archive and reads its TOSCA; it looks at no digest, \
             manifest or signature. Its exit code is not looked at: what it makes of a package is not what is measured.",
        );
        Ok(vec![section, self.many(&bench, &cases)?])
    }
}

impl ValidateBench {
    fn cases(&self, bench: &Workbench) -> Result<Vec<Case>, BenchError> {
        let case = |name, package, reach| Case { name, package, arguments: &[], code: 0, reach, peer_runs: 5 };
        say("making packages");
        let small = packages::make(bench, "small", &Shape { image: 1 << 20, ..Shape::default() }, true)?;
        let cluster = packages::make(bench, "cluster", &Shape { flavours: 3, vdus: 3, image: 1 << 20, scripts: 6 }, false)?;
        let vdus = packages::make(bench, "vdus", &Shape { vdus: 500, ..Shape::default() }, false)?;
        let image = packages::make(bench, "image", &Shape { image: self.image << 20, ..Shape::default() }, false)?;
        Ok(vec![
            case("small, signed, 1 MiB image", small, "15 ms"),
            case("3 flavours of 3 VDUs, 6 scripts", cluster, "25 ms"),
            case("500 VDUs", vdus, "150 ms, 64 MiB"),
            case("large image, all digests", image.clone(), "0.6 s, 32 MiB"),
            Case { arguments: &["--no-digest"], ..case("large image, --no-digest", image, "15 ms") },
            Case { code: 1, peer_runs: 1, ..case("zip bomb, 1 GiB of zeros", packages::zip_bomb(bench)?, "50 ms, 32 MiB") },
            Case { code: 1, peer_runs: 1, ..case("YAML alias bomb, 9^8 nodes", packages::alias_bomb(bench)?, "50 ms, 32 MiB") },
        ])
    }

    fn row(&self, bench: &Workbench, case: &Case, peer: Option<&Peer>) -> Result<Vec<String>, BenchError> {
        let command = || {
            let mut command = bench.vnfpkg();
            command.arg("validate").args(case.arguments).arg(&case.package);
            command
        };
        let ours = self.runs(case.name, &command, case.code)?;
        let memory = peak(&command())?;
        let mut row = vec![case.name.to_owned(), millis(ours.wall), mebibytes(memory), case.reach.to_owned()];
        match peer {
            Some(peer) => {
                let theirs = peer.runs(&case.package, self.runs.min(case.peer_runs))?;
                row.extend([millis(theirs), mebibytes(peak(&peer.command(&case.package))?), ratio(theirs, ours.wall)]);
            }
            None => row.extend(["-".to_owned(), "-".to_owned(), "-".to_owned()]),
        }
        Ok(row)
    }

    fn runs(&self, what: &str, command: &dyn Fn() -> Command, code: i32) -> Result<Usage, BenchError> {
        let _warm = measure(what, &mut command(), code)?;
        let runs = (0..self.runs.max(1)).map(|_| measure(what, &mut command(), code)).collect::<Result<Vec<_>, _>>()?;
        Ok(median(runs))
    }

    /// Many packages in one call.
    fn many(&self, bench: &Workbench, cases: &[Case]) -> Result<Section, BenchError> {
        let mut section = Section::new("Many small packages in one call", &["packages", "wall", "packages per second", "reach"]);
        let Some(small) = cases.first() else { return Ok(section) };
        let folder = bench.path("many");
        fs::create_dir_all(&folder).map_err(BenchError::io("a folder"))?;
        let copy = |number: usize| {
            let path = folder.join(format!("{number}.csar"));
            fs::copy(&small.package, &path).map(|_| path).map_err(BenchError::io("copying a package"))
        };
        let paths = (0..self.many.max(1)).map(copy).collect::<Result<Vec<_>, _>>()?;
        let command = || {
            let mut command = bench.vnfpkg();
            command.args(["validate", "--format", "concise"]).args(&paths);
            command
        };
        let usage = self.runs("many packages", &command, 0)?;
        let rate = paths.len() as f64 / usage.wall.as_secs_f64().max(1e-9);
        section.row([paths.len().to_string(), millis(usage.wall), format!("{rate:.0}"), "200".to_owned()]);
        Ok(section)
    }
}

/// The largest resident set of a program, in bytes.
fn peak(command: &Command) -> Result<u64, BenchError> {
    let file = tempfile::NamedTempFile::new().map_err(BenchError::io("a temporary file"))?;
    let mut timed = Command::new("/usr/bin/time");
    timed.args(["--quiet", "-f", "%M", "-o"]).arg(file.path()).arg(command.get_program()).args(command.get_args());
    for (key, value) in command.get_envs() {
        match value {
            Some(value) => timed.env(key, value),
            None => timed.env_remove(key),
        };
    }
    timed.output().map_err(BenchError::io("/usr/bin/time"))?;
    let text = fs::read_to_string(file.path()).map_err(BenchError::io("a temporary file"))?;
    let kibibytes = text.lines().last().and_then(|line| line.trim().parse::<u64>().ok());
    kibibytes.map(|kibibytes| kibibytes * 1024).ok_or_else(|| BenchError::unexpected("/usr/bin/time", text))
}

/// Milliseconds with as many digits as mean something.
fn millis(time: Duration) -> String {
    let millis = time.as_secs_f64() * 1000.0;
    if millis < 100.0 { format!("{millis:.1} ms") } else { format!("{millis:.0} ms") }
}

/// Packs a folder.
fn pack(bench: &Workbench, folder: &Path, name: &str, more: &[&str]) -> Result<PathBuf, BenchError> {
    let csar = bench.path(&format!("{name}.csar"));
    let output = bench.vnfpkg().args(["pack", "--no-validate"]).args(more).arg(folder).arg("-o").arg(&csar).output();
    expect_success("packing", output)?;
    Ok(csar)
}
