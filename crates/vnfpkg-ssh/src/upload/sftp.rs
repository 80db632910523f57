//! Writing pieces of the part file over SFTP with a sliding window.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use ssh2::{File, OpenFlags, OpenType, Sftp};
use vnfpkg_transport::{Control, ErrorKind, TransportError};

use crate::connection::{Connection, broken, lost, refused};

use super::plan::unreadable;

/// What libssh2 gets to see at once. It keeps as much as the host's window lets it on the way (2 MiB with OpenSSH) as long
/// as each call continues the data of the last.
const WINDOW: usize = 3 * 1024 * 1024;
/// More is read when less than this is left to hand on.
const REFILL: usize = 5 * WINDOW / 6;
/// Time for the host to say that the SFTP channel is closed, in milliseconds.
const CLOSE_LIMIT: u32 = 2000;

/// The part file, open on the host.
pub(crate) struct Remote {
    // Before the session of which it is a part.
    file: File,
    sftp: Sftp,
}

/// Opens the part file; `None` when the host has no SFTP.
pub(crate) fn open(connection: &mut Connection, part: &str, control: &Control) -> Result<Option<Remote>, TransportError> {
    let sftp = match connection.drive(control, ssh2::Session::sftp)? {
        Ok(sftp) => sftp,
        // A subsystem that ends at once looks to libssh2 like a broken line.
        Err(_) if connection.wake() => return Ok(None),
        Err(error) => return Err(lost(&error)),
    };
    let file = connection.drive(control, |_| sftp.open_mode(Path::new(part), OpenFlags::WRITE, 0o600, OpenType::File))?;
    let file = file.map_err(|error| refused(&error, &format!("cannot open {part}")))?;
    Ok(Some(Remote { file, sftp }))
}

impl Remote {
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
        let mut window = Window::default();
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

    /// Closes file and channel, so that the session can be used again.
    pub(crate) fn close(mut self, connection: &mut Connection, control: &Control) -> Result<(), TransportError> {
        let closed = connection.drive(control, |_| self.file.close())?;
        closed.map_err(|error| refused(&error, "cannot close the part file"))?;
        connection.with_time(CLOSE_LIMIT, move || drop(self.sftp));
        Ok(())
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

/// Bytes of the file that are handed on until the host has confirmed them.
#[derive(Default)]
struct Window {
    buffer: Vec<u8>,
    /// Confirmed bytes at the start of the buffer.
    done: usize,
    ended: bool,
}

impl Window {
    fn bytes(&self) -> &[u8] {
        &self.buffer[self.done..]
    }

    fn fill(&mut self, from: &mut impl Read) -> io::Result<()> {
        if self.ended || self.bytes().len() > REFILL {
            return Ok(());
        }
        self.buffer.drain(..self.done);
        self.done = 0;
        let room = WINDOW - self.buffer.len();
        let read = from.take(room as u64).read_to_end(&mut self.buffer)?;
        self.ended = read < room;
        Ok(())
    }
}
