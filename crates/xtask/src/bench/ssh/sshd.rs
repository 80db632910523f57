//! Many hosts on loopback: an sshd each, with a port, a key and a home folder of its own.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::bench::BenchError;

/// Where all of them listen.
pub(crate) const ADDRESS: Ipv4Addr = Ipv4Addr::LOCALHOST;
/// Who logs in; benchmarks run as root.
pub(crate) const USER: &str = "root";

const START: Duration = Duration::from_secs(20);

/// Running servers; ended and removed when dropped.
pub(crate) struct Farm {
    folder: tempfile::TempDir,
    hosts: Vec<Sshd>,
}

/// One of them.
pub(crate) struct Sshd {
    child: Child,
    pub(crate) port: u16,
    pub(crate) home: PathBuf,
}

impl Farm {
    /// Starts `count` servers and waits until each of them answers.
    pub(crate) fn start(count: usize) -> Result<Self, BenchError> {
        let folder = tempfile::Builder::new().prefix("vnfpkg-bench-").tempdir().map_err(BenchError::io("a temporary folder"))?;
        let mut farm = Self { folder, hosts: Vec::new() };
        keygen(&farm.key())?;
        keygen(&farm.path("host"))?;
        fs::create_dir_all("/run/sshd").map_err(BenchError::io("/run/sshd"))?;
        for number in 0..count {
            let sshd = farm.spawn(number)?;
            farm.hosts.push(sshd);
        }
        farm.await_start()?;
        farm.write_known_hosts()?;
        Ok(farm)
    }

    /// The servers.
    pub(crate) fn hosts(&self) -> &[Sshd] {
        &self.hosts
    }

    /// A file of the farm.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The private key that is let in everywhere.
    pub(crate) fn key(&self) -> PathBuf {
        self.path("key")
    }

    /// The servers' keys.
    pub(crate) fn known_hosts(&self) -> PathBuf {
        self.path("known_hosts")
    }

    fn spawn(&self, number: usize) -> Result<Sshd, BenchError> {
        let home = self.path(&format!("home{number}"));
        fs::create_dir_all(&home).map_err(BenchError::io(home.display().to_string()))?;
        let port = TcpListener::bind((ADDRESS, 0)).and_then(|socket| socket.local_addr()).map_err(BenchError::io("a free port"))?.port();
        let config = self.path(&format!("sshd{number}.conf"));
        let text = format!(
            "Port {port}\nListenAddress {ADDRESS}\nHostKey {}\nAuthorizedKeysFile {}\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n\
             PasswordAuthentication no\nKbdInteractiveAuthentication no\nSubsystem sftp internal-sftp\nPidFile none\nUseDNS no\n\
             MaxStartups 1000\nMaxSessions 100\nLogLevel ERROR\nSetEnv HOME={}\n",
            self.path("host").display(),
            self.path("key.pub").display(),
            home.display()
        );
        fs::write(&config, text).map_err(BenchError::io(config.display().to_string()))?;
        // Ends with this program, however that ends.
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "/usr/sbin/sshd", "-D", "-f"])
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(BenchError::io("setpriv (util-linux) and /usr/sbin/sshd (openssh-server)"))?;
        Ok(Sshd { child, port, home })
    }

    fn await_start(&self) -> Result<(), BenchError> {
        let started = Instant::now();
        for host in &self.hosts {
            while TcpStream::connect(SocketAddr::from((ADDRESS, host.port))).is_err() {
                if started.elapsed() > START {
                    return Err(BenchError::unexpected("starting sshd", format!("no answer on port {}", host.port)));
                }
                std::thread::sleep(Duration::from_millis(20));
            }
        }
        Ok(())
    }

    fn write_known_hosts(&self) -> Result<(), BenchError> {
        let key = fs::read_to_string(self.path("host.pub")).map_err(BenchError::io("the host key"))?;
        let lines: String = self.hosts.iter().map(|host| format!("[{ADDRESS}]:{} {key}", host.port)).collect();
        fs::write(self.known_hosts(), lines).map_err(BenchError::io("the known-hosts file"))
    }
}

impl Drop for Farm {
    fn drop(&mut self) {
        for host in &mut self.hosts {
            let _ = host.child.kill();
            let _ = host.child.wait();
        }
    }
}

fn keygen(path: &Path) -> Result<(), BenchError> {
    let output = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", "bench", "-f"]).arg(path).output();
    let output = output.map_err(BenchError::io("ssh-keygen (openssh-client)"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(BenchError::unexpected("ssh-keygen", String::from_utf8_lossy(&output.stderr)))
}
