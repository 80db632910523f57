//! Which bytes of a file are still to be sent, and in which pieces.

use std::io::{self, Read};

use sha2::{Digest, Sha256};
use vnfpkg_transport::{ErrorKind, TransportError, UploadSource};

use super::script::MIB;

/// A piece of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) offset: u64,
    pub(crate) length: u64,
}

/// The block in which a broken upload is verified: small enough to lose little, large enough that a big file does not cost
/// thousands of processes on the host.
pub(crate) fn block_size(size: u64) -> u64 {
    if size <= 256 * MIB { 4 * MIB } else { 32 * MIB }
}

/// The pieces that are not on the host yet: all but the blocks whose digest there is the one here.
pub(crate) fn missing(
    source: &dyn UploadSource,
    blocks: &[String],
    block: u64,
    check: &dyn Fn() -> Result<(), TransportError>,
) -> Result<Vec<Run>, TransportError> {
    let size = source.size();
    let mut missing: Vec<Run> = Vec::new();
    let mut add = |offset: u64, length: u64| match missing.last_mut() {
        Some(last) if last.offset + last.length == offset => last.length += length,
        _ if length > 0 => missing.push(Run { offset, length }),
        _ => {}
    };
    let mut reader: Box<dyn Read> =
        if blocks.is_empty() { Box::new(io::empty()) } else { source.open_at(0).map_err(|error| unreadable(&error))? };
    let mut offset = 0;
    for remote in blocks {
        check()?;
        let length = block.min(size - offset);
        if length == 0 {
            break;
        }
        if *remote != digest_of(&mut reader, length).map_err(|error| unreadable(&error))? {
            add(offset, length);
        }
        offset += length;
    }
    add(offset, size - offset);
    Ok(missing)
}

/// The digest of the next bytes of a reader, in lower-case hex.
fn digest_of(reader: &mut dyn Read, mut length: u64) -> io::Result<String> {
    let mut buffer = vec![0; 256 * 1024];
    let mut digest = Sha256::new();
    while length > 0 {
        let part = usize::try_from(length).map_or(buffer.len(), |length| length.min(buffer.len()));
        reader.read_exact(&mut buffer[..part])?;
        digest.update(&buffer[..part]);
        length -= part as u64;
    }
    Ok(hex::encode(digest.finalize()))
}

/// Cuts the pieces to at most `length` bytes, a multiple of a MiB.
pub(crate) fn cut(runs: &[Run], length: u64) -> Vec<Run> {
    let mut pieces = Vec::new();
    for run in runs {
        let end = run.offset + run.length;
        let mut offset = run.offset;
        while offset < end {
            let piece = length.min(end - offset);
            pieces.push(Run { offset, length: piece });
            offset += piece;
        }
    }
    pieces
}

/// The file here cannot be read.
pub(crate) fn unreadable(error: &io::Error) -> TransportError {
    TransportError::new(ErrorKind::Source, format!("cannot read the file to upload: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Zeros(u64);

    impl UploadSource for Zeros {
        fn size(&self) -> u64 {
            self.0
        }

        fn sha256(&self) -> io::Result<String> {
            Err(io::Error::other("not asked for"))
        }

        fn open_at(&self, offset: u64) -> io::Result<Box<dyn Read + Send>> {
            Ok(Box::new(io::repeat(0).take(self.0 - offset)))
        }
    }

    fn zeros(length: usize) -> String {
        hex::encode(Sha256::digest(vec![0; length]))
    }

    fn runs(size: u64, blocks: &[String]) -> Vec<(u64, u64)> {
        missing(&Zeros(size), blocks, 10, &|| Ok(())).expect("readable").iter().map(|run| (run.offset, run.length)).collect()
    }

    #[test]
    fn only_blocks_that_differ_are_missing() {
        let (good, bad) = (zeros(10), zeros(9));
        assert_eq!(runs(35, &[]), [(0, 35)]);
        assert_eq!(runs(35, &[good.clone(), good.clone()]), [(20, 15)]);
        assert_eq!(runs(35, &[good.clone(), bad.clone(), good.clone()]), [(10, 10), (30, 5)]);
        assert_eq!(runs(35, &[good.clone(), good.clone(), good.clone(), zeros(5)]), []);
        assert_eq!(runs(35, &[bad.clone(), bad]), [(0, 35)]);
        assert_eq!(runs(0, std::slice::from_ref(&good)), []);
        assert_eq!(runs(10, &[good.clone(), good]), [], "more blocks than the file has");
    }

    #[test]
    fn pieces_cover_the_runs() {
        let run = |offset, length| Run { offset, length };
        assert_eq!(cut(&[run(0, 25), run(30, 10)], 10), [run(0, 10), run(10, 10), run(20, 5), run(30, 10)]);
    }
}
