//! Reads the records of the central directory (APPNOTE 4.3.12).

use std::io;

use vnfpkg_diag::Place;

use super::end::{End, u16_at, u32_at, u64_at};
use crate::entry::Block;
use crate::limits::Limits;
use crate::problem::{Problem, ProblemKind, Problems};
use crate::storage::{Storage, Window};

/// Flag: the entry is encrypted.
pub(super) const ENCRYPTED: u16 = 1;
/// Flag: sizes and CRC follow the data in a descriptor.
pub(super) const DESCRIPTOR: u16 = 1 << 3;
/// Flag: the name is UTF-8.
pub(super) const UTF8: u16 = 1 << 11;

/// One record of the central directory.
#[derive(Debug)]
pub(super) struct Record {
    pub(super) name: Vec<u8>,
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) crc32: u32,
    pub(super) compressed: u64,
    pub(super) size: u64,
    /// Offset of the local header in the archive.
    pub(super) header: u64,
    /// Offset of the data; known once the local header is read.
    pub(super) data: u64,
    pub(super) unix_mode: u32,
    pub(super) blocked: Option<Block>,
}

const RECORD_LEN: usize = 46;

/// All records; `None` with a problem when the directory cannot be read to its end.
pub(super) fn read(storage: &Storage, end: &End, limits: &Limits, problems: &mut Problems) -> io::Result<Option<Vec<Record>>> {
    let mut window = Window::new(storage);
    let mut records = Vec::with_capacity(usize::try_from(end.count).unwrap_or(0).min(limits.entries));
    let (mut at, stop) = (end.start, end.start + end.size);
    while at < stop {
        let fixed = window.get(at, RECORD_LEN)?;
        let lengths = [28, 30, 32].map(|field| usize::from(u16_at(fixed, field)));
        let len = RECORD_LEN + lengths.iter().sum::<usize>();
        if !fixed.starts_with(b"PK\x01\x02") || at + len as u64 > stop {
            let message = format!("the central directory is damaged after {} entries", records.len());
            problems.push(damaged(message));
            return Ok(None);
        }
        if records.len() >= limits.entries {
            problems.push(super::too_many(records.len() as u64 + 1, end.size, limits));
            return Ok(None);
        }
        records.push(record(window.get(at, len)?, lengths, end.shift));
        at += len as u64;
    }
    if records.len() as u64 != end.count {
        let message = format!("the central directory lists {} entries, its end says {}", records.len(), end.count);
        problems.push(damaged(message));
    }
    Ok(Some(records))
}

fn damaged(message: String) -> Problem {
    Problem::new(ProblemKind::ZipDamaged, Place::Package, message).help("copy or download the package again, or pack it again")
}

fn record(bytes: &[u8], [name_len, extra_len, _]: [usize; 3], shift: u64) -> Record {
    let part = |start: usize, len: usize| bytes.get(start..start + len).unwrap_or_default();
    let name = part(RECORD_LEN, name_len);
    let mut record = Record {
        name: name.to_vec(),
        flags: u16_at(bytes, 8),
        method: u16_at(bytes, 10),
        crc32: u32_at(bytes, 16),
        compressed: u64::from(u32_at(bytes, 20)),
        size: u64::from(u32_at(bytes, 24)),
        header: u64::from(u32_at(bytes, 42)),
        data: 0,
        unix_mode: u32_at(bytes, 38) >> 16,
        blocked: None,
    };
    if let Some(wide) = extra_field(part(RECORD_LEN + name_len, extra_len), 1) {
        let mut values = wide.chunks_exact(8).map(|chunk| u64_at(chunk, 0));
        for field in [&mut record.size, &mut record.compressed, &mut record.header] {
            if *field == 0xFFFF_FFFF
                && let Some(value) = values.next()
            {
                *field = value;
            }
        }
    }
    record.header = record.header.saturating_add(shift);
    record
}

/// The content of an extra field by its number (APPNOTE 4.5.1).
pub(super) fn extra_field(mut extra: &[u8], id: u16) -> Option<&[u8]> {
    while extra.len() >= 4 {
        let len = usize::from(u16_at(extra, 2));
        let content = extra.get(4..4 + len)?;
        if u16_at(extra, 0) == id {
            return Some(content);
        }
        extra = extra.get(4 + len..)?;
    }
    None
}
