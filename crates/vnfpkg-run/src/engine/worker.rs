//! The loop of a worker thread.

use std::time::{Duration, Instant};

use super::core::{Core, Verdict, Worked};
use super::emit::Halt;
use super::hosts::Link;
use crate::events::{EventKind, TaskResult};
use crate::schedule::state::{End, Settled};

/// A worker looks at least this often whether the run was cancelled.
const LOOK: Duration = Duration::from_millis(100);

/// When a worker dies of a bug, its task never ends: the others must not wait for it.
struct PanicGuard<'c, 'env>(&'c Core<'env>);

impl Drop for PanicGuard<'_, '_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.board().halt.get_or_insert(Halt::Abandoned);
            self.0.bell.notify_all();
        }
    }
}

impl<'env> Core<'env> {
    /// Works until the run is finished or has to be left.
    pub(super) fn work<'scope>(&'scope self, connects: &rayon::Scope<'scope>)
    where
        'env: 'scope,
    {
        let _guard = PanicGuard(self);
        if let Err(halt) = self.work_on(connects) {
            self.board().halt.get_or_insert(halt);
        }
        self.bell.notify_all();
    }

    fn work_on<'scope>(&'scope self, connects: &rayon::Scope<'scope>) -> Result<(), Halt>
    where
        'env: 'scope,
    {
        loop {
            self.check_time();
            let mut board = self.board();
            if board.halt.is_some() {
                return Ok(());
            }
            if self.stop.is_abandoned() {
                return Err(Halt::Abandoned);
            }
            if self.stop.is_cancelled() {
                board.schedule.cancel();
            }
            let next = board.wake_due(Instant::now());
            let settled = board.schedule.settled();
            let taken = board.schedule.take();
            if taken.is_none() && settled.is_empty() {
                if board.schedule.is_finished() {
                    return Ok(());
                }
                let wait = next.map_or(LOOK, |next| next.saturating_duration_since(Instant::now()).min(LOOK));
                drop(self.bell.wait_timeout(board, wait));
                continue;
            }
            drop(board);
            for (index, how) in settled {
                self.tell_settled(index, &how)?;
            }
            if let Some(index) = taken {
                // There may be more to do than this worker can take.
                self.bell.notify_one();
                let verdict = self.visit(index, connects)?;
                self.conclude(index, verdict)?;
                self.bell.notify_all();
            }
        }
    }

    fn tell_settled(&self, index: usize, how: &Settled) -> Result<(), Halt> {
        let result = match how {
            Settled::Blocked(roots) => TaskResult::Blocked { by: roots.iter().map(|root| self.task(*root).id.clone()).collect() },
            Settled::NotNeeded => TaskResult::NotNeeded,
            // An attempt of an earlier life of the run may still run.
            Settled::Cancelled => TaskResult::Cancelled { confirmed: !self.board().memories[index].open },
        };
        self.tell_end(index, result, std::collections::BTreeMap::new())
    }

    fn visit<'scope>(&'scope self, index: usize, connects: &rayon::Scope<'scope>) -> Worked
    where
        'env: 'scope,
    {
        let host = self.task(index).host;
        let mut link = self.slots[host].link();
        match &*link {
            Link::Up => {}
            Link::Trying => return Ok(Verdict::Parked),
            Link::Failed(failure) => {
                let failure = failure.clone();
                drop(link);
                // What an earlier life of the run started may still run there.
                let open = self.board().memories[index].open;
                let result = if open { TaskResult::Interrupted { reason: failure.message } } else { TaskResult::Failed { failure } };
                return Ok(Verdict::Ended(result, std::collections::BTreeMap::new()));
            }
            Link::Idle => {
                *link = Link::Trying;
                drop(link);
                connects.spawn(move |_| {
                    let result = self.connect(host);
                    let mut board = self.board();
                    if let Err(halt) = result {
                        board.halt.get_or_insert(halt);
                    }
                    board.unpark(host);
                    drop(board);
                    self.bell.notify_all();
                });
                return Ok(Verdict::Parked);
            }
        }
        drop(link);
        self.perform(index)
    }

    fn conclude(&self, index: usize, verdict: Verdict) -> Result<(), Halt> {
        match verdict {
            Verdict::Later(pause) => self.board().delay(index, Instant::now() + pause),
            Verdict::Parked => {
                let host = self.task(index).host;
                let mut board = self.board();
                board.park(index, host);
                // The connect may have ended between the look at the link and here.
                if !matches!(*self.slots[host].link(), Link::Trying) {
                    board.unpark(host);
                }
            }
            Verdict::Ended(result, outputs) => {
                let end = match &result {
                    TaskResult::Changed | TaskResult::Unchanged | TaskResult::WouldChange | TaskResult::WouldRun { .. } => End::Good,
                    TaskResult::Cancelled { .. } => End::Cancelled,
                    _ => End::Bad,
                };
                let refetched = std::mem::take(&mut self.board().memories[index].refetch) && end == End::Good;
                if !refetched {
                    self.tell_end(index, result, outputs)?;
                }
                self.board().schedule.finish(index, end);
            }
        }
        Ok(())
    }

    fn tell_end(&self, index: usize, result: TaskResult, outputs: std::collections::BTreeMap<String, String>) -> Result<(), Halt> {
        let (attempt, took) = {
            let mut board = self.board();
            let memory = &mut board.memories[index];
            memory.took = memory.since.map(|since| since.elapsed()).unwrap_or_default();
            memory.result = Some(result.clone());
            (memory.attempts, memory.took)
        };
        self.emitter.emit(EventKind::TaskEnded {
            task: self.task(index).id.clone(),
            host: self.host_name(index),
            attempt,
            result,
            duration_ms: super::core::millis(took),
            outputs,
        })
    }
}
