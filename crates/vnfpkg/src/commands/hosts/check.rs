//! The checks: connect, ask, compare.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use vnfpkg_plan::model::PlanHost;
use vnfpkg_run::supervise::root_shell;
use vnfpkg_transport::{CancelToken, Control, ErrorKind, Host, Stream, Sudo, Target, Transport, TransportError};

use super::look::{Facts, SCRIPT};
use super::report::{CHECKS, Check, Report, Status};

/// One question to a host may take so long.
const ASK_LIMIT: Duration = Duration::from_secs(30);
/// More than this of an answer is not kept.
const MAX_ANSWER: usize = 16 * 1024;
/// Pause between two tries to connect.
const PAUSE: Duration = Duration::from_millis(500);

/// What the caller asks for.
pub(super) struct Limits {
    /// Root is needed.
    pub(super) sudo: bool,
    /// MiB.
    pub(super) min_free: u64,
    pub(super) max_clock_skew: Duration,
    pub(super) connect_wait: Duration,
}

/// Checks all hosts, so many at a time. The reports are in the order of the hosts.
pub(super) fn all(transport: &dyn Transport, hosts: &[PlanHost], targets: &[Target], limits: &Limits, parallel: usize) -> Vec<Report> {
    let next = AtomicUsize::new(0);
    let reports = Mutex::new(Vec::with_capacity(hosts.len()));
    std::thread::scope(|scope| {
        for _ in 0..parallel.min(hosts.len()) {
            scope.spawn(|| {
                while let Some((index, plan, target)) = take(&next, hosts, targets) {
                    let host = transport.host(target);
                    let report = one(&*host, plan, target, limits);
                    host.close();
                    reports.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((index, report));
                }
            });
        }
    });
    let mut reports = reports.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    reports.sort_by_key(|(index, _)| *index);
    reports.into_iter().map(|(_, report)| report).collect()
}

fn take<'a>(next: &AtomicUsize, hosts: &'a [PlanHost], targets: &'a [Target]) -> Option<(usize, &'a PlanHost, &'a Target)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    Some((index, hosts.get(index)?, targets.get(index)?))
}

fn one(host: &dyn Host, plan: &PlanHost, target: &Target, limits: &Limits) -> Report {
    let mut checks = Checks(Vec::new());
    if checks.connect(host, limits) {
        checks.sudo(host, target, limits);
        checks.facts(host, limits);
    }
    let checks = checks.complete();
    let user = plan.user.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
    let port = if plan.port == 22 { String::new() } else { format!(":{}", plan.port) };
    let address = if plan.address.contains(':') && !port.is_empty() { format!("[{}]", plan.address) } else { plan.address.clone() };
    Report {
        host: plan.name.clone(),
        id: plan.id.clone(),
        vdu: plan.vdu.clone(),
        address: format!("{user}{address}{port}"),
        ok: checks.iter().all(|check| check.status != Status::Failed),
        checks,
    }
}

/// The checks made so far.
struct Checks(Vec<Check>);

impl Checks {
    fn ok(&mut self, check: &'static str, detail: impl Into<String>) {
        self.0.push(Check { check, status: Status::Ok, detail: detail.into(), help: None });
    }

    fn failed(&mut self, check: &'static str, detail: impl Into<String>, help: Option<String>) {
        self.0.push(Check { check, status: Status::Failed, detail: detail.into(), help });
    }

    /// All checks in their order; those not made are skipped.
    fn complete(self) -> Vec<Check> {
        let skipped = |check| Check { check, status: Status::Skipped, detail: String::new(), help: None };
        let made = |check| self.0.iter().position(|made| made.check == check);
        let order: Vec<Option<usize>> = CHECKS.into_iter().map(made).collect();
        CHECKS.into_iter().zip(order).map(|(check, at)| at.map_or_else(|| skipped(check), |at| self.0[at].clone())).collect()
    }

    fn connect(&mut self, host: &dyn Host, limits: &Limits) -> bool {
        let started = Instant::now();
        let error = match connect(host, limits.connect_wait) {
            Ok(took) => {
                self.ok("reach", "");
                self.ok("host_key", "");
                self.ok("login", format!("{} ms", took.as_millis()));
                return true;
            }
            Err(error) => error,
        };
        let check = match error.kind {
            ErrorKind::HostKey => "host_key",
            ErrorKind::Auth | ErrorKind::NoCredentials => "login",
            _ => "reach",
        };
        for passed in CHECKS.into_iter().take_while(|name| *name != check) {
            self.ok(passed, "");
        }
        let waited = if limits.connect_wait.is_zero() { String::new() } else { format!(" (tried for {} s)", started.elapsed().as_secs()) };
        self.failed(check, format!("{}{waited}", error.message), error.help);
        false
    }

    fn sudo(&mut self, host: &dyn Host, target: &Target, limits: &Limits) {
        let password = match &target.sudo {
            _ if !limits.sudo => return,
            Sudo::Root => return self.ok("sudo", "is root"),
            Sudo::NoPassword => None,
            Sudo::Password(password) => Some(password),
        };
        let (command, mut stdin) = root_shell(password);
        stdin.push_str("id -u\nexit\n");
        match ask(host, &command, &stdin) {
            Ok(answer) if answer.text.trim() == "0" => {
                self.ok("sudo", if password.is_some() { "with password" } else { "" });
            }
            Ok(answer) => {
                let said = last_line(&answer.complaint).unwrap_or_else(|| "sudo gives no root shell".to_owned());
                self.failed(
                    "sudo",
                    said,
                    Some("`vnfpkg plan --sudoers` prints what sudo has to allow; without steps that need root, `--no-sudo`".into()),
                );
            }
            Err(error) => self.failed("sudo", error.message, error.help),
        }
    }

    fn facts(&mut self, host: &dyn Host, limits: &Limits) {
        let before = now();
        let answer = match ask(host, "exec sh", SCRIPT) {
            Ok(answer) => answer,
            Err(error) => return self.failed("system", error.message, error.help),
        };
        let after = now();
        let facts = Facts::read(&answer.text);
        if !facts.whole {
            let said = last_line(&answer.complaint).unwrap_or_else(|| "the login shell does not run `sh`".to_owned());
            return self.failed("system", said, Some("a run needs a login shell that starts a POSIX sh".into()));
        }
        self.clock(&facts, before, after, limits);
        self.disk(&facts, limits);
        match (facts.system, facts.machine) {
            (Some(system), machine) => self.ok("system", format!("{system} {}", machine.unwrap_or_default()).trim_end()),
            (None, _) => self.failed("system", "the host does not say what it is", None),
        }
    }

    fn clock(&mut self, facts: &Facts, before: f64, after: f64, limits: &Limits) {
        let Some(time) = facts.time else { return self.failed("clock", "the host does not say its time", None) };
        // The host looked at its clock at some moment in between.
        let skew = if time < before { time - before } else { (time - after).max(0.0) };
        let detail = if skew == 0.0 { "0 s".to_owned() } else { format!("{skew:+.1} s") };
        if skew.abs() <= limits.max_clock_skew.as_secs_f64() {
            return self.ok("clock", detail);
        }
        let help = "certificates, tokens and package lists are refused with a wrong clock: set it, and let NTP keep it";
        self.failed("clock", format!("{detail} from this machine's"), Some(help.into()));
    }

    fn disk(&mut self, facts: &Facts, limits: &Limits) {
        let Some(free) = facts.free else { return self.failed("disk", "the host does not say its free space", None) };
        let detail = format!("{} free", size(free));
        if free / 1024 >= limits.min_free {
            return self.ok("disk", detail);
        }
        self.failed(
            "disk",
            format!("{detail} in the home folder, less than {} MiB", limits.min_free),
            Some("make room, or lower `--min-free`".into()),
        );
    }
}

fn connect(host: &dyn Host, wait: Duration) -> Result<Duration, TransportError> {
    let end = Instant::now() + wait;
    loop {
        let started = Instant::now();
        match host.connect(&Control::within(&CancelToken::new(), ASK_LIMIT)) {
            Ok(()) => return Ok(started.elapsed()),
            Err(error) if error.is_transient() && Instant::now() + PAUSE < end => std::thread::sleep(PAUSE),
            Err(error) => return Err(error),
        }
    }
}

struct Answer {
    text: String,
    complaint: Vec<u8>,
}

fn ask(host: &dyn Host, command: &str, stdin: &str) -> Result<Answer, TransportError> {
    let (mut text, mut complaint) = (Vec::new(), Vec::new());
    host.exec(command, stdin.as_bytes(), &Control::within(&CancelToken::new(), ASK_LIMIT), &mut |stream, bytes| {
        let buffer = if stream == Stream::Stdout { &mut text } else { &mut complaint };
        let room = MAX_ANSWER.saturating_sub(buffer.len());
        buffer.extend_from_slice(&bytes[..bytes.len().min(room)]);
    })?;
    Ok(Answer { text: String::from_utf8_lossy(&text).into_owned(), complaint })
}

fn last_line(complaint: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(complaint);
    let line = text.lines().map(str::trim).rfind(|line| !line.is_empty())?;
    Some(line.chars().filter(|c| !c.is_control()).take(200).collect())
}

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

fn size(kib: u64) -> String {
    const MIB: u64 = 1024;
    const GIB: u64 = 1024 * MIB;
    if kib >= GIB { format!("{}.{} GiB", kib / GIB, kib % GIB * 10 / GIB) } else { format!("{} MiB", kib / MIB) }
}
