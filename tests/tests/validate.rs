//! `vnfpkg validate` through the binary: the package of this repository is clean in both forms, and each fault planted in it is
//! found with its rule, file and line, in the folder and in the archive alike.

use std::fs;
use std::path::Path;
use std::process::Command;

use vnfpkg_tests::outcome;
use xtask::product::{Workbench, repository};

/// A fault: what is replaced by what in which file, and the finding that has to come.
struct Fault {
    file: &'static str,
    from: &'static str,
    to: &'static str,
    code: &'static str,
    place: &'static str,
}

const DF: &str = "Definitions/private_registry_df_simple.yaml";
const META: &str = "TOSCA-Metadata/TOSCA.meta";
const LIFECYCLE: &str = "Scripts/lifecycle.yaml";

/// Each plants one fault. The line of the place is filled in from where `to` begins, plus the line given.
const FAULTS: &[Fault] = &[
    Fault { file: META, from: "private_registry_top.vnfd.yaml", to: "private_registry_tip.vnfd.yaml", code: "MET07", place: META },
    Fault { file: META, from: "Created-By", to: "Created-by", code: "MET06", place: META },
    Fault {
        file: "Definitions/private_registry_top.vnfd.yaml",
        from: "  - private_registry_df_simple.yaml",
        to: "  - private_registry_df_simpel.yaml",
        code: "TOS03",
        place: "Definitions/private_registry_top.vnfd.yaml",
    },
    Fault { file: DF, from: "type: tosca.nodes.nfv.VduCp", to: "type: tosca.nodes.nfv.VduCP", code: "TOS05", place: DF },
    Fault { file: DF, from: "        order: 0", to: "        ordre: 0", code: "TOS07", place: DF },
    Fault {
        file: DF,
        from: "        - virtual_binding: PrivateRegistryVDU",
        to: "        - virtual_binding: PrivateRegistry",
        code: "TOS11",
        place: DF,
    },
    Fault {
        file: DF,
        from: "          file: ../Scripts/lifecycle.yaml",
        to: "          file: ../Scripts/lifecycel.yaml",
        code: "TOS15",
        place: DF,
    },
    Fault {
        file: DF,
        from: "            implementation: lifecycle\n          heal_end",
        to: "            implementation: lifecycel\n          heal_end",
        code: "TOS14",
        place: DF,
    },
    Fault { file: DF, from: "          instantiate_end:", to: "          instantiate_ended:", code: "NFV18", place: DF },
    Fault {
        file: DF,
        from: "      flavour_id: simple\n    requirements",
        to: "      flavour_id: simple\n      flavour_id: simple\n    requirements",
        code: "YAM02",
        place: DF,
    },
    Fault {
        file: LIFECYCLE,
        from: "        needs: [load_image, pull_image, restore_content]",
        to: "        needs: [load_image, pul_image, restore_content]",
        code: "LCD03",
        place: LIFECYCLE,
    },
    Fault {
        file: LIFECYCLE,
        from: "        needs: [check_host]\n",
        to: "        needs: [run_registry]\n",
        code: "LCD04",
        place: LIFECYCLE,
    },
    Fault { file: LIFECYCLE, from: "        run: pull_image.sh", to: "        run: pull_imgae.sh", code: "LCD06", place: LIFECYCLE },
    Fault {
        file: LIFECYCLE,
        from: "        timeout: 45m\n        retry: { times: 2",
        to: "        tiemout: 45m\n        retry: { times: 2",
        code: "LCD01",
        place: LIFECYCLE,
    },
    Fault {
        file: "Scripts/run_registry.sh",
        from: "{{ input.port_no }}",
        to: "{{ input.port }}",
        code: "TPL02",
        place: "Scripts/run_registry.sh",
    },
    Fault { file: "Scripts/apt_proxy.conf", from: "{% endif %}\n", to: "{% endfi %}\n", code: "TPL01", place: "Scripts/apt_proxy.conf" },
];

/// `FILE:LINE [CODE]` of every finding, without what the package itself is called.
fn findings(bench: &Workbench, package: &Path) -> Vec<String> {
    let output = outcome(bench.vnfpkg().args(["validate", "--format", "concise", "--fail-on", "warning"]).arg(package));
    assert!(output.code == 0 || output.code == 1, "{}{}", output.stdout, output.stderr);
    let base = package.display().to_string();
    output
        .stdout
        .lines()
        .filter_map(|line| {
            let rest = line.strip_prefix(&base)?.trim_start_matches("!/").trim_start_matches('/');
            let code = rest.split_once('[')?.1.split_once(']')?.0;
            let mut place = rest.splitn(3, ':');
            Some(format!("{}:{} [{code}]", place.next()?, place.next()?))
        })
        .collect()
}

fn pack(bench: &Workbench, folder: &Path, name: &str) -> std::path::PathBuf {
    let csar = bench.path(name);
    outcome(bench.vnfpkg().args(["pack", "--no-validate"]).arg(folder).arg("-o").arg(&csar)).expect(0);
    csar
}

#[test]
fn the_package_is_clean_as_a_folder_and_as_an_archive() {
    let bench = Workbench::new().unwrap();
    let folder = repository().join("packages/private_registry");
    outcome(bench.vnfpkg().args(["validate", "--fail-on", "info"]).arg(&folder)).expect(0);
    let csar = bench.path("a.csar");
    outcome(bench.vnfpkg().arg("pack").arg(&folder).arg("-o").arg(&csar)).expect(0);
    outcome(bench.vnfpkg().args(["validate", "--fail-on", "info"]).arg(&csar)).expect(0);
    assert_eq!(findings(&bench, &csar), Vec::<String>::new());
    let again = bench.path("b.csar");
    outcome(bench.vnfpkg().arg("pack").arg(&folder).arg("-o").arg(&again)).expect(0);
    assert!(fs::read(&csar).unwrap() == fs::read(&again).unwrap(), "packing twice gives other bytes");
}

#[test]
fn each_planted_fault_is_found_with_rule_file_and_line() {
    let mut missed = Vec::new();
    for fault in FAULTS {
        let bench = Workbench::new().unwrap();
        let folder = bench.package("private_registry").unwrap();
        let path = folder.join(fault.file);
        let text = fs::read_to_string(&path).unwrap();
        let at = text.find(fault.from).unwrap_or_else(|| panic!("{} lacks `{}`", fault.file, fault.from));
        fs::write(&path, text.replacen(fault.from, fault.to, 1)).unwrap();
        let changed = first_difference(fault.from, fault.to);
        let line = text[..at].matches('\n').count() + 1 + fault.to[..changed].matches('\n').count();
        let expected = match fault.code {
            // A circle is reported at a step, its links beside it.
            "LCD04" => format!("{}:", fault.place),
            _ => format!("{}:{line} [{}]", fault.place, fault.code),
        };
        let in_folder = findings(&bench, &folder);
        let in_archive = findings(&bench, &pack(&bench, &folder, "a.csar"));
        let found = in_folder.iter().any(|finding| finding.starts_with(&expected) && finding.ends_with(&format!("[{}]", fault.code)));
        if !found || in_folder != in_archive {
            missed.push(format!("{expected}: folder {in_folder:?}, archive {in_archive:?}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

fn first_difference(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).position(|(a, b)| a != b).unwrap_or(a.len().min(b.len()))
}

#[test]
fn a_changed_file_in_the_archive_breaks_its_digest() {
    let bench = Workbench::new().unwrap();
    let folder = bench.package("private_registry").unwrap();
    let manifest = folder.join("private_registry.mf");
    outcome(bench.vnfpkg().args(["pack", "--write-back"]).arg(&folder).arg("-o").arg(bench.path("a.csar"))).expect(0);
    let script = folder.join("Scripts/load_image.sh");
    let text = fs::read_to_string(&script).unwrap();
    fs::write(&script, format!("{text}# changed\n")).unwrap();
    let listed = fs::read_to_string(&manifest).unwrap();
    let line = listed.lines().position(|line| line == "Source: Scripts/load_image.sh").expect("the manifest lists the script") + 1;
    let found = findings(&bench, &folder);
    let expected: Vec<String> = (line..line + 3).map(|line| format!("private_registry.mf:{line} [MAN10]")).collect();
    assert!(found.len() == 1 && expected.contains(&found[0]), "{found:?}, expected one of {expected:?}");
}

#[test]
fn eight_faults_at_once_give_eight_findings() {
    let bench = Workbench::new().unwrap();
    let folder = bench.package("private_registry").unwrap();
    let planted = ["MET06", "TOS05", "TOS14", "LCD01", "LCD03", "LCD06", "TPL02", "TPL01"];
    for fault in FAULTS.iter().filter(|fault| planted.contains(&fault.code)) {
        let path = folder.join(fault.file);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replacen(fault.from, fault.to, 1)).unwrap();
    }
    let mut codes: Vec<String> =
        findings(&bench, &folder).iter().filter_map(|finding| Some(finding.split_once('[')?.1.trim_end_matches(']').to_owned())).collect();
    codes.sort();
    let mut expected: Vec<String> = planted.iter().map(|code| (*code).to_owned()).collect();
    expected.sort();
    assert_eq!(codes, expected);
}

#[test]
fn faults_of_a_request_come_together_with_their_lines() {
    let bench = Workbench::new().unwrap();
    let folder = repository().join("packages/private_registry");
    let request = bench
        .write("request.json", "{\n\"flavourId\": \"simple\",\n\"additionalParams\": {\"private_registry_installation_param\": {\n\"ssh_cp_name\": \"CP9\",\n\"ssh_user\": \"ubuntu\",\n\"port_no\": \"70000\",\n\"image_path\": \"../x.tar\"\n}}}\n")
        .unwrap();
    let plan = |request: &Path| -> Command {
        let mut command = bench.vnfpkg();
        command.args(["plan", "instantiate_end"]).arg(&folder).arg("-r").arg(request).args(["--host", "PrivateRegistryVDU=10.0.0.1"]);
        command
    };
    let output = outcome(&mut plan(&request)).expect(1);
    for text in ["request.json:5", "request.json:6", "ssh_username", "ssh_password", "ssh_user", "70000"] {
        assert!(output.stderr.contains(text), "`{text}` is not in\n{}", output.stderr);
    }
    let deeper = bench
        .write("deeper.json", "{\"additionalParams\": {\"private_registry_installation_param\": {\n\"ssh_cp_name\": \"CP9\",\n\"ssh_username\": \"u\", \"ssh_password\": \"p\",\n\"image_path\": \"../x.tar\"}}}\n")
        .unwrap();
    let output = outcome(&mut plan(&deeper)).expect(1);
    for text in ["deeper.json:2", "`CP9`", "deeper.json:4", "outside the package"] {
        assert!(output.stderr.contains(text), "`{text}` is not in\n{}", output.stderr);
    }
}

#[test]
fn an_unreadable_request_is_shown_without_its_password() {
    let bench = Workbench::new().unwrap();
    let folder = repository().join("packages/private_registry");
    let request = bench
        .write(
            "broken.json",
            "{\"additionalParams\": {\"private_registry_installation_param\": {\n\"ssh_password\": \"hunter2-very-long\" \"x\"\n}}}\n",
        )
        .unwrap();
    let mut plan = bench.vnfpkg();
    plan.args(["plan", "instantiate_end"]).arg(&folder).arg("-r").arg(&request).args(["--host", "PrivateRegistryVDU=10.0.0.1"]);
    let output = outcome(&mut plan).expect(1).says("REQ01");
    assert!(!output.stderr.contains("hunter2") && !output.stderr.contains("REQ02"), "{}", output.stderr);
}

#[test]
fn safe_fixes_are_applied_to_a_folder() {
    let bench = Workbench::new().unwrap();
    let folder = bench.package("private_registry").unwrap();
    let meta = folder.join("TOSCA-Metadata/TOSCA.meta");
    let text = fs::read_to_string(&meta).unwrap();
    fs::write(&meta, text.replace("Created-By", "Created-by")).unwrap();
    outcome(bench.vnfpkg().args(["validate", "--fail-on", "info"]).arg(&folder)).expect(1);
    outcome(bench.vnfpkg().args(["validate", "--fail-on", "info", "--fix"]).arg(&folder)).expect(0).says("fixed MET06");
    assert_eq!(fs::read_to_string(&meta).unwrap(), text);
}

#[test]
fn an_image_file_that_is_no_image_and_an_inventory_with_faults_are_found_before_any_connection() {
    let bench = Workbench::new().unwrap();
    let folder = repository().join("packages/private_registry");
    let request = bench.registry_request("\"image_path\": \"Files/images/README.md\"").unwrap();
    let plan = |arguments: &[&str]| {
        let mut command = bench.vnfpkg();
        command.args(["plan", "instantiate_end"]).arg(&folder).arg("-r").arg(&request).args(arguments);
        outcome(&mut command)
    };
    plan(&["--host", "PrivateRegistryVDU=10.0.0.1"]).expect(1).says("holds no image `registry:latest`: it is no tar archive");

    let inventory = bench
        .write("hosts.yaml", "vnfpkg_inventory: 1\nvnfcs:\n  - vdu: PrivateRegistryVdu\n    cps: { CP1: 10.0.0.1 }\n  - vdu: PrivateRegistryVDU\n    cps: { CP2: 10.0.0.2 }\n")
        .unwrap();
    let output = plan(&["--inventory", inventory.to_str().unwrap()]).expect(1);
    for text in [
        "hosts.yaml:3",
        "did you mean `PrivateRegistryVDU`?",
        "hosts.yaml:6",
        "no connection point `CP2`",
        "no address on connection point `CP1`",
    ] {
        assert!(output.stderr.contains(text), "`{text}` is not in\n{}", output.stderr);
    }
}
