//! tosca-parser, as its command line runs it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use xtask::lab::python_with;

use crate::bench::BenchError;

const PACKAGE: &str = "tosca-parser==2.15.0";
/// What the program `tosca-parser` does.
const MAIN: &str = "import sys; from toscaparser.shell import main; sys.exit(main())";

pub(super) struct Peer {
    python: PathBuf,
    /// What it unpacks and leaves behind.
    unpacked: TempDir,
}

impl Peer {
    pub(super) fn new(cache: &Path) -> Result<Self, BenchError> {
        let unpacked = tempfile::tempdir().map_err(BenchError::io("a temporary folder"))?;
        Ok(Self { python: python_with(cache, PACKAGE)?, unpacked })
    }

    pub(super) fn command(&self, package: &Path) -> Command {
        let mut command = Command::new(&self.python);
        command.args(["-c", MAIN, "--template-file"]).arg(package).env("TMPDIR", self.unpacked.path());
        command
    }

    /// The median wall time; of several runs, after a first one that does not count.
    pub(super) fn runs(&self, package: &Path, runs: usize) -> Result<Duration, BenchError> {
        let mut times = (0..runs.max(1) + usize::from(runs > 1)).map(|_| self.run(package)).collect::<Result<Vec<_>, _>>()?;
        if runs > 1 {
            times.remove(0);
        }
        times.sort();
        Ok(times[times.len() / 2])
    }

    fn run(&self, package: &Path) -> Result<Duration, BenchError> {
        let started = Instant::now();
        let status = self.command(package).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        let took = started.elapsed();
        status.map_err(BenchError::io("tosca-parser"))?;
        self.forget()?;
        Ok(took)
    }

    /// Removes what it unpacked: the large package would fill the disk.
    fn forget(&self) -> Result<(), BenchError> {
        let folders = fs::read_dir(self.unpacked.path()).map_err(BenchError::io("what tosca-parser unpacked"))?;
        for folder in folders.flatten() {
            fs::remove_dir_all(folder.path()).map_err(BenchError::io("what tosca-parser unpacked"))?;
        }
        Ok(())
    }
}
