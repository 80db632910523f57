//! Sending the missing pieces, over several sessions when the file is large.

use std::collections::VecDeque;
use std::io::Read;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use vnfpkg_transport::{CancelToken, Control, ErrorKind, TransportError, UploadSource};

use crate::connection::Connection;
use crate::pool::Lease;
use crate::socket::SLICE;
use crate::transport::SshHost;

use super::plan::{Run, cut, unreadable};
use super::script::MIB;
use super::{Place, pipe, sftp};

/// Below this one session is enough.
const LARGE: u64 = 64 * MIB;
/// What one session sends before it takes the next piece.
const PIECE: u64 = 32 * MIB;
/// Encryption on two cores is the limit on a near host; on a far one it is the host's window per round trip and session.
const SESSIONS_NEAR: usize = 2;
const SESSIONS_FAR: usize = 7;
const FAR: Duration = Duration::from_millis(10);

/// Sends the runs and says how many bytes that were.
pub(crate) fn send(
    host: &SshHost,
    source: &dyn UploadSource,
    place: &Place,
    runs: &[Run],
    control: &Control,
    on_progress: &mut dyn FnMut(u64),
) -> Result<u64, TransportError> {
    let total: u64 = runs.iter().map(|run| run.length).sum();
    if total == 0 {
        return Ok(0);
    }
    let _permit = host.pool.shared().senders.acquire(control)?;
    // When the content cannot be read from anywhere, each piece would be read from the start of the file.
    let in_one_go = total < LARGE || !source.is_seekable();
    let pieces = if in_one_go { runs.to_vec() } else { cut(runs, PIECE) };
    let most = pieces.len();
    let job = Job { host, source, place, queue: Mutex::new(Queue { waiting: pieces.into(), in_work: 0 }), sent: AtomicU64::new(0) };
    let worker = job.worker(host.pool.session(control)?, control)?;
    let sessions = match worker.round_trip() {
        _ if in_one_go => 1,
        round_trip if round_trip > FAR => SESSIONS_FAR,
        _ => SESSIONS_NEAR,
    };
    let extra = sessions.min(most) - 1;
    // The helpers stop when this thread does, for whatever reason.
    let helpers = Control { cancel: CancelToken::new(), deadline: control.deadline };
    let there = place.size - total;
    std::thread::scope(|scope| {
        for _ in 0..extra {
            scope.spawn(|| job.help(&helpers));
        }
        let result = job.work(worker, control, true, &mut || on_progress(there + job.sent.load(Ordering::Relaxed)));
        helpers.cancel.cancel();
        result
    })?;
    Ok(total)
}

struct Job<'a> {
    host: &'a SshHost,
    source: &'a dyn UploadSource,
    place: &'a Place,
    queue: Mutex<Queue>,
    sent: AtomicU64,
}

struct Queue {
    waiting: VecDeque<Run>,
    in_work: usize,
}

/// What a worker does next.
enum Next {
    Send(Run),
    /// Others are still sending; a piece may come back.
    Wait,
    Done,
}

impl<'a> Job<'a> {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A helper is a bonus: when it fails, the piece goes back and the others go on.
    fn help(&self, control: &Control) {
        // Another host's first session comes before this one's second.
        let Some(_permit) = self.host.pool.shared().senders.try_acquire() else { return };
        let worker = self.host.pool.extra(control).and_then(|lease| self.worker(lease, control).ok());
        if let Some(worker) = worker {
            let _ = self.work(worker, control, false, &mut || {});
        }
    }

    fn worker(&self, mut lease: Lease<'a>, control: &Control) -> Result<Worker<'a>, TransportError> {
        let writer = match self.open(&mut lease, control)? {
            Some(writer) => writer,
            None => {
                // What a refused subsystem leaves behind is not worth a thought.
                drop(lease);
                lease = self.host.pool.session(control)?;
                Writer::Pipe
            }
        };
        Ok(Worker { writer, lease })
    }

    /// Sends pieces until there are none.
    fn work(&self, worker: Worker<'a>, control: &Control, to_the_end: bool, report: &mut dyn FnMut()) -> Result<(), TransportError> {
        let Worker { mut lease, mut writer } = worker;
        let done = self.pieces(&mut writer, &mut lease, control, to_the_end, report);
        let closed = match (done, writer) {
            (Ok(()), Writer::Sftp(remote)) => remote.close(&mut lease, control).map(|buffer| self.host.pool.shared().buffers.put(buffer)),
            (Ok(()), Writer::Pipe) => Ok(()),
            (Err(error), writer) => {
                lease.abandon();
                drop(writer);
                Err(error)
            }
        };
        closed?;
        lease.keep();
        Ok(())
    }

    fn open(&self, lease: &mut Lease<'a>, control: &Control) -> Result<Option<Writer>, TransportError> {
        if !self.host.has_sftp() {
            return Ok(Some(Writer::Pipe));
        }
        let remote = sftp::open(lease, &self.place.part, &self.host.pool.shared().buffers, control)?;
        if remote.is_none() {
            self.host.without_sftp();
        }
        Ok(remote.map(Writer::Sftp))
    }

    fn pieces(
        &self,
        writer: &mut Writer,
        connection: &mut Connection,
        control: &Control,
        to_the_end: bool,
        report: &mut dyn FnMut(),
    ) -> Result<(), TransportError> {
        loop {
            control.check()?;
            match self.next() {
                Next::Send(run) => self.piece(writer, connection, run, control, report)?,
                Next::Wait if to_the_end => {
                    std::thread::sleep(SLICE / 5);
                    report();
                }
                Next::Wait | Next::Done => return Ok(()),
            }
        }
    }

    fn next(&self) -> Next {
        let mut queue = self.queue();
        match queue.waiting.pop_front() {
            Some(run) => {
                queue.in_work += 1;
                Next::Send(run)
            }
            None if queue.in_work > 0 => Next::Wait,
            None => Next::Done,
        }
    }

    fn piece(
        &self,
        writer: &mut Writer,
        connection: &mut Connection,
        run: Run,
        control: &Control,
        report: &mut dyn FnMut(),
    ) -> Result<(), TransportError> {
        let mut sent = 0;
        let result = self.source.open_at(run.offset).map_err(|error| unreadable(&error)).and_then(|reader| {
            let mut reader = reader.take(run.length);
            let mut progress = |length| {
                sent += length;
                self.sent.fetch_add(length, Ordering::Relaxed);
                report();
            };
            match writer {
                Writer::Sftp(remote) => remote.write(connection, run.offset, &mut reader, control, &mut progress),
                Writer::Pipe => pipe::write(connection, &self.place.part, run.offset, &mut reader, control, &mut progress),
            }?;
            if reader.limit() == 0 {
                return Ok(());
            }
            Err(TransportError::new(ErrorKind::Source, "the file to upload became shorter while it was sent"))
        });
        let mut queue = self.queue();
        queue.in_work -= 1;
        if result.is_err() {
            queue.waiting.push_front(run);
            self.sent.fetch_sub(sent, Ordering::Relaxed);
        }
        result
    }
}

/// A session and how it writes. The writer is a part of the session and ends first.
struct Worker<'a> {
    writer: Writer,
    lease: Lease<'a>,
}

impl Worker<'_> {
    fn round_trip(&self) -> Duration {
        match &self.writer {
            Writer::Sftp(remote) => remote.round_trip().max(self.lease.round_trip()),
            Writer::Pipe => self.lease.round_trip(),
        }
    }
}

/// How a worker writes.
enum Writer {
    Sftp(sftp::Remote),
    Pipe,
}
