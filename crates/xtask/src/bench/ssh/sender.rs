//! One upload by the product's own transport, or by the simplest loop over ssh2 that is not slow. A process of its own, so
//! that its time and memory can be told.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use sha2::{Digest, Sha256};
use vnfpkg_ssh::{SshOptions, SshTransport};
use vnfpkg_transport::{CancelToken, Control, Target, Transport, Upload, UploadSource};

use super::bare;
use super::sshd::{ADDRESS, USER};
use crate::bench::{Bench, BenchError, Section};

/// What the loop hands to ssh2 at once.
const PIECE: usize = 4 * 1024 * 1024;
const LIMIT: Duration = Duration::from_secs(1800);

/// The hidden sender.
#[derive(Args)]
pub(crate) struct Sender {
    /// Who sends
    #[arg(long, value_enum)]
    with: With,
    /// How to get in
    #[command(flatten)]
    access: Access,
    /// Port of the host
    #[arg(long)]
    port: u16,
    /// The file
    #[arg(long)]
    from: PathBuf,
    /// Where it goes
    #[arg(long)]
    to: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum With {
    Transport,
    Ssh2,
}

/// How to get in.
#[derive(Args)]
pub(crate) struct Access {
    /// Private key
    #[arg(long)]
    pub(crate) key: PathBuf,
    /// Keys of the hosts
    #[arg(long)]
    pub(crate) known_hosts: PathBuf,
}

impl Access {
    /// The product's transport, with its own limits and nothing of the user's.
    pub(crate) fn transport(&self) -> SshTransport {
        SshTransport::new(SshOptions { known_hosts: vec![self.known_hosts.clone()], ..SshOptions::default() })
    }

    /// The host at a port.
    pub(crate) fn target(&self, port: u16) -> Target {
        let mut target = Target::new(format!("host-{port}"), ADDRESS.to_string());
        target.port = port;
        target.user = Some(USER.to_owned());
        target.keys = vec![self.key.display().to_string()];
        target
    }
}

impl Bench for Sender {
    fn run(&self) -> Result<Vec<Section>, BenchError> {
        match self.with {
            With::Transport => self.transport()?,
            With::Ssh2 => self.ssh2()?,
        }
        Ok(Vec::new())
    }
}

impl Sender {
    fn transport(&self) -> Result<(), BenchError> {
        let source = OnDisk::new(&self.from)?;
        let host = self.access.transport().host(&self.access.target(self.port));
        let control = Control::within(&CancelToken::new(), LIMIT);
        let upload = Upload { source: &source, to: &self.to, mode: 0o600 };
        host.upload(&upload, &control, &mut |_| {}).map_err(|error| BenchError::unexpected("the upload", error.to_string()))?;
        host.close();
        Ok(())
    }

    fn ssh2(&self) -> Result<(), BenchError> {
        let failed = |error: ssh2::Error| BenchError::unexpected("the ssh2 loop uploads", error.to_string());
        let io = || BenchError::io("the ssh2 loop uploads");
        let session = bare::connect(self.port, &self.access.key)?;
        let mut remote = session.sftp().map_err(failed)?.create(Path::new(&self.to)).map_err(failed)?;
        let mut local = File::open(&self.from).map_err(io())?;
        let mut buffer = vec![0; PIECE];
        loop {
            match local.read(&mut buffer).map_err(io())? {
                0 => break,
                length => remote.write_all(&buffer[..length]).map_err(io())?,
            }
        }
        remote.close().map_err(failed)
    }
}

/// A file, hashed before it is sent as the product does it.
struct OnDisk {
    path: PathBuf,
    size: u64,
    digest: String,
}

impl OnDisk {
    fn new(path: &Path) -> Result<Self, BenchError> {
        let failed = || BenchError::io(path.display().to_string());
        let mut file = File::open(path).map_err(failed())?;
        let (mut digest, mut buffer) = (Sha256::new(), vec![0; 256 * 1024]);
        loop {
            match file.read(&mut buffer).map_err(failed())? {
                0 => break,
                length => digest.update(&buffer[..length]),
            }
        }
        let size = fs::metadata(path).map_err(failed())?.len();
        Ok(Self { path: path.to_owned(), size, digest: hex::encode(digest.finalize()) })
    }
}

impl UploadSource for OnDisk {
    fn size(&self) -> u64 {
        self.size
    }

    fn sha256(&self) -> io::Result<String> {
        Ok(self.digest.clone())
    }

    fn open_at(&self, offset: u64) -> io::Result<Box<dyn Read + Send>> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(offset))?;
        Ok(Box::new(file))
    }
}
