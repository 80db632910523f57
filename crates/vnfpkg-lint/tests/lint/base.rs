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

/// Packages that say the same as the base in another way, with the warnings that each has. None has an error, and most no warning.
fn twins() -> Vec<(&'static str, Base, &'static [&'static str])> {
    let crlf = |base: Base, path: &str| {
        let text = String::from_utf8(base.files[path].clone()).unwrap().replace('\n', "\r\n");
        base.with(path, text)
    };
    let hook = "instantiate_end: { implementation: lifecycle }";
    let sealed = base().sealed();
    let hash = sealed.digest(DOCUMENT);
    let sha512 = sealed.digest_by(DOCUMENT, vnfpkg_csar::Algorithm::Sha512);
    let bom = |path: &str| [b"\xef\xbb\xbf", base().files[path].as_slice()].concat();
    vec![
        ("upper-case digest", sealed.clone().edit(MANIFEST, &hash, &hash.to_uppercase()), &[]),
        ("SHA-512", sealed.clone().edit(MANIFEST, &format!("SHA-256\nHash: {hash}"), &format!("SHA-512\nHash: {sha512}")), &[]),
        (
            "algorithm in lower case",
            sealed.clone().edit(MANIFEST, &format!("SHA-256\nHash: {hash}"), &format!("sha-256\nHash: {hash}")),
            &[],
        ),
        ("CRLF in TOSCA.meta", crlf(base(), META), &[]),
        ("CRLF in the manifest", crlf(sealed.clone(), MANIFEST), &[]),
        ("CRLF in a template", crlf(base(), SIMPLE), &[]),
        ("CRLF in the lifecycle document", crlf(base(), DOCUMENT), &[]),
        ("BOM in TOSCA.meta", base().with(META, bom(META)), &[]),
        ("BOM in the manifest", base().with(MANIFEST, bom(MANIFEST)), &[]),
        ("BOM in a template", base().with(SIMPLE, bom(SIMPLE)), &["YAM03"]),
        ("the older key of the manifest", base().edit(META, "ETSI-Entry-Manifest", "Entry-Manifest"), &["MET11"]),
        ("Created-by", base().edit(META, "Created-By", "Created-by"), &["MET06"]),
        ("TOSCA-Meta-File-Version 1.1", base().edit(META, "File-Version: 1.0", "File-Version: 1.1"), &[]),
        ("CSAR-Version 1.0", base().edit(META, "CSAR-Version: 1.1", "CSAR-Version: 1.0"), &["MET05"]),
        ("quoted values in TOSCA.meta", base().edit(META, "CSAR-Version: 1.1", "CSAR-Version: \"1.1\""), &[]),
        ("a comment in TOSCA.meta", base().edit(META, "CSAR-Version", "# a comment\nCSAR-Version"), &[]),
        ("a comment in a template", base().edit(SIMPLE, "  node_templates:", "  # nodes\n  node_templates:"), &[]),
        ("no Other-Definitions", base().edit(META, "Other-Definitions: Definitions/simple.yaml\n", ""), &[]),
        ("an unquoted version", base().edit(TOP, "software_version: '1.0'", "software_version: 1.0"), &["YAM05"]),
        ("a version of three parts without quotes", base().edit(TOP, "software_version: '1.0'", "software_version: 1.0.0"), &[]),
        ("a quoted name", base().edit(TOP, "product_name: Base", "product_name: \"Base\""), &[]),
        ("implementation with primary", base().edit(SIMPLE, hook, "instantiate_end: { implementation: { primary: lifecycle } }"), &[]),
        ("operation as a name alone", base().edit(SIMPLE, hook, "instantiate_end: lifecycle"), &[]),
        ("operations below their keyname", base().edit(SIMPLE, hook, &format!("operations:\n            {hook}")), &[]),
        ("a hook that is an empty list", base().edit(SIMPLE, hook, &format!("{hook}\n          heal_start: []")), &["TOS13"]),
        ("requirements without value", base().edit(SIMPLE, "    VL1:\n", "    VL1:\n      requirements:\n"), &["TOS20"]),
        ("a path from the package root", base().edit(SIMPLE, "../Files/images/disk.qcow2", IMAGE), &[]),
        ("imports with ./", base().edit(TOP, "- types.yaml", "- ./types.yaml"), &[]),
        ("an import with namespace_prefix", base().edit(TOP, "- types.yaml", "- { file: types.yaml, namespace_prefix: own }"), &[]),
        ("a named import", base().edit(TOP, "- types.yaml", "- own_types: types.yaml"), &[]),
        ("types of ETSI in the package", with_types(base()), &[]),
        ("ETSI's types by their URL", by_url(), &[]),
        ("a file whose name is not ASCII", base().with("Files/\u{e4}\u{f6} \u{5099}.txt", "x"), &[]),
        ("a date with offset", base().edit(MANIFEST, "2026-11-22T00:00:00Z", "2026-11-22T09:00:00+09:00"), &[]),
        ("a larger size", base().edit(SIMPLE, "size: 1 KiB", "size: 2 GB"), &[]),
        ("the root form", root_form(), &[]),
    ]
}

fn with_types(base: Base) -> Base {
    let common = include_str!("../../../vnfpkg-tosca/profiles/sol001_2.6.1_common.yaml");
    let vnfd = include_str!("../../../vnfpkg-tosca/profiles/sol001_2.6.1_vnfd.yaml");
    base.with("Definitions/etsi_nfv_sol001_common_types.yaml", common).with("Definitions/etsi_nfv_sol001_vnfd_types.yaml", vnfd)
}

fn by_url() -> Base {
    let url = "https://forge.etsi.org/rep/nfv/SOL001/raw/v2.6.1/etsi_nfv_sol001_";
    base().edit(crate::common::TYPES, "- etsi_nfv_sol001_common", &format!("- {url}common")).edit(
        crate::common::TYPES,
        "- etsi_nfv_sol001_vnfd",
        &format!("- {url}vnfd"),
    )
}

/// The template in the root, and no TOSCA.meta.
fn root_form() -> Base {
    let mut package = base().without(META);
    for (from, to) in [(TOP, "top.yaml"), (SIMPLE, "parts/simple.yaml"), (crate::common::TYPES, "parts/types.yaml"), (MANIFEST, "top.mf")] {
        let bytes = package.files.remove(from).unwrap();
        package = package.with(to, bytes);
    }
    let metadata =
        "metadata: { template_name: t, template_author: a, template_version: v }\nimports:\n  - parts/types.yaml\n  - parts/simple.yaml";
    package.edit("top.yaml", "imports:\n  - types.yaml\n  - simple.yaml", metadata)
}

#[test]
fn valid_twins_have_no_errors_and_only_their_warnings() {
    let twins = twins();
    let count = twins.len();
    for (name, twin, warnings) in twins {
        let codes: Vec<String> = twin.findings().into_iter().map(|(code, ..)| code).collect();
        assert_eq!(codes, warnings, "{name}");
    }
    for how in ["zip64", "stored", "streamed", "executable", "outer"] {
        let archive = crate::archive::made(how, &base().sealed());
        assert_eq!(findings_of("base.csar", archive, &Options::default()), [] as [Found; 0], "{how}");
    }
    // A digest of digits alone is a text all the same. None can be made to fit, so it is not compared here.
    let sealed = base().sealed();
    let digits = sealed.clone().edit(MANIFEST, &sealed.digest(DOCUMENT), &"1234567890123456".repeat(4));
    assert_eq!(findings_of("base.csar", digits.zip(), &Options { digests: false, ..Options::default() }), [] as [Found; 0]);
    println!("{} valid twins have no error", count + 6);
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
