//! Appending to a journal.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::{JournalError, checksum};
use crate::state::{Header, private_file};

/// An open journal. Threads append side by side, and one `fdatasync` serves all who wait for it.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    state: Mutex<State>,
    synced: Condvar,
}

#[derive(Debug)]
struct State {
    /// Number of the next record.
    next: u64,
    /// Records below are on disk.
    on_disk: u64,
    /// A thread is in `fdatasync`.
    syncing: bool,
    /// The first failure; after it nothing is written.
    broken: Option<String>,
}

impl Journal {
    /// Begins a journal; it is on disk when this returns.
    pub(crate) fn create(path: &Path, header: &Header) -> Result<Self, JournalError> {
        let io = |source| JournalError::Io { path: path.to_owned(), source };
        let file = private_file().append(true).create_new(true).open(path).map_err(io)?;
        let journal = Self::on(path, file, 0);
        let seq = journal.append(|_| header)?;
        journal.sync(seq)?;
        // The names of the new files have to survive too.
        for dir in path.ancestors().skip(1).take(2) {
            File::open(dir).and_then(|dir| dir.sync_all()).map_err(io)?;
        }
        Ok(journal)
    }

    /// Goes on with a journal of `records` records that are `whole` bytes long; a torn tail is cut off.
    pub(crate) fn open(path: &Path, records: u64, whole: u64) -> Result<Self, JournalError> {
        let io = |source| JournalError::Io { path: path.to_owned(), source };
        let file = private_file().append(true).open(path).map_err(io)?;
        file.set_len(whole).and_then(|()| file.sync_all()).map_err(io)?;
        Ok(Self::on(path, file, records))
    }

    fn on(path: &Path, file: File, next: u64) -> Self {
        let state = State { next, on_disk: next, syncing: false, broken: None };
        Self { path: path.to_owned(), file, state: Mutex::new(state), synced: Condvar::new() }
    }

    /// Appends a record, which `make` makes from its number; gives the number.
    ///
    /// # Errors
    /// When the file system refuses; every later call fails too.
    pub(crate) fn append<T: Serialize>(&self, make: impl FnOnce(u64) -> T) -> Result<u64, JournalError> {
        let mut state = self.state();
        self.check(&state)?;
        let seq = state.next;
        let result = serde_json::to_string(&make(seq)).map_err(std::io::Error::other).and_then(|record| {
            let crc = checksum(seq, &record);
            (&self.file).write_all(format!("{{\"seq\":{seq},\"crc\":\"{crc}\",\"record\":{record}}}\n").as_bytes())
        });
        if let Err(error) = result {
            state.broken = Some(error.to_string());
            return Err(JournalError::Io { path: self.path.clone(), source: error });
        }
        state.next = seq + 1;
        Ok(seq)
    }

    /// Waits until a record is on disk.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(crate) fn sync(&self, seq: u64) -> Result<(), JournalError> {
        let mut state = self.state();
        loop {
            if state.on_disk > seq {
                return Ok(());
            }
            self.check(&state)?;
            if state.syncing {
                state = self.synced.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            // This thread syncs for all who have appended so far; those who append meanwhile wait for the next round.
            state.syncing = true;
            let upto = state.next;
            drop(state);
            let result = self.file.sync_data();
            state = self.state();
            state.syncing = false;
            match result {
                Ok(()) => state.on_disk = state.on_disk.max(upto),
                Err(error) => state.broken = Some(error.to_string()),
            }
            self.synced.notify_all();
        }
    }

    fn check(&self, state: &State) -> Result<(), JournalError> {
        match &state.broken {
            Some(message) => Err(JournalError::Broken { path: self.path.clone(), message: message.clone() }),
            None => Ok(()),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
