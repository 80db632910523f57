//! Writing pieces of the part file through the standard input of `dd`, for hosts without SFTP.

use std::io::{self, BufRead, BufReader, Read};

use vnfpkg_transport::{Control, ErrorKind, Stream, TransportError};

use crate::connection::Connection;
use crate::{exec, quote};

use super::{keep, last_line, script};

const BUFFER: usize = 1024 * 1024;
const MAX_COMPLAINT: usize = 4 * 1024;

/// Writes the bytes of a reader from an offset on, a multiple of a MiB.
pub(crate) fn write(
    connection: &mut Connection,
    part: &str,
    offset: u64,
    from: impl Read,
    control: &Control,
    on_progress: &mut dyn FnMut(u64),
) -> Result<(), TransportError> {
    let channel = connection.open_channel(control)?;
    let mut complaint = Vec::new();
    let mut input = Counted { reader: BufReader::with_capacity(BUFFER, from), on_progress };
    let command = quote::sh(&script::write_at(part, offset));
    let exit = exec::run(connection, channel, &command, &mut input, control, &mut |stream, bytes| {
        if stream == Stream::Stderr {
            keep(&mut complaint, bytes, MAX_COMPLAINT);
        }
    })?;
    if exit.success() {
        return Ok(());
    }
    let reason = last_line(first_line(&complaint)).unwrap_or_else(|| "dd failed".to_owned());
    Err(TransportError::new(ErrorKind::Remote, format!("the host does not write {part}: {reason}"))
        .help("check free space and quota on the host"))
}

/// dd says first what went wrong and then what it counted.
fn first_line(complaint: &[u8]) -> &[u8] {
    complaint.split(|byte| *byte == b'\n').next().unwrap_or_default()
}

/// Tells how much of a reader went out.
struct Counted<'a, R> {
    reader: BufReader<R>,
    on_progress: &'a mut dyn FnMut(u64),
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.reader.read(buffer)?;
        (self.on_progress)(length as u64);
        Ok(length)
    }
}

impl<R: Read> BufRead for Counted<'_, R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.reader.fill_buf()
    }

    fn consume(&mut self, length: usize) {
        self.reader.consume(length);
        (self.on_progress)(length as u64);
    }
}
