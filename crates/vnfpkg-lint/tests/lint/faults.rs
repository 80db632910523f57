//! Faults of TOSCA.meta, the manifest and YAML.

use crate::case::{Case, assert_cases, case};
use crate::common::{Base, IMAGE, MANIFEST, META, SIMPLE, TOP, TYPES, base};

/// Every code that a case of this file expects.
pub(crate) fn codes() -> Vec<&'static str> {
    let all = [meta(), manifest(), yaml()];
    all.into_iter().flatten().map(|case| case.code).collect()
}

#[test]
fn faults_of_tosca_meta() {
    assert_cases(meta(), false);
}

#[test]
fn faults_of_the_manifest() {
    assert_cases(manifest(), false);
}

#[test]
fn faults_of_yaml() {
    assert_cases(yaml(), false);
}

pub(crate) const FIRST: &str = "TOSCA-Meta-File-Version";

fn meta() -> Vec<Case> {
    let block = "Content-Type: application/x-sh";
    let zeros = format!("{block}\nAlgorithm: SHA-256\nHash: {}", "0".repeat(64));
    let other_case = base().files[META].clone();
    vec![
        case("META 01", "MET01", "", "", base().without(META)),
        case("META 02", "MET02", "TOSCA-Metadata/Tosca.meta", "", base().without(META).with("TOSCA-Metadata/Tosca.meta", other_case)),
        case("META 03", "MET07", META, FIRST, base().edit(META, "Entry-Definitions: Definitions/top.yaml\n", "")),
        case("META 04", "MET07", META, "Definitions/tpo.yaml", base().edit(META, "Definitions/top.yaml", "Definitions/tpo.yaml")),
        case("META 05", "MET05", META, FIRST, base().edit(META, "CSAR-Version: 1.1\n", "")),
        case("META 06", "MET05", META, "9.9", base().edit(META, "CSAR-Version: 1.1", "CSAR-Version: 9.9")),
        case("META 07", "MET06", META, FIRST, base().edit(META, "Created-By: vnfpkg\n", "")),
        case("META 08", "MET08", META, MANIFEST, base().without(MANIFEST)),
        case("META 09", "MET12", META, "Manifst", base().edit(META, "ETSI-Entry-Manifest", "ETSI-Entry-Manifst")),
        case("META 10", "MET08", META, "ChangeLog", base().without("ChangeLog.txt")),
        case("META 11", "MET14", META, "Hash: 0", base().edit(META, block, &zeros)),
        case("the manifest is not named", "MET08", META, FIRST, base().edit(META, "ETSI-Entry-Manifest: base.mf\n", "")),
        case("no colon", "MET03", META, "a line", base().edit(META, "CSAR-Version", "a line\nCSAR-Version")),
        case("no version", "MET04", META, "File-Version: 3", base().edit(META, "File-Version: 1.0", "File-Version: 3.0")),
        case("an old version", "MET05", META, "CSAR-Version", base().edit(META, "CSAR-Version: 1.1", "CSAR-Version: 1.0")),
        case("no licences", "MET09", META, "Licences", base().edit(META, "Licenses: Licenses", "Licenses: Licences")),
        case(
            "two manifests",
            "MET11",
            META,
            "Entry-Manifest: x",
            base().edit(META, "ETSI-Entry-Manifest", "Entry-Manifest: x\nETSI-Entry-Manifest"),
        ),
        case("no such definitions", "MET13", META, "simpel", base().edit(META, "Definitions/simple.yaml", "Definitions/simpel.yaml")),
        case("an empty line too many", "MET14", META, "Entry-Definitions", base().edit(META, "Entry-Definitions", "\nEntry-Definitions")),
        case("half a digest", "MET14", META, "Algorithm", base().edit(META, block, "Content-Type: a/b\nAlgorithm: SHA-256")),
        case("no content type", "MET14", META, "Name: Scripts", base().edit(META, "\nContent-Type: application/x-sh", "")),
        case(
            "a file that is not there",
            "MET14",
            META,
            "Name: Scripts/instal.sh",
            base().edit(META, "Scripts/install.sh", "Scripts/instal.sh"),
        ),
        case("the root form without its manifest", "MET16", "other.mf", "", root_form().with("other.mf", "metadata:\n")),
        case(
            "the root form without metadata",
            "MET01",
            "top.yaml",
            "tosca_definitions_version",
            root_form().with("top.mf", &base().files[MANIFEST]).edit(
                "top.yaml",
                "metadata: { template_name: t, template_author: a, template_version: v }\n",
                "",
            ),
        ),
    ]
}

/// The package with its template in the root.
fn root_form() -> Base {
    let mut package = base().without(META).without(MANIFEST);
    for path in [TOP, SIMPLE, TYPES] {
        let text = package.files.remove(path).unwrap();
        let folder = if path == TOP { "" } else { "parts/" };
        package = package.with(&format!("{folder}{}", path.trim_start_matches("Definitions/")), text);
    }
    package.edit("top.yaml", "imports:\n  - types.yaml\n  - simple.yaml", "imports:\n  - parts/types.yaml\n  - parts/simple.yaml").edit(
        "top.yaml",
        "\nimports",
        "\nmetadata: { template_name: t, template_author: a, template_version: v }\nimports",
    )
}

fn manifest() -> Vec<Case> {
    let sealed = || base().with("Files/extra.txt", "x").sealed();
    let hash_of = |path: &str| format!("Hash: {}", sealed().digest(path));
    let wrong = format!("Hash: {}", "0".repeat(64));
    let install = "Source: Scripts/install.sh\n";
    let tail = |text: &str| {
        let manifest = String::from_utf8(sealed().files[MANIFEST].clone()).unwrap();
        sealed().with(MANIFEST, manifest + text)
    };
    let image = "Source: Files/images/disk.qcow2\n";
    let twice = format!("\nSource: ./Files/extra.txt\nAlgorithm: SHA-256\n{}\n", hash_of("Files/extra.txt"));
    let signature = format!("{}\nSignature: Scripts/install.sig.cms", hash_of("Scripts/install.sh"));
    vec![
        case("MF 01", "MAN10", MANIFEST, "Hash: 00", sealed().edit(MANIFEST, &hash_of(IMAGE), &wrong)),
        case("MF 02", "MAN10", MANIFEST, "Hash: 00", sealed().edit(MANIFEST, &hash_of("Scripts/install.sh"), &wrong)),
        case("MF 03", "MAN11", MANIFEST, "Files/extra.txt", sealed().without("Files/extra.txt")),
        case("MF 04", "MAN12", "Scripts/extra.sh", "", sealed().with("Scripts/extra.sh", "x")),
        case(
            "MF 05",
            "MAN09",
            MANIFEST,
            "MD5",
            sealed().edit(MANIFEST, &format!("{install}Algorithm: SHA-256"), &format!("{install}Algorithm: MD5")),
        ),
        case("MF 06", "MAN01", MANIFEST, "vnf_product_name", base().edit(MANIFEST, "metadata:\n", "")),
        case("MF 07", "MAN05", MANIFEST, "22.11.2026", base().edit(MANIFEST, "2026-11-22T00:00:00Z", "22.11.2026")),
        case("MF 11", "SIG02", MANIFEST, "-----BEGIN", tail("\n-----BEGIN CMS-----\nMIIB\n")),
        case("a digest that is cut off", "MAN10", MANIFEST, "Hash: abc", sealed().edit(MANIFEST, &hash_of(IMAGE), "Hash: abc")),
        case(
            "no release date",
            "MAN02",
            MANIFEST,
            "metadata:",
            base().edit(MANIFEST, "  vnf_release_date_time: 2026-11-22T00:00:00Z\n", ""),
        ),
        case("the old date key", "MAN02", MANIFEST, "data_time", base().edit(MANIFEST, "date_time", "data_time")),
        case(
            "half of the newer metadata",
            "MAN03",
            MANIFEST,
            "vnfm_info",
            base().edit(MANIFEST, "metadata:\n", "metadata:\n  vnfm_info: etsivnfm:v2.6.1\n"),
        ),
        case("another product", "MAN06", MANIFEST, "Case", base().edit(MANIFEST, "vnf_product_name: Base", "vnf_product_name: Case")),
        case("an unknown key", "MAN07", MANIFEST, "vnf_colour", base().edit(MANIFEST, "metadata:\n", "metadata:\n  vnf_colour: red\n")),
        case(
            "a key twice",
            "MAN07",
            MANIFEST,
            "vnf_provider_id: other",
            base().edit(MANIFEST, "  vnf_package", "  vnf_provider_id: other\n  vnf_package"),
        ),
        case("no algorithm", "MAN08", MANIFEST, install, sealed().edit(MANIFEST, &format!("{install}Algorithm: SHA-256\n"), install)),
        case("an entry twice", "MAN13", MANIFEST, "./Files/extra.txt", tail(&twice)),
        case("out of the package", "MAN13", MANIFEST, "../x", tail("\nSource: ../x\n")),
        case("an empty set", "MAN14", MANIFEST, "onap_scripts", tail("\nnon_mano_artifact_sets:\n  onap_scripts:\n")),
        case(
            "a missing file in a set",
            "MAN14",
            MANIFEST,
            "instal.sh",
            tail("\nnon_mano_artifact_sets:\n  onap_scripts:\n    Source: Scripts/instal.sh\n"),
        ),
        case("an empty change log", "MAN17", META, "ChangeLog", base().with("ChangeLog.txt", "")),
        case(
            "an image without digest",
            "MAN18",
            MANIFEST,
            image,
            sealed().edit(MANIFEST, &format!("{image}Algorithm: SHA-256\n{}\n", hash_of(IMAGE)), image),
        ),
        case("nothing listed", "MAN12", MANIFEST, "", base().unlisted()),
        case("a missing signature", "SIG06", MANIFEST, "Signature", sealed().edit(MANIFEST, &hash_of("Scripts/install.sh"), &signature)),
        case("VNF and PNF", "MAN04", MANIFEST, "pnfd_name", base().edit(MANIFEST, "metadata:\n", "metadata:\n  pnfd_name: x\n")),
    ]
}

fn yaml() -> Vec<Case> {
    let latin = [base().files[SIMPLE].as_slice(), b"# \xe4\n"].concat();
    let bomb: String = (0..9).fold("dsl_definitions:\n  a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned(), |text, level| {
        let aliases = vec![format!("*a{level}"); 9].join(", ");
        text + &format!("  a{}: &a{} [{aliases}]\n", level + 1, level + 1)
    });
    let bomb = base().edit(SIMPLE, "imports:\n  - types.yaml", &format!("{bomb}\nimports:\n  - types.yaml"));
    vec![
        case("YAML 01", "YAM02", SIMPLE, "order: 7", base().edit(SIMPLE, "        order: 1\n", "        order: 1\n        order: 7\n")),
        case(
            "YAML 02",
            "YAM01",
            SIMPLE,
            "description: The worker",
            base().edit(SIMPLE, "        description: The worker\n", "          description: The worker\n"),
        ),
        case(
            "YAML 03",
            "YAM03",
            SIMPLE,
            "\tdescription",
            base().edit(SIMPLE, "        description: The worker\n", "\tdescription: The worker\n"),
        ),
        case("YAML 04", "YAM03", SIMPLE, "# nothing", base().with(SIMPLE, "# nothing\n")),
        case("YAML 05", "YAM03", SIMPLE, "", base().with(SIMPLE, latin)),
        case("YAML 06", "YAM04", SIMPLE, "*a5,", bomb),
        case("a number for a string", "YAM05", SIMPLE, "name: 17", base().edit(SIMPLE, "name: VDU1", "name: 17")),
    ]
}
