//! The contract of `vnfpkg-transport`, over SSH.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use vnfpkg_transport::{Control, ErrorKind, Exit, Host, Stream, Target, Transport, TransportError, Upload, Uploaded};

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

    fn upload(&self, upload: &Upload<'_>, control: &Control, on_progress: &mut dyn FnMut(u64)) -> Result<Uploaded, TransportError> {
        upload::upload(self, upload, control, on_progress)
    }

    fn close(&self) {
        self.pool.close();
    }
}
