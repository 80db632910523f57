//! The contract of `vnfpkg-transport`, over SSH.

use std::io::Read as _;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use vnfpkg_transport::{Control, ErrorKind, Exit, Host, Shell, Stream, Target, Transport, TransportError, Upload, Uploaded};

use crate::keys::Keys;
use crate::options::SshOptions;
use crate::pool::{Permits, Pool};
use crate::route::route;
use crate::upload::Buffers;
use crate::{exec, upload};

/// Makes hosts that are reached over SSH.
pub struct SshTransport {
    shared: Arc<Shared>,
}

/// What all hosts share.
pub(crate) struct Shared {
    pub(crate) options: SshOptions,
    pub(crate) keys: Keys,
    pub(crate) connects: Permits,
    pub(crate) senders: Permits,
    pub(crate) buffers: Buffers,
}

impl SshTransport {
    /// A transport; nothing is read or connected yet.
    pub fn new(options: SshOptions) -> Self {
        let connects = Permits::new(options.max_connects);
        let senders = Permits::new(options.max_senders);
        Self { shared: Arc::new(Shared { options, keys: Keys::default(), connects, senders, buffers: Buffers::default() }) }
    }
}

impl Transport for SshTransport {
    fn host(&self, target: &Target) -> Arc<dyn Host> {
        let route = route(target, &self.shared.options);
        Arc::new(SshHost { pool: Pool::new(route, Arc::clone(&self.shared)), no_sftp: AtomicBool::new(false) })
    }
}

/// One host.
pub(crate) struct SshHost {
    pub(crate) pool: Pool,
    /// The host has no SFTP; found out at the first upload.
    pub(crate) no_sftp: AtomicBool,
}

impl SshHost {
    /// Runs a command on a session of its own.
    pub(crate) fn run(
        &self,
        command: &str,
        input: &mut dyn std::io::BufRead,
        control: &Control,
        on_output: &mut dyn FnMut(Stream, &[u8]),
    ) -> Result<Exit, TransportError> {
        if command.contains('\0') {
            return Err(TransportError::new(ErrorKind::Unsupported, "a command with a zero byte in it"));
        }
        let (mut lease, channel) = self.pool.channel(control)?;
        let exit = exec::run(&mut lease, channel, command, input, control, on_output)?;
        lease.keep();
        Ok(exit)
    }
}

impl Host for SshHost {
    fn connect(&self, control: &Control) -> Result<(), TransportError> {
        self.pool.connect(control)
    }

    fn exec(
        &self,
        command: &str,
        mut stdin: &[u8],
        control: &Control,
        on_output: &mut dyn FnMut(Stream, &[u8]),
    ) -> Result<Exit, TransportError> {
        self.run(command, &mut stdin, control, on_output)
    }

    /// A shell belongs to its session, which the call has for itself.
    fn converse(
        &self,
        shell: &Shell<'_>,
        input: &[u8],
        control: &Control,
        on_output: &mut dyn FnMut(Stream, &[u8]) -> bool,
    ) -> Result<Option<Exit>, TransportError> {
        loop {
            let (mut lease, mut channel, reused) = self.pool.shell(shell.command, control)?;
            let greeting = if reused { &[] } else { shell.greeting };
            let mut heard = false;
            let result = exec::converse(&mut lease, &mut channel, &mut greeting.chain(input), control, &mut |stream, bytes| {
                heard = true;
                on_output(stream, bytes)
            });
            let may_be_repeated = reused && !heard;
            match result {
                Ok(None) => {
                    lease.keep_shell(shell.command, channel);
                    lease.keep();
                    return Ok(None);
                }
                // It ended while it was idle, and heard nothing of this.
                Ok(Some(_)) if may_be_repeated => lease.keep(),
                Err(error) if may_be_repeated && error.kind == ErrorKind::Lost => {}
                Ok(Some(exit)) => {
                    lease.keep();
                    return Ok(Some(exit));
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn upload(&self, upload: &Upload<'_>, control: &Control, on_progress: &mut dyn FnMut(u64)) -> Result<Uploaded, TransportError> {
        upload::upload(self, upload, control, on_progress)
    }

    fn close(&self) {
        self.pool.close();
    }
}
