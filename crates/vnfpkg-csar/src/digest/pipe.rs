//! One large file on two threads: one reads and inflates, the other computes the digest. The slower of the two sets the pace.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread;

use super::{Algorithm, Digest, Hashers};

/// Buffers on their way, and the bytes of each: what a file costs in memory.
const BUFFERS: usize = 6;
const BUFFER: usize = 256 << 10;

/// Reads to the end and gives the number of bytes and the digests.
pub(super) fn digest(reader: Box<dyn Read + Send>, algorithms: &[Algorithm]) -> io::Result<(u64, Vec<Digest>)> {
    let mut hashers = Hashers::new(algorithms)?;
    let (full, filled) = sync_channel::<Vec<u8>>(BUFFERS);
    let (empty, emptied) = channel::<Vec<u8>>();
    for _ in 0..BUFFERS {
        // The receiver is alive: it is moved into the thread below.
        let _ = empty.send(vec![0; BUFFER]);
    }
    // Everything moves in: on an early return both channels close and the producer ends.
    thread::scope(move |scope| {
        let producer = scope.spawn(move || fill(reader, &emptied, &full));
        let mut size = 0;
        for buffer in filled {
            hashers.update(&buffer)?;
            size += buffer.len() as u64;
            // The producer may have ended already; then nobody needs the buffer.
            let _ = empty.send(buffer);
        }
        producer.join().map_err(|_| io::Error::other("the reading thread failed"))??;
        Ok((size, hashers.finish()?))
    })
}

/// Fills buffers until the end of the file, or until nobody takes them any more.
fn fill(mut reader: impl Read, emptied: &Receiver<Vec<u8>>, full: &SyncSender<Vec<u8>>) -> io::Result<()> {
    while let Ok(mut buffer) = emptied.recv() {
        buffer.resize(BUFFER, 0);
        let mut len = 0;
        while let Some(rest) = buffer.get_mut(len..)
            && !rest.is_empty()
        {
            match reader.read(rest) {
                Ok(0) => break,
                Ok(count) => len += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        buffer.truncate(len);
        if len == 0 || full.send(buffer).is_err() {
            break;
        }
    }
    Ok(())
}
