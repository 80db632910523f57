//! What can go wrong in the lab.

use std::path::PathBuf;
use std::time::Duration;

/// A lab operation failed.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// Namespaces, mounts and control groups need root.
    #[error("the lab needs root: run it as root or through sudo")]
    NotRoot,
    /// The name would be ambiguous in the names of namespaces and control groups.
    #[error("lab name `{0}` is not usable: 1 to 20 of a-z, 0-9 and `-`, beginning with a letter, not ending in `-`")]
    BadName(String),
    /// An option has a value that the lab cannot honour.
    #[error("{0}")]
    BadOption(String),
    /// Another living process owns a lab of this name.
    #[error("lab `{name}` belongs to process {owner}, which is running: choose another name or end that process")]
    InUse {
        /// Name of the lab.
        name: String,
        /// Pid of its owner.
        owner: u32,
    },
    /// There is no lab, or no such host in it.
    #[error("{0}")]
    NotFound(String),
    /// The machine cannot run this part of the lab.
    #[error("this machine cannot do it: {0}")]
    Unsupported(String),
    /// A command could not be started.
    #[error("cannot start `{command}`: {source}")]
    Spawn {
        /// The command line.
        command: String,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A command ended with another status than 0.
    #[error("{what}: `{command}` ended with {status}{}", tail_note(.stderr_tail))]
    Command {
        /// What it was run for.
        what: String,
        /// The command line.
        command: String,
        /// Exit code or signal, in words.
        status: String,
        /// Last lines of its standard error, or of its output when that is empty.
        stderr_tail: String,
    },
    /// A condition did not come true in time.
    #[error("{what}: not so after {:.1} s{}", .after.as_secs_f64(), tail_note(.last))]
    Timeout {
        /// What was waited for.
        what: String,
        /// How long.
        after: Duration,
        /// What was seen last.
        last: String,
    },
    /// A file or folder of the lab could not be read or written.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A file of the lab does not hold what it should.
    #[error("{}: {reason}", .path.display())]
    BadState {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

impl LabError {
    /// Makes the `map_err` argument for an operation on `path`.
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}

fn tail_note(tail: &str) -> String {
    if tail.is_empty() {
        return String::new();
    }
    tail.lines().fold(String::new(), |note, line| note + "\n  | " + line)
}
