//! The schedule with its clock: what waits until when, and what became of every task.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::time::Instant;

use super::emit::Halt;
use super::memory::Memory;
use crate::schedule::state::Schedule;

/// Everything that workers agree on under one lock.
pub(super) struct Board {
    pub(super) schedule: Schedule,
    pub(super) memories: Vec<Memory>,
    /// Tasks that wait for a time.
    delayed: BinaryHeap<Reverse<(Instant, usize)>>,
    /// Tasks that wait for their host.
    parked: BTreeMap<usize, Vec<usize>>,
    /// The first reason to leave at once.
    pub(super) halt: Option<Halt>,
    /// Why the run was cancelled, when nobody asked for it.
    pub(super) stopped_because: Option<String>,
}

impl Board {
    pub(super) fn new(schedule: Schedule, memories: Vec<Memory>) -> Self {
        Self { schedule, memories, delayed: BinaryHeap::new(), parked: BTreeMap::new(), halt: None, stopped_because: None }
    }

    /// A running task waits until a time.
    pub(super) fn delay(&mut self, index: usize, until: Instant) {
        self.schedule.delay(index);
        self.delayed.push(Reverse((until, index)));
    }

    /// A running task waits for its host.
    pub(super) fn park(&mut self, index: usize, host: usize) {
        self.schedule.delay(index);
        self.parked.entry(host).or_default().push(index);
    }

    /// The tasks of a host go on.
    pub(super) fn unpark(&mut self, host: usize) {
        for index in self.parked.remove(&host).unwrap_or_default() {
            self.schedule.wake(index);
        }
    }

    /// Lets go on what has waited long enough; gives the next time to look.
    pub(super) fn wake_due(&mut self, now: Instant) -> Option<Instant> {
        while let Some(Reverse((until, index))) = self.delayed.peek().copied() {
            if until > now {
                return Some(until);
            }
            self.delayed.pop();
            self.schedule.wake(index);
        }
        None
    }
}
