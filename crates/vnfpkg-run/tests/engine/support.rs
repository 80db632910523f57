//! A laboratory on this machine: real shells behind a transport that can be made to fail, plans by hand, a recording sink.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use vnfpkg_plan::deferred::Deferred;
use vnfpkg_plan::model::{
    Action, Lock, OutputDecl, PLAN_FORMAT, PackageRef, Part, Plan, PlanHost, Reach, Retry, Script, SudoMode, Task, Verify,
};
use vnfpkg_plan::secrets::Secrets;
use vnfpkg_run::{
    Event, EventKind, PackageFiles, ResumeRequest, RunError, RunId, RunOptions, RunRequest, RunSettings, RunSummary, Sink, StateDir, Stop,
    TaskResult,
};
use vnfpkg_transport::local::LocalTransport;
use vnfpkg_transport::{
    Control, ErrorKind, Exit, Host, Shell, Stream, Sudo, Target, Transport, TransportError, Upload, UploadSource, Uploaded,
};

/// One machine with several hosts on it; every host has a home folder of its own.
pub(crate) struct Lab {
    dir: tempfile::TempDir,
    pub(crate) state: StateDir,
    pub(crate) faults: Arc<Faults>,
    pub(crate) secrets: Secrets,
    pub(crate) settings: RunSettings,
    pub(crate) options: RunOptions,
    pub(crate) stop: Stop,
    /// A folder whose programs come before those of the machine.
    pub(crate) path: Option<PathBuf>,
    pub(crate) sudo: Sudo,
}

/// What goes wrong, counted down over all hosts.
#[derive(Default)]
pub(crate) struct Faults {
    /// The connection breaks after so many bytes of output; negative: never.
    pub(crate) cut_after: AtomicI64,
    /// So many connects fail.
    pub(crate) refuse: AtomicUsize,
    /// After those, so many logins are refused.
    pub(crate) refuse_login: AtomicUsize,
    /// Connects that were tried.
    pub(crate) connects: AtomicUsize,
    /// After the cut every connect fails.
    pub(crate) refuse_later: AtomicBool,
}

impl Lab {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let faults = Faults { cut_after: AtomicI64::new(-1), ..Faults::default() };
        let options = RunOptions {
            parallel: 8,
            connect_wait: Duration::from_secs(5),
            reconnect_wait: Duration::from_secs(5),
            login_pause: Duration::from_millis(1),
            ..RunOptions::default()
        };
        Self {
            state: StateDir::new(dir.path().join("state")),
            dir,
            faults: Arc::new(faults),
            secrets: Secrets::new(),
            settings: RunSettings::default(),
            options,
            stop: Stop::new(),
            path: None,
            sudo: Sudo::NoPassword,
        }
    }

    /// A path in the laboratory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// The home folder of a host.
    pub(crate) fn home(&self, host: &str) -> PathBuf {
        let home = self.path(&format!("home-{host}"));
        std::fs::create_dir_all(&home).unwrap();
        home
    }

    pub(crate) fn run(&self, plan: &Plan) -> RunSummary {
        self.try_run(plan, &[]).unwrap()
    }

    pub(crate) fn try_run(&self, plan: &Plan, sinks: &[&dyn Sink]) -> Result<RunSummary, RunError> {
        self.run_with(plan, &self.transport(), sinks)
    }

    /// Runs on other hosts than this machine.
    pub(crate) fn run_on(&self, plan: &Plan, transport: &dyn Transport) -> RunSummary {
        self.run_with(plan, transport, &[]).unwrap()
    }

    fn run_with(&self, plan: &Plan, transport: &dyn Transport, sinks: &[&dyn Sink]) -> Result<RunSummary, RunError> {
        vnfpkg_run::run(RunRequest {
            plan,
            targets: self.targets(plan),
            transport,
            secrets: &self.secrets,
            files: &Files(self.path("package")),
            state: &self.state,
            settings: self.settings.clone(),
            options: self.options.clone(),
            sinks,
            stop: self.stop.clone(),
        })
    }

    /// Resumes without ever being stopped.
    pub(crate) fn resume(&self, id: &RunId, sinks: &[&dyn Sink]) -> Result<RunSummary, RunError> {
        self.resume_until(id, sinks, Stop::new())
    }

    /// Resumes; the laboratory's stop stops it.
    pub(crate) fn resume_with(&self, id: &RunId, sinks: &[&dyn Sink]) -> Result<RunSummary, RunError> {
        self.resume_until(id, sinks, self.stop.clone())
    }

    fn resume_until(&self, id: &RunId, sinks: &[&dyn Sink], stop: Stop) -> Result<RunSummary, RunError> {
        let run = self.state.load(id)?;
        vnfpkg_run::resume(ResumeRequest {
            targets: self.targets(&run.plan),
            run,
            transport: &self.transport(),
            secrets: &self.secrets,
            files: &Files(self.path("package")),
            state: &self.state,
            options: self.options.clone(),
            sinks,
            stop,
            current_inputs: None,
            allow_drift: false,
        })
    }

    fn targets(&self, plan: &Plan) -> Vec<Target> {
        plan.hosts
            .iter()
            .map(|host| {
                self.home(&host.name);
                Target { sudo: self.sudo.clone(), ..Target::new(host.name.clone(), "local") }
            })
            .collect()
    }

    fn transport(&self) -> LabTransport {
        LabTransport { root: self.dir.path().to_owned(), faults: Arc::clone(&self.faults), path: self.path.clone() }
    }
}

struct Files(PathBuf);

impl PackageFiles for Files {
    fn source(&self, path: &str) -> io::Result<Arc<dyn UploadSource>> {
        Ok(Arc::new(Bytes(std::fs::read(self.0.join(path))?)))
    }
}

struct Bytes(Vec<u8>);

impl UploadSource for Bytes {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn sha256(&self) -> io::Result<String> {
        use sha2::Digest;
        Ok(hex::encode(sha2::Sha256::digest(&self.0)))
    }

    fn open_at(&self, offset: u64) -> io::Result<Box<dyn io::Read + Send>> {
        let start = usize::try_from(offset).map_err(io::Error::other)?;
        Ok(Box::new(io::Cursor::new(self.0[start..].to_vec())))
    }
}

struct LabTransport {
    root: PathBuf,
    faults: Arc<Faults>,
    path: Option<PathBuf>,
}

struct LabHost {
    inner: Arc<dyn Host>,
    home: PathBuf,
    faults: Arc<Faults>,
    path: Option<PathBuf>,
}

impl Transport for LabTransport {
    fn host(&self, target: &Target) -> Arc<dyn Host> {
        let home = self.root.join(format!("home-{}", target.name));
        Arc::new(LabHost {
            inner: LocalTransport::new(&home).host(target),
            home,
            faults: Arc::clone(&self.faults),
            path: self.path.clone(),
        })
    }
}

impl LabHost {
    fn command(&self, command: &str) -> String {
        let command = format!("HOME='{}'; export HOME; {command}", self.home.display());
        match &self.path {
            Some(path) => format!("PATH='{}':$PATH; export PATH; {command}", path.display()),
            None => command,
        }
    }
}

impl Host for LabHost {
    fn connect(&self, control: &Control) -> Result<(), TransportError> {
        self.faults.connects.fetch_add(1, Ordering::SeqCst);
        if self.faults.refuse.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
            return Err(TransportError::new(ErrorKind::Unreachable, "connection refused"));
        }
        if self.faults.refuse_login.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok() {
            return Err(TransportError::new(ErrorKind::Auth, "user not let in"));
        }
        self.inner.connect(control)
    }

    fn exec(
        &self,
        command: &str,
        stdin: &[u8],
        control: &Control,
        on_output: &mut dyn FnMut(Stream, &[u8]),
    ) -> Result<Exit, TransportError> {
        self.inner.exec(&self.command(command), stdin, control, on_output)
    }

    fn converse(
        &self,
        shell: &Shell<'_>,
        input: &[u8],
        control: &Control,
        on_output: &mut dyn FnMut(Stream, &[u8]) -> bool,
    ) -> Result<Option<Exit>, TransportError> {
        let command = self.command(shell.command);
        let shell = Shell { command: &command, ..*shell };
        let cut = self.faults.cut_after.load(Ordering::SeqCst);
        if cut < 0 {
            return self.inner.converse(&shell, input, control, on_output);
        }
        // A broken connection: the shell goes on, and we hear no more of it.
        let broken = vnfpkg_transport::CancelToken::new();
        let inner = Control { cancel: broken.clone(), deadline: control.deadline };
        let left = &self.faults.cut_after;
        if cut == 0 {
            left.store(-1, Ordering::SeqCst);
            return Err(TransportError::new(ErrorKind::Lost, "cut before the start"));
        }
        let result = self.inner.converse(&shell, input, &inner, &mut |stream, bytes| {
            if broken.is_cancelled() {
                return false;
            }
            let before = left.fetch_sub(bytes.len() as i64, Ordering::SeqCst);
            if before <= bytes.len() as i64 {
                on_output(stream, &bytes[..usize::try_from(before).unwrap_or(0).min(bytes.len())]);
                broken.cancel();
                return false;
            }
            on_output(stream, bytes)
        });
        if broken.is_cancelled() {
            left.store(-1, Ordering::SeqCst);
            if self.faults.refuse_later.swap(false, Ordering::SeqCst) {
                self.faults.refuse.store(usize::MAX, Ordering::SeqCst);
            }
            return Err(TransportError::new(ErrorKind::Lost, "cut"));
        }
        result
    }

    fn upload(&self, upload: &Upload<'_>, control: &Control, on_progress: &mut dyn FnMut(u64)) -> Result<Uploaded, TransportError> {
        self.inner.upload(upload, control, on_progress)
    }

    fn close(&self) {
        self.inner.close();
    }
}

/// Keeps every event.
#[derive(Default)]
pub(crate) struct Recorder(Mutex<Vec<Event>>);

impl Sink for Recorder {
    fn event(&self, event: &Event) {
        self.0.lock().unwrap().push(event.clone());
    }
}

impl Recorder {
    pub(crate) fn events(&self) -> Vec<Event> {
        self.0.lock().unwrap().clone()
    }

    pub(crate) fn results(&self) -> BTreeMap<String, TaskResult> {
        let ended = |event: Event| match event.kind {
            EventKind::TaskEnded { task, result, .. } => Some((task, result)),
            _ => None,
        };
        self.events().into_iter().filter_map(ended).collect()
    }

    pub(crate) fn lines(&self, of: &str) -> Vec<String> {
        let line = |event: Event| match event.kind {
            EventKind::TaskOutput { task, line, .. } if task == of => Some(line),
            _ => None,
        };
        self.events().into_iter().filter_map(line).collect()
    }
}

/// Leaves the run when a certain journal record has been written, as a killed controller would.
pub(crate) struct KillAt {
    pub(crate) seq: u64,
    pub(crate) stop: Stop,
}

impl Sink for KillAt {
    fn event(&self, event: &Event) {
        if event.seq.is_some_and(|seq| seq >= self.seq) {
            self.stop.abandon();
        }
    }
}

pub(crate) fn plan(hosts: &[&str], tasks: Vec<Task>) -> Plan {
    Plan {
        format: PLAN_FORMAT,
        package: PackageRef { path: "p".into(), descriptor_id: "d".into(), flavour: "simple".into(), product: "P".into() },
        operation: "instantiate_end".into(),
        instance: "vnf-1".into(),
        hosts: hosts
            .iter()
            .map(|name| PlanHost {
                name: (*name).into(),
                id: format!("id-{name}"),
                vdu: "VDU".into(),
                address: "local".into(),
                port: 22,
                user: None,
                password: None,
                keys: vec![],
                host_key_fingerprints: vec![],
                jump: vec![],
                sudo: SudoMode::Auto,
                part: Part::default(),
            })
            .collect(),
        tasks,
        locks: vec![Lock { name: "mutex".into(), capacity: 1 }],
        secrets: vec![],
        inputs: vec![],
        reach: Reach::default(),
    }
}

pub(crate) fn script(text: impl Into<String>) -> Script {
    Script { name: "script.sh".into(), text: Deferred::new(text) }
}

pub(crate) fn task(step: &str, host: (usize, &str), text: impl Into<String>) -> Task {
    Task {
        id: format!("{step}@{}", host.1),
        step: step.into(),
        title: String::new(),
        host: host.0,
        needs: vec![],
        locks: vec![],
        root: false,
        action: Action::Run { script: script(text) },
        probe: None,
        verify: None,
        timeout_ms: 60_000,
        retry: Retry { times: 0, delay_ms: 1, backoff: 1.0 },
        outputs: vec![],
        on_failure: false,
    }
}

pub(crate) fn verify(text: &str, until_ms: u64) -> Option<Verify> {
    Some(Verify { script: script(text), until_ms, every_ms: 100 })
}

pub(crate) fn output(name: &str, secret: bool) -> OutputDecl {
    OutputDecl { name: name.into(), secret }
}

/// Every file below a folder.
pub(crate) fn files_below(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else if path.is_file() {
            found.push(path);
        }
    }
    found
}
