//! What a run needs of a host: execute a command, upload a file. Knows nothing of SSH, packages, plans or steps.
//!
//! A new transport is one new crate or file that implements [`Transport`] and [`Host`]; `vnfpkg-ssh` is one, [`local`] another.

mod control;
mod error;
pub mod local;
mod target;
mod upload;

pub use control::{CancelToken, Control};
pub use error::{ErrorKind, TransportError};
pub use target::{HostKeys, Sudo, Target};
pub use upload::{Upload, UploadSource, Uploaded};

use std::sync::Arc;

/// Makes hosts; holds what all hosts share, such as key files and known hosts.
pub trait Transport: Send + Sync {
    /// The host of a target. Does no input or output: the first call on the host connects.
    fn host(&self, target: &Target) -> Arc<dyn Host>;
}

/// One host. Calls from several threads run side by side; the implementation keeps as many sessions as that takes
/// and reuses them.
pub trait Host: Send + Sync {
    /// Connects and authenticates once, without retry.
    ///
    /// # Errors
    /// [`ErrorKind::Unreachable`] is worth a retry while a VM boots, the other kinds are not.
    fn connect(&self, control: &Control) -> Result<(), TransportError>;

    /// Runs a command line through the user's shell, feeds it `stdin`, hands its output on as it comes, and waits for
    /// its end. Both streams are always drained.
    ///
    /// When `control` says stop, the call returns at once with [`ErrorKind::Cancelled`] or [`ErrorKind::TimedOut`]; the
    /// remote command may go on, and ending it is the caller's business.
    ///
    /// # Errors
    /// [`ErrorKind::Lost`] when the connection broke while the command ran.
    fn exec(
        &self,
        command: &str,
        stdin: &[u8],
        control: &Control,
        on_output: &mut dyn FnMut(Stream, &[u8]),
    ) -> Result<Exit, TransportError>;

    /// Says something to a shell that stays on the host between calls, and hears its answer until `on_output` says, with
    /// `true`, that the answer is complete. Gives how the shell ended if it ended before that.
    ///
    /// The shell is started when no idle one with the same command is there. After an error, and when `control` says
    /// stop, it hears no more than the end of its input; what it was told may go on.
    ///
    /// # Errors
    /// As of [`Host::exec`].
    fn converse(
        &self,
        shell: &Shell<'_>,
        input: &[u8],
        control: &Control,
        on_output: &mut dyn FnMut(Stream, &[u8]) -> bool,
    ) -> Result<Option<Exit>, TransportError> {
        // A transport that can keep no shell starts one for each call.
        let stdin = [shell.greeting, input].concat();
        let mut is_complete = false;
        let exit = self.exec(shell.command, &stdin, control, &mut |stream, bytes| is_complete |= on_output(stream, bytes))?;
        Ok((!is_complete).then_some(exit))
    }

    /// Brings a file to the host: nothing is sent when the remote digest is equal, a broken upload goes on from what is
    /// verified, the digest is checked on the host, and the file appears under its name at once and whole.
    /// `on_progress` gets the bytes that are there so far.
    ///
    /// # Errors
    /// [`ErrorKind::Remote`] when the host has no space or refuses the path.
    fn upload(&self, upload: &Upload<'_>, control: &Control, on_progress: &mut dyn FnMut(u64)) -> Result<Uploaded, TransportError>;

    /// Ends all sessions. Later calls connect again.
    fn close(&self);
}

/// A shell that stays on a host between calls, see [`Host::converse`].
#[derive(Clone, Copy)]
pub struct Shell<'a> {
    /// The command that starts it; also its name.
    pub command: &'a str,
    /// What it is told before everything else, once.
    pub greeting: &'a [u8],
}

/// The two output streams of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exit {
    /// With an exit status.
    Code(i32),
    /// By a signal; its name without `SIG`, such as `KILL`.
    Signal(String),
}

impl Exit {
    /// Exit status zero.
    pub fn success(&self) -> bool {
        *self == Self::Code(0)
    }
}
