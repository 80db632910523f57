//! The way of every event: journal first, then the sinks.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use super::request::Stop;
use crate::events::{Event, EventKind, Sink};
use crate::journal::{Journal, JournalError};
use crate::state::RunId;

/// Why a worker has to leave at once.
#[derive(Debug)]
pub(super) enum Halt {
    /// The caller wants to leave.
    Abandoned,
    /// Nothing can be written down any more, so nothing may be started.
    Journal(JournalError),
}

/// Numbers events, writes them down, tells the sinks.
pub(super) struct Emitter<'a> {
    pub(super) run: RunId,
    pub(super) journal: Journal,
    pub(super) sinks: &'a [&'a dyn Sink],
    pub(super) stop: Stop,
    /// One event after the other.
    pub(super) gate: Mutex<()>,
}

impl Emitter<'_> {
    /// Tells an event. A durable one is in the journal file before any sink hears of it.
    pub(super) fn emit(&self, kind: EventKind) -> Result<(), Halt> {
        self.put(kind).map(|_| ())
    }

    /// Tells a durable event and waits until it is on disk.
    pub(super) fn commit(&self, kind: EventKind) -> Result<(), Halt> {
        match self.put(kind)? {
            Some(seq) => self.journal.sync(seq).map_err(Halt::Journal),
            None => Ok(()),
        }
    }

    /// Tells an event that the journal does not keep.
    pub(super) fn show(&self, kind: EventKind) {
        debug_assert!(!kind.is_durable());
        let _gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.stop.is_abandoned() {
            self.tell(&Event { seq: None, time: Timestamp::now(), run: self.run.clone(), kind });
        }
    }

    fn put(&self, kind: EventKind) -> Result<Option<u64>, Halt> {
        let _gate = self.gate.lock().unwrap_or_else(PoisonError::into_inner);
        if self.stop.is_abandoned() {
            return Err(Halt::Abandoned);
        }
        let mut event = Event { seq: None, time: Timestamp::now(), run: self.run.clone(), kind };
        let seq = if event.is_durable() {
            let seq = self
                .journal
                .append(|seq| {
                    event.seq = Some(seq);
                    event.clone()
                })
                .map_err(Halt::Journal)?;
            Some(seq)
        } else {
            None
        };
        self.tell(&event);
        Ok(seq)
    }

    fn tell(&self, event: &Event) {
        for sink in self.sinks {
            sink.event(event);
        }
    }
}
