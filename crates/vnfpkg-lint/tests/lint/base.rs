//! The sound package and its valid twins have no findings.

use crate::common::{Base, DOCUMENT, Found, IMAGE, MANIFEST, META, SIMPLE, TOP, base, findings_of};
use vnfpkg_lint::Options;

fn assert_sound(name: &str, base: Base) {
    assert_eq!(base.findings(), [] as [Found; 0], "{name}");
}

#[test]
fn the_base_is_sound() {
    assert_sound("base", base());
    let hints = findings_of("base.csar", base().sealed().zip(), &Options { pedantic: true, ..Options::default() });
    let codes: Vec<&str> = hints.iter().map(|(code, ..)| code.as_str()).collect();
    assert_eq!(codes, ["NFV24", "NFV24", "SIG01"], "{hints:?}");
}

#[test]
fn valid_twins_are_sound() {
    let crlf = |base: Base, path: &str| {
        let text = String::from_utf8(base.files[path].clone()).unwrap().replace('\n', "\r\n");
        base.with(path, text)
    };
    assert_sound("CRLF in TOSCA.meta", crlf(base(), META));
    assert_sound("CRLF in the VNFD", crlf(base(), SIMPLE));
    assert_sound("CRLF in the manifest", crlf(base().sealed(), MANIFEST));
    let sealed = base().sealed();
    let hash = sealed.digest(DOCUMENT);
    assert_sound("upper-case digest", sealed.edit(MANIFEST, &hash, &hash.to_uppercase()));
    assert_sound("CSAR 1.1 with TOSCA 1.3 meta", base().edit(META, "File-Version: 1.0", "File-Version: 1.1"));
    assert_sound("quoted values", base().edit(META, "CSAR-Version: 1.1", "CSAR-Version: \"1.1\""));
    assert_sound("long implementation", base().edit(SIMPLE, "{ implementation: lifecycle }", "{ implementation: { primary: lifecycle } }"));
    assert_sound("date with offset", base().edit(MANIFEST, "2026-11-22T00:00:00Z", "2026-11-22T09:00:00+09:00"));
    assert_sound("a file that is not ASCII", base().with("Files/\u{e4}\u{f6}.txt", "x"));
    assert_sound("path from the package root", base().edit(SIMPLE, "../Files/images/disk.qcow2", IMAGE));
    assert_sound("larger size", base().edit(SIMPLE, "size: 1 KiB", "size: 2 GB"));
    assert_sound("comment in TOSCA.meta", base().edit(META, "CSAR-Version", "# a comment\nCSAR-Version"));
    assert_sound("a quoted name", base().edit(TOP, "product_name: Base", "product_name: 'Base'"));
}

#[test]
fn twins_with_old_spellings_have_warnings_only() {
    let warned = |base: Base, code: &str| {
        let found = base.findings();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, code);
    };
    warned(base().edit(META, "Created-By", "Created-by"), "MET06");
    warned(base().edit(META, "ETSI-Entry-Manifest", "Entry-Manifest"), "MET11");
    let bom = [b"\xef\xbb\xbf", base().files[SIMPLE].as_slice()].concat();
    warned(base().with(SIMPLE, bom), "YAM03");
}

#[test]
fn without_digests_files_are_not_read() {
    let stale = base().sealed().with(IMAGE, "another image");
    let quick = findings_of("base.csar", stale.zip(), &Options { digests: false, ..Options::default() });
    assert!(quick.iter().all(|(code, ..)| code != "MAN10" && code != "NFV11"), "{quick:?}");
    assert!(stale.findings().iter().any(|(code, ..)| code == "MAN10"));
}

#[test]
fn a_flood_of_faults_is_bounded() {
    let sources: String = (0..20_000).map(|number| format!("\nSource: missing/{number}\n")).collect();
    let manifest = String::from_utf8(base().files[MANIFEST].clone()).unwrap() + &sources;
    let start = std::time::Instant::now();
    let found = base().unlisted().with(MANIFEST, manifest).findings();
    let of_rule = found.iter().filter(|(code, ..)| code == "MAN11").count();
    assert_eq!(of_rule, 501);
    assert!(start.elapsed().as_secs() < 10);
}
