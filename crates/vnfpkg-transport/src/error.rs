//! Why a call on a host failed.

/// What kind of failure it is; decides retry and exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// No connection: refused, no route, no answer, name not found. Worth a retry while a VM boots.
    Unreachable,
    /// The host answered and did not let us in.
    Auth,
    /// There is nothing to log in with: no login name, or no key or password that can be tried.
    NoCredentials,
    /// The host's key is unknown or another than expected.
    HostKey,
    /// The connection broke while something ran. Connect again and look.
    Lost,
    /// The caller's deadline passed.
    TimedOut,
    /// The caller cancelled.
    Cancelled,
    /// The host did what was asked and it failed there: no space, no permission, wrong digest.
    Remote,
    /// Reading the file that is to be uploaded failed here.
    Source,
    /// What was asked makes no sense for this transport or host.
    Unsupported,
}

/// A failed call: what kind, what happened, what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TransportError {
    /// The kind of failure.
    pub kind: ErrorKind,
    /// What happened, a lower-case fragment without a full stop, never with a secret in it.
    pub message: String,
    /// What the user can do, when we know.
    pub help: Option<String>,
}

impl TransportError {
    /// An error of a kind.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), help: None }
    }

    /// Adds what the user can do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// May the same call succeed later without anybody doing something?
    pub fn is_transient(&self) -> bool {
        matches!(self.kind, ErrorKind::Unreachable | ErrorKind::Lost)
    }
}
