//! What was found out about hosts, as `--json` prints it.

use serde::Serialize;

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    /// As it should be.
    Ok,
    /// A run would fail, or may.
    Failed,
    /// Not asked for, or an earlier check failed.
    Skipped,
}

/// One check of one host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Check {
    /// One of [`CHECKS`].
    pub(super) check: &'static str,
    pub(super) status: Status,
    /// What was found, or what is wrong; empty when there is nothing to say.
    pub(super) detail: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) help: Option<String>,
}

/// The checks in the order in which they are made.
pub(super) const CHECKS: [&str; 7] = ["reach", "host_key", "login", "sudo", "clock", "disk", "system"];

/// One host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Report {
    pub(super) host: String,
    pub(super) id: String,
    pub(super) vdu: String,
    /// `[user@]address[:port]` as it was given.
    pub(super) address: String,
    /// No check failed.
    pub(super) ok: bool,
    pub(super) checks: Vec<Check>,
}

impl Report {
    /// No check failed.
    pub(super) fn ok(&self) -> bool {
        self.ok
    }

    /// The checks that failed.
    pub(super) fn failures(&self) -> impl Iterator<Item = &Check> {
        self.checks.iter().filter(|check| check.status == Status::Failed)
    }
}

/// The whole output.
#[derive(Debug, Serialize)]
pub(super) struct Document<'a> {
    /// Version of this format.
    format: u32,
    /// Hosts without a failed check.
    ready: usize,
    failed: usize,
    hosts: &'a [Report],
}

impl<'a> Document<'a> {
    pub(super) fn of(hosts: &'a [Report]) -> Self {
        let ready = hosts.iter().filter(|host| host.ok).count();
        Self { format: 1, ready, failed: hosts.len() - ready, hosts }
    }
}
