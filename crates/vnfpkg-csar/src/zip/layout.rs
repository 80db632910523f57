//! Compares local headers with the central directory and checks that entries lie side by side (APPNOTE 4.3.7, 4.3.9).

use std::io;

use super::directory::{DESCRIPTOR, ENCRYPTED, Record, extra_field};
use super::end::{End, u16_at, u32_at, u64_at};
use super::names;
use crate::entry::Block;
use crate::problem::{Problem, ProblemKind, Problems};
use crate::storage::{Storage, Window};

const HEADER_LEN: usize = 30;

/// Fills in where the data of each record begins and blocks the records that cannot be trusted.
pub(super) fn check(storage: &Storage, end: &End, records: &mut [Record], problems: &mut Problems) -> io::Result<()> {
    let mut order: Vec<usize> = (0..records.len()).collect();
    order.sort_by_key(|&at| records.get(at).map_or(0, |record| record.header));
    let mut window = Window::new(storage);
    let mut cursor = end.shift;
    let mut previous: Option<usize> = None;
    for at in order {
        let earlier = previous.and_then(|at| records.get(at)).map(Tail::of);
        let Some(record) = records.get_mut(at) else { continue };
        if record.header < cursor {
            overlap(record, problems);
            if let Some(other) = previous.and_then(|at| records.get_mut(at)) {
                other.blocked = other.blocked.or(Some(Block::Overlaps));
            }
        } else if record.header > cursor && record.header < end.start {
            gap(&mut window, earlier.as_ref(), cursor, record.header, problems)?;
        }
        let Some(record) = records.get_mut(at) else { continue };
        if let Some(fault) = local_fault(&mut window, end.start, record)? {
            problems.push(
                Problem::file(ProblemKind::ZipHeaderMismatch, &names::lossy(&record.name), fault)
                    .help("readers disagree about such an entry; pack the package again"),
            );
            record.blocked = record.blocked.or(Some(Block::Damaged));
        }
        let stop = record.data.saturating_add(record.compressed);
        if record.data > 0 && stop >= cursor && stop <= end.start {
            cursor = stop;
            previous = Some(at);
        }
    }
    if cursor < end.start {
        let earlier = previous.and_then(|at| records.get(at)).map(Tail::of);
        gap(&mut window, earlier.as_ref(), cursor, end.start, problems)?;
    }
    Ok(())
}

/// What must be known of an entry to judge the bytes behind it.
struct Tail {
    descriptor: bool,
    crc32: u32,
    compressed: u64,
    size: u64,
}

impl Tail {
    fn of(record: &Record) -> Self {
        let descriptor = record.flags & DESCRIPTOR != 0;
        Self { descriptor, crc32: record.crc32, compressed: record.compressed, size: record.size }
    }

    /// Whether bytes are the data descriptor of the entry, with or without signature, in 32 or 64 bits.
    fn is_descriptor(&self, bytes: &[u8]) -> bool {
        let bytes = bytes.strip_prefix(b"PK\x07\x08").unwrap_or(bytes);
        let sizes = match bytes.len() {
            12 => (u64::from(u32_at(bytes, 4)), u64::from(u32_at(bytes, 8))),
            20 => (u64_at(bytes, 4), u64_at(bytes, 12)),
            _ => return false,
        };
        u32_at(bytes, 0) == self.crc32 && sizes == (self.compressed, self.size)
    }
}

fn overlap(record: &mut Record, problems: &mut Problems) {
    let path = names::lossy(&record.name);
    problems.push(
        Problem::file(ProblemKind::ZipOverlap, &path, "the entry shares bytes of the archive with another entry")
            .help("neither was read: overlapping entries are how archive bombs are built; pack the package again"),
    );
    record.blocked = Some(Block::Overlaps);
}

/// Reports bytes between two entries unless they are the data descriptor of the first.
fn gap(window: &mut Window<'_>, earlier: Option<&Tail>, from: u64, to: u64, problems: &mut Problems) -> io::Result<()> {
    let bytes = window.get(from, usize::try_from(to - from).unwrap_or(usize::MAX).min(24))?;
    if to - from <= 24 && earlier.is_some_and(|tail| tail.descriptor && tail.is_descriptor(bytes)) {
        return Ok(());
    }
    let hidden = if bytes.starts_with(b"PK\x03\x04") { ", they hold an entry that the central directory does not list" } else { "" };
    let message = format!("{} bytes at offset {from} of the archive belong to no entry{hidden}", to - from);
    problems.push(Problem::new(ProblemKind::ZipStrayData, vnfpkg_diag::Place::Package, message).help("pack the package again"));
    Ok(())
}

/// What the local header says differently; otherwise the place of the data is noted in the record.
fn local_fault(window: &mut Window<'_>, directory: u64, record: &mut Record) -> io::Result<Option<String>> {
    if record.header >= directory {
        return Ok(Some("the entry's header lies outside the archive".to_owned()));
    }
    let fixed = window.get(record.header, HEADER_LEN)?;
    if !fixed.starts_with(b"PK\x03\x04") || fixed.len() < HEADER_LEN {
        return Ok(Some("there is no entry header where the central directory points".to_owned()));
    }
    let (name_len, extra_len) = (usize::from(u16_at(fixed, 26)), usize::from(u16_at(fixed, 28)));
    let header = window.get(record.header, HEADER_LEN + name_len + extra_len)?;
    record.data = record.header + (HEADER_LEN + name_len + extra_len) as u64;
    let local_name = header.get(HEADER_LEN..HEADER_LEN + name_len).unwrap_or_default();
    if local_name != record.name {
        return Ok(Some(format!("the entry's own header calls it {}", names::lossy(local_name))));
    }
    if record.data.saturating_add(record.compressed) > directory {
        return Ok(Some("the entry's data reach beyond the end of the archive".to_owned()));
    }
    let extra = header.get(HEADER_LEN + name_len..).unwrap_or_default();
    Ok(disagreement(header, extra, record))
}

fn disagreement(header: &[u8], extra: &[u8], record: &Record) -> Option<String> {
    let flags = u16_at(header, 6);
    if u16_at(header, 8) != record.method || flags & ENCRYPTED != record.flags & ENCRYPTED {
        return Some("the entry's own header names another compression or encryption than the central directory".to_owned());
    }
    let mut wide = extra_field(extra, 1).unwrap_or_default().chunks_exact(8).map(|chunk| u64_at(chunk, 0));
    let mut number = |at: usize| match u32_at(header, at) {
        0xFFFF_FFFF => wide.next().unwrap_or(0xFFFF_FFFF),
        value => u64::from(value),
    };
    let size = number(22);
    let compressed = number(18);
    let crc32 = u32_at(header, 14);
    let deferred = flags & DESCRIPTOR != 0;
    let differs = |local: u64, central: u64| local != central && !(deferred && local == 0);
    if differs(size, record.size) || differs(compressed, record.compressed) {
        return Some(format!(
            "the entry's own header says {compressed} bytes that expand to {size}, the central directory {} that expand to {}",
            record.compressed, record.size
        ));
    }
    if differs(u64::from(crc32), u64::from(record.crc32)) {
        return Some("the entry's own header and the central directory record different checksums".to_owned());
    }
    if record.method == 0 && record.size != record.compressed {
        return Some("the entry is stored, yet its two lengths differ".to_owned());
    }
    None
}
