//! The journal of a run: JSON lines, only ever appended, each with its number and a CRC-32 over number and record.
//!
//! ```text
//! {"seq":0,"crc":"1c291ca3","record":{"format":1,"run":…}}      the header
//! {"seq":1,"crc":"…","record":{"type":"run_started",…}}         durable events
//! ```
//!
//! A record is written before the thing that it announces happens. The last line may be torn, since a machine can stop
//! in the middle of a write; it is then cut off. Damage anywhere else is an error.

mod read;
mod write;

use std::path::PathBuf;

pub use read::read;
pub use write::Journal;

/// Version of the journal's format. A reader refuses a newer one.
pub const FORMAT: u32 = 1;

/// What is wrong with a journal.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file system refuses.
    #[error("{path}: {source}")]
    Io {
        /// The journal.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A record is damaged.
    #[error("{path}:{line}: damaged record: {message}")]
    Damaged {
        /// The journal.
        path: PathBuf,
        /// Line from 1.
        line: usize,
        /// What does not fit.
        message: String,
    },
    /// There is no header.
    #[error("{path}: the journal is empty: the run ended before it began")]
    Empty {
        /// The journal.
        path: PathBuf,
    },
    /// A newer program wrote it.
    #[error("{path}: journal format {found} is newer than {FORMAT}; use the program that wrote it")]
    Newer {
        /// The journal.
        path: PathBuf,
        /// Its format.
        found: u32,
    },
    /// An earlier write failed, so nothing more is written.
    #[error("{path}: an earlier record could not be written: {message}")]
    Broken {
        /// The journal.
        path: PathBuf,
        /// Why the earlier write failed.
        message: String,
    },
}

/// The checksum of a record.
fn checksum(seq: u64, record: &str) -> String {
    let mut hash = crc32fast::Hasher::new();
    hash.update(&seq.to_le_bytes());
    hash.update(record.as_bytes());
    format!("{:08x}", hash.finalize())
}

#[cfg(test)]
mod tests;
