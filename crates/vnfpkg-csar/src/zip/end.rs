//! Finds the end of the central directory (APPNOTE 4.3.14 to 4.3.16).

use std::io;

use vnfpkg_diag::Place;

use crate::problem::{Problem, ProblemKind, Problems};
use crate::storage::Storage;

/// Where the central directory lies.
#[derive(Debug, Clone, Copy)]
pub(super) struct End {
    /// Offset of its first record in the archive.
    pub(super) start: u64,
    /// Its length in bytes.
    pub(super) size: u64,
    /// How many entries it claims to list.
    pub(super) count: u64,
    /// What must be added to every recorded offset: bytes put in front of the archive.
    pub(super) shift: u64,
}

const END: &[u8] = b"PK\x05\x06";
const END64: &[u8] = b"PK\x06\x06";
const LOCATOR64: &[u8] = b"PK\x06\x07";
const END_LEN: usize = 22;
const END64_LEN: usize = 56;
const LOCATOR64_LEN: u64 = 20;

/// The end record, or `None` with a problem when the archive has none.
pub(super) fn find(storage: &Storage, problems: &mut Problems) -> io::Result<Option<End>> {
    let tail_len = storage.len().min(END_LEN as u64 + 0xFFFF);
    let tail_start = storage.len() - tail_len;
    let mut tail = vec![0; usize::try_from(tail_len).unwrap_or(0)];
    let count = storage.fill_at(tail_start, &mut tail)?;
    tail.truncate(count);
    let found = ends(&tail);
    let Some(&at) = found.last() else {
        problems.push(damaged("the archive has no central directory: it is cut off, or its end was overwritten"));
        return Ok(None);
    };
    let record = tail.get(at..).unwrap_or_default();
    check_tail(&tail, &found, problems);
    let at = tail_start + at as u64;
    let end = resolve(storage, record, at, problems)?;
    if end.is_none() {
        problems.push(damaged("the end of the archive points to a central directory that is not there"));
    }
    Ok(end)
}

fn damaged(message: &str) -> Problem {
    Problem::new(ProblemKind::ZipDamaged, Place::Package, message).help("copy or download the package again, or pack it again")
}

/// Offsets of everything in the tail that is an end record.
fn ends(tail: &[u8]) -> Vec<usize> {
    tail.windows(END.len())
        .enumerate()
        .filter(|(at, bytes)| *bytes == END && tail.len() - at >= END_LEN)
        .map(|(at, _)| at)
        .take(64)
        .collect()
}

/// Reports what stands behind the end record and a second one before it.
fn check_tail(tail: &[u8], found: &[usize], problems: &mut Problems) {
    let rest = |at: usize| (tail.len() - at - END_LEN) as u64;
    let comment = |at: usize| u64::from(u16_at(tail, at + 20));
    let Some((&last, earlier)) = found.split_last() else { return };
    if earlier.iter().any(|&at| comment(at) == rest(at)) {
        problems.push(
            Problem::new(
                ProblemKind::ZipDamaged,
                Place::Package,
                "the archive has two ends of a central directory, so different readers see different files",
            )
            .help("pack the package again"),
        );
    }
    let (comment, rest) = (comment(last), rest(last));
    if rest > comment {
        problems.push(
            Problem::new(ProblemKind::ZipStrayData, Place::Package, format!("{} bytes follow the end of the archive", rest - comment))
                .help("remove them, or pack the package again"),
        );
    } else if rest < comment {
        problems.push(damaged("the comment of the archive is cut off"));
    }
}

/// Reads the fields, those of zip64 included, and finds where the directory really begins.
fn resolve(storage: &Storage, record: &[u8], at: u64, problems: &mut Problems) -> io::Result<Option<End>> {
    let mut count = u64::from(u16_at(record, 10));
    let mut size = u64::from(u32_at(record, 12));
    let mut offset = u64::from(u32_at(record, 16));
    let mut volumes = u64::from(u16_at(record, 4));
    let mut limit = at;
    let wide = count == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF;
    if wide && let Some((end64, end64_at)) = find64(storage, at)? {
        count = u64_at(&end64, 32);
        size = u64_at(&end64, 40);
        offset = u64_at(&end64, 48);
        volumes = u64::from(u32_at(&end64, 16));
        limit = end64_at;
    }
    if volumes != 0 {
        problems.push(
            Problem::new(ProblemKind::ZipMethod, Place::Package, "the archive is one of several volumes")
                .help("pack the package as one zip"),
        );
    }
    let Some(last_start) = limit.checked_sub(size) else { return Ok(None) };
    let starts_directory = |start: u64| -> io::Result<bool> {
        let mut head = [0; 4];
        storage.fill_at(start, &mut head)?;
        Ok(head == *b"PK\x01\x02")
    };
    let (start, shift) = if offset == last_start || (size > 0 && offset < last_start && starts_directory(offset)?) {
        (offset, 0)
    } else {
        match last_start.checked_sub(offset) {
            Some(shift) if size == 0 || starts_directory(last_start)? => (last_start, shift),
            _ => return Ok(None),
        }
    };
    if start + size < limit {
        problems.push(stray(limit - start - size, "between the central directory and its end"));
    }
    if shift > 0 {
        problems.push(stray(shift, "before the first entry"));
    }
    Ok(Some(End { start, size, count, shift }))
}

fn stray(count: u64, where_: &str) -> Problem {
    Problem::new(ProblemKind::ZipStrayData, Place::Package, format!("{count} bytes {where_} belong to nothing"))
        .help("pack the package again")
}

/// The zip64 end record that the locator before the end record names.
fn find64(storage: &Storage, at: u64) -> io::Result<Option<(Vec<u8>, u64)>> {
    let Some(locator_at) = at.checked_sub(LOCATOR64_LEN) else { return Ok(None) };
    let mut locator = vec![0; 20];
    storage.fill_at(locator_at, &mut locator)?;
    if !locator.starts_with(LOCATOR64) {
        return Ok(None);
    }
    let adjacent = locator_at.checked_sub(END64_LEN as u64);
    for candidate in [Some(u64_at(&locator, 8)), adjacent].into_iter().flatten() {
        let mut record = vec![0; END64_LEN];
        if candidate < locator_at && storage.fill_at(candidate, &mut record)? == END64_LEN && record.starts_with(END64) {
            return Ok(Some((record, candidate)));
        }
    }
    Ok(None)
}

/// Little-endian numbers; 0 beyond the end.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |chunk| u16::from_le_bytes(*chunk))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |chunk| u32::from_le_bytes(*chunk))
}

pub(super) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |chunk| u64::from_le_bytes(*chunk))
}
