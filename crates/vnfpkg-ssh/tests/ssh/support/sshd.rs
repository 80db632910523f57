//! Starting and stopping sshd.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use vnfpkg_ssh::SshOptions;
use vnfpkg_transport::Target;

/// How a test's sshd differs from the plain one.
pub(crate) struct Settings {
    pub(crate) address: &'static str,
    /// Types of host keys to make.
    pub(crate) host_keys: &'static [&'static str],
    /// Further lines of sshd_config, before the common ones: the first value wins.
    pub(crate) config: String,
    /// Offer SFTP.
    pub(crate) sftp: bool,
    /// Size of a file system of its own in the folder `small`, which only the server sees and which ends with it.
    pub(crate) small_disk: Option<&'static str>,
    /// Let in who has a certificate made with the key `ca`.
    pub(crate) authority: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { address: "127.0.0.1", host_keys: &["ed25519"], config: String::new(), sftp: true, small_disk: None, authority: false }
    }
}

/// A running sshd, ended when dropped.
pub(crate) struct Sshd {
    folder: TempDir,
    child: Child,
    pub(crate) address: &'static str,
    pub(crate) port: u16,
}

impl Sshd {
    pub(crate) fn start() -> Self {
        Self::with(&Settings::default())
    }

    pub(crate) fn with(settings: &Settings) -> Self {
        let folder = tempfile::tempdir().expect("temporary folder");
        let port = TcpListener::bind((settings.address, 0)).expect("a free port").local_addr().expect("an address").port();
        for key_type in settings.host_keys {
            keygen(&folder.path().join(format!("host_{key_type}")), key_type, "");
        }
        keygen(&folder.path().join("user"), "ed25519", "");
        keygen(&folder.path().join("ca"), "ed25519", "");
        let mut sshd = Self { child: spawn(folder.path(), settings, port), folder, address: settings.address, port };
        sshd.authorize("user");
        sshd.know(settings.host_keys);
        sshd.await_start();
        sshd
    }

    /// A file in the server's folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The same as text, as on a command line.
    pub(crate) fn at(&self, name: &str) -> String {
        self.path(name).to_str().expect("a plain path").to_owned()
    }

    /// Lets a key in.
    pub(crate) fn authorize(&self, key: &str) {
        let mut keys = fs::read_to_string(self.path("authorized_keys")).unwrap_or_default();
        keys.push_str(&self.public_key(key));
        fs::write(self.path("authorized_keys"), keys).expect("written");
    }

    /// The line of a public key.
    pub(crate) fn public_key(&self, key: &str) -> String {
        fs::read_to_string(self.path(&format!("{key}.pub"))).expect("a public key")
    }

    /// The name under which the server stands in known_hosts.
    pub(crate) fn known_name(&self) -> String {
        format!("[{}]:{}", self.address, self.port)
    }

    /// Writes the known-hosts file with the server's keys of these types.
    pub(crate) fn know(&self, key_types: &[&str]) {
        let lines: String =
            key_types.iter().map(|key_type| format!("{} {}", self.known_name(), self.public_key(&format!("host_{key_type}")))).collect();
        fs::write(self.path("known_hosts"), lines).expect("written");
    }

    /// Knows this server's keys and nothing else.
    pub(crate) fn options(&self) -> SshOptions {
        SshOptions { known_hosts: vec![self.path("known_hosts")], ..SshOptions::default() }
    }

    /// Root with the key that is let in.
    pub(crate) fn target(&self) -> Target {
        let mut target = Target::new("vm", self.address);
        target.port = self.port;
        target.user = Some("root".into());
        target.keys = vec![self.at("user")];
        target
    }

    /// Kills the processes that serve connections, not the one that listens.
    pub(crate) fn kill_sessions(&self) -> usize {
        let sessions = descendants(self.child.id());
        for pid in &sessions {
            if let Some(pid) = Pid::from_raw(*pid) {
                let _ = kill_process(pid, Signal::KILL);
            }
        }
        sessions.len()
    }

    fn await_start(&mut self) {
        let log = BufReader::new(self.child.stderr.take().expect("a pipe"));
        let mut lines = log.lines().map_while(Result::ok);
        let mut seen = Vec::new();
        loop {
            match lines.next() {
                Some(line) if line.contains("Server listening") => break,
                Some(line) => seen.push(line),
                None => panic!("sshd does not start: {}", seen.join("; ")),
            }
        }
        // Drained, so that sshd never waits; ends with sshd.
        std::thread::spawn(move || lines.for_each(drop));
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        self.kill_sessions();
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(folder: &Path, settings: &Settings, port: u16) -> Child {
    let config = config(folder, settings, port);
    let path = folder.join("sshd_config");
    fs::write(&path, config).expect("written");
    // Where sshd as root puts its unprivileged children; made by the service's unit otherwise.
    let _ = fs::create_dir_all("/run/sshd");
    // Dies with the thread that runs the test, however that ends.
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL"]);
    if let Some(size) = settings.small_disk {
        let small = folder.join("small");
        fs::create_dir(&small).expect("made");
        let script = format!("mount -t tmpfs -o size={size} tmpfs \"$0\" && exec \"$@\"");
        command.args(["unshare", "--mount", "sh", "-c", &script]).arg(small);
    }
    command
        .args(["/usr/sbin/sshd", "-D", "-e", "-f"])
        .arg(path)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("setpriv (util-linux) and /usr/sbin/sshd (openssh-server) are needed for these tests")
}

/// With a home of its own, so that the shell does not read the dot files of the machine.
fn config(folder: &Path, settings: &Settings, port: u16) -> String {
    let folder = folder.display();
    let host_keys: String = settings.host_keys.iter().map(|key_type| format!("HostKey {folder}/host_{key_type}\n")).collect();
    let authority = if settings.authority { format!("TrustedUserCAKeys {folder}/ca.pub\n") } else { String::new() };
    let sftp = if settings.sftp { "Subsystem sftp internal-sftp\n" } else { "" };
    format!(
        "{}\nPort {port}\nListenAddress {}\n{host_keys}AuthorizedKeysFile {folder}/authorized_keys\nStrictModes no\nUsePAM no\nPermitRootLogin yes\n\
         PasswordAuthentication no\nKbdInteractiveAuthentication no\n{authority}{sftp}PidFile none\nUseDNS no\n\
         SetEnv HOME={folder}\n",
        settings.config, settings.address
    )
}

/// Makes a key pair.
pub(crate) fn keygen(path: &Path, key_type: &str, passphrase: &str) {
    let output = Command::new("ssh-keygen")
        .args(["-q", "-t", key_type, "-N", passphrase, "-C", key_type, "-f"])
        .arg(path)
        .stdin(Stdio::null())
        .output()
        .expect("ssh-keygen (openssh-client) is needed for these tests");
    assert!(output.status.success(), "ssh-keygen: {}", String::from_utf8_lossy(&output.stderr));
}

fn descendants(pid: u32) -> Vec<i32> {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    let children: Vec<u32> = children.split_whitespace().filter_map(|pid| pid.parse().ok()).collect();
    let mut all: Vec<i32> = children.iter().filter_map(|pid| i32::try_from(*pid).ok()).collect();
    for child in children {
        all.extend(descendants(child));
    }
    all
}
