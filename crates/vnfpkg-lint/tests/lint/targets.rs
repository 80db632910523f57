//! What systems would say: each reason of Tacker and ONAP is seen, and what they overlook or take is not.

use vnfpkg_csar::Package;
use vnfpkg_diag::{Severity, Sources};
use vnfpkg_lint::target::{Prediction, Target, Targets};
use vnfpkg_lint::{Options, validate};

use crate::common::{Base, DOCUMENT, IMAGE, MANIFEST, META, SIMPLE, TOP, TYPES, base};

fn predicted(target: Target, base: &Base) -> Prediction {
    let base = if base.is_sealed() { base.clone() } else { base.clone().sealed() };
    let package = Package::from_bytes("base.csar", base.zip()).unwrap();
    let options = Options { targets: Targets::of(&[target]), ..Options::default() };
    validate(&package, &mut Sources::new(), &options).predictions.remove(0)
}

/// A package that Tacker takes: the base with the type files in it that Tacker does not bring.
fn taken() -> Base {
    let profile = |name: &str| std::fs::read(format!("{}/../vnfpkg-tosca/profiles/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    base()
        .with("Definitions/etsi_nfv_sol001_common_types.yaml", profile("sol001_2.6.1_common.yaml"))
        .with("Definitions/etsi_nfv_sol001_vnfd_types.yaml", profile("sol001_2.6.1_vnfd.yaml"))
        .with("Definitions/vnfpkg_types.yaml", profile("vnfpkg_types.yaml"))
}

fn reasons(target: Target, base: &Base) -> Vec<String> {
    predicted(target, base).reasons.iter().map(|reason| reason.message.clone()).collect()
}

#[track_caller]
fn refused(target: Target, base: &Base, why: &str) {
    let prediction = predicted(target, base);
    let found = prediction.reasons.iter().any(|reason| reason.message.contains(why) && reason.severity == Severity::Error);
    assert!(prediction.refuses() && found, "`{why}` is not among {:?}", prediction.reasons);
}

#[track_caller]
fn overlooked(target: Target, base: &Base, why: &str) {
    let found = reasons(target, base);
    assert!(!found.iter().any(|reason| reason.contains(why)), "{found:?}");
}

const TACKER: Target = Target::Tacker;

#[test]
fn tacker_takes_a_package_that_brings_its_types() {
    assert_eq!(reasons(TACKER, &taken()), [] as [&str; 0]);
    assert_eq!(predicted(TACKER, &taken()).verdict(), "Tacker would take this package");
    refused(TACKER, &base(), "does not carry this file");
}

#[test]
fn tacker_finds_the_entry_its_own_way() {
    refused(TACKER, &taken().edit(META, "Entry-Definitions:", "Entry-definitions:"), "no `Entry-Definitions`");
    refused(TACKER, &taken().edit(META, "Definitions/top.yaml", "Definitions/tip.yaml"), "no file `Definitions/tip.yaml`");
    refused(TACKER, &taken().edit(META, "CSAR-Version: 1.1", "CSAR-Version: [1.1"), "read as YAML");
    refused(TACKER, &taken().without(META), "0 YAML files in the root");
    let root = taken().without(META).with("base.yaml", "tosca_definitions_version: tosca_simple_yaml_1_0\n");
    refused(TACKER, &root, "cannot be of tosca_simple_yaml_1_0");
    refused(
        TACKER,
        &taken().edit(META, "ETSI-Entry-Manifest: base.mf", "ETSI-Entry-Manifest: Scripts/install.sh"),
        "does not end in `.mf`",
    );
    // What SOL004 wants of TOSCA.meta is not looked at.
    overlooked(TACKER, &taken().edit(META, "Created-By: vnfpkg\n", ""), "Created-By");
    overlooked(TACKER, &taken().edit(META, "CSAR-Version: 1.1", "CSAR-Version: 9.9"), "9.9");
}

#[test]
fn tacker_compares_digests_letter_by_letter() {
    let sealed = taken().sealed();
    let hash = sealed.digest(DOCUMENT);
    refused(TACKER, &sealed.clone().edit(MANIFEST, &hash, &hash.to_uppercase()), "not in lower case");
    refused(TACKER, &sealed.clone().edit(MANIFEST, &hash, &"0".repeat(64)), "read as a number");
    refused(TACKER, &sealed.clone().edit(MANIFEST, &hash, &"a".repeat(64)), "another one");
    refused(TACKER, &sealed.clone().with("Scripts/install.sh", "changed"), "the digest of `Scripts/install.sh`");
    refused(
        TACKER,
        &sealed.clone().edit(MANIFEST, &format!("Algorithm: SHA-256\nHash: {hash}"), &format!("Algorithm: MD5\nHash: {hash}")),
        "none of",
    );
    refused(TACKER, &sealed.clone().edit(MANIFEST, &format!("Hash: {hash}"), "Hash:"), "no `Hash`");
    refused(
        TACKER,
        &sealed.clone().edit(MANIFEST, &format!("Hash: {hash}"), &format!("Hash: {hash}\nSignature: a.sig")),
        "cannot hold `Signature`",
    );
    let crlf = String::from_utf8(sealed.files[MANIFEST].clone()).unwrap().replace('\n', "\r\n");
    refused(TACKER, &sealed.clone().with(MANIFEST, crlf), "cannot hold `metadata`");
    refused(TACKER, &sealed.clone().edit(MANIFEST, &format!("Source: {DOCUMENT}"), "Source: Scripts/none"), "no file `Scripts/none`");
    let remote = sealed.clone().edit(MANIFEST, &format!("Source: {DOCUMENT}"), "Source: https://example.org/x");
    let prediction = predicted(TACKER, &remote);
    assert!(!prediction.refuses() && prediction.verdict().ends_with("depending on what follows"), "{prediction:?}");
    // Images are left to the image service, and files that are not listed to nobody.
    overlooked(TACKER, &sealed.clone().with(IMAGE, "another image"), "digest");
    overlooked(TACKER, &sealed.with("Files/new", "x"), "Files/new");
}

#[test]
fn tacker_looks_for_files_beside_the_template_unless_a_hook_excuses_it() {
    let missing = taken().edit(SIMPLE, "../Files/images/disk.qcow2", "../Files/images/none.qcow2");
    // The hook of the VNF node names an artifact: that excuses every file of the template.
    overlooked(TACKER, &missing, "none.qcow2");
    let unexcused = missing.edit(SIMPLE, "{ implementation: lifecycle }", "{}");
    refused(TACKER, &unexcused, "no file `../Files/images/none.qcow2` beside");
    let from_root = taken().edit(SIMPLE, "{ implementation: lifecycle }", "{}").edit(SIMPLE, "../Files/images/disk.qcow2", IMAGE);
    refused(TACKER, &from_root, "no file `Files/images/disk.qcow2` beside");
    let remote = taken().edit(SIMPLE, "../Files/images/disk.qcow2", "https://example.org/disk.qcow2");
    assert!(reasons(TACKER, &remote).iter().any(|reason| reason.contains("is fetched")));
}

#[test]
fn tosca_parser_counts_requirements_of_the_main_template() {
    let more = taken().edit(TYPES, "occurrences: [ 0, 1 ] }", "occurrences: [ 2, 3 ] }");
    refused(TACKER, &more, "has the requirement `virtual_link_external` 1 times, 2 to 3 are counted");
    let unmapped = taken().edit(TYPES, ", occurrences: [ 0, 1 ] }", " }").edit(
        SIMPLE,
        "    requirements:\n      virtual_link_external: [ CP1, virtual_link ]\n",
        "",
    );
    refused(TACKER, &unmapped, "0 times, 1 or more are counted");
    overlooked(TACKER, &taken().edit(TYPES, ", occurrences: [ 0, 1 ] }", " }"), "are counted");
}

#[test]
fn tacker_notices_some_faults_of_the_descriptor_and_overlooks_others() {
    let of = |from: &str, to: &str| taken().edit(SIMPLE, from, to);
    refused(
        TACKER,
        &of("VL1:\n      type: tosca.nodes.nfv.VnfVirtualLink", "VL1:\n      type: tosca.nodes.nfv.VnfVirtualLnk"),
        "no node type",
    );
    refused(TACKER, &of("        - virtual_link: VL1\n\n    CP3", "        - virtual_link: VL9\n\n    CP3"), "no node template `VL9`");
    refused(TACKER, &of("instantiate_end:", "instantiate_ends:"), "instantiate_ends");
    refused(TACKER, &of("implementation: lifecycle }", "implementation: lifecycel }"), "lifecycel");
    refused(TACKER, &of("targets: [ both ]", "targets: [ bothe ]"), "bothe");
    refused(TACKER, &of("default_level: small", "default_level: smal"), "default_level");
    refused(TACKER, &of("small: { number_of_instances: 1 }", "smal: { number_of_instances: 1 }"), "smal");
    refused(
        TACKER,
        &of(
            "        sw_image:\n          type: tosca.artifacts.nfv.SwImage\n",
            "        again:\n          type: tosca.artifacts.nfv.SwImage\n          file: ../Files/images/disk.qcow2\n        sw_image:\n          type: tosca.artifacts.nfv.SwImage\n",
        ),
        "2 images",
    );
    refused(TACKER, &taken().edit(TOP, "imports:\n  - types.yaml\n", "imports:\n  - types.yaml\n  - none.yaml\n"), "none.yaml");
    refused(TACKER, &taken().edit(TOP, "  node_templates:\n", "  node_templates:\n\tx: 1\n"), "");
    overlooked(TACKER, &of("type: tosca.artifacts.nfv.SwImage", "type: tosca.artifacts.nfv.SwImag"), "SwImag`");
    overlooked(TACKER, &of("max_number_of_instances: 3", "max_number_of_instances: 0"), "instances");
    overlooked(TACKER, &of("order: 1", "order: 0"), "order");
    overlooked(TACKER, &of("          default_level: small\n", ""), "default_level");
    overlooked(TACKER, &of("      properties: { description: Both VDUs }\n", ""), "description");
}

#[test]
fn onap_looks_at_the_container() {
    const ONAP: Target = Target::Onap;
    let fit = || {
        base()
            .edit(META, "ETSI-Entry-Manifest: base.mf", "ETSI-Entry-Manifest: top.mf")
            .with("top.mf", base().files[MANIFEST].clone())
            .without(MANIFEST)
    };
    assert_eq!(reasons(ONAP, &fit()), [] as [&str; 0]);
    refused(ONAP, &base(), "not called `top.mf`");
    refused(ONAP, &fit().edit(META, "Created-By: vnfpkg\n", ""), "no `Created-By`");
    refused(ONAP, &fit().edit(META, "CSAR-Version: 1.1\n", "CSAR-Version: 1.1\nMy-Key: x\n"), "`My-Key` is no key");
    refused(ONAP, &fit().edit("top.mf", "  vnf_provider_id: vnfpkg\n", ""), "no `vnf_provider_id`");
    refused(ONAP, &fit().edit("top.mf", "  vnf_provider_id: vnfpkg\n", "  vnf_provider_id: vnfpkg\n  vnfd_id: x\n"), "no `vnfm_info`");
    refused(ONAP, &fit().edit("top.mf", "  vnf_provider_id: vnfpkg\n", "  vnf_provider_id: vnfpkg\n  extra: x\n"), "`extra` is not among");
    refused(ONAP, &fit().sealed().with("Files/new", "x"), "`Files/new` are not listed");
    refused(ONAP, &fit().sealed().with(DOCUMENT, "changed"), "digest");
    // TOSCA is hardly looked at.
    overlooked(ONAP, &fit().edit(SIMPLE, "type: tosca.nodes.nfv.VnfVirtualLink", "type: none"), "node type");
}

#[test]
fn a_package_that_cannot_be_listed_is_refused_by_all() {
    let mut bytes = base().sealed().zip();
    bytes.truncate(bytes.len() - 30);
    let package = Package::from_bytes("base.csar", bytes).unwrap();
    let options = Options { targets: Targets::of(&Target::ALL), ..Options::default() };
    let predictions = validate(&package, &mut Sources::new(), &options).predictions;
    assert!(predictions.len() == 2 && predictions.iter().all(Prediction::refuses), "{predictions:?}");
}
