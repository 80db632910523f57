//! Archives that are broken as archives.

use std::io::{Cursor, Write};

use vnfpkg_csar::Package;
use vnfpkg_lint::Options;
use zip::write::SimpleFileOptions;

use crate::common::{Base, base, findings_of};

fn codes(bytes: Vec<u8>) -> Vec<String> {
    let mut codes: Vec<String> = findings_of("base.csar", bytes, &Options::default()).into_iter().map(|(code, ..)| code).collect();
    codes.dedup();
    codes
}

/// The archive of a package with one more entry of any kind.
fn with_entry(package: &Base, name: &str, content: &[u8], options: SimpleFileOptions) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new_append(Cursor::new(package.zip())).unwrap();
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

/// With an extra entry whose name of eight letters becomes another one.
fn renamed(package: &Base, to: &[u8; 8]) -> Vec<u8> {
    patched(with_entry(package, "extra-01", b"x", SimpleFileOptions::default()), b"extra-01", to)
}

/// Sets the type bits of the last entry to those of a symbolic link.
fn linked(mut bytes: Vec<u8>) -> Vec<u8> {
    let header = bytes.windows(4).rposition(|window| window == b"PK\x01\x02").unwrap();
    bytes[header + 38..header + 42].copy_from_slice(&(0o120_777u32 << 16).to_le_bytes());
    bytes[header + 5] = 3;
    bytes
}

/// An archive of a package that is broken, or unusual, as an archive.
pub(crate) fn made(how: &str, package: &Base) -> Vec<u8> {
    let plain = SimpleFileOptions::default();
    let stored = plain.compression_method(zip::CompressionMethod::Stored);
    match how {
        "truncated" => package.zip()[..package.zip().len() / 2].to_vec(),
        "damaged" => patched(with_entry(package, "extra-01", b"some content here", stored), b"some content here", b"same content here"),
        "leading out" => renamed(package, b"../../ab"),
        "absolute" => renamed(package, b"/etc/abc"),
        "backslash" => renamed(package, b"a\\b\\c\\de"),
        "drive" => renamed(package, b"C:\\abcde"),
        "not utf-8" => renamed(package, b"extra\xff\xfe1"),
        "link" => linked(with_entry(package, "extra-01", b"Scripts/install.sh", plain.unix_permissions(0o120_777))),
        "twice" => {
            let mut writer = zip::ZipWriter::new_append(Cursor::new(with_entry(package, "extra-02", b"y", plain))).unwrap();
            writer.start_file("extra-01", plain).unwrap();
            patched(writer.finish().unwrap().into_inner(), b"extra-02", b"extra-01")
        }
        "bomb" => with_entry(package, "extra-01", &vec![0; 80 << 20], plain),
        "encrypted" => {
            let mut bytes = with_entry(package, "extra-01", b"x", plain);
            for (signature, flags) in [(b"PK\x01\x02", 8), (b"PK\x03\x04", 6)] {
                let header = bytes.windows(4).rposition(|window| window == signature).unwrap();
                bytes[header + flags] |= 1;
            }
            bytes
        }
        "stray bytes" => [b"#!/bin/sh\n".as_slice(), &package.zip()].concat(),
        "stored" => package.zip_with(stored),
        "zip64" => package.zip_with(plain.large_file(true)),
        "streamed" => package.streamed(),
        "executable" => package.zip_with(plain.unix_permissions(0o755)),
        "outer unsigned" => Base::empty().with("base.csar", package.zip()).zip(),
        "outer" => {
            let inner = package.zip();
            let signature = crate::signed::signer().sign(&inner);
            Base::empty().with("base.csar", inner).with("base.cms", signature).zip()
        }
        _ => panic!("no archive is made `{how}`"),
    }
}

#[test]
fn something_else_is_no_package() {
    let error = Package::from_bytes("base.csar", b"not a zip at all".to_vec()).err().unwrap();
    assert!(error.to_string().contains("neither a zip archive nor a folder"), "{error}");
}

#[test]
fn a_truncated_archive_is_one_finding() {
    assert_eq!(codes(made("truncated", &base().sealed())), ["ZIP01"]);
}

#[test]
fn a_damaged_template_is_one_finding() {
    let mut template = base().sealed().zip();
    let at = template.windows(8).position(|window| window == b"top.yaml").unwrap() + 20;
    template[at] ^= 0xff;
    let found = findings_of("base.csar", template, &Options::default());
    assert!(found.iter().any(|(code, file, _)| code == "ZIP02" && file == "Definitions/top.yaml"), "{found:?}");
    assert!(found.iter().all(|(code, ..)| code != "TOS03"), "{found:?}");
}
