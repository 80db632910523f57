//! Streams the content of an entry: inflates, counts and checks the CRC-32.

use std::io::{self, BufReader, Read};

use flate2::bufread::DeflateDecoder;

use crate::storage::Storage;

/// Carried inside an [`io::Error`] when the bytes of an entry are not what the archive says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DamagedContent {
    #[error("its bytes do not have the recorded CRC-32")]
    Crc,
    #[error("it is shorter than recorded")]
    Short,
    #[error("it is longer than recorded")]
    Long,
    #[error("its compressed data are damaged")]
    Deflate,
}

impl From<DamagedContent> for io::Error {
    fn from(damage: DamagedContent) -> Self {
        Self::new(io::ErrorKind::InvalidData, damage)
    }
}

/// What the directory promises about an entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Promise {
    pub(crate) data: u64,
    pub(crate) compressed: u64,
    pub(crate) size: u64,
    pub(crate) crc32: u32,
    pub(crate) deflated: bool,
}

/// A reader of an entry's content. Never gives more than the promised size; the end is an error unless length and CRC are right.
pub(crate) fn reader(storage: &Storage, promise: Promise) -> Box<dyn Read + Send> {
    let raw = storage.reader(promise.data, promise.compressed);
    if promise.deflated {
        let inner = DeflateDecoder::new(BufReader::with_capacity(64 << 10, raw));
        Box::new(Checked::new(inner, promise))
    } else {
        Box::new(Checked::new(raw, promise))
    }
}

struct Checked<R> {
    inner: R,
    promise: Promise,
    left: u64,
    hasher: crc32fast::Hasher,
}

impl<R: Read> Checked<R> {
    fn new(inner: R, promise: Promise) -> Self {
        Self { inner, promise, left: promise.size, hasher: crc32fast::Hasher::new() }
    }

    fn fetch(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer).map_err(|error| {
            let corrupt = matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof);
            if self.promise.deflated && corrupt { DamagedContent::Deflate.into() } else { error }
        })
    }

    fn finish(&mut self) -> io::Result<usize> {
        if self.fetch(&mut [0])? > 0 {
            return Err(DamagedContent::Long.into());
        }
        if self.hasher.clone().finalize() != self.promise.crc32 {
            return Err(DamagedContent::Crc.into());
        }
        Ok(0)
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if self.left == 0 {
            return self.finish();
        }
        let want = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let count = match buffer.get_mut(..want) {
            Some(part) => self.fetch(part)?,
            None => 0,
        };
        if count == 0 {
            return Err(DamagedContent::Short.into());
        }
        self.hasher.update(buffer.get(..count).unwrap_or_default());
        self.left -= count as u64;
        Ok(count)
    }
}
