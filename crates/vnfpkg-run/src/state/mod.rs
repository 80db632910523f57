//! The state folder: one folder per run with its frozen plan, its journal and the logs of its tasks, and for each VNF
//! instance a lock and the files that `fetch` steps kept.
//!
//! ```text
//! runs/RUN/plan.json  runs/RUN/journal.jsonl  runs/RUN/logs/0003-STEP@HOST.1.out
//! instances/INSTANCE.lock  instances/INSTANCE.files/NAME
//! ```

mod drift;
mod id;
mod lock;
mod review;
mod runs;
mod status;
mod store;

use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

pub use drift::{Drift, drift};
pub use id::RunId;
pub use lock::{Controller, InstanceLock, LockOwner};
pub use review::Review;
pub use runs::{Header, LogFile, PruneRule, RunInfo, StoredRun};
pub use status::{InstanceStatus, Working};
pub use store::Store;

use crate::journal::JournalError;

/// What is wrong with the state folder.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The file system refuses.
    #[error("{path}: {source}")]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// No run has this id.
    #[error("no run `{0}`")]
    NoRun(String),
    /// There are no runs.
    #[error("no run yet")]
    NoRuns,
    /// Several runs begin so.
    #[error("`{prefix}` is the beginning of {} runs: {}", .matches.len(), .matches.join(", "))]
    Ambiguous {
        /// What was asked for.
        prefix: String,
        /// All of them.
        matches: Vec<String>,
    },
    /// The plan is not the one that the run began with.
    #[error("{path}: the plan of the run was changed or damaged")]
    PlanChanged {
        /// Which file.
        path: PathBuf,
    },
    /// The plan cannot be read.
    #[error("{path}: {message}")]
    Plan {
        /// Which file.
        path: PathBuf,
        /// Why.
        message: String,
    },
    /// The journal cannot be read.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

impl StateError {
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}

/// The folder that keeps runs; made when the first run starts.
#[derive(Debug, Clone)]
pub struct StateDir {
    path: PathBuf,
}

impl StateDir {
    /// A state folder; nothing is read or made yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn runs(&self) -> PathBuf {
        self.path.join("runs")
    }

    /// The folder of a run.
    pub fn run_dir(&self, run: &RunId) -> PathBuf {
        self.runs().join(run.as_str())
    }
}

/// Makes a folder that only we can read, with its parents.
pub(crate) fn private_dir(path: &Path) -> Result<(), StateError> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(StateError::io(path))
}

/// Options for a file that only we can read.
pub(crate) fn private_file() -> std::fs::OpenOptions {
    let mut options = std::fs::OpenOptions::new();
    options.mode(0o600);
    options
}

/// A file name out of any text: other characters than letters, digits, `.`, `-`, `_`, `@` become `_`, and a checksum
/// keeps changed names apart.
pub(crate) fn file_name(text: &str) -> String {
    let plain: String =
        text.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@') { c } else { '_' }).take(100).collect();
    if plain == text && !plain.starts_with('.') && !plain.is_empty() {
        plain
    } else {
        format!("_{plain}-{:08x}", crc32fast::hash(text.as_bytes()))
    }
}
