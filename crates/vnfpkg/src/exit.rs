//! Exit codes, and failures that end a command.

use std::process::ExitCode;

/// How the program ends. The numbers are a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, or nothing to do.
    Ok = 0,
    /// Findings at or above `--fail-on`.
    Findings = 1,
    /// Wrong usage, or input that cannot be read.
    Usage = 2,
    /// A step failed.
    StepFailed = 4,
    /// Hosts are unreachable.
    Unreachable = 5,
    /// Cancelled; can be resumed.
    Cancelled = 6,
    /// Another run holds the instance.
    Locked = 7,
    /// Refused: inputs changed since the plan was made, or a host key is not trusted.
    Refused = 8,
    /// `--check` or `--diff` found something to change.
    Pending = 9,
    /// A bug of ours.
    Bug = 70,
}

impl Exit {
    /// All codes and what they say.
    pub(crate) const ALL: [(Self, &'static str); 10] = [
        (Self::Ok, "done, or nothing to do"),
        (Self::Findings, "findings at or above --fail-on, or faults in request and inventory"),
        (Self::Usage, "wrong usage, or input that cannot be read"),
        (Self::StepFailed, "a step failed"),
        (Self::Unreachable, "hosts are unreachable, or refused the login"),
        (Self::Cancelled, "cancelled; `vnfpkg resume` goes on"),
        (Self::Locked, "another run holds the instance"),
        (Self::Refused, "refused: inputs changed since the plan was made, or a host key is not trusted"),
        (Self::Pending, "--check or --diff found something to change"),
        (Self::Bug, "a bug of vnfpkg"),
    ];
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command could not do its work: what happened, what to do, which exit code.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
    pub(crate) help: Vec<String>,
}

impl Failure {
    /// Wrong usage, or input that cannot be read.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), help: Vec::new() }
    }

    #[must_use]
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}

/// The result of a command.
pub(crate) type CommandResult = Result<Exit, Failure>;
