//! The zip container: own reader of the central directory, because ready-made ones hide what must be reported (names twice,
//! headers that contradict each other, overlaps), and a streaming reader of entries.

mod data;
mod directory;
mod end;
mod layout;
mod names;

use std::io;

use vnfpkg_diag::Place;

use crate::entry::{Block, Entry, Kind, Origin};
use crate::limits::Limits;
use crate::problem::{Problem, ProblemKind, Problems};
use crate::storage::Storage;

pub(crate) use data::{DamagedContent, Promise, reader};
use directory::Record;
pub(crate) use names::check_path;

/// What a zip turned out to hold.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// Entries in the order of the archive; names may repeat.
    pub(crate) entries: Vec<Entry>,
    /// False when the archive is so damaged that the list of entries says nothing.
    pub(crate) sound: bool,
}

/// Whether bytes begin like a zip.
pub(crate) fn is_zip(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") || head.starts_with(b"PK\x07\x08")
}

/// Reads the directory of an archive and checks it against the rest of the archive. Inflates nothing.
pub(crate) fn scan(storage: &Storage, limits: &Limits, problems: &mut Problems) -> io::Result<Scan> {
    let Some(end) = end::find(storage, problems)? else { return Ok(Scan::default()) };
    if end.count > limits.entries as u64 || end.size > limits.directory {
        problems.push(too_many(end.count, end.size, limits));
        return Ok(Scan::default());
    }
    let Some(mut records) = directory::read(storage, &end, limits, problems)? else { return Ok(Scan::default()) };
    layout::check(storage, &end, &mut records, problems)?;
    let entries = entries(records, limits, problems);
    Ok(Scan { entries, sound: true })
}

fn too_many(count: u64, size: u64, limits: &Limits) -> Problem {
    let message = format!(
        "the archive lists {count} entries in {} of directory, more than the limits of {} entries and {}",
        bytes(size),
        limits.entries,
        bytes(limits.directory)
    );
    Problem::new(ProblemKind::ZipTooManyEntries, Place::Package, message)
        .help("nothing of the archive was read; a VNF package has tens of files, so check where this one comes from")
}

/// Turns directory records into entries; names that are dangerous are reported and left out.
fn entries(records: Vec<Record>, limits: &Limits, problems: &mut Problems) -> Vec<Entry> {
    let mut total: u64 = 0;
    let mut entries = Vec::with_capacity(records.len());
    for record in records {
        let Some(mut entry) = entry(record, limits, problems) else { continue };
        let within = total <= limits.total;
        total = total.saturating_add(entry.size);
        if total > limits.total {
            entry.blocked = entry.blocked.or(Some(Block::Expands));
            if within {
                let message = format!("all entries together expand to more than {}", bytes(limits.total));
                problems.push(
                    Problem::new(ProblemKind::ZipExpandsTooMuch, Place::Package, message)
                        .help("entries beyond the limit were not read; check where the package comes from"),
                );
            }
        }
        entries.push(entry);
    }
    entries
}

fn entry(record: Record, limits: &Limits, problems: &mut Problems) -> Option<Entry> {
    let is_dir = record.name.ends_with(b"/");
    let name = names::decode(record.name, record.flags & directory::UTF8 != 0, problems);
    let path = name.text.strip_suffix('/').unwrap_or(&name.text);
    if let Err(fault) = check_path(path, limits.depth) {
        problems.push(
            Problem::file(ProblemKind::ZipUnsafeName, &names::printable(&name.text), format!("the entry's name {fault}"))
                .help("the entry was not read; pack the folder again with paths relative to its root and `/` between folders"),
        );
        return None;
    }
    let kind = match record.unix_mode & 0o170_000 {
        0o120_000 => Kind::Symlink,
        0 | 0o040_000 | 0o100_000 if is_dir => Kind::Dir,
        0 | 0o040_000 | 0o100_000 => Kind::File,
        _ => Kind::Other,
    };
    let mut entry = Entry {
        path: path.to_owned(),
        size: record.size,
        compressed: record.compressed,
        kind,
        stored: kind == Kind::File && record.method == 0,
        unix_mode: (record.unix_mode != 0).then_some(record.unix_mode),
        crc32: Some(record.crc32),
        raw_name: name.raw,
        blocked: record.blocked,
        origin: Origin::Zip { data: record.data, deflated: record.method == 8 },
    };
    if let Some((block, problem)) = fault(&entry, record.flags, record.method, limits) {
        problems.push(problem);
        entry.blocked = entry.blocked.or(Some(block));
    }
    Some(entry)
}

/// Why an entry with a good name and good headers cannot be read all the same.
fn fault(entry: &Entry, flags: u16, method: u16, limits: &Limits) -> Option<(Block, Problem)> {
    let problem = |kind, message: String, help: &str| Problem::file(kind, &entry.path, message).help(help);
    match entry.kind {
        Kind::Dir => None,
        Kind::Symlink | Kind::Other => {
            let what = if entry.kind == Kind::Symlink { "a symbolic link" } else { "a special file" };
            let message = format!("the entry is {what}, a package holds regular files only");
            Some((Block::Special, problem(ProblemKind::ZipSpecialFile, message, "put the file itself in its place")))
        }
        Kind::File if flags & directory::ENCRYPTED != 0 => Some((
            Block::Encrypted,
            problem(ProblemKind::ZipEncrypted, "the entry is encrypted".to_owned(), "pack it without a zip password"),
        )),
        Kind::File if method != 0 && method != 8 => Some((
            Block::Method(method),
            problem(
                ProblemKind::ZipMethod,
                format!("the entry uses compression method {method}"),
                "pack it with deflate (8) or stored (0)",
            ),
        )),
        Kind::File if entry.size > limits.ratio_from && entry.size / entry.compressed.max(1) > limits.ratio => Some((
            Block::Expands,
            problem(
                ProblemKind::ZipExpandsTooMuch,
                format!("the entry expands from {} to {}", bytes(entry.compressed), bytes(entry.size)),
                "the entry was not read; pack a file this empty in a sparse format such as qcow2",
            ),
        )),
        Kind::File => None,
    }
}

/// A number of bytes for people.
pub(crate) fn bytes(count: u64) -> String {
    match count {
        0..=9_999 => format!("{count} bytes"),
        10_000..=10_239_999 => format!("{} KiB", count >> 10),
        10_240_000..=10_737_418_239 => format!("{} MiB", count >> 20),
        _ => format!("{} GiB", count >> 30),
    }
}
