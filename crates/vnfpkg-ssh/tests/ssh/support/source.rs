//! A file to upload that lives in memory.

use std::io::{self, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};
use vnfpkg_transport::UploadSource;

/// Bytes to upload; counts how many of them are read.
pub(crate) struct Bytes {
    bytes: Arc<Vec<u8>>,
    digest: String,
    read: Arc<AtomicU64>,
    seekable: bool,
}

impl Bytes {
    pub(crate) fn new(bytes: Vec<u8>) -> Self {
        let digest = hex::encode(Sha256::digest(&bytes));
        Self { bytes: Arc::new(bytes), digest, read: Arc::default(), seekable: true }
    }

    /// A source that says it has another digest than it has.
    pub(crate) fn with_digest_of(mut self, other: &[u8]) -> Self {
        self.digest = hex::encode(Sha256::digest(other));
        self
    }

    pub(crate) fn digest(&self) -> &str {
        &self.digest
    }

    /// Bytes read so far, by all readers.
    pub(crate) fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Every reader has to start at the beginning.
    pub(crate) fn in_one_go(mut self) -> Self {
        self.seekable = false;
        self
    }

    pub(crate) fn digest8(&self) -> &str {
        &self.digest[..8]
    }
}

impl UploadSource for Bytes {
    fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn sha256(&self) -> io::Result<String> {
        Ok(self.digest.clone())
    }

    fn is_seekable(&self) -> bool {
        self.seekable
    }

    fn open_at(&self, offset: u64) -> io::Result<Box<dyn Read + Send>> {
        if !self.seekable {
            self.read.fetch_add(offset, Ordering::Relaxed);
        }
        let mut cursor = Cursor::new(Shared(Arc::clone(&self.bytes)));
        cursor.set_position(offset);
        Ok(Box::new(Counting { cursor, read: Arc::clone(&self.read) }))
    }
}

struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

struct Counting {
    cursor: Cursor<Shared>,
    read: Arc<AtomicU64>,
}

impl Read for Counting {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.cursor.read(buffer)?;
        self.read.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}
