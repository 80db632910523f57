//! Whatever the bytes: no panic, spans inside the text, and packing loses nothing.
#![allow(clippy::unwrap_used)]

mod common;

use std::fs;

use camino::Utf8Path;
use common::{build, deflated, stored};
use proptest::prelude::*;
use vnfpkg_csar::{Algorithm, Manifest, PackOptions, Package, Problem, ToscaMeta, pack, unpack};
use vnfpkg_diag::{Place, Sources};

/// Lines that look like the real thing, so that random texts reach the inner states of the parsers.
fn lines() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just("metadata:".to_owned()),
        Just("non_mano_artifact_sets:".to_owned()),
        Just("-----BEGIN CMS-----".to_owned()),
        Just("-----END CMS-----".to_owned()),
        "(  )?(Source|Algorithm|Hash|Name|Signature|Entry-Definitions|Other-Definitions|onap):[ a-zä\",./:-]{0,12}",
        "\\PC{0,20}",
        Just(String::new()),
    ];
    let end = prop_oneof![Just("\n"), Just("\r\n"), Just("\r")];
    prop::collection::vec((line, end), 0..30).prop_map(|lines| lines.into_iter().map(|(line, end)| line + end).collect())
}

fn spans_are_inside(problems: &[Problem], text: &str) {
    for problem in problems {
        let Place::Span(span) = problem.place else { panic!("{problem:?} has no span") };
        assert!(text.get(span.range()).is_some(), "{problem:?} is not inside {text:?}");
    }
}

fn parse(text: &str) {
    let source = Sources::new().add("x", text);
    let (meta, problems) = ToscaMeta::parse(source, text);
    spans_are_inside(&problems, text);
    for field in meta.blocks.iter().flat_map(|block| &block.fields) {
        assert_eq!(text.get(field.key.span.range()), Some(field.key.text.as_str()));
        assert!(text.get(field.value.span.range()).is_some());
    }
    for word in meta.other_definitions() {
        assert!(text.get(word.span.range()).is_some());
    }
    let (manifest, problems) = Manifest::parse(source, text);
    spans_are_inside(&problems, text);
    for field in manifest.entries.iter().flat_map(|entry| [&entry.source, &entry.algorithm, &entry.hash]).flatten() {
        assert_eq!(text.get(field.value.span.range()), Some(field.value.text.as_str()));
    }
}

/// Opens and reads everything; nothing may panic, and nothing may be larger than it says.
fn exercise(bytes: Vec<u8>) {
    let Ok(package) = Package::from_bytes("x.csar", bytes) else { return };
    for entry in package.entries() {
        let _ = package.entry(&entry.path).expect("every entry is found by its path");
        if let Ok(content) = package.read(&entry.path, 1 << 20) {
            assert_eq!(content.len() as u64, entry.size);
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8Path::from_path(folder.path()).unwrap();
    let _ = unpack(&package, &root.join("a/b"));
    let names: Vec<_> = fs::read_dir(root).unwrap().map(|item| item.unwrap().file_name()).collect();
    assert!(names.iter().all(|name| name == "a"), "{names:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn parsers_take_any_text(text in "\\PC{0,200}", real in lines()) {
        parse(&text);
        parse(&real);
        parse(&format!("\u{feff}{real}"));
    }

    #[test]
    fn a_zip_with_flipped_bytes_is_never_a_panic(
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = build(&[stored("TOSCA-Metadata/TOSCA.meta", b"a: b"), deflated("a/b.txt", &[b'x'; 500]), stored("c", b"c")]).bytes;
        for (at, value) in flips {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        exercise(bytes);
    }

    #[test]
    fn arbitrary_bytes_behind_a_zip_magic_are_never_a_panic(rest in prop::collection::vec(any::<u8>(), 0..400), at in any::<prop::sample::Index>()) {
        let mut bytes = b"PK\x03\x04".to_vec();
        bytes.extend(&rest);
        let at = at.index(bytes.len());
        bytes.splice(at..at, b"PK\x05\x06\0\0\0\0\x01\0\x01\0".iter().copied());
        exercise(bytes);
    }

    #[test]
    fn packing_keeps_every_file_and_lists_its_digest(
        files in prop::collection::btree_map("[a-c]{1,2}(/[a-c.]{0,2}[d-f])?", prop::collection::vec(any::<u8>(), 0..300), 0..8),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let root = Utf8Path::from_path(folder.path()).unwrap();
        let (source, output) = (root.join("package"), root.join("out.csar"));
        let mut written = vec![
            ("TOSCA-Metadata/TOSCA.meta".to_owned(), b"Entry-Definitions: x.yaml\nETSI-Entry-Manifest: x.mf\n".to_vec()),
            ("x.mf".to_owned(), b"metadata:\nvnf_product_name: p\n".to_vec()),
        ];
        written.extend(files);
        // A name may be both file and folder in the random set; the file system keeps whichever came first.
        written.retain(|(path, content)| {
            let file = source.join(path);
            fs::create_dir_all(file.parent().unwrap()).is_ok() && fs::write(file, content).is_ok()
        });
        pack(&source, &output, &PackOptions::default()).unwrap();
        let package = Package::open(&output).unwrap();
        prop_assert_eq!(package.problems(), &[]);
        prop_assert_eq!(package.files().count(), written.len());
        let text = package.read_text("x.mf", 1 << 20).unwrap().text;
        let (manifest, problems) = Manifest::parse(Sources::new().add("x.mf", text.as_str()), &text);
        prop_assert_eq!(problems, []);
        for (path, content) in written.iter().filter(|(path, _)| path != "x.mf") {
            prop_assert_eq!(&package.read(path, 1 << 20).unwrap(), content);
            let digest = package.digest_once(path, Algorithm::Sha256).unwrap();
            let hash = manifest.entry(path).and_then(|entry| entry.hash.clone()).unwrap();
            prop_assert!(digest.matches(&hash.value.text));
        }
    }
}
