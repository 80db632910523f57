//! What is known of a lab between commands: a folder with its state, its shell programs and a folder per host.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::net::Ipv4Addr;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};

use super::cache::write_scripts;
use super::error::LabError;
use super::host::{Host, Machine};
use super::options::{Kind, LabOptions, Sudo};
use super::{SHORT, process};

/// Where the state of running labs is unless told otherwise.
pub const DEFAULT_RUN: &str = "/run/vnfpkg-lab";

const SCRIPTS: &[(&str, &str)] = &[
    ("down.sh", include_str!("../../assets/lab/down.sh")),
    ("groups.sh", include_str!("../../assets/lab/groups.sh")),
    ("host-boot.sh", include_str!("../../assets/lab/host-boot.sh")),
    ("net.sh", include_str!("../../assets/lab/net.sh")),
    ("reaper.sh", include_str!("../../assets/lab/reaper.sh")),
    ("serve.sh", include_str!("../../assets/lab/serve.sh")),
    ("vm-boot.sh", include_str!("../../assets/lab/vm-boot.sh")),
];

/// What the lab's own state file holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct State {
    /// Tells this lab from a later one of the same name.
    pub(crate) id: String,
    pub(crate) owner: Option<Owner>,
    pub(crate) cache: PathBuf,
    /// Folder of the package repository that the hosts see.
    #[serde(default)]
    pub(crate) packages: PathBuf,
    pub(crate) key: PathBuf,
    pub(crate) sudo: Sudo,
    pub(crate) disk: String,
    pub(crate) hosts: Vec<HostState>,
}

/// One host of the state file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct HostState {
    pub(crate) number: u8,
    pub(crate) machine: Machine,
    pub(crate) kind: Kind,
    /// Root folder of a container, image folder of a virtual machine.
    pub(crate) template: PathBuf,
    /// The saved state from which a virtual machine resumes; without one it boots.
    pub(crate) snapshot: Option<PathBuf>,
}

impl State {
    pub(crate) fn new(options: &LabOptions, key: &Path, packages: PathBuf, hosts: Vec<HostState>) -> Result<Self, LabError> {
        let random = Path::new("/proc/sys/kernel/random/uuid");
        let owner = match options.owner {
            None => None,
            Some(pid) => Some(Owner::of(pid).ok_or_else(|| LabError::BadOption(format!("owner {pid}: there is no such process")))?),
        };
        Ok(Self {
            id: fs::read_to_string(random).map_err(LabError::io(random))?.trim().to_owned(),
            owner,
            cache: options.cache.clone(),
            packages,
            key: key.to_owned(),
            sudo: options.sudo,
            disk: options.disk.clone(),
            hosts,
        })
    }
}

/// A process, told from a later one with the same pid by the time of its start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Owner {
    pub(crate) pid: u32,
    pub(crate) started: String,
}

impl Owner {
    /// The process with this pid, if there is one that has not ended.
    pub(crate) fn of(pid: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The second field is a name in brackets that may hold anything.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
        if matches!(fields.next()?, "Z" | "X") {
            return None;
        }
        Some(Self { pid, started: fields.nth(18)?.to_owned() })
    }

    /// Reads a file of the form `PID STARTED`.
    pub(crate) fn read(path: &Path) -> Option<Self> {
        let text = fs::read_to_string(path).ok()?;
        let (pid, started) = text.trim().split_once(' ')?;
        Some(Self { pid: pid.parse().ok()?, started: started.to_owned() })
    }

    /// Whether that very process still runs.
    pub(crate) fn alive(&self) -> bool {
        Self::of(self.pid).is_some_and(|process| process.started == self.started)
    }
}

/// The folder of one lab's state.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    name: String,
    path: PathBuf,
}

impl Folder {
    /// The folder of lab `name`, whether or not it exists. Makes the folder around it.
    pub(crate) fn new(run: &Path, name: &str) -> Result<Self, LabError> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let good = name.len() <= 20
            && name.starts_with(|first: char| first.is_ascii_lowercase())
            && name.bytes().all(plain)
            && !name.ends_with('-');
        if !good {
            return Err(LabError::BadName(name.to_owned()));
        }
        fs::create_dir_all(run).map_err(LabError::io(run))?;
        let run = run.canonicalize().map_err(LabError::io(run))?;
        if run.to_string_lossy().contains([':', ',', '\\', ' ']) {
            return Err(LabError::BadOption(format!("run folder {}: `:`, `,`, `\\` and blanks are not usable", run.display())));
        }
        Ok(Self { name: name.to_owned(), path: run.join(name) })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Name of the network namespace in which all hosts are reachable.
    pub(crate) fn net_space(&self) -> String {
        format!("{}-net", self.name)
    }

    /// Holds other commands on this lab off until the file is dropped.
    pub(crate) fn lock(&self) -> Result<File, LabError> {
        let path = self.path.with_extension("lock");
        loop {
            let file = File::create(&path).map_err(LabError::io(&path))?;
            file.lock().map_err(LabError::io(&path))?;
            // Whoever held it before may have removed it.
            let mine = file.metadata().map_err(LabError::io(&path))?.ino();
            if fs::metadata(&path).is_ok_and(|now| now.ino() == mine) {
                return Ok(file);
            }
        }
    }

    /// Gives the lock up for good, with its file.
    pub(crate) fn unlock(&self, lock: File) -> Result<(), LabError> {
        let removed = super::cache::remove(&self.path.with_extension("lock"));
        drop(lock);
        removed
    }

    /// Makes the folder of a new lab.
    pub(crate) fn create(&self, state: &State) -> Result<(), LabError> {
        write_scripts(&self.path.join("bin"), SCRIPTS)?;
        let id = self.path.join("id");
        fs::write(&id, &state.id).map_err(LabError::io(&id))?;
        self.save(state)
    }

    pub(crate) fn save(&self, state: &State) -> Result<(), LabError> {
        let (path, partial) = (self.path.join("lab.json"), self.path.join("lab.json.partial"));
        let text =
            serde_json::to_vec_pretty(state).map_err(|error| LabError::BadState { path: path.clone(), reason: error.to_string() })?;
        fs::write(&partial, text).map_err(LabError::io(&partial))?;
        fs::rename(&partial, &path).map_err(LabError::io(&path))
    }

    pub(crate) fn state(&self) -> Result<State, LabError> {
        let path = self.path.join("lab.json");
        let text = match fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(LabError::NotFound(format!("there is no lab `{}`: bring it up with `lab up`", self.name)));
            }
            other => other.map_err(LabError::io(&path))?,
        };
        serde_json::from_slice(&text).map_err(|error| LabError::BadState { path, reason: error.to_string() })
    }

    /// One of the lab's shell programs.
    pub(crate) fn script(&self, name: &str) -> Command {
        Command::new(self.path.join("bin").join(name))
    }

    /// One of the lab's shell programs as a process of its own that outlives this one; it writes to `log`.
    pub(crate) fn daemon(&self, name: &str, log: &str) -> Result<Command, LabError> {
        self.daemon_in(&[], name, log)
    }

    /// The same through the command `before`, for instance `unshare --mount`.
    pub(crate) fn daemon_in(&self, before: &[&str], name: &str, log: &str) -> Result<Command, LabError> {
        let log = self.path.join(log);
        if let Some(parent) = log.parent() {
            fs::create_dir_all(parent).map_err(LabError::io(parent))?;
        }
        let mut command = Command::new("env");
        command.args(["-i", "-C", "/", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8"]);
        command.args(["setsid", "--fork", "sh", "-c", r#"log=$1; shift; exec "$@" </dev/null >>"$log" 2>&1"#, "lab"]);
        command.arg(log).args(before).arg(self.path.join("bin").join(name));
        Ok(command)
    }

    /// Ends all that runs in this lab and removes its traces, found by name.
    pub(crate) fn down(&self) -> Result<(), LabError> {
        self.run_down(None)
    }

    /// Ends all that runs in host `number`; its network stays.
    pub(crate) fn host_down(&self, number: u8) -> Result<(), LabError> {
        self.run_down(Some(number))
    }

    fn run_down(&self, host: Option<u8>) -> Result<(), LabError> {
        // Not from the lab's own folder: that may be gone or be removed while it runs.
        let mut command = Command::new("sh");
        command.arg("-c").arg(SCRIPTS[0].1).arg("down.sh").arg(&self.name).arg(&self.path);
        command.args(host.map(|number| number.to_string()));
        process::run("taking the lab down", &mut command, SHORT).map(drop)
    }

    /// Whether something bears this lab's name.
    pub(crate) fn anything_left(&self) -> bool {
        self.path.exists() || Path::new("/run/netns").join(self.net_space()).exists()
    }
}

/// Starts the process that takes the lab down when its owner is gone.
pub(crate) fn start_reaper(folder: &Folder, state: &State) -> Result<(), LabError> {
    let Some(owner) = &state.owner else {
        return Ok(());
    };
    let mut command = folder.daemon("reaper.sh", "reaper.log")?;
    command.arg(folder.name()).arg(folder.path()).arg(&state.id).arg(owner.pid.to_string()).arg(&owner.started);
    process::run("starting the lab's watcher", &mut command, SHORT).map(drop)
}

/// One lab in a list.
#[derive(Debug, Clone, Serialize)]
pub struct LabSummary {
    /// Name of the lab.
    pub name: String,
    /// Pid of the process with whose end it is taken down.
    pub owner: Option<u32>,
    /// Its hosts; none when the lab's state cannot be read.
    pub hosts: Vec<HostSummary>,
}

/// One host in a list.
#[derive(Debug, Clone, Serialize)]
pub struct HostSummary {
    /// Number of the host.
    pub number: u8,
    /// Its host name.
    pub name: String,
    /// Its address in the lab.
    pub address: Ipv4Addr,
    /// Container or virtual machine.
    pub machine: Machine,
    /// What it was made with.
    pub kind: Kind,
    /// `starting`, `on` or `off`; `gone` when nothing of it runs.
    pub state: String,
}

/// Names of the labs that have state under the run folder.
fn names(run: &Path) -> Result<Vec<String>, LabError> {
    let entries = match fs::read_dir(run) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        other => other.map_err(LabError::io(run))?,
    };
    let mut names: Vec<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().is_dir())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    Ok(names)
}

/// What labs are made from that have state under the run folder.
pub(crate) fn used(run: &Path) -> Result<Vec<PathBuf>, LabError> {
    let states = names(run)?.into_iter().filter_map(|name| Folder::new(run, &name).ok()?.state().ok());
    let parts = |state: State| {
        let hosts = state.hosts.into_iter().flat_map(|host| [Some(host.template), host.snapshot]).flatten();
        hosts.chain([state.packages]).collect::<Vec<_>>()
    };
    Ok(states.flat_map(parts).collect())
}

pub(crate) fn list(run: &Path) -> Result<Vec<LabSummary>, LabError> {
    let mut labs = Vec::new();
    for name in names(run)? {
        let Ok(folder) = Folder::new(run, &name) else {
            continue;
        };
        let Ok(state) = folder.state() else {
            labs.push(LabSummary { name, owner: None, hosts: Vec::new() });
            continue;
        };
        let hosts = state.hosts.iter().map(|host| Host::new(&folder, &state, host).summary()).collect();
        labs.push(LabSummary { name, owner: state.owner.map(|owner| owner.pid), hosts });
    }
    Ok(labs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_be_ambiguous_are_refused() {
        let run = tempfile::tempdir().expect("folder");
        let check = |name: &str| Folder::new(run.path(), name).is_ok();
        assert!(check("vl") && check("e2e-4242"));
        assert!(!check("") && !check("VL") && !check("1a") && !check("a/b") && !check("..") && !check("a-"));
        assert!(!check("a23456789012345678901"));
    }

    #[test]
    fn a_process_is_known_by_pid_and_start() {
        let me = Owner::of(std::process::id()).expect("runs");
        assert!(me.alive());
        assert!(!Owner { started: "1".into(), ..me }.alive());
        assert_eq!(Owner::of(u32::MAX), None);
    }

    #[test]
    fn a_missing_lab_says_how_to_get_one() {
        let run = tempfile::tempdir().expect("folder");
        let error = Folder::new(run.path(), "none").expect("name").state().expect_err("missing");
        assert!(error.to_string().contains("lab up"), "{error}");
    }
}
