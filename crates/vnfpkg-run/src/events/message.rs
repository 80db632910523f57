//! Events in words.

use super::{Event, EventKind, Failure, HostFault, Phase, TaskResult};
use crate::engine::Mode;
use crate::words::counted;

impl Event {
    /// One line for people, without time and without a full stop.
    pub fn message(&self) -> String {
        match &self.kind {
            EventKind::RunStarted { instance, operation, mode, hosts, tasks, resumed, .. } => {
                let verb = match (resumed, mode) {
                    (true, _) => "resuming",
                    (false, Mode::Apply) => "running",
                    (false, Mode::Check) => "checking",
                };
                let (tasks, hosts) = (counted(*tasks, "task"), counted(*hosts, "host"));
                format!("{verb} {operation} on {instance}: {tasks}, {hosts}, run {}", self.run)
            }
            EventKind::RunEnded { message, .. } => message.clone(),
            EventKind::HostConnecting { host, tries: 1 } => format!("{host}: connecting"),
            EventKind::HostConnecting { host, tries } => format!("{host}: connecting, try {tries}"),
            EventKind::LoginRefused { host, message, delay_ms } => {
                format!("{host}: login refused ({message}), again in {:.1} s", seconds(*delay_ms))
            }
            EventKind::HostConnected { host } => format!("{host}: connected"),
            EventKind::HostLost { host, message } => format!("{host}: connection lost: {message}"),
            EventKind::HostFailed { host, kind, message, .. } => format!("{host}: {kind}: {message}"),
            EventKind::TaskStarted { task, attempt: 1, .. } => format!("{task}: started"),
            EventKind::TaskStarted { task, attempt, .. } => format!("{task}: started, attempt {attempt}"),
            EventKind::TaskPhase { task, phase, .. } => format!("{task}: {phase}"),
            EventKind::TaskOutput { task, line, .. } => format!("{task} | {line}"),
            EventKind::UploadProgress { task, bytes, total, .. } => format!("{task}: {bytes} of {total} bytes uploaded"),
            EventKind::TaskDiff { task, path, diff, .. } => format!("{task}: {path}\n{diff}"),
            EventKind::TaskRetry { task, attempt, delay_ms, reason, .. } => {
                format!("{task}: attempt {attempt} failed ({reason}), again in {:.1} s", seconds(*delay_ms))
            }
            EventKind::TaskEnded { task, result, duration_ms, .. } => format!("{task}: {result} ({:.1} s)", seconds(*duration_ms)),
        }
    }
}

fn seconds(ms: u64) -> f64 {
    std::time::Duration::from_millis(ms).as_secs_f64()
}

impl std::fmt::Display for TaskResult {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Changed => f.write_str("changed"),
            Self::Unchanged => f.write_str("unchanged"),
            Self::WouldChange => f.write_str("would change"),
            Self::WouldRun { reason } => write!(f, "would run ({reason})"),
            Self::Failed { failure } => write!(f, "failed: {failure}"),
            Self::Interrupted { reason } => write!(f, "interrupted: {reason}"),
            Self::Cancelled { confirmed: true } => f.write_str("cancelled, its processes have ended"),
            Self::Cancelled { confirmed: false } => f.write_str("cancelled, its processes may still run"),
            Self::Blocked { by } => write!(f, "blocked by {}", by.join(", ")),
            Self::NotNeeded => f.write_str("not needed"),
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::fmt::Display for Phase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Prepare => "prepare",
            Self::Probe => "probe",
            Self::Run => "run",
            Self::Upload => "upload",
            Self::Fetch => "fetch",
            Self::Verify => "verify",
            Self::Attach => "attach",
        })
    }
}

impl std::fmt::Display for HostFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Unreachable => "unreachable",
            Self::Auth => "login refused",
            Self::HostKey => "host key refused",
        })
    }
}
