//! A real sshd in a temporary folder, and what a test needs to talk to it.

mod source;
mod sshd;

pub(crate) use source::Bytes;
pub(crate) use sshd::{Settings, Sshd, keygen};

use std::sync::Arc;
use std::time::Duration;

use vnfpkg_ssh::{SshOptions, SshTransport};
use vnfpkg_transport::{CancelToken, Control, Exit, Host, Stream, Target, Transport, TransportError};

/// Long enough for a busy machine, short enough to see a hang.
pub(crate) fn control() -> Control {
    Control::within(&CancelToken::new(), Duration::from_secs(60))
}

/// The host of a target.
pub(crate) fn host(options: SshOptions, target: &Target) -> Arc<dyn Host> {
    SshTransport::new(options).host(target)
}

/// What a command did.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) exit: Exit,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
}

/// Runs a command and keeps its output.
pub(crate) fn run(host: &dyn Host, command: &str, stdin: &[u8]) -> Result<Outcome, TransportError> {
    run_with(host, command, stdin, &control())
}

pub(crate) fn run_with(host: &dyn Host, command: &str, stdin: &[u8], control: &Control) -> Result<Outcome, TransportError> {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let exit = host.exec(command, stdin, control, &mut |stream, bytes| match stream {
        Stream::Stdout => stdout.extend_from_slice(bytes),
        Stream::Stderr => stderr.extend_from_slice(bytes),
    })?;
    Ok(Outcome { exit, stdout, stderr })
}

/// Bytes in which each block of 64 KiB is another, so that a misplaced piece shows.
pub(crate) fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    let block: Vec<u8> = (0..8192).flat_map(|_| next()).collect();
    let mut bytes = Vec::with_capacity(length + block.len());
    while bytes.len() < length {
        let start = bytes.len();
        bytes.extend_from_slice(&block);
        bytes[start..start + 8].copy_from_slice(&next());
    }
    bytes.truncate(length);
    bytes
}
