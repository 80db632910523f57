//! Every fault a zip can have becomes the right problem, and the good entries beside it stay readable.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Item, build, deflated, kinds, open, stored};
use vnfpkg_csar::ProblemKind::*;
use vnfpkg_csar::{Block, Entry, Kind, OpenError, Package, ReadError};
use vnfpkg_diag::Place;

fn good() -> Item {
    stored("good.txt", b"good")
}

fn paths(package: &Package) -> Vec<&str> {
    package.entries().iter().map(|entry| entry.path.as_str()).collect()
}

#[test]
fn a_sound_zip_has_no_problems_and_gives_its_entries() {
    let long = b"0123456789".repeat(50_000);
    let package = open(&[deflated("Files/images/a.img", &long), stored("Définitions/tôp.yaml", b"x: y"), good()]);
    assert_eq!(kinds(&package), []);
    assert_eq!(paths(&package), ["Définitions", "Définitions/tôp.yaml", "Files", "Files/images", "Files/images/a.img", "good.txt"]);
    assert_eq!(package.entry("Files/images/").unwrap().kind, Kind::Dir);
    assert_eq!(package.read("Files/images/a.img", 1 << 20).unwrap(), long);
    assert_eq!(package.read_text("Définitions/tôp.yaml", 100).unwrap().text, "x: y");
    assert_eq!(package.files_under("Files").map(Entry::name).collect::<Vec<_>>(), ["a.img"]);
    assert_eq!(package.near("GOOD.TXT"), Some("good.txt"));
    assert!(matches!(package.read("Files/images/a.img", 1000), Err(ReadError::TooLarge { size: 500_000, .. })));
    assert!(matches!(package.read("Files", 1000), Err(ReadError::NotAFile { .. })));
    assert!(matches!(package.read("nothing", 1000), Err(ReadError::NotFound { .. })));
}

#[test]
fn entries_with_data_descriptors_are_sound() {
    let package = open(&[Item { descriptor: true, ..deflated("a.txt", b"aaaaaaaaaaaaaaaa") }, Item { descriptor: true, ..good() }]);
    assert_eq!(kinds(&package), []);
    assert_eq!(package.read("a.txt", 100).unwrap(), b"aaaaaaaaaaaaaaaa");
}

#[test]
fn a_truncated_zip_opens_and_is_not_sound() {
    let mut bytes = build(&[good(), stored("b", &[7; 5000])]).bytes;
    bytes.truncate(1000);
    let package = Package::from_bytes("test.csar", bytes).unwrap();
    assert_eq!(kinds(&package), [ZipDamaged]);
    assert!(!package.is_sound());
}

#[test]
fn what_is_no_zip_is_an_error_that_says_what_it_looks_like() {
    let error = Package::from_bytes("test.csar", b"\x1f\x8b\x08\0rest".to_vec()).unwrap_err();
    assert!(matches!(error, OpenError::NotAPackage { looks_like: Some("a gzip file"), .. }));
    assert!(error.help().contains("gzip"));
    assert!(matches!(Package::open("/no/such/file".into()), Err(OpenError::NotFound { .. })));
}

#[test]
fn a_directory_that_is_cut_is_damage() {
    let built = build(&[good(), stored("b.txt", b"b")]);
    let mut bytes = built.bytes;
    bytes[built.directory + 46 + "good.txt".len()] = b'X';
    let package = Package::from_bytes("test.csar", bytes).unwrap();
    assert_eq!(kinds(&package)[0], ZipDamaged);
    assert!(!package.is_sound());
}

#[test]
fn a_wrong_count_of_entries_is_damage() {
    let mut bytes = build(&[good()]).bytes;
    let at = bytes.len() - 12;
    bytes[at] = 3;
    let package = Package::from_bytes("test.csar", bytes).unwrap();
    assert_eq!(kinds(&package), [ZipDamaged]);
    assert_eq!(package.read("good.txt", 10).unwrap(), b"good");
}

#[test]
fn a_second_end_record_in_the_comment_is_damage() {
    let inner = build(&[stored("other.txt", b"other")]).bytes;
    let mut bytes = build(&[good()]).bytes;
    let at = bytes.len() - 2;
    bytes[at..].copy_from_slice(&u16::try_from(inner.len()).unwrap().to_le_bytes());
    bytes.extend(&inner);
    let package = Package::from_bytes("test.csar", bytes).unwrap();
    assert!(kinds(&package).contains(&ZipDamaged));
}

#[test]
fn local_headers_that_disagree_block_the_entry() {
    let other_name = Item { local_name: Some(b"evil.txt".to_vec()), ..stored("safe.txt", b"x") };
    let other_size = Item { local_size: Some(99), ..stored("size.txt", b"x") };
    let package = open(&[good(), other_name, other_size]);
    assert_eq!(kinds(&package), [ZipHeaderMismatch]);
    assert_eq!(package.problems().len(), 2);
    assert!(package.problems()[0].message.contains("evil.txt"), "{:?}", package.problems());
    assert_eq!(package.entry("safe.txt").unwrap().blocked, Some(Block::Damaged));
    assert!(matches!(package.read("size.txt", 10), Err(ReadError::Blocked { .. })));
    assert_eq!(package.read("good.txt", 10).unwrap(), b"good");
}

#[test]
fn damaged_content_shows_when_it_is_read() {
    let wrong_crc = Item { crc: 1, ..deflated("crc.bin", &[5; 3000]) };
    let mut no_deflate = deflated("deflate.bin", b"hello hello hello hello");
    no_deflate.raw[0] = 0xFF;
    let short = Item { size: 50, ..deflated("short.bin", b"hello hello") };
    let long = Item { size: 3, ..deflated("long.bin", b"hello hello") };
    let package = open(&[wrong_crc, no_deflate, short, long, good()]);
    assert_eq!(kinds(&package), []);
    for (path, what) in [("crc.bin", "CRC-32"), ("deflate.bin", "compressed"), ("short.bin", "shorter"), ("long.bin", "longer")] {
        let error = package.read(path, 10_000).unwrap_err();
        let problem = error.problem().unwrap();
        assert_eq!(problem.kind, ZipContentDamaged);
        assert!(problem.message.contains(what), "{path}: {}", problem.message);
    }
    let results = package.digests(&[("crc.bin", &[]), ("good.txt", &[])]);
    assert!(results[0].1.is_err() && results[1].1.is_ok());
}

#[test]
fn dangerous_names_are_reported_and_left_out() {
    let names = ["../up", "a/../../b", "/etc/passwd", "C:evil", "a\\b", "nul\0.txt", "./dot", "a//b", "", &"d/".repeat(70)];
    for name in names {
        let package = open(&[good(), stored(name, b"x")]);
        assert_eq!(kinds(&package), [ZipUnsafeName], "{name:?}");
        assert_eq!(paths(&package), ["good.txt"], "{name:?}");
    }
}

#[test]
fn links_and_devices_are_reported_and_not_readable() {
    let link = Item { mode: 0o120_777, ..stored("link", b"/etc/passwd") };
    let device = Item { mode: 0o020_600, ..stored("null", b"") };
    let package = open(&[good(), link, device]);
    assert_eq!(kinds(&package), [ZipSpecialFile]);
    assert_eq!(package.entry("link").unwrap().kind, Kind::Symlink);
    assert_eq!(package.entry("null").unwrap().kind, Kind::Other);
    assert!(matches!(package.reader("link"), Err(ReadError::Blocked { block: Block::Special, .. })));
}

#[test]
fn a_name_twice_is_reported_and_the_last_one_is_read() {
    let package = open(&[stored("top.yaml", b"first"), good(), stored("top.yaml", b"last")]);
    assert_eq!(kinds(&package), [ZipDuplicateName]);
    assert_eq!(package.problems()[0].place, Place::File("top.yaml".into()));
    assert_eq!(package.read("top.yaml", 10).unwrap(), b"last");
}

#[test]
fn a_name_as_file_and_as_folder_is_a_duplicate() {
    let package = open(&[stored("a", b"file"), stored("a/b", b"x")]);
    assert_eq!(kinds(&package), [ZipDuplicateName]);
}

#[test]
fn names_that_are_not_portable_are_reported() {
    let mut cp437 = stored("x", b"1");
    cp437.name = b"gr\x81n.txt".to_vec();
    let package = open(&[cp437]);
    assert_eq!(kinds(&package), [ZipNameEncoding]);
    assert_eq!(paths(&package), ["grün.txt"]);
    assert_eq!(package.entries()[0].raw_name.as_deref(), Some(&b"gr\x81n.txt"[..]));

    let unmarked = Item { flags: 0, ..stored("grün.txt", b"1") };
    assert_eq!(kinds(&open(&[unmarked])), [ZipNameEncoding]);
    assert_eq!(kinds(&open(&[stored("a\nb", b"1")])), [ZipNameEncoding]);
    assert_eq!(kinds(&open(&[stored("gru\u{308}n", b"1")])), [ZipNameEncoding]);
}

#[test]
fn names_that_differ_in_case_alone_are_reported() {
    let package = open(&[stored("Scripts/a.sh", b"1"), stored("scripts/a.sh", b"2")]);
    assert_eq!(kinds(&package), [ZipNameCase]);
    assert_eq!(package.problems().len(), 2, "folder and file");
}

#[test]
fn encrypted_entries_and_odd_methods_are_not_readable() {
    let encrypted = Item { flags: 1, ..stored("secret", b"x") };
    let bzip2 = Item { method: 12, ..stored("bz", b"x") };
    let package = open(&[good(), encrypted, bzip2]);
    assert_eq!(kinds(&package), [ZipEncrypted, ZipMethod]);
    assert_eq!(package.entry("secret").unwrap().blocked, Some(Block::Encrypted));
    assert_eq!(package.entry("bz").unwrap().blocked, Some(Block::Method(12)));
}

#[test]
fn the_extension_is_looked_at() {
    let bytes = build(&[good()]).bytes;
    assert_eq!(kinds(&Package::from_bytes("p.tar", bytes.clone()).unwrap()), [ZipExtension]);
    assert_eq!(kinds(&Package::from_bytes("P.CSAR", bytes).unwrap()), []);
}

#[test]
fn overlapping_entries_are_blocked() {
    let first = deflated("first", &[0; 10_000]);
    let second = Item { header_at: Some(0), local_name: None, ..deflated("first2", &[0; 10_000]) };
    let package = open(&[first, second, good()]);
    assert!(kinds(&package).contains(&ZipOverlap));
    assert_eq!(package.entry("first").unwrap().blocked, Some(Block::Overlaps));
    assert_eq!(package.entry("first2").unwrap().blocked, Some(Block::Overlaps));
    assert_eq!(package.read("good.txt", 10).unwrap(), b"good");
}

#[test]
fn bytes_that_belong_to_no_entry_are_reported() {
    let between = Item { before: b"hidden".to_vec(), ..stored("b", b"b") };
    assert_eq!(kinds(&open(&[good(), between])), [ZipStrayData]);

    let plain = build(&[good()]).bytes;
    let mut prefixed = b"#!/bin/sh\n".to_vec();
    prefixed.extend(&plain);
    let package = Package::from_bytes("x.csar", prefixed).unwrap();
    assert_eq!(kinds(&package), [ZipStrayData]);
    assert_eq!(package.read("good.txt", 10).unwrap(), b"good");

    let mut suffixed = plain;
    suffixed.extend(b"more");
    let package = Package::from_bytes("x.csar", suffixed).unwrap();
    assert_eq!(kinds(&package), [ZipStrayData]);
    assert_eq!(package.read("good.txt", 10).unwrap(), b"good");
}

#[test]
fn a_bomb_is_not_inflated() {
    let bomb = deflated("bomb.img", &vec![0; 80 << 20]);
    let package = open(&[bomb, good()]);
    assert_eq!(kinds(&package), [ZipExpandsTooMuch]);
    let results = package.digests(&[("bomb.img", &vnfpkg_csar::Algorithm::ALL), ("good.txt", &[])]);
    assert!(matches!(results[0].1, Err(ReadError::Blocked { block: Block::Expands, .. })));
}

#[test]
fn the_total_is_bounded() {
    let items: Vec<Item> =
        (0..60).map(|n| Item { size: 0xFFFF_FF00, raw: vec![0; 30], method: 8, ..stored(&format!("f{n}"), b"") }).collect();
    let package = open(&items);
    assert!(package.problems().iter().any(|p| p.kind == ZipExpandsTooMuch && p.place == Place::Package), "{:?}", package.problems());
    assert!(package.entries().iter().all(|entry| entry.blocked.is_some()));
}

#[test]
fn a_million_entries_are_refused_whether_the_end_admits_them_or_not() {
    let one = build(&[stored("abc", b"")]);
    let record = &one.bytes[one.directory..one.bytes.len() - 22];
    let mut bytes = one.bytes[..one.directory].to_vec();
    let offset = bytes.len();
    // As many records as the directory limit lets pass, with a count that lies.
    let count = 50_000;
    bytes.extend(record.repeat(count));
    common::end(&mut bytes, 7, record.len() * count, offset);
    let package = Package::from_bytes("x.csar", bytes).unwrap();
    assert_eq!(kinds(&package), [ZipTooManyEntries]);
    assert!(!package.is_sound() && package.entries().is_empty());

    let mut bytes = one.bytes[..one.directory].to_vec();
    bytes.extend(record.repeat(1_000_000));
    common::end(&mut bytes, 9, record.len() * 1_000_000, offset);
    let package = Package::from_bytes("x.csar", bytes).unwrap();
    assert_eq!(kinds(&package), [ZipTooManyEntries]);
}

#[test]
fn problems_of_one_kind_are_bounded() {
    let items: Vec<Item> = (0..500).map(|n| stored(&format!("../{n}"), b"")).collect();
    let package = open(&items);
    assert_eq!(package.problems().len(), 51);
    assert!(package.problems()[50].message.contains("450 more"));
}

#[test]
fn many_threads_read_one_package() {
    let items: Vec<Item> = (0..40u8).map(|n| deflated(&format!("f{n}"), &vec![n; 100_000])).collect();
    let package = open(&items);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for n in 0..40u8 {
                    assert_eq!(package.read(&format!("f{n}"), 1 << 20).unwrap(), vec![n; 100_000]);
                }
            });
        }
    });
}

#[test]
fn text_that_is_not_utf8_tells_where() {
    let package = open(&[stored("a.yaml", b"name: caf\xe9\nb: \xff")]);
    let text = package.read_text("a.yaml", 100).unwrap();
    assert_eq!(text.text, "name: caf\u{fffd}\nb: \u{fffd}");
    assert_eq!(text.invalid, [9, 16]);
}

#[test]
fn large_files_give_the_same_digest_as_small_ones_and_show_damage() {
    let mut content = b"0123456789abcdef!".repeat(600_000);
    content.truncate(9_000_001);
    let damaged = Item { crc: 7, ..deflated("damaged", &content) };
    let package = open(&[deflated("inflated", &content), stored("stored", &content), damaged]);
    let all = &vnfpkg_csar::Algorithm::ALL[..];
    let mut results = package.digests(&[("inflated", all), ("stored", all), ("damaged", all), ("stored", all)]);
    assert_eq!(results.len(), 3);
    let stored = results.remove(2).1.unwrap();
    let inflated = results.remove(1).1.unwrap();
    assert_eq!((stored.size, &stored.digests), (9_000_001, &inflated.digests));
    let expected = openssl::sha::sha256(&content);
    assert!(stored.get(vnfpkg_csar::Algorithm::Sha256).unwrap().matches(&hex::encode_upper(expected)));
    assert!(matches!(results.remove(0).1, Err(ReadError::Damaged { .. })));
}

#[test]
fn zip64_archives_are_read() {
    let built = build(&[good(), deflated("a.txt", &[b'a'; 1000])]);
    let mut bytes = built.bytes;
    let directory_len = (bytes.len() - 22 - built.directory) as u64;
    bytes.truncate(bytes.len() - 22);
    let end64 = bytes.len() as u64;
    bytes.extend(b"PK\x06\x06");
    bytes.extend(44u64.to_le_bytes());
    bytes.extend([45, 3, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for value in [2, 2, directory_len, built.directory as u64] {
        bytes.extend(u64::to_le_bytes(value));
    }
    bytes.extend(b"PK\x06\x07\0\0\0\0");
    bytes.extend(end64.to_le_bytes());
    bytes.extend([1, 0, 0, 0]);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([0xFF; 12]);
    bytes.extend([0, 0]);
    let package = Package::from_bytes("x.csar", bytes).unwrap();
    assert_eq!(package.problems(), []);
    assert_eq!(package.read("a.txt", 1000).unwrap(), [b'a'; 1000]);
}
