//! Bytes of an archive that several threads may read at once.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};

/// A file or a buffer, or a range of one. Reads name their offset, so no reader disturbs another.
#[derive(Debug, Clone)]
pub(crate) struct Storage {
    bytes: Bytes,
    base: u64,
    len: u64,
}

#[derive(Debug, Clone)]
enum Bytes {
    File { file: Arc<File>, path: Option<Arc<Utf8PathBuf>> },
    Memory(Arc<[u8]>),
}

impl Storage {
    pub(crate) fn file(file: File, path: Option<&Utf8Path>) -> io::Result<Self> {
        let len = file.metadata()?.len();
        let path = path.map(|path| Arc::new(path.to_owned()));
        Ok(Self { bytes: Bytes::File { file: Arc::new(file), path }, base: 0, len })
    }

    pub(crate) fn memory(bytes: Vec<u8>) -> Self {
        let len = bytes.len() as u64;
        Self { bytes: Bytes::Memory(bytes.into()), base: 0, len }
    }

    /// A range of this storage as a storage of its own; cut at the end.
    pub(crate) fn slice(&self, offset: u64, len: u64) -> Self {
        let offset = offset.min(self.len);
        Self { bytes: self.bytes.clone(), base: self.base + offset, len: len.min(self.len - offset) }
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    /// Path of the file below and where this storage begins in it; `None` when it is not a named file.
    pub(crate) fn on_disk(&self) -> Option<(&Utf8Path, u64)> {
        match &self.bytes {
            Bytes::File { path: Some(path), .. } => Some((path, self.base)),
            _ => None,
        }
    }

    /// Reads some bytes from an offset; 0 at the end.
    pub(crate) fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.len.saturating_sub(offset)).unwrap_or(usize::MAX);
        let want = buffer.len().min(left);
        let Some(buffer) = buffer.get_mut(..want) else { return Ok(0) };
        if buffer.is_empty() {
            return Ok(0);
        }
        match &self.bytes {
            Bytes::File { file, .. } => loop {
                match file.read_at(buffer, self.base + offset) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    result => return result,
                }
            },
            Bytes::Memory(bytes) => {
                let start = usize::try_from(self.base + offset).unwrap_or(usize::MAX);
                let source = bytes.get(start..).unwrap_or_default();
                let count = source.len().min(buffer.len());
                if let (Some(to), Some(from)) = (buffer.get_mut(..count), source.get(..count)) {
                    to.copy_from_slice(from);
                }
                Ok(count)
            }
        }
    }

    /// Reads until the buffer is full or the storage ends; gives the number of bytes read.
    pub(crate) fn fill_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut done = 0;
        while let Some(rest) = buffer.get_mut(done..)
            && !rest.is_empty()
        {
            match self.read_at(offset + done as u64, rest)? {
                0 => break,
                count => done += count,
            }
        }
        Ok(done)
    }

    /// A sequential reader of a range.
    pub(crate) fn reader(&self, offset: u64, len: u64) -> StorageReader {
        StorageReader { storage: self.slice(offset, len), at: 0 }
    }
}

/// Reads a storage from its start to its end.
#[derive(Debug)]
pub(crate) struct StorageReader {
    storage: Storage,
    at: u64,
}

impl Read for StorageReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.storage.read_at(self.at, buffer)?;
        self.at += count as u64;
        Ok(count)
    }
}

/// A buffer that slides forward over a storage: many small reads at rising offsets cost few calls of the system.
#[derive(Debug)]
pub(crate) struct Window<'a> {
    storage: &'a Storage,
    start: u64,
    buffer: Vec<u8>,
}

/// Bytes fetched when reads follow closely, and when they are far apart.
const NEAR: usize = 64 << 10;
const FAR: usize = 512;

impl<'a> Window<'a> {
    pub(crate) fn new(storage: &'a Storage) -> Self {
        Self { storage, start: 0, buffer: Vec::new() }
    }

    /// The bytes of a range; fewer when the storage ends before.
    pub(crate) fn get(&mut self, offset: u64, len: usize) -> io::Result<&[u8]> {
        let end = self.start + self.buffer.len() as u64;
        if offset < self.start || offset + len as u64 > end {
            let near = offset >= self.start && offset <= end + NEAR as u64;
            self.buffer.resize(len.max(if near { NEAR } else { FAR }), 0);
            let count = self.storage.fill_at(offset, &mut self.buffer)?;
            self.buffer.truncate(count);
            self.start = offset;
        }
        let from = usize::try_from(offset - self.start).unwrap_or(usize::MAX);
        let rest = self.buffer.get(from..).unwrap_or_default();
        Ok(rest.get(..len).unwrap_or(rest))
    }
}
