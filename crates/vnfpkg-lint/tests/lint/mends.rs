//! Changes that mend: applied, the finding is gone, and a second round changes nothing.

use vnfpkg_csar::Package;
use vnfpkg_diag::{FixSafety, Sources, fix};
use vnfpkg_lint::{Options, validate};

use crate::common::{Base, DOCUMENT, MANIFEST, META, SIMPLE, base};

/// Applies changes until there are none, and gives what is found then.
fn mended(base: &Base, level: FixSafety) -> (Package, Vec<&'static str>) {
    let mut package = Package::from_bytes("base.csar", base.zip()).unwrap();
    for _ in 0..10 {
        let mut sources = Sources::new();
        let findings = validate(&package, &mut sources, &Options::default()).findings;
        let fixed = fix::apply(&findings, &sources, level);
        if fixed.texts.is_empty() {
            return (package, findings.iter().map(|finding| finding.code).collect());
        }
        for (source, text) in fixed.texts {
            assert!(package.overlay(sources.get(source).name(), text.into_bytes()));
        }
    }
    panic!("there is no end to mending");
}

/// A package with one fault is sound after safe changes, and was not before.
#[track_caller]
fn mends(code: &str, faulty: &Base) -> Package {
    let package = Package::from_bytes("base.csar", faulty.zip()).unwrap();
    let before = validate(&package, &mut Sources::new(), &Options::default()).findings;
    assert!(before.iter().any(|finding| finding.code == code), "{before:?}");
    let (package, left) = mended(faulty, FixSafety::Safe);
    assert_eq!(left, [] as [&str; 0]);
    package
}

/// A fault that only an unsafe change mends.
#[track_caller]
fn guesses(code: &str, faulty: &Base) {
    let left = mended(faulty, FixSafety::Safe).1;
    assert!(left.contains(&code), "{code} is not among {left:?}");
    assert_eq!(mended(faulty, FixSafety::Unsafe).1, [] as [&str; 0]);
}

#[test]
fn safe_changes_leave_a_sound_package() {
    let sealed = base().sealed();
    mends("MET06", &sealed.clone().edit(META, "Created-By", "Created-by"));
    mends("MET08", &sealed.clone().edit(META, "ETSI-Entry-Change-Log: ChangeLog.txt\n", ""));
    mends("MET08", &sealed.clone().edit(META, "ETSI-Entry-Manifest: base.mf\n", ""));
    mends("MET11", &sealed.clone().edit(META, "ETSI-Entry-Manifest", "Entry-Manifest"));
    mends("MAN02", &sealed.clone().edit(MANIFEST, "vnf_release_date_time", "vnf_release_data_time"));
    mends("MAN10", &sealed.clone().with("Scripts/install.sh", "exit 0\n"));
    mends("TOS20", &sealed.clone().with(SIMPLE, null_requirements(&sealed)));
    mends("TOS13", &sealed.clone().edit(SIMPLE, "instantiate_end: {", "heal_end: []\n          instantiate_end: {"));
    mends("TOS09", &sealed.clone().edit(SIMPLE, "min_disk: 1 GiB", "min_disk: 1GiB"));
    mends("YAM05", &sealed.clone().edit(SIMPLE, "version: '12'", "version: 1.10"));
    mends("YAM03", &sealed.clone().with(SIMPLE, [b"\xef\xbb\xbf", sealed.files[SIMPLE].as_slice()].concat()));
}

fn null_requirements(base: &Base) -> String {
    let text = String::from_utf8(base.files[SIMPLE].clone()).unwrap();
    text.replacen(
        "    VDU1:\n      type: tosca.nodes.nfv.Vdu.Compute\n",
        "    VDU1:\n      type: tosca.nodes.nfv.Vdu.Compute\n      requirements:  # none\n",
        1,
    )
}

#[test]
fn files_that_are_not_listed_are_listed_in_order() {
    let crlf = String::from_utf8(base().sealed().files[MANIFEST].clone()).unwrap().replace('\n', "\r\n");
    let faulty = base().sealed().with(MANIFEST, crlf).with("Files/a", "a").with("Files/b", "b");
    let text = mends("MAN12", &faulty).read_text(MANIFEST, 1 << 20).unwrap().text;
    let (a, b) = (text.find("Source: Files/a\r\nAlgorithm: SHA-256\r\nHash: ca978112"), text.find("Source: Files/b"));
    assert!(a.is_some() && a < b && !text.replace("\r\n", "").contains('\n'), "{text}");
}

#[test]
fn a_broken_algorithm_is_replaced_with_its_digest() {
    let sealed = base().sealed();
    let hash = sealed.digest(DOCUMENT);
    let faulty =
        sealed.edit(MANIFEST, &format!("Algorithm: SHA-256\nHash: {hash}"), "Algorithm: MD5\nHash: d41d8cd98f00b204e9800998ecf8427e");
    mends("MAN09", &faulty);
}

#[test]
fn similar_names_are_guesses() {
    let sealed = base().sealed();
    let of = |from: &str, to: &str| sealed.clone().edit(SIMPLE, from, to);
    guesses("TOS05", &of("type: tosca.nodes.nfv.VnfVirtualLink", "type: tosca.nodes.nfv.VnfVirtualLnk"));
    guesses("TOS07", &of("        order: 1", "        ordre: 1"));
    guesses("TOS11", &of("        - virtual_link: VL1\n\n    CP3", "        - virtual_lnk: VL1\n\n    CP3"));
    guesses("NFV18", &of("instantiate_end:", "instantiate_ends:"));
    guesses("TOS14", &of("implementation: lifecycle", "implementation: lifecycel"));
    guesses("TOS16", &of("targets: [ both ]", "targets: [ bothe ]"));
    guesses("NFV15", &of("small: { number_of_instances: 1 }", "smal: { number_of_instances: 1 }"));
    guesses("MET12", &sealed.clone().edit(META, "ETSI-Entry-Licenses", "ETSI-Entry-Licences"));
}
