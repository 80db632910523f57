//! Stored runs: make, find, load, list, remove.

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use vnfpkg_plan::model::{PLAN_FORMAT, Plan};

use super::{RunId, StateDir, StateError, private_dir, private_file};
use crate::engine::RunSettings;
use crate::events::{Event, EventKind, TaskResult};
use crate::journal;
use crate::summary::Outcome;

/// The first record of a journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// [`journal::FORMAT`] of the writer.
    pub format: u32,
    /// The run.
    pub run: RunId,
    /// When it was made.
    pub created: Timestamp,
    /// SHA-256 of `plan.json` in hex.
    pub plan_sha256: String,
    /// What it was asked to do.
    pub settings: RunSettings,
}

/// A run as it is on disk.
#[derive(Debug, Clone)]
pub struct StoredRun {
    /// Its name.
    pub id: RunId,
    /// The frozen plan.
    pub plan: Plan,
    /// What it was asked to do.
    pub header: Header,
    /// Every durable event so far.
    pub events: Vec<Event>,
}

/// One line of a list of runs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunInfo {
    /// Its name.
    pub id: RunId,
    /// VNF instance.
    pub instance: String,
    /// LCM operation.
    pub operation: String,
    /// Path of the package.
    pub package: String,
    /// When it was made.
    pub started: Timestamp,
    /// When its last controller was done; `None` when it never was.
    pub ended: Option<Timestamp>,
    /// How; `None` when it runs or its controller died.
    pub outcome: Option<Outcome>,
    /// A controller works on it now.
    pub running: bool,
    /// Tasks that ended well.
    pub done: usize,
    /// Tasks of the plan that the run was asked for.
    pub tasks: usize,
}

impl RunInfo {
    /// Is there something left to do?
    pub fn is_resumable(&self) -> bool {
        !self.running && !matches!(self.outcome, Some(Outcome::Ok | Outcome::ChangesPending))
    }
}

/// A log of one attempt.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct LogFile {
    /// Where it is: masked text without control characters.
    pub path: PathBuf,
    /// Task and attempt as the file name has them, such as `0003-join@worker-1.1`.
    pub name: String,
    /// `out` or `err`.
    pub stream: String,
    /// Size.
    pub bytes: u64,
}

/// Which runs are removed.
#[derive(Debug, Clone, Default)]
pub struct PruneRule {
    /// The newest ones that stay.
    pub keep: usize,
    /// Only runs that are older.
    pub older_than: Option<Duration>,
    /// Only say which.
    pub dry_run: bool,
}

impl StateDir {
    /// Freezes a plan and begins its journal.
    pub(crate) fn create(&self, plan: &Plan, settings: &RunSettings, id: &RunId) -> Result<(Header, journal::Journal), StateError> {
        let dir = self.run_dir(id);
        private_dir(&dir.join("logs"))?;
        let path = dir.join("plan.json");
        let text = serde_json::to_vec_pretty(plan).map_err(|error| StateError::Plan { path: path.clone(), message: error.to_string() })?;
        let file = private_file().write(true).create_new(true).open(&path).map_err(StateError::io(&path))?;
        std::io::Write::write_all(&mut &file, &text).and_then(|()| file.sync_all()).map_err(StateError::io(&path))?;
        let header = Header {
            format: journal::FORMAT,
            run: id.clone(),
            created: Timestamp::now(),
            plan_sha256: hex::encode(Sha256::digest(&text)),
            settings: settings.clone(),
        };
        let journal = journal::Journal::create(&dir.join("journal.jsonl"), &header)?;
        Ok((header, journal))
    }

    /// Every run, the oldest first. Folders without a readable journal are left out.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn list(&self) -> Result<Vec<RunInfo>, StateError> {
        let mut runs: Vec<RunInfo> = self.ids()?.iter().filter_map(|id| self.info(id).ok()).collect();
        // Names tell seconds; runs on this machine may follow each other faster.
        runs.sort_by(|a, b| (a.started, &a.id).cmp(&(b.started, &b.id)));
        Ok(runs)
    }

    /// What a list says about one run.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn info(&self, id: &RunId) -> Result<RunInfo, StateError> {
        let run = self.load(id)?;
        let running = self.lock_owner(&run.plan.instance)?.is_some_and(|owner| owner.run == *id);
        let (mut outcome, mut ended, mut tasks) = (None, None, run.plan.tasks.len());
        let mut done = std::collections::BTreeSet::new();
        for event in &run.events {
            match &event.kind {
                EventKind::RunStarted { tasks: selected, .. } => (outcome, ended, tasks) = (None, None, *selected),
                EventKind::RunEnded { outcome: how, .. } => (outcome, ended) = (Some(*how), Some(event.time)),
                EventKind::TaskEnded { task, result: TaskResult::Changed | TaskResult::Unchanged, .. } => {
                    done.insert(task.as_str());
                }
                _ => {}
            }
        }
        Ok(RunInfo {
            id: id.clone(),
            instance: run.plan.instance.clone(),
            operation: run.plan.operation.clone(),
            package: run.plan.package.path.clone(),
            started: run.header.created,
            ended,
            outcome,
            running,
            done: done.len(),
            tasks,
        })
    }

    /// The run whose name begins so; the newest one for `last` and for nothing.
    ///
    /// # Errors
    /// When there is none, or more than one.
    pub fn find(&self, prefix: &str) -> Result<RunId, StateError> {
        if matches!(prefix, "" | "last") {
            return self.list()?.pop().map(|run| run.id).ok_or(StateError::NoRuns);
        }
        let mut ids = self.ids()?;
        if let Some(exact) = ids.iter().find(|id| id.as_str() == prefix) {
            return Ok(exact.clone());
        }
        ids.retain(|id| id.as_str().starts_with(prefix));
        match ids.len() {
            0 => Err(StateError::NoRun(prefix.to_owned())),
            1 => Ok(ids.remove(0)),
            _ => Err(StateError::Ambiguous { prefix: prefix.to_owned(), matches: ids.iter().map(ToString::to_string).collect() }),
        }
    }

    /// The newest run that did not end well and that nobody works on.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn latest_resumable(&self, instance: Option<&str>) -> Result<Option<RunId>, StateError> {
        let runs = self.list()?;
        let mut wanted = runs.into_iter().rev().filter(|run| instance.is_none_or(|name| run.instance == name));
        Ok(wanted.find(RunInfo::is_resumable).map(|run| run.id))
    }

    /// Reads a run; a torn last record is left out.
    ///
    /// # Errors
    /// When the plan is not the one of the journal, or the journal is damaged.
    pub fn load(&self, id: &RunId) -> Result<StoredRun, StateError> {
        let dir = self.run_dir(id);
        if !dir.is_dir() {
            return Err(StateError::NoRun(id.to_string()));
        }
        let (header, events, _) = journal::read(&dir.join("journal.jsonl"))?;
        let path = dir.join("plan.json");
        let text = std::fs::read(&path).map_err(StateError::io(&path))?;
        if hex::encode(Sha256::digest(&text)) != header.plan_sha256 {
            return Err(StateError::PlanChanged { path });
        }
        let plan: Plan =
            serde_json::from_slice(&text).map_err(|error| StateError::Plan { path: path.clone(), message: error.to_string() })?;
        if plan.format > PLAN_FORMAT {
            let message = format!("plan format {} is newer than {PLAN_FORMAT}; use the program that wrote it", plan.format);
            return Err(StateError::Plan { path, message });
        }
        Ok(StoredRun { id: id.clone(), plan, header, events })
    }

    /// The logs of a run, by task and attempt.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn logs(&self, id: &RunId) -> Result<Vec<LogFile>, StateError> {
        let dir = self.run_dir(id).join("logs");
        let mut logs = Vec::new();
        for entry in std::fs::read_dir(&dir).map_err(StateError::io(&dir))? {
            let entry = entry.map_err(StateError::io(&dir))?;
            let file = entry.file_name().to_string_lossy().into_owned();
            let Some((name, stream)) = file.rsplit_once('.') else { continue };
            let bytes = entry.metadata().map_err(StateError::io(entry.path()))?.len();
            logs.push(LogFile { path: entry.path(), name: name.to_owned(), stream: stream.to_owned(), bytes });
        }
        logs.sort();
        Ok(logs)
    }

    /// Removes old runs; never one that a controller works on. Gives the removed ones.
    ///
    /// # Errors
    /// When a folder cannot be removed.
    pub fn prune(&self, rule: &PruneRule) -> Result<Vec<RunId>, StateError> {
        let mut runs = self.list()?;
        runs.truncate(runs.len().saturating_sub(rule.keep));
        let now = Timestamp::now();
        let mut removed = Vec::new();
        for run in runs {
            let age = Duration::try_from(now.duration_since(run.started)).unwrap_or_default();
            if run.running || rule.older_than.is_some_and(|limit| age < limit) {
                continue;
            }
            if !rule.dry_run {
                let dir = self.run_dir(&run.id);
                std::fs::remove_dir_all(&dir).map_err(StateError::io(&dir))?;
            }
            removed.push(run.id);
        }
        Ok(removed)
    }

    fn ids(&self) -> Result<Vec<RunId>, StateError> {
        let dir = self.runs();
        let entries = match std::fs::read_dir(&dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(StateError::io(&dir)(error)),
        };
        let mut ids: Vec<RunId> = entries.filter_map(|entry| RunId::parse(&entry.ok()?.file_name().to_string_lossy())).collect();
        ids.sort();
        Ok(ids)
    }
}
