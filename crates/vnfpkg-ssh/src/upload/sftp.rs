//! Writing pieces of the part file over SFTP with a sliding window.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ssh2::{File, OpenFlags, OpenType, Sftp};
use vnfpkg_transport::{Control, ErrorKind, TransportError};

use crate::connection::{Connection, broken, lost, refused};

use super::plan::unreadable;

/// What libssh2 gets to see at once. It keeps as much as the host's window lets it on the way (2 MiB with OpenSSH) as long
/// as each call continues the data of the last.
const WINDOW: usize = 5 * 512 * 1024;
/// More is read when no more than this is left to hand on.
const REFILL: usize = 2 * 1024 * 1024;
/// On a near line less is enough, and what is kept fits into the processor's caches.
const NEAR: Duration = Duration::from_millis(5);
const NEAR_WINDOW: usize = 1024 * 1024;
/// Time for the host to say that the SFTP channel is closed, in milliseconds.
const CLOSE_LIMIT: u32 = 2000;
/// Round trips until SFTP is ready: the channel, the subsystem, the version (draft-ietf-secsh-filexfer-02 §4).
const GREETING: u32 = 3;

/// The part file, open on the host.
pub(crate) struct Remote {
    // Before the session of which it is a part.
    file: File,
    sftp: Sftp,
    buffer: Box<[u8]>,
    round_trip: Duration,
}

/// Buffers that are not in use. They are used again and not freed: an allocator keeps what large freed blocks leave behind,
/// in each thread anew.
#[derive(Default)]
pub(crate) struct Buffers(Mutex<Vec<Box<[u8]>>>);

impl Buffers {
    fn list(&self) -> MutexGuard<'_, Vec<Box<[u8]>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Box<[u8]> {
        self.list().pop().unwrap_or_else(|| vec![0; WINDOW].into_boxed_slice())
    }

    /// Gives one back.
    pub(crate) fn put(&self, buffer: Box<[u8]>) {
        self.list().push(buffer);
    }
}

/// Opens the part file; `None` when the host has no SFTP.
pub(crate) fn open(
    connection: &mut Connection,
    part: &str,
    buffers: &Buffers,
    control: &Control,
) -> Result<Option<Remote>, TransportError> {
    let started = Instant::now();
    let sftp = match connection.drive(control, ssh2::Session::sftp)? {
        Ok(sftp) => sftp,
        // A subsystem that ends at once looks to libssh2 like a broken line.
        Err(_) if connection.wake() => return Ok(None),
        Err(error) => return Err(lost(&error)),
    };
    let ready = Instant::now();
    let file = connection.drive(control, |_| sftp.open_mode(Path::new(part), OpenFlags::WRITE, 0o600, OpenType::File))?;
    let file = file.map_err(|error| refused(&error, &format!("cannot open {part}")))?;
    let round_trip = ready.elapsed().min((ready - started) / GREETING);
    Ok(Some(Remote { file, sftp, buffer: buffers.take(), round_trip }))
}

impl Remote {
    /// How long a request took that the host itself answered. Somebody on the way may accept the connection long before.
    pub(crate) fn round_trip(&self) -> Duration {
        self.round_trip
    }

    /// Writes the bytes of a reader from an offset on; `on_progress` gets the number of bytes that arrived since the last time.
    pub(crate) fn write(
        &mut self,
        connection: &mut Connection,
        offset: u64,
        mut from: impl Read,
        control: &Control,
        on_progress: &mut dyn FnMut(u64),
    ) -> Result<(), TransportError> {
        let _ = self.file.seek(SeekFrom::Start(offset)).map_err(|error| failed(&error, connection))?;
        let (most, refill) = if self.round_trip < NEAR { (NEAR_WINDOW, NEAR_WINDOW) } else { (WINDOW, REFILL) };
        let mut window = Window { buffer: &mut self.buffer, done: 0, filled: 0, ended: false, most, refill };
        loop {
            control.check()?;
            window.fill(&mut from).map_err(|error| unreadable(&error))?;
            if window.bytes().is_empty() {
                return Ok(());
            }
            match self.file.write(window.bytes()) {
                Ok(length) => {
                    window.done += length;
                    on_progress(length as u64);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    let events = connection.blocked();
                    connection.wait(events, control)?;
                }
                Err(error) => return Err(failed(&error, connection)),
            }
        }
    }

    /// Closes file and channel, so that the session can be used again. Gives the buffer back.
    pub(crate) fn close(mut self, connection: &mut Connection, control: &Control) -> Result<Box<[u8]>, TransportError> {
        let closed = connection.drive(control, |_| self.file.close())?;
        closed.map_err(|error| refused(&error, "cannot close the part file"))?;
        connection.with_time(CLOSE_LIMIT, move || drop(self.sftp));
        Ok(self.buffer)
    }
}

/// ssh2 does not say through `Write` whether the line or the host failed.
fn failed(error: &io::Error, connection: &mut Connection) -> TransportError {
    if connection.wake() {
        TransportError::new(ErrorKind::Remote, format!("the host does not write the file: {error}"))
            .help("check free space and quota on the host")
    } else {
        broken(error)
    }
}

/// Bytes of the file that are handed on until the host has confirmed them. The buffer never grows: it is what an upload
/// costs in memory, beside the packets that libssh2 holds.
struct Window<'a> {
    buffer: &'a mut [u8],
    /// Confirmed bytes at the start of the buffer.
    done: usize,
    /// Bytes in the buffer.
    filled: usize,
    ended: bool,
    /// So many are handed on at once.
    most: usize,
    /// More is read when no more than this is left.
    refill: usize,
}

impl Window<'_> {
    fn bytes(&self) -> &[u8] {
        &self.buffer[self.done..self.filled.min(self.done + self.most)]
    }

    fn fill(&mut self, from: &mut impl Read) -> io::Result<()> {
        if self.ended || self.filled - self.done > self.refill {
            return Ok(());
        }
        self.buffer.copy_within(self.done..self.filled, 0);
        self.filled -= self.done;
        self.done = 0;
        while self.filled < self.buffer.len() {
            match from.read(&mut self.buffer[self.filled..]) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(length) => self.filled += length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
