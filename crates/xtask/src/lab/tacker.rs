//! OpenStack Tacker as PyPI has it, for tests and benchmarks that run its own code.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::cache::{Cache, maker, write_scripts};
use super::error::LabError;
use super::needs::{Need, install_missing, need};
use super::process;

const SCRIPT: &str = include_str!("../../assets/lab/tacker.sh");
const VERSION: &str = "16.0.0";
const MINUTES: Duration = Duration::from_secs(1800);

const NEEDS: &[Need] = &[need("python3-venv", "a Python environment for Tacker")];

/// Where Tacker is.
#[derive(Debug, Clone)]
pub struct Tacker {
    folder: PathBuf,
}

impl Tacker {
    /// Finds it in the cache, or makes it once: about 140 packages from PyPI.
    ///
    /// # Errors
    /// When the packages cannot be had.
    pub fn get(cache: &Path) -> Result<Self, LabError> {
        install_missing(NEEDS)?;
        let folder = Cache::open(cache)?.item("tacker", &[SCRIPT, VERSION], |out| {
            write_scripts(&out.join("scripts"), &[("tacker.sh", SCRIPT)])?;
            let mut command = maker(&out.join("scripts/tacker.sh"));
            command.arg(out).arg(VERSION);
            process::run("installing Tacker from PyPI", &mut command, MINUTES).map(drop)
        })?;
        Ok(Self { folder })
    }

    /// The Python that has Tacker.
    pub fn python(&self) -> PathBuf {
        self.folder.join("venv/bin/python")
    }

    /// Tacker's own management driver for the private registry VNF, unmodified.
    pub fn registry_driver(&self) -> PathBuf {
        self.folder.join("source/samples/mgmt_driver/kubernetes/private_registry_mgmt.py")
    }
}
