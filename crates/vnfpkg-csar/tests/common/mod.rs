//! Writes zips byte by byte, so that each can be wrong in exactly one way.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

use std::io::Write;

use vnfpkg_csar::{Package, ProblemKind};

/// One entry; the `local_*` fields make its own header differ from the central directory.
#[derive(Clone, Debug)]
pub struct Item {
    pub name: Vec<u8>,
    pub raw: Vec<u8>,
    pub method: u16,
    pub flags: u16,
    pub crc: u32,
    pub size: u64,
    pub mode: u32,
    pub before: Vec<u8>,
    pub local_name: Option<Vec<u8>>,
    pub local_size: Option<u32>,
    /// Takes the place of another entry instead of having bytes of its own.
    pub header_at: Option<u32>,
    pub descriptor: bool,
}

pub fn stored(name: &str, data: &[u8]) -> Item {
    Item {
        name: name.as_bytes().to_vec(),
        raw: data.to_vec(),
        method: 0,
        flags: if name.is_ascii() { 0 } else { 1 << 11 },
        crc: crc32fast::hash(data),
        size: data.len() as u64,
        mode: 0o100_644,
        before: Vec::new(),
        local_name: None,
        local_size: None,
        header_at: None,
        descriptor: false,
    }
}

pub fn deflated(name: &str, data: &[u8]) -> Item {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(data).unwrap();
    Item { raw: encoder.finish().unwrap(), method: 8, ..stored(name, data) }
}

pub struct Built {
    pub bytes: Vec<u8>,
    /// Offset of the central directory.
    pub directory: usize,
}

pub fn build(items: &[Item]) -> Built {
    let mut out = Vec::new();
    let mut central = Vec::new();
    for item in items {
        let header = match item.header_at {
            Some(at) => at,
            None => {
                out.extend(&item.before);
                let at = u32::try_from(out.len()).unwrap();
                local(&mut out, item);
                at
            }
        };
        let mut record = b"PK\x01\x02\x14\x03\x14\x00".to_vec();
        let flags = item.flags | if item.descriptor { 8 } else { 0 };
        put16(&mut record, &[flags, item.method, 0, 0x21]);
        put32(&mut record, &[item.crc, u32::try_from(item.raw.len()).unwrap(), u32::try_from(item.size).unwrap()]);
        put16(&mut record, &[u16::try_from(item.name.len()).unwrap(), 0, 0, 0, 0]);
        put32(&mut record, &[item.mode << 16, header]);
        record.extend(&item.name);
        central.extend(record);
    }
    let directory = out.len();
    out.extend(&central);
    end(&mut out, items.len(), central.len(), directory);
    Built { bytes: out, directory }
}

pub fn end(out: &mut Vec<u8>, count: usize, size: usize, offset: usize) {
    out.extend(b"PK\x05\x06\0\0\0\0");
    let count = u16::try_from(count.min(0xFFFF)).unwrap();
    put16(out, &[count, count]);
    put32(out, &[u32::try_from(size).unwrap(), u32::try_from(offset).unwrap()]);
    put16(out, &[0]);
}

fn local(out: &mut Vec<u8>, item: &Item) {
    let name = item.local_name.as_ref().unwrap_or(&item.name);
    out.extend(b"PK\x03\x04\x14\x00");
    let raw_len = u32::try_from(item.raw.len()).unwrap();
    let size = item.local_size.unwrap_or(u32::try_from(item.size).unwrap());
    if item.descriptor {
        put16(out, &[item.flags | 8, item.method, 0, 0x21]);
        put32(out, &[0, 0, 0]);
    } else {
        put16(out, &[item.flags, item.method, 0, 0x21]);
        put32(out, &[item.crc, raw_len, size]);
    }
    put16(out, &[u16::try_from(name.len()).unwrap(), 0]);
    out.extend(name);
    out.extend(&item.raw);
    if item.descriptor {
        out.extend(b"PK\x07\x08");
        put32(out, &[item.crc, raw_len, size]);
    }
}

fn put16(out: &mut Vec<u8>, values: &[u16]) {
    values.iter().for_each(|value| out.extend(value.to_le_bytes()));
}

fn put32(out: &mut Vec<u8>, values: &[u32]) {
    values.iter().for_each(|value| out.extend(value.to_le_bytes()));
}

pub fn open(items: &[Item]) -> Package {
    Package::from_bytes("test.csar", build(items).bytes).unwrap()
}

pub fn kinds(package: &Package) -> Vec<ProblemKind> {
    let mut kinds: Vec<_> = package.problems().iter().map(|problem| problem.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}
