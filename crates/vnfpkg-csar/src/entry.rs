//! One file or folder of a package.

use std::sync::Arc;

use camino::Utf8PathBuf;

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder; folders that only the paths of files imply are listed too.
    Dir,
    /// A symbolic link of a zip, or of a folder when it leads out of the package. Never followed.
    Symlink,
    /// A device, a socket, a named pipe.
    Other,
}

/// Why an entry cannot be read although it is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Block {
    /// It is encrypted.
    Encrypted,
    /// Its compression method is not supported; the number is that of the zip specification.
    Method(u16),
    /// It expands beyond the limits.
    Expands,
    /// Its headers contradict each other, or it lies outside the archive.
    Damaged,
    /// It shares bytes with another entry.
    Overlaps,
    /// It is no regular file.
    Special,
}

impl Block {
    /// Completes the sentence "the entry ...".
    pub fn reason(self) -> String {
        match self {
            Self::Encrypted => "is encrypted".to_owned(),
            Self::Method(method) => format!("uses compression method {method}, only stored (0) and deflate (8) are supported"),
            Self::Expands => "expands beyond the limits".to_owned(),
            Self::Damaged => "has damaged headers".to_owned(),
            Self::Overlaps => "shares bytes with another entry".to_owned(),
            Self::Special => "is no regular file".to_owned(),
        }
    }
}

/// One file or folder of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Path from the package root, separated by `/`, without a slash at either end.
    pub path: String,
    /// Bytes, uncompressed.
    pub size: u64,
    /// Bytes in the archive; equal to `size` in a folder.
    pub compressed: u64,
    /// What it is.
    pub kind: Kind,
    /// Whether its bytes lie in the archive, or on disk, as they are: [`Package::stored_range`](crate::Package::stored_range) works.
    pub stored: bool,
    /// Unix permission and type bits, when known.
    pub unix_mode: Option<u32>,
    /// CRC-32 that the archive records.
    pub crc32: Option<u32>,
    /// The name as it stands in the archive, when that is not UTF-8.
    pub raw_name: Option<Vec<u8>>,
    /// Why it cannot be read; `None` for a file that can.
    pub blocked: Option<Block>,
    pub(crate) origin: Origin,
}

/// Where the bytes of an entry are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Only the paths of files say that this folder exists.
    Implied,
    /// Data of a zip entry from this offset of the archive.
    Zip { data: u64, deflated: bool },
    /// A file of a folder: where it really is, links resolved.
    File(Utf8PathBuf),
    /// Bytes that stand in for those of the package.
    Memory(Arc<[u8]>),
}

impl Entry {
    /// Whether it is a regular file.
    pub fn is_file(&self) -> bool {
        self.kind == Kind::File
    }

    /// The part of the path after the last `/`.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    pub(crate) fn dir(path: &str, origin: Origin) -> Self {
        Self {
            path: path.to_owned(),
            size: 0,
            compressed: 0,
            kind: Kind::Dir,
            stored: false,
            unix_mode: None,
            crc32: None,
            raw_name: None,
            blocked: None,
            origin,
        }
    }
}
