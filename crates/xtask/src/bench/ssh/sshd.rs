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

/// Running servers; ended and removed when dropped, and also when this program is killed.
pub(crate) struct Farm {
    hosts: Vec<Sshd>,
    folder: Guarded,
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
        Self::start_in(&std::env::temp_dir(), count)
    }

    /// The same, with all its files under a folder.
    pub(crate) fn start_in(parent: &Path, count: usize) -> Result<Self, BenchError> {
        let mut farm = Self { hosts: Vec::new(), folder: Guarded::new(parent)? };
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
        self.folder.path.join(name)
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
             MaxStartups 1000\nMaxSessions 100\nLogLevel ERROR\n",
            self.path("host").display(),
            self.path("key.pub").display()
        );
        fs::write(&config, text).map_err(BenchError::io(config.display().to_string()))?;
        // Ends with this program, however that ends. Its root has a home folder of its own.
        let child = Command::new("setpriv")
            .args(["--pdeathsig", "KILL", "unshare", "--mount", "--propagation", "private", "sh", "-c"])
            .args(["mount --bind \"$1\" /root && exec /usr/sbin/sshd -D -f \"$2\"", "sshd"])
            .arg(&home)
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
        let ports: Vec<u16> = self.hosts.iter().map(|host| host.port).collect();
        fs::write(self.known_hosts(), self.key_lines(&ports)?).map_err(BenchError::io("the known-hosts file"))
    }

    /// Another port at which one of the servers is found.
    pub(crate) fn know(&self, port: u16) -> Result<(), BenchError> {
        let lines = fs::read_to_string(self.known_hosts()).map_err(BenchError::io("the known-hosts file"))? + &self.key_lines(&[port])?;
        fs::write(self.known_hosts(), lines).map_err(BenchError::io("the known-hosts file"))
    }

    fn key_lines(&self, ports: &[u16]) -> Result<String, BenchError> {
        let key = fs::read_to_string(self.path("host.pub")).map_err(BenchError::io("the host key"))?;
        Ok(ports.iter().map(|port| format!("[{ADDRESS}]:{port} {key}")).collect())
    }
}

impl Sshd {
    /// Removes all that is in the home folder; the folder itself is mounted in the server.
    pub(crate) fn empty(&self) -> Result<(), BenchError> {
        for entry in fs::read_dir(&self.home).map_err(BenchError::io(self.home.display().to_string()))?.filter_map(Result::ok) {
            let path = entry.path();
            if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) }
                .map_err(BenchError::io(path.display().to_string()))?;
        }
        Ok(())
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

/// A folder that a process of its own removes as soon as this one ends, however it ends: it waits for the end of its input.
struct Guarded {
    path: PathBuf,
    guard: Child,
}

impl Guarded {
    fn new(parent: &Path) -> Result<Self, BenchError> {
        let folder = tempfile::Builder::new().prefix("vnfpkg-bench-").tempdir_in(parent).map_err(BenchError::io("a temporary folder"))?;
        let guard = Command::new("setsid")
            .args(["sh", "-c", "cat >/dev/null; rm -rf -- \"$0\""])
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(BenchError::io("setsid (util-linux)"))?;
        Ok(Self { path: folder.keep(), guard })
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

/// The folder of files in memory when they fit, so that no disk is measured; the folder of temporary files otherwise.
pub(crate) fn fast_folder(needed: u64) -> PathBuf {
    let memory = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let free = memory.lines().find_map(|line| line.strip_prefix("MemAvailable:")?.split_whitespace().next()?.parse::<u64>().ok());
    let shared = Path::new("/dev/shm");
    let room = rustix::fs::statvfs(shared).map_or(0, |found| found.f_bavail * found.f_frsize);
    if free.unwrap_or(0) * 1024 / 3 * 2 > needed && room > needed { shared.to_owned() } else { std::env::temp_dir() }
}

fn keygen(path: &Path) -> Result<(), BenchError> {
    let output = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", "bench", "-f"]).arg(path).output();
    let output = output.map_err(BenchError::io("ssh-keygen (openssh-client)"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(BenchError::unexpected("ssh-keygen", String::from_utf8_lossy(&output.stderr)))
}
