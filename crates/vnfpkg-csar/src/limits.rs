//! How much a package may ask of its reader.

/// Bounds that keep a hostile package from using up time, memory or disk. Beyond them a package is reported, not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Entries of the archive, or files of the folder.
    pub entries: usize,
    /// Bytes of the central directory of a zip, names included.
    pub directory: u64,
    /// How many times larger than its compressed form an entry may be ...
    pub ratio: u64,
    /// ... once it is larger than this many bytes.
    pub ratio_from: u64,
    /// Bytes of all entries together, uncompressed.
    pub total: u64,
    /// How deep folders may be nested.
    pub depth: usize,
}

impl Default for Limits {
    /// Real packages have tens of files, charts at most thousands. 20,000 entries are listed and checked in some 30 ms and 10 MiB.
    fn default() -> Self {
        Self { entries: 20_000, directory: 8 << 20, ratio: 200, ratio_from: 64 << 20, total: 200 << 30, depth: 64 }
    }
}
