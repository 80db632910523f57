//! One host: its facts, running programs in it, switching it on and off.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::error::LabError;
use super::options::{Kind, Sudo};
use super::process::{self, poll};
use super::state::{Folder, HostState, HostSummary, Owner, State};
use super::{PASSWORD, SHORT, USER, net, vm};

const EXEC: Duration = Duration::from_secs(900);
const INNER_PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// What a host is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Machine {
    /// A container that boots systemd; it shares the kernel of the machine.
    Container,
    /// A virtual machine with a kernel of its own.
    Vm,
}

/// A host of a running lab.
#[derive(Debug, Clone)]
pub struct Host {
    number: u8,
    machine: Machine,
    kind: Kind,
    lab: Folder,
    dir: PathBuf,
    template: PathBuf,
    snapshot: Option<PathBuf>,
    key: PathBuf,
    sudo: Sudo,
    disk: String,
}

impl Host {
    pub(crate) fn new(lab: &Folder, state: &State, host: &HostState) -> Self {
        Self {
            number: host.number,
            machine: host.machine,
            kind: host.kind,
            lab: lab.clone(),
            dir: lab.path().join(format!("h{}", host.number)),
            template: host.template.clone(),
            snapshot: host.snapshot.clone(),
            key: state.key.clone(),
            sudo: state.sudo,
            disk: state.disk.clone(),
        }
    }

    /// Number of the host, from 1.
    #[must_use]
    pub fn number(&self) -> u8 {
        self.number
    }

    /// Its host name, `hostN`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("host{}", self.number)
    }

    /// Its address in the lab's network.
    #[must_use]
    pub fn ip(&self) -> Ipv4Addr {
        net::address(self.number)
    }

    /// Port of its SSH server.
    #[must_use]
    pub fn port(&self) -> u16 {
        22
    }

    /// The user to log in with.
    #[must_use]
    pub fn user(&self) -> &'static str {
        USER
    }

    /// That user's password.
    #[must_use]
    pub fn password(&self) -> &'static str {
        PASSWORD
    }

    /// Private key that the user is let in with. No passphrase.
    #[must_use]
    pub fn key(&self) -> &Path {
        &self.key
    }

    /// Container or virtual machine.
    #[must_use]
    pub fn machine(&self) -> Machine {
        self.machine
    }

    /// Name of its network namespace and of its control groups.
    pub(crate) fn space(&self) -> String {
        format!("{}-h{}", self.lab.name(), self.number)
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    pub(crate) fn lab(&self) -> &Folder {
        &self.lab
    }

    /// The host's key as a line of a `known_hosts` file, as it is at this moment.
    ///
    /// # Errors
    /// When the host does not run.
    pub fn host_key_line(&self) -> Result<String, LabError> {
        let key = self.root_output(&["cat", "/etc/ssh/ssh_host_ed25519_key.pub"])?;
        let words: Vec<&str> = key.split_whitespace().take(2).collect();
        Ok(format!("{} {}", self.ip(), words.join(" ")))
    }

    /// Runs a program as root inside the host, past SSH, and collects what it writes, whatever its exit status.
    ///
    /// # Errors
    /// When the host does not run, or the program runs for more than 15 minutes.
    pub fn exec_root(&self, words: &[&str]) -> Result<Output, LabError> {
        process::output(&format!("running in {}", self.name()), &mut self.root_command(words)?, EXEC)
    }

    /// The same for a program that must end well; gives its standard output.
    ///
    /// # Errors
    /// When the host does not run, or the program fails.
    pub fn root_output(&self, words: &[&str]) -> Result<String, LabError> {
        process::run(&format!("running in {}", self.name()), &mut self.root_command(words)?, EXEC)
    }

    /// A command that runs a program as root inside the host, past SSH.
    ///
    /// # Errors
    /// When the host does not run.
    pub fn root_command(&self, words: &[&str]) -> Result<Command, LabError> {
        if self.machine == Machine::Vm {
            return Ok(vm::root_command(self, words));
        }
        let mut command = Command::new("nsenter");
        command.args(["--all", "--target", &self.leader()?.pid.to_string(), "--"]);
        command.args(["env", "-i", INNER_PATH, "HOME=/root", "LC_ALL=C.UTF-8", "TERM=dumb"]).args(words);
        Ok(command)
    }

    /// A command that runs on this machine, in the host's own network: what it sends comes from the host's address.
    #[must_use]
    pub fn network_command(&self, program: &str) -> Command {
        net::command(&self.space(), program)
    }

    /// An `ssh` command line to the host with the lab's key; the host's key is checked.
    ///
    /// # Errors
    /// When the host does not run.
    pub fn ssh_command(&self) -> Result<Command, LabError> {
        let known = self.dir.join("known_hosts");
        fs::write(&known, self.host_key_line()? + "\n").map_err(LabError::io(&known))?;
        let mut command = net::command(&self.lab.net_space(), "ssh");
        command.arg("-F/dev/null").arg("-i").arg(&self.key);
        command.arg(format!("-oUserKnownHostsFile={}", known.display()));
        command.args(["-oGlobalKnownHostsFile=/dev/null", "-oStrictHostKeyChecking=yes", "-oIdentitiesOnly=yes"]);
        command.arg(format!("{USER}@{}", self.ip()));
        Ok(command)
    }

    /// Waits until the host's SSH server answers.
    ///
    /// # Errors
    /// When it does not in time.
    pub fn wait_ssh(&self, limit: Duration) -> Result<(), LabError> {
        let address = SocketAddr::from((self.ip(), self.port()));
        net::wait_ssh(&self.lab.net_space(), address, limit).map_err(|error| self.with_console(error))
    }

    /// Waits until the host can be used: SSH answers, and Docker does when it was made with it.
    ///
    /// # Errors
    /// When it is not so in time.
    pub fn wait_ready(&self, limit: Duration) -> Result<(), LabError> {
        self.wait_ssh(limit)?;
        if self.snapshot.is_some() {
            vm::settle(self, &self.sudo.to_string())?;
        }
        if matches!(self.kind, Kind::Docker | Kind::Kubernetes) {
            // A job that waits for the end of the start that is under way.
            self.root_output(&["systemctl", "start", "docker.service"])?;
        }
        Ok(())
    }

    /// Restarts the system in an orderly way and waits until the host can be used again.
    ///
    /// # Errors
    /// When it does not come back in time.
    pub fn reboot(&self, limit: Duration) -> Result<(), LabError> {
        let before = self.boot_id()?;
        // The order may well end with its own process: what counts is that the system goes.
        self.exec_root(&["systemctl", "reboot"])?;
        poll(&format!("the restart of {}", self.name()), limit, || match self.boot_id() {
            Ok(now) if now == before => Err("the old system runs".to_owned()),
            other => other.map(drop).map_err(|error| error.to_string()),
        })?;
        self.wait_ready(limit)
    }

    fn boot_id(&self) -> Result<String, LabError> {
        const FILE: &str = "/proc/sys/kernel/random/boot_id";
        if self.machine == Machine::Vm {
            return self.root_output(&["cat", FILE]);
        }
        // Among the host's mounts, and not among its processes: a system that goes down stops and kills those.
        let mut command = Command::new("nsenter");
        command.args(["--mount", "--target", &self.leader()?.pid.to_string(), "--", "cat", FILE]);
        process::run(&format!("looking at {}", self.name()), &mut command, EXEC)
    }

    /// Makes the host new: what was written since it was made is gone, its SSH key and machine id are others, network
    /// faults are mended.
    ///
    /// # Errors
    /// When it does not come up again.
    pub fn reset(&self) -> Result<(), LabError> {
        self.lab.host_down(self.number)?;
        self.mend_network()?;
        self.switch_on()?;
        self.wait_ready(self.boot_limit())
    }

    /// Starts the host's supervisor, which boots it.
    pub(crate) fn switch_on(&self) -> Result<(), LabError> {
        let log = format!("h{}/boot.log", self.number);
        if self.machine == Machine::Vm {
            let mut command = self.lab.daemon("vm-boot.sh", &log)?;
            command.arg(self.lab.name()).arg(self.number.to_string()).arg(&self.dir).arg(&self.template);
            command.arg(self.snapshot.as_deref().unwrap_or(Path::new("-"))).arg(vm::MEMORY.to_string());
            return process::run("starting a virtual machine", &mut command, SHORT).map(drop);
        }
        let mut command = self.lab.daemon_in(&["unshare", "--mount", "--propagation", "private"], "host-boot.sh", &log)?;
        command.arg(self.lab.name()).arg(self.number.to_string()).arg(&self.dir).arg(&self.template);
        command.arg(&self.disk).arg(self.sudo.to_string()).arg(self.key.with_extension("pub"));
        process::run("starting a host", &mut command, SHORT).map(drop)
    }

    /// How long it may take from power to ready.
    #[must_use]
    pub fn boot_limit(&self) -> Duration {
        match self.machine {
            Machine::Container => Duration::from_secs(90),
            Machine::Vm => vm::BOOT,
        }
    }

    /// The container's first process, as the machine sees it.
    pub(crate) fn leader(&self) -> Result<Owner, LabError> {
        let off = || LabError::NotFound(format!("{} of lab `{}` does not run", self.name(), self.lab.name()));
        let parent = fs::read_to_string(self.dir.join("nspawn.pid")).map_err(|_| off())?;
        children(parent.trim()).into_iter().find_map(Owner::of).ok_or_else(off)
    }

    /// `starting`, `on` or `off`; `gone` when nothing of it runs.
    #[must_use]
    pub fn power(&self) -> String {
        if !Owner::read(&self.dir.join("supervisor.pid")).is_some_and(|supervisor| supervisor.alive()) {
            return "gone".to_owned();
        }
        fs::read_to_string(self.dir.join("state")).map_or_else(|_| "starting".to_owned(), |text| text.trim().to_owned())
    }

    pub(crate) fn summary(&self) -> HostSummary {
        HostSummary {
            number: self.number,
            name: self.name(),
            address: self.ip(),
            machine: self.machine,
            kind: self.kind,
            state: self.power(),
        }
    }

    /// Adds the last lines of the host's own logs to an error.
    fn with_console(&self, error: LabError) -> LabError {
        let LabError::Timeout { what, after, mut last } = error else {
            return error;
        };
        for log in ["boot.log", "console.log"] {
            let text = fs::read(self.dir.join(log)).unwrap_or_default();
            let text = String::from_utf8_lossy(&text);
            let lines: Vec<&str> = text.lines().collect();
            for line in &lines[lines.len().saturating_sub(8)..] {
                last.push_str(&format!("\n{log}: {line}"));
            }
        }
        LabError::Timeout { what, after, last }
    }
}

/// Processes whose parent is `parent` and which are the first of a process namespace.
fn children(parent: &str) -> Vec<u32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    entries
        .filter_map(Result::ok)
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|pid| {
            let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
            let field = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim();
            field("PPid:") == parent && field("NSpid:").split_whitespace().last() == Some("1")
        })
        .collect()
}
