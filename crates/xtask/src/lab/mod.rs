//! The test lab: real hosts on one machine, without internet, for the end-to-end tests and the demo.
//!
//! Hosts are containers that boot systemd with an sshd of their own ([`Lab::start`]), or virtual machines, in a network
//! of their own: 10.99.0.0/16 in the network namespace `<lab>-net`, host N at 10.99.1.N. The machine's own network is not
//! touched. A package repository at `http://10.99.0.1` is all that the hosts can reach.
//!
//! Knows nothing of the product. Needs root and a Debian machine; installs what it lacks.

mod cache;
mod cargo;
mod error;
mod faults;
mod host;
mod kubernetes;
mod mirror;
mod needs;
mod net;
mod options;
mod process;
mod progress;
mod python;
mod state;
mod tacker;
mod template;
mod vm;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

pub use cache::DEFAULT_CACHE;
pub use cargo::cargo_program;
pub use error::LabError;
pub use host::{Host, Machine};
pub use kubernetes::KubernetesFiles;
pub use needs::{Need, TEST_TOOLS, install_missing};
pub use options::{Kind, LabOptions, Sudo};
pub use python::{python_with, python_with_all};
pub use state::{DEFAULT_RUN, HostSummary, LabSummary};
pub use tacker::Tacker;

use cache::Cache;
use state::{Folder, HostState, State};
use template::Repository;

/// User of every host, with sudo.
pub const USER: &str = "ubuntu";
/// Password of [`USER`].
pub const PASSWORD: &str = "ubuntu";
/// Most hosts that a lab can have: the last byte of their addresses.
pub const MAX_HOSTS: u8 = 200;

const SHORT: Duration = Duration::from_secs(60);

/// A running lab. Dropping it takes it down, unless [`Lab::leave_running`] or [`Lab::attach`] made it stay.
#[derive(Debug)]
pub struct Lab {
    folder: Folder,
    state: State,
    hosts: Vec<Host>,
    down_on_drop: bool,
}

impl Lab {
    /// Brings up a lab and waits until every host answers on SSH. What an earlier lab of the same name left is cleared
    /// first. Should this process be killed, the lab is taken down by a process that watches it (`options.owner`).
    ///
    /// # Errors
    /// When the machine cannot do it, or a host does not come up; nothing is left running then.
    pub fn start(options: &LabOptions) -> Result<Self, LabError> {
        let started = Instant::now();
        require_root()?;
        options.check()?;
        let folder = Folder::new(&options.run, &options.name)?;
        install_missing(needs::HOSTS)?;
        let cache = Cache::open(&options.cache)?;
        let repository = Repository::get(&cache)?;
        let hosts = host_states(&cache, options)?;
        let key = cache.key()?;

        let lock = folder.lock()?;
        clear_way(&folder, options.owner)?;
        let packages = match options.kind {
            Kind::Kubernetes => kubernetes::repository(&cache)?,
            Kind::Plain | Kind::Docker => repository.packages(),
        };
        let state = State::new(options, &key, packages, hosts)?;
        folder.create(&state)?;
        let mut lab = Self { folder, hosts: Vec::new(), state, down_on_drop: true };
        let begun = lab.begin(&repository);
        drop(lock);
        begun?;
        progress::say(&format!("{}: {} hosts ready after {:.2} s", lab.name(), lab.hosts.len(), started.elapsed().as_secs_f64()));
        Ok(lab)
    }

    fn begin(&mut self, repository: &Repository) -> Result<(), LabError> {
        self.hosts = self.make_hosts();
        state::start_reaper(&self.folder, &self.state)?;
        let numbers: Vec<u8> = self.hosts.iter().map(Host::number).collect();
        net::wire(&self.folder, &numbers)?;
        net::serve(&self.folder, &repository.busybox(), &self.state.packages)?;
        for host in &self.hosts {
            host.switch_on()?;
        }
        self.wait_ready()
    }

    fn make_hosts(&self) -> Vec<Host> {
        self.state.hosts.iter().map(|host| Host::new(&self.folder, &self.state, host)).collect()
    }

    fn wait_ready(&self) -> Result<(), LabError> {
        thread::scope(|scope| {
            let waiting: Vec<_> = self.hosts.iter().map(|host| scope.spawn(|| host.wait_ready(host.boot_limit()))).collect();
            waiting.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        })
    }

    /// Adds a virtual machine to the running lab and waits until it answers. Returns its number.
    ///
    /// # Errors
    /// When the machine cannot do it, or it does not come up.
    pub fn add_vm(&mut self, kind: Kind) -> Result<u8, LabError> {
        let number = self.hosts.iter().map(Host::number).max().unwrap_or(0) + 1;
        if number > MAX_HOSTS {
            return Err(LabError::BadOption(format!("a lab has at most {MAX_HOSTS} hosts")));
        }
        let parts = vm::parts(&Cache::open(&self.state.cache)?, kind)?;
        self.add(vm_state(number, kind, &parts))?;
        Ok(number)
    }

    fn add(&mut self, host: HostState) -> Result<(), LabError> {
        let lock = self.folder.lock()?;
        let host_value = Host::new(&self.folder, &self.state, &host);
        self.state.hosts.push(host);
        self.folder.save(&self.state)?;
        self.hosts.push(host_value.clone());
        net::wire(&self.folder, &[host_value.number()])?;
        host_value.switch_on()?;
        drop(lock);
        host_value.wait_ready(host_value.boot_limit())
    }

    /// A lab that runs already; it stays when the result is dropped.
    ///
    /// # Errors
    /// When there is no lab of this name.
    pub fn attach(run: &Path, name: &str) -> Result<Self, LabError> {
        require_root()?;
        let folder = Folder::new(run, name)?;
        let state = folder.state()?;
        let mut lab = Self { folder, hosts: Vec::new(), state, down_on_drop: false };
        lab.hosts = lab.make_hosts();
        Ok(lab)
    }

    /// Takes down the lab of this name, running or left over by a killed program. No such lab is no error.
    ///
    /// # Errors
    /// When something of it could not be ended.
    pub fn remove(run: &Path, name: &str) -> Result<(), LabError> {
        require_root()?;
        let folder = Folder::new(run, name)?;
        let lock = folder.lock()?;
        folder.down()?;
        folder.unlock(lock)
    }

    /// What runs, or was left over, under the run folder.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn list(run: &Path) -> Result<Vec<LabSummary>, LabError> {
        state::list(run)
    }

    /// Removes from the cache what no lab under the run folder uses; it is made again when it is wanted.
    ///
    /// # Errors
    /// When something cannot be removed.
    pub fn prune(cache: &Path, run: &Path) -> Result<(), LabError> {
        require_root()?;
        Cache::open(cache)?.prune(&state::used(run)?)
    }

    /// Takes the lab down and says what could not be ended; dropping it does the same in silence.
    ///
    /// # Errors
    /// When something of it could not be ended.
    pub fn stop(mut self) -> Result<(), LabError> {
        self.down_on_drop = false;
        let lock = self.folder.lock()?;
        self.folder.down()?;
        self.folder.unlock(lock)
    }

    /// Lets the lab run on when this value is dropped.
    pub fn leave_running(mut self) {
        self.down_on_drop = false;
    }

    /// Name of the lab.
    #[must_use]
    pub fn name(&self) -> &str {
        self.folder.name()
    }

    /// The hosts, in the order of their numbers.
    #[must_use]
    pub fn hosts(&self) -> &[Host] {
        &self.hosts
    }

    /// Host `number`, counted from 1.
    ///
    /// # Panics
    /// When the lab has no such host; see [`Lab::find`].
    #[must_use]
    pub fn host(&self, number: u8) -> &Host {
        self.find(number).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Host `number`, counted from 1.
    ///
    /// # Errors
    /// When the lab has no such host.
    pub fn find(&self, number: u8) -> Result<&Host, LabError> {
        self.hosts
            .iter()
            .find(|host| host.number() == number)
            .ok_or_else(|| LabError::NotFound(format!("lab `{}` has {} hosts, none with number {number}", self.name(), self.hosts.len())))
    }

    /// Private key whose public half every host accepts for [`USER`]. No passphrase.
    #[must_use]
    pub fn key(&self) -> &Path {
        &self.state.key
    }

    /// A command that will run inside the lab's network, where every host is reachable. Its pid is the program's own.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        net::command(&self.folder.net_space(), program)
    }

    /// Runs `work` on a thread inside the lab's network; threads and sockets that it makes are in it too.
    ///
    /// # Errors
    /// When the network cannot be entered.
    pub fn in_network<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T, LabError> {
        net::inside(&self.folder.net_space(), work)
    }

    /// Ends the package repository's server: what hosts see when a mirror is gone.
    ///
    /// # Errors
    /// When it could not be ended.
    pub fn stop_repository(&self) -> Result<(), LabError> {
        net::stop_serving(&self.folder)
    }

    /// Starts the package repository's server again.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn start_repository(&self) -> Result<(), LabError> {
        let repository = Repository::get(&Cache::open(&self.state.cache)?)?;
        net::serve(&self.folder, &repository.busybox(), &self.state.packages)
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        if !self.down_on_drop {
            return;
        }
        let down = self.folder.lock().and_then(|lock| self.folder.down().and_then(|()| self.folder.unlock(lock)));
        if let Err(error) = down {
            progress::say(&format!("taking down `{}`: {error}", self.name()));
        }
    }
}

/// The path of a `docker load`able archive of a real Docker registry, tagged `registry:2` and `registry:latest`, made
/// in the cache when it is not there. The same Debian packages give the same bytes.
///
/// # Errors
/// When it cannot be made.
pub fn registry_image(cache: &Path) -> Result<PathBuf, LabError> {
    require_root()?;
    install_missing(needs::HOSTS)?;
    template::registry_image(&Cache::open(cache)?)
}

/// What a package of a Kubernetes cluster carries, made in the cache when it is not there: the first time Kubernetes is
/// built, which takes two processors nine minutes.
///
/// # Errors
/// When it cannot be made.
pub fn kubernetes_files(cache: &Path) -> Result<KubernetesFiles, LabError> {
    require_root()?;
    install_missing(needs::HOSTS)?;
    kubernetes::files(&Cache::open(cache)?)
}

fn require_root() -> Result<(), LabError> {
    if rustix::process::geteuid().is_root() { Ok(()) } else { Err(LabError::NotRoot) }
}

/// The hosts that are asked for, each with what it is made from, which is made when it is not there.
fn host_states(cache: &Cache, options: &LabOptions) -> Result<Vec<HostState>, LabError> {
    let mut hosts = Vec::new();
    if options.hosts > 0 {
        let template = template::host_root(cache, options.kind)?;
        hosts.extend((1..=options.hosts).map(|number| HostState {
            number,
            machine: Machine::Container,
            kind: options.kind,
            template: template.clone(),
            snapshot: None,
        }));
    }
    if options.vms > 0 {
        let parts = vm::parts(cache, options.vm_kind)?;
        hosts.extend((1..=options.vms).map(|n| vm_state(options.hosts + n, options.vm_kind, &parts)));
    }
    Ok(hosts)
}

fn vm_state(number: u8, kind: Kind, parts: &vm::Parts) -> HostState {
    let (template, snapshot) = (parts.image.clone(), Some(parts.snapshot.clone()));
    HostState { number, machine: Machine::Vm, kind, template, snapshot }
}

/// Clears what a lab of this name left, unless it belongs to another living process.
fn clear_way(folder: &Folder, new_owner: Option<u32>) -> Result<(), LabError> {
    if let Ok(state) = folder.state()
        && let Some(owner) = state.owner.as_ref().filter(|owner| owner.alive())
        && Some(owner.pid) != new_owner
    {
        return Err(LabError::InUse { name: folder.name().to_owned(), owner: owner.pid });
    }
    if folder.anything_left() {
        progress::say(&format!("clearing an earlier lab `{}`", folder.name()));
    }
    folder.down()
}
