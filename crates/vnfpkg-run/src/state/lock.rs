//! Runs of one VNF instance exclude each other.

use std::fs::File;
use std::io::{Read, Seek, Write};
use std::path::PathBuf;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{RunId, StateDir, StateError, file_name, private_dir, private_file};

/// The process that executes a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Controller {
    /// Name of the machine.
    pub host: String,
    /// Process id.
    pub pid: u32,
}

impl Controller {
    /// This process on this machine.
    pub fn this() -> Self {
        let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
        Self { host, pid: std::process::id() }
    }
}

/// Who holds the lock of an instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockOwner {
    /// The instance.
    pub instance: String,
    /// The process.
    pub controller: Controller,
    /// Since when.
    pub since: Timestamp,
    /// Its run.
    pub run: RunId,
}

impl std::fmt::Display for LockOwner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Controller { host, pid } = &self.controller;
        write!(f, "instance {} is in use by run {} (process {pid} on {host}, since {})", self.instance, self.run, self.since)
    }
}

/// Holds the lock of an instance until it is dropped. The operating system holds it for the process, so the lock of a
/// process that died is free, and what it wrote into the file is history.
#[derive(Debug)]
pub struct InstanceLock {
    file: File,
}

impl Drop for InstanceLock {
    fn drop(&mut self) {
        // The text is for people only; that it stays when this fails does no harm.
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}

impl StateDir {
    fn lock_path(&self, instance: &str) -> PathBuf {
        self.path().join("instances").join(format!("{}.lock", file_name(instance)))
    }

    /// Takes the lock of an instance, or says who holds it.
    pub(crate) fn lock(&self, owner: &LockOwner) -> Result<Result<InstanceLock, LockOwner>, StateError> {
        let path = self.lock_path(&owner.instance);
        private_dir(&self.path().join("instances"))?;
        let mut file = private_file().read(true).write(true).create(true).truncate(false).open(&path).map_err(StateError::io(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => {
                return Ok(Err(read_owner(&mut file)
                    .unwrap_or_else(|| LockOwner { controller: Controller { host: "an unknown host".into(), pid: 0 }, ..owner.clone() })));
            }
            Err(std::fs::TryLockError::Error(error)) => return Err(StateError::io(&path)(error)),
        }
        let text = serde_json::to_string(owner).unwrap_or_default();
        file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(text.as_bytes())).map_err(StateError::io(&path))?;
        Ok(Ok(InstanceLock { file }))
    }

    /// Who holds the lock of an instance; `None` when it is free.
    ///
    /// # Errors
    /// When the lock file cannot be read.
    pub fn lock_owner(&self, instance: &str) -> Result<Option<LockOwner>, StateError> {
        let path = self.lock_path(instance);
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(StateError::io(&path)(error)),
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(None),
            Err(std::fs::TryLockError::WouldBlock) => Ok(read_owner(&mut file)),
            Err(std::fs::TryLockError::Error(error)) => Err(StateError::io(&path)(error)),
        }
    }
}

fn read_owner(file: &mut File) -> Option<LockOwner> {
    let mut text = String::new();
    file.take(4096).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(run: &str) -> LockOwner {
        LockOwner {
            instance: "vnf/1".into(),
            controller: Controller::this(),
            since: Timestamp::UNIX_EPOCH,
            run: RunId::parse(run).unwrap(),
        }
    }

    #[test]
    fn the_second_is_told_who_the_first_is() {
        let dir = tempfile::tempdir().unwrap();
        let state = StateDir::new(dir.path());
        let held = state.lock(&owner("first")).unwrap().unwrap();
        assert_eq!(state.lock(&owner("second")).unwrap().unwrap_err(), owner("first"));
        assert_eq!(state.lock_owner("vnf/1").unwrap(), Some(owner("first")));
        drop(held);
        assert_eq!(state.lock_owner("vnf/1").unwrap(), None);
        state.lock(&owner("second")).unwrap().unwrap();
    }

    #[test]
    fn what_a_dead_owner_wrote_is_no_lock() {
        let dir = tempfile::tempdir().unwrap();
        let state = StateDir::new(dir.path());
        drop(state.lock(&owner("first")).unwrap().unwrap());
        std::fs::write(state.lock_path("vnf/1"), serde_json::to_string(&owner("first")).unwrap()).unwrap();
        assert!(state.lock(&owner("second")).unwrap().is_ok());
    }
}
