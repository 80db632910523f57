//! Archives that are broken as archives.

use std::io::{Cursor, Write};

use vnfpkg_csar::Package;
use vnfpkg_lint::Options;
use zip::write::SimpleFileOptions;

use crate::common::{base, findings_of};

fn codes(bytes: Vec<u8>) -> Vec<String> {
    let mut codes: Vec<String> = findings_of("base.csar", bytes, &Options::default()).into_iter().map(|(code, ..)| code).collect();
    codes.dedup();
    codes
}

/// The base with one more entry of any kind.
fn with_entry(name: &str, content: &[u8], options: SimpleFileOptions) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new_append(Cursor::new(base().sealed().zip())).unwrap();
    writer.start_file(name, options).unwrap();
    writer.write_all(content).unwrap();
    writer.finish().unwrap().into_inner()
}

/// Replaces every occurrence of some bytes by others of the same length.
fn patched(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let places: Vec<usize> = (0..bytes.len() - from.len()).filter(|at| bytes[*at..].starts_with(from)).collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at..at + from.len()].copy_from_slice(to);
    }
    bytes
}

/// The base with an extra entry whose name of eight letters becomes another one.
fn renamed(to: &[u8; 8]) -> Vec<u8> {
    patched(with_entry("extra-01", b"x", SimpleFileOptions::default()), b"extra-01", to)
}

#[test]
fn a_truncated_archive_is_one_finding() {
    let bytes = base().sealed().zip();
    assert_eq!(codes(bytes[..bytes.len() / 2].to_vec()), ["ZIP01"]);
}

#[test]
fn something_else_is_no_package() {
    assert!(Package::from_bytes("base.csar", b"not a zip at all".to_vec()).is_err());
}

#[test]
fn a_wrong_checksum_is_one_finding() {
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let bytes = patched(with_entry("extra-01", b"some content here", stored), b"some content here", b"same content here");
    assert_eq!(codes(bytes), ["MAN12", "ZIP02"]);
    let mut template = base().sealed().zip();
    let at = template.windows(8).position(|window| window == b"top.yaml").unwrap() + 20;
    template[at] ^= 0xff;
    let found = findings_of("base.csar", template, &Options::default());
    assert!(found.iter().any(|(code, file, _)| code == "ZIP02" && file == "Definitions/top.yaml"), "{found:?}");
    assert!(found.iter().all(|(code, ..)| code != "TOS03"), "{found:?}");
}

#[test]
fn dangerous_names_are_found() {
    for name in [b"../../ab", b"/etc/abc", b"a\\b\\c\\de", b"C:\\abcde"] {
        assert!(codes(renamed(name)).contains(&"ZIP03".to_owned()), "{name:?}");
    }
}

#[test]
fn odd_entries_are_found() {
    let link = SimpleFileOptions::default().unix_permissions(0o120_777);
    let linked = patched_mode(with_entry("extra-01", b"Scripts/install.sh", link));
    assert!(codes(linked).contains(&"ZIP04".to_owned()));
    let twice = with_entry("extra-02", b"y", SimpleFileOptions::default());
    let mut writer = zip::ZipWriter::new_append(Cursor::new(twice)).unwrap();
    writer.start_file("extra-01", SimpleFileOptions::default()).unwrap();
    let twice = patched(writer.finish().unwrap().into_inner(), b"extra-02", b"extra-01");
    assert!(codes(twice).contains(&"ZIP05".to_owned()));
    assert!(codes(renamed(b"extra\xff\xfe1")).contains(&"ZIP07".to_owned()));
    assert!(codes(with_entry("changelog.txt", b"x", SimpleFileOptions::default())).contains(&"ZIP07".to_owned()));
}

/// Sets the type bits of the last entry to those of a symbolic link.
fn patched_mode(mut bytes: Vec<u8>) -> Vec<u8> {
    let header = bytes.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap();
    bytes[header + 38..header + 42].copy_from_slice(&(0o120_777u32 << 16).to_le_bytes());
    bytes[header + 5] = 3;
    bytes
}

#[test]
fn a_bomb_is_not_read() {
    let bytes = with_entry("extra-01", &vec![0; 80 << 20], SimpleFileOptions::default());
    let start = std::time::Instant::now();
    assert!(codes(bytes).contains(&"ZIP06".to_owned()));
    assert!(start.elapsed().as_secs() < 5);
}

#[test]
fn encryption_and_odd_methods_are_found() {
    let mut bytes = with_entry("extra-01", b"x", SimpleFileOptions::default());
    for signature in [b"PK\x01\x02", b"PK\x03\x04"] {
        let header = bytes.windows(4).rposition(|window| window == signature).unwrap();
        let flags = if signature == b"PK\x01\x02" { 8 } else { 6 };
        bytes[header + flags] |= 1;
    }
    assert!(codes(bytes).contains(&"ZIP08".to_owned()));
}

#[test]
fn stray_bytes_are_found() {
    let bytes = [b"#!/bin/sh\n".as_slice(), &base().sealed().zip()].concat();
    assert!(codes(bytes).contains(&"ZIP10".to_owned()));
}

#[test]
fn another_extension_is_a_hint() {
    let bytes = base().sealed().zip();
    let found = findings_of("base.pkg", bytes, &Options { pedantic: true, ..Options::default() });
    assert!(found.iter().any(|(code, ..)| code == "ZIP09"), "{found:?}");
}
