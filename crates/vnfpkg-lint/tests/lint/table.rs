//! The table of 78 faults that packages really have. Each is planted alone, in a zip and where it can be in a folder, and is
//! found by its rule with a message that names the cause, in text files on its line, and with nothing else.

use vnfpkg_csar::Package;
use vnfpkg_diag::Severity;

use crate::common::{DOCUMENT, SIMPLE, TOP, base};
use crate::fixture::{Fixture, Hit, all};

/// Name of a fault, the rule that finds it, and what the message says. The fixture of a fault has its name as title.
const FAULTS: [(&str, &str, &str); 78] = [
    ("ZIP 01", "ZIP01", "cut off"),
    ("ZIP 02", "-", "neither a zip archive nor a folder"),
    ("ZIP 03", "ZIP03", "leaves the package with `..`"),
    ("ZIP 04", "ZIP03", "absolute path"),
    ("ZIP 05", "ZIP04", "symbolic link"),
    ("ZIP 06", "ZIP06", "expands from"),
    ("ZIP 07", "ZIP05", "two entries have this name"),
    ("ZIP 08", "ZIP07", "not UTF-8"),
    ("ZIP 09", "ZIP02", "CRC-32"),
    ("ZIP 10", "ZIP03", "backslash"),
    ("META 01", "MET01", "neither TOSCA.meta nor a template"),
    ("META 02", "MET02", "another case"),
    ("META 03", "MET07", "no `Entry-Definitions`"),
    ("META 04", "MET07", "no file `Definitions/tpo.yaml`"),
    ("META 05", "MET05", "no `CSAR-Version`"),
    ("META 06", "MET05", "cannot be `9.9`"),
    ("META 07", "MET06", "no `Created-By`"),
    ("META 08", "MET08", "no file `base.mf`"),
    ("META 09", "MET12", "`ETSI-Entry-Manifst` is no key"),
    ("META 10", "MET08", "no file `ChangeLog.txt`"),
    ("META 11", "MET14", "digest of `Scripts/install.sh`"),
    ("MF 01", "MAN10", "digest of `Files/images/disk.qcow2`"),
    ("MF 02", "MAN10", "digest of `Scripts/install.sh`"),
    ("MF 02b", "MAN10", "digest of `Scripts/install.sh`"),
    ("MF 03", "MAN11", "no file `Files/extra.txt`"),
    ("MF 04", "MAN12", "`Scripts/extra.sh` is not listed"),
    ("MF 05", "MAN09", "MD5 is broken"),
    ("MF 06", "MAN01", "does not begin with `metadata:`"),
    ("MF 07", "MAN05", "`22.11.2026` is no date"),
    ("MF 10", "SIG03", "changed after signing"),
    ("MF 11", "SIG02", "not closed"),
    ("YAML 01", "YAM02", "`order` stands twice"),
    ("YAML 02", "YAM01", "mapping values are not allowed"),
    ("YAML 03", "YAM03", "a tab"),
    ("YAML 04", "YAM03", "the document is empty"),
    ("YAML 05", "YAM03", "not UTF-8"),
    ("YAML 06", "YAM04", "aliases are expanded"),
    ("TOSCA 01", "TOS03", "no file `tpyes.yaml`"),
    ("TOSCA 02", "TOS05", "no node type `tosca.nodes.nfv.Vdu.Compue`"),
    ("TOSCA 03", "TOS07", "no property `colour`"),
    ("TOSCA 04", "TOS07", "`min_number_of_instances` must be an integer"),
    ("TOSCA 05", "TOS07", "lacks `description`"),
    ("TOSCA 06", "TOS11", "no node template `VDU9`"),
    ("TOSCA 07", "TOS11", "no requirement `virtual_bindign`"),
    ("TOSCA 08", "TOS15", "no file `../Scripts/lifecycel.yaml`"),
    ("TOSCA 09", "TOS15", "no file `../Files/images/dsik.qcow2`"),
    ("TOSCA 10", "TOS14", "`lifecylce` is neither an artifact"),
    ("TOSCA 11", "NFV18", "no operation `instantiate_ende`"),
    ("TOSCA 12", "TOS08", "`host_node` is not one of the allowed values"),
    ("TOSCA 13", "TOS10", "no input `flavour`"),
    ("TOSCA 14", "TOS16", "no node template or group `VDU9`"),
    ("TOSCA 15", "TOS05", "no policy type"),
    ("TOSCA 16", "TOS01", "`tosca_definitions_version` is missing"),
    ("TOSCA 17", "TOS01", "`tosca_simple_yaml_9_9`"),
    ("TOSCA 18", "TOS02", "no keyname `topology_tmplate`"),
    ("TOSCA 19", "TOS05", "no node type `base.VMF`"),
    ("TOSCA 20", "TOS19", "no node template `CP9`"),
    ("TOSCA 21", "TOS05", "derived from itself"),
    ("TOSCA 22", "TOS05", "no node type `tosca.nodes.nfv.VMF`"),
    ("TOSCA 23", "TOS10", "no node template `VDU9`"),
    ("TOSCA 24", "TOS07", "no unit `XB`"),
    ("TOSCA 25", "TOS11", "`VL1` cannot be the target"),
    ("TOSCA 26", "TOS10", "no function `get_inputt`"),
    ("TOSCA 27", "TOS02", "no keyname `propertie`"),
    ("TOSCA 28", "TOS07", "`layer_protocols` must be a list"),
    ("TOSCA 29", "TOS08", "`ipv5` is not one of the allowed values"),
    ("TOSCA 30", "TOS05", "no artifact type `tosca.artifacts.nfv.SwImge`"),
    ("TOSCA 31", "TOS12", "no capability `virtual_compte`"),
    ("SOL001 01", "NFV10", "no `sw_image_data`"),
    ("SOL001 02", "NFV15", "no instantiation level `smal`"),
    ("SOL001 03", "NFV14", "`default_level` is `medium`"),
    ("SOL001 04", "NFV13", "no scaling aspect `wroker`"),
    ("SOL001 05", "NFV11", "checksum is not that of"),
    ("SOL001 06", "NFV16", "profile allows at most 3"),
    ("SOL001 07", "NFV09", "at least 2 instances, but at most 1"),
    ("SOL001 08", "NFV02", "`base-1` is no UUID"),
    ("SOL001 09", "NFV13", "has the step `two`"),
    ("SOL001 10", "NFV07", "both have the order 0"),
];

#[test]
fn every_fault_of_the_table_is_found_with_its_cause_and_line() {
    let fixtures = all();
    let (mut caught, mut in_text, mut on_line, mut as_folder) = (0, 0, 0, 0);
    let mut failures = Vec::new();
    for (name, code, message) in FAULTS {
        if code == "-" {
            // What is no archive cannot be looked at: that is an error of its own, not a finding.
            let error = Package::from_bytes("base.csar", b"not a zip at all".to_vec()).err().unwrap().to_string();
            assert!(error.contains(message), "{error}");
            caught += 1;
            continue;
        }
        let title = format!("{name}: ");
        let fixture =
            fixtures.iter().find(|fixture| fixture.is_bad() && fixture.title.starts_with(&title)).unwrap_or_else(|| panic!("{name}"));
        assert_eq!(fixture.code, code, "{name}");
        let outcome = fixture.run(false);
        let right = |hit: &&Hit| hit.found.0 == code && hit.message.contains(message);
        let found = outcome.hits.iter().find(right);
        let noise = others(fixture, &outcome.hits);
        match found {
            Some(_) if noise.is_empty() => caught += 1,
            _ => failures.push(format!("{name}: expected {code} {message:?}, found {:?} and {noise:?}", found.map(|hit| &hit.found))),
        }
        if outcome.expected.2 > 0 {
            in_text += 1;
            on_line += usize::from(found.is_some_and(|hit| hit.found == outcome.expected));
        }
        if fixture.is_of_files() {
            let found = fixture.run(true).hits.iter().any(|hit| right(&hit));
            as_folder += usize::from(found);
            // A folder that is not packed yet may list nothing in its manifest.
            assert!(found || code == "MAN12", "{name} as a folder");
        }
    }
    println!(
        "{caught} of 78 faults are found with their cause; {on_line} of {in_text} in text files on their line; {as_folder} in folders too"
    );
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!((caught, on_line), (78, in_text));
    assert!(in_text >= 60);
}

/// Codes of findings that have nothing to do with the fault. An entry that is added to an archive is not in the manifest either.
fn others(fixture: &Fixture, hits: &[Hit]) -> Vec<String> {
    let noise = hits.iter().filter(|hit| hit.severity > Severity::Info && hit.found.0 != fixture.code);
    noise.filter(|hit| fixture.is_of_files() || hit.found.0 != "MAN12").map(|hit| hit.found.0.clone()).collect()
}

#[test]
fn eight_faults_at_once_are_eight_findings() {
    let package = base()
        .edit(crate::common::META, "CSAR-Version: 1.1", "CSAR-Version: 9.9")
        .edit(SIMPLE, "description: The worker\n", "description: The worker\n        colour: red\n")
        .edit(SIMPLE, "nfvi_node", "host_node")
        .edit(SIMPLE, "aspect: worker", "aspect: wroker")
        .edit(
            SIMPLE,
            "{ min_number_of_instances: 1, max_number_of_instances: 1 }",
            "{ min_number_of_instances: 2, max_number_of_instances: 1 }",
        )
        .edit(DOCUMENT, "needs: [install]", "needs: [instal]")
        .edit(TOP, "get_input:", "get_inputt:")
        .sealed()
        .with("ChangeLog.txt", "changed");
    let mut codes: Vec<String> = package.findings().into_iter().map(|(code, ..)| code).collect();
    codes.sort();
    assert_eq!(codes, ["LCD03", "MAN10", "MET05", "NFV09", "NFV13", "TOS07", "TOS08", "TOS10"]);
}
