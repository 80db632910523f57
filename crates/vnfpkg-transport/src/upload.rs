//! Files on their way to a host.

use std::io::{self, Read};

/// A file that can be read from any offset, by several readers at once.
pub trait UploadSource: Send + Sync {
    /// Length in bytes.
    fn size(&self) -> u64;

    /// Lower-case hex SHA-256 of the whole content; computed at most once, however many hosts ask.
    ///
    /// # Errors
    /// When the content cannot be read.
    fn sha256(&self) -> io::Result<String>;

    /// A reader that starts at a byte offset.
    ///
    /// # Errors
    /// When the content cannot be read.
    fn open_at(&self, offset: u64) -> io::Result<Box<dyn Read + Send>>;

    /// Does [`open_at`](Self::open_at) go to its offset at once? When not, as in a compressed archive, the content is best
    /// read once from the start to the end.
    fn is_seekable(&self) -> bool {
        true
    }
}

/// One upload.
pub struct Upload<'a> {
    /// The content.
    pub source: &'a dyn UploadSource,
    /// Absolute path on the host, or relative to the login user's home. Missing folders are made with mode 0700.
    pub to: &'a str,
    /// Permission bits of the file.
    pub mode: u32,
}

/// What an upload did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uploaded {
    /// The host had the same content under that name already.
    Unchanged,
    /// Bytes went over the wire; the rest of the file was there from a broken upload.
    Sent {
        /// Bytes sent this time.
        bytes: u64,
    },
}
