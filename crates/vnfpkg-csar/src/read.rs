//! What reading an entry gives, and why it may fail.

use std::fs::File;
use std::io::{self, Read};

use camino::{Utf8Path, Utf8PathBuf};

use crate::entry::Block;
use crate::problem::{Problem, ProblemKind};
use crate::zip::DamagedContent;

/// Why a file of a package could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The package has no such entry.
    #[error("{path} is not in the package")]
    NotFound {
        /// The path asked for.
        path: String,
    },
    /// It is a folder.
    #[error("{path} is no file")]
    NotAFile {
        /// The path asked for.
        path: String,
    },
    /// It is listed but not safe or not possible to read; [`Package::problems`](crate::Package::problems) says more.
    #[error("{path} {}", block.reason())]
    Blocked {
        /// The path asked for.
        path: String,
        /// Why.
        block: Block,
    },
    /// It is larger than the caller wants.
    #[error("{path} has {size} bytes, the limit is {limit}")]
    TooLarge {
        /// The path asked for.
        path: String,
        /// Bytes it has.
        size: u64,
        /// Bytes allowed.
        limit: u64,
    },
    /// Its bytes are not what the archive recorded.
    #[error("{path} is damaged: {damage}")]
    Damaged {
        /// The path asked for.
        path: String,
        /// In which way.
        damage: String,
    },
    /// The disk or the system failed.
    #[error("{path} cannot be read: {source}")]
    Io {
        /// The path asked for.
        path: String,
        /// What the system says.
        source: io::Error,
    },
}

impl ReadError {
    /// Sorts an error of [`Package::reader`](crate::Package::reader): damaged content, or a failing system.
    pub fn from_io(path: &str, error: io::Error) -> Self {
        let path = path.to_owned();
        match error.get_ref().and_then(|inner| inner.downcast_ref::<DamagedContent>()) {
            Some(damage) => Self::Damaged { path, damage: damage.to_string() },
            None => Self::Io { path, source: error },
        }
    }

    /// The finding that it is about the package: damaged content. `None` for everything else.
    pub fn problem(&self) -> Option<Problem> {
        match self {
            Self::Damaged { path, damage } => Some(
                Problem::file(ProblemKind::ZipContentDamaged, path, format!("the entry is damaged: {damage}"))
                    .help("copy or download the package again, or pack it again"),
            ),
            _ => None,
        }
    }
}

/// A file read as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The text; bytes that are not UTF-8 are replaced by U+FFFD. A byte order mark is kept, so that offsets are those of the file.
    pub text: String,
    /// Offsets in `text` where bytes had to be replaced, the first 16.
    pub invalid: Vec<usize>,
}

impl Text {
    /// Decodes the bytes of a file.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self { text, invalid: Vec::new() },
            Err(error) => Self::lossy(error.as_bytes()),
        }
    }

    fn lossy(bytes: &[u8]) -> Self {
        let mut decoded = Self { text: String::with_capacity(bytes.len()), invalid: Vec::new() };
        for chunk in bytes.utf8_chunks() {
            decoded.text.push_str(chunk.valid());
            if !chunk.invalid().is_empty() {
                if decoded.invalid.len() < 16 {
                    decoded.invalid.push(decoded.text.len());
                }
                decoded.text.push(char::REPLACEMENT_CHARACTER);
            }
        }
        decoded
    }

    /// Whether it was UTF-8.
    pub fn is_utf8(&self) -> bool {
        self.invalid.is_empty()
    }

    /// Whether it begins with a byte order mark.
    pub fn has_bom(&self) -> bool {
        self.text.starts_with('\u{feff}')
    }
}

/// Bytes of a package that lie in a file as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRange {
    /// The archive, or the file of the folder.
    pub file: Utf8PathBuf,
    /// Where in it they begin.
    pub offset: u64,
    /// How many they are.
    pub length: u64,
}

pub(crate) fn open_file(path: &str, file: &Utf8Path) -> Result<Box<dyn Read + Send>, ReadError> {
    match File::open(file) {
        Ok(file) => Ok(Box::new(file)),
        Err(source) => Err(ReadError::Io { path: path.to_owned(), source }),
    }
}
