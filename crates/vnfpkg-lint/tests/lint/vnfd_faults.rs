//! Faults of templates, topologies, SOL001 and lifecycle documents, and hints.

use crate::case::{Case, assert_cases, case};
use crate::common::{Base, DOCUMENT, IMAGE, MANIFEST, META, SIMPLE, TOP, TYPES, base};
use crate::faults::FIRST;

/// Every code that a case of this file expects.
pub(crate) fn codes() -> Vec<&'static str> {
    let all = [templates(), topologies(), sol001(), lifecycle(), hints()];
    all.into_iter().flatten().map(|case| case.code).collect()
}

#[test]
fn faults_of_templates_and_types() {
    assert_cases(templates(), false);
}

#[test]
fn faults_of_topologies() {
    assert_cases(topologies(), false);
}

#[test]
fn faults_that_only_sol001_knows() {
    assert_cases(sol001(), false);
}

#[test]
fn faults_of_lifecycle_documents() {
    assert_cases(lifecycle(), false);
}

#[test]
fn hints_are_told_when_asked_for() {
    assert_cases(hints(), true);
}

#[test]
fn eight_faults_at_once_are_eight_findings() {
    let package = base()
        .edit(META, "CSAR-Version: 1.1", "CSAR-Version: 9.9")
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

fn templates() -> Vec<Case> {
    let vnf = "derived_from: tosca.nodes.nfv.VNF\n";
    vec![
        case("TOSCA 01", "TOS03", SIMPLE, "tpyes.yaml", base().edit(SIMPLE, "- types.yaml", "- types.yaml\n  - tpyes.yaml")),
        case("TOSCA 16", "TOS01", SIMPLE, "imports", base().edit(SIMPLE, "tosca_definitions_version: tosca_simple_yaml_1_2\n", "")),
        case("TOSCA 17", "TOS01", SIMPLE, "yaml_9_9", base().edit(SIMPLE, "yaml_1_2", "yaml_9_9")),
        case(
            "TOSCA 18",
            "TOS02",
            SIMPLE,
            "topology_tmplate",
            base().edit(SIMPLE, "topology_template:", "topology_tmplate: {}\ntopology_template:"),
        ),
        case("TOSCA 21", "TOS05", TYPES, "derived_from: base.VNF", base().edit(TYPES, vnf, "derived_from: base.VNF\n")),
        case("TOSCA 22", "TOS05", TYPES, "nfv.VMF", base().edit(TYPES, vnf, "derived_from: tosca.nodes.nfv.VMF\n")),
        case(
            "TOSCA 27",
            "TOS02",
            SIMPLE,
            "propertie:",
            base().edit(
                SIMPLE,
                "      properties: { description: Both VDUs }",
                "      properties: { description: Both VDUs }\n      propertie: {}",
            ),
        ),
        case(
            "another type of a property",
            "TOS06",
            TYPES,
            "info_name: { type: integer",
            base().edit(TYPES, "      vendor_note", "      product_info_name: { type: integer, required: false }\n      vendor_note"),
        ),
        case("a bad constraint", "TOS08", TYPES, "patern", base().edit(TYPES, "pattern", "patern")),
    ]
}

fn topologies() -> Vec<Case> {
    let vdu1 = "    VDU1:\n      type: tosca.nodes.nfv.Vdu.Compute";
    let ports = "        order: 1\n      requirements:\n        - virtual_binding: VDU1";
    let hook = "instantiate_end: { implementation: lifecycle }";
    vec![
        case("TOSCA 02", "TOS05", SIMPLE, "Vdu.Compue", base().edit(SIMPLE, "nfv.VnfVirtualLink", "nfv.Vdu.Compue")),
        case(
            "TOSCA 03",
            "TOS07",
            SIMPLE,
            "colour",
            base().edit(SIMPLE, "description: The worker\n", "description: The worker\n        colour: red\n"),
        ),
        case(
            "TOSCA 04",
            "TOS07",
            SIMPLE,
            "instances: one",
            base().edit(SIMPLE, "          min_number_of_instances: 1\n", "          min_number_of_instances: one\n"),
        ),
        case("TOSCA 05", "TOS07", SIMPLE, "    VDU1:", base().edit(SIMPLE, "        description: The worker\n", "")),
        case("TOSCA 06", "TOS11", SIMPLE, "virtual_binding: VDU9", base().edit(SIMPLE, ports, &ports.replace("VDU1", "VDU9"))),
        case("TOSCA 07", "TOS11", SIMPLE, "virtual_bindign", base().edit(SIMPLE, ports, &ports.replace("binding", "bindign"))),
        case("TOSCA 08", "TOS15", SIMPLE, "lifecycel.yaml", base().edit(SIMPLE, "lifecycle.yaml", "lifecycel.yaml")),
        case("TOSCA 09", "TOS15", SIMPLE, "dsik", base().edit(SIMPLE, "disk.qcow2", "dsik.qcow2")),
        case(
            "TOSCA 10",
            "TOS14",
            SIMPLE,
            "implementation: lifecylce",
            base().edit(SIMPLE, hook, "instantiate_end: { implementation: lifecylce }"),
        ),
        case("TOSCA 11", "TOS13", SIMPLE, "instantiate_ende", base().edit(SIMPLE, hook, "instantiate_ende: { implementation: lifecycle }")),
        case("TOSCA 12", "TOS08", SIMPLE, "host_node", base().edit(SIMPLE, "nfvi_node", "host_node")),
        case("TOSCA 13", "TOS10", TOP, "get_input: flavour", base().edit(TOP, "get_input: selected_flavour", "get_input: flavour")),
        case("TOSCA 14", "TOS16", SIMPLE, "targets: [ VDU9 ]", base().edit(SIMPLE, "targets: [ both ]", "targets: [ VDU9 ]")),
        case("TOSCA 15", "TOS05", SIMPLE, "nfv.AntiAfinityRule", base().edit(SIMPLE, "AntiAffinityRule", "AntiAfinityRule")),
        case("TOSCA 19", "TOS05", SIMPLE, "node_type: base.VMF", base().edit(SIMPLE, "node_type: base.VNF", "node_type: base.VMF")),
        case("TOSCA 20", "TOS19", SIMPLE, "[ CP9", base().edit(SIMPLE, "[ CP1, virtual_link ]", "[ CP9, virtual_link ]")),
        case(
            "TOSCA 23",
            "TOS10",
            SIMPLE,
            "VDU9, name",
            base().edit(SIMPLE, "description: The controller", "description: { get_property: [ VDU9, name ] }"),
        ),
        case("TOSCA 24", "TOS07", SIMPLE, "1 XB", base().edit(SIMPLE, "size: 1 KiB", "size: 1 XB")),
        case("TOSCA 25", "TOS11", SIMPLE, "virtual_binding: VL1", base().edit(SIMPLE, ports, &ports.replace("VDU1", "VL1"))),
        case("TOSCA 26", "TOS10", TOP, "get_inputt", base().edit(TOP, "get_input:", "get_inputt:")),
        case(
            "TOSCA 28",
            "TOS07",
            SIMPLE,
            "layer_protocols: ipv4",
            base().edit(SIMPLE, "{ layer_protocols: [ ipv4 ], order: 0 }", "{ layer_protocols: ipv4, order: 0 }"),
        ),
        case(
            "TOSCA 29",
            "TOS08",
            SIMPLE,
            "ipv5",
            base().edit(SIMPLE, "{ layer_protocols: [ ipv4 ], order: 0 }", "{ layer_protocols: [ ipv5 ], order: 0 }"),
        ),
        case("TOSCA 30", "TOS05", SIMPLE, "nfv.SwImge", base().edit(SIMPLE, "nfv.SwImage", "nfv.SwImge")),
        case(
            "TOSCA 31",
            "TOS12",
            SIMPLE,
            "virtual_compte",
            base().edit(
                SIMPLE,
                "    VL1:\n      type: tosca.nodes.nfv.VnfVirtualLink\n",
                "    VL1:\n      type: tosca.nodes.nfv.VnfVirtualLink\n      capabilities: { virtual_compte: {} }\n",
            ),
        ),
        case("no blank before a unit", "TOS09", SIMPLE, "1KiB", base().edit(SIMPLE, "size: 1 KiB", "size: 1KiB")),
        case("a hook that is a list", "TOS13", SIMPLE, "heal_end", base().edit(SIMPLE, hook, &format!("{hook}\n          heal_end: []"))),
        case("a member that is not there", "TOS17", SIMPLE, "VDU1, VDU9", base().edit(SIMPLE, "[ VDU1, VDU2 ]", "[ VDU1, VDU9 ]")),
        case(
            "requirements without value",
            "TOS20",
            SIMPLE,
            "requirements:\n\n",
            base().edit(
                SIMPLE,
                "min_bitrate_requirements: { root: 1048576 }\n",
                "min_bitrate_requirements: { root: 1048576 }\n      requirements:\n",
            ),
        ),
        case(
            "no VNF node",
            "NFV01",
            TOP,
            "",
            base().edit(META, "Other-Definitions: Definitions/simple.yaml\n", "").with(TOP, &base().files[TYPES]),
        ),
        case(
            "a flavour that is not allowed",
            "NFV04",
            SIMPLE,
            "flavour_id: smiple",
            base().edit(SIMPLE, "      flavour_id: simple\n    requirements", "      flavour_id: smiple\n    requirements"),
        ),
        case(
            "a mapped name that the type lacks",
            "NFV06",
            SIMPLE,
            "virtual_link_1_1",
            base().edit(SIMPLE, "virtual_link_external: [", "virtual_link_1_1: ["),
        ),
        case("a VDU of an unknown type", "TOS05", SIMPLE, "Vdu.Compte", base().edit(SIMPLE, vdu1, &vdu1.replace("Compute", "Compte"))),
    ]
}

fn sol001() -> Vec<Case> {
    let hash = format!("            hash: {}\n", base().digest(IMAGE));
    let hook = "instantiate_end: { implementation: lifecycle }";
    let artifact =
        "      artifacts:\n        sw_image:\n          type: tosca.artifacts.nfv.SwImage\n          file: ../Files/images/disk.qcow2\n";
    let second =
        "      artifacts:\n        other_image: { type: tosca.artifacts.nfv.SwImage, file: ../Files/images/disk.qcow2 }\n        sw_image:";
    let scale = format!("{hook}\n          scale_end: {{ implementation: lifecycle }}");
    vec![
        case("SOL001 01", "NFV10", SIMPLE, "sw_image:\n", base().edit(SIMPLE, &image_data(), "")),
        case("SOL001 02", "NFV15", SIMPLE, "smal:", base().edit(SIMPLE, "small: { number_of_instances: 1 }", "smal: { number_of_instances: 1 }")),
        case("SOL001 03", "NFV14", SIMPLE, "default_level: medium", base().edit(SIMPLE, "default_level: small", "default_level: medium")),
        case("SOL001 04", "NFV13", SIMPLE, "aspect: wroker", base().edit(SIMPLE, "aspect: worker", "aspect: wroker")),
        case("SOL001 05", "NFV11", SIMPLE, "hash: 0f0f", base().edit(SIMPLE, &hash, &format!("            hash: {}\n", "0f".repeat(32)))),
        case("SOL001 06", "NFV16", SIMPLE, "large: { number_of_instances: 9", base().edit(SIMPLE, "large: { number_of_instances: 3 }", "large: { number_of_instances: 9 }")),
        case("SOL001 07", "NFV09", SIMPLE, "instances: 2, max", base().edit(SIMPLE, "{ min_number_of_instances: 1, max_number_of_instances: 1 }", "{ min_number_of_instances: 2, max_number_of_instances: 1 }")),
        case("SOL001 08", "NFV02", TOP, "descriptor_id: base-1", base().edit(TOP, "0f1c1f1e-5b1a-4a0e-9d0b-3d1f6c6a7b11", "base-1")),
        case("SOL001 09", "NFV13", SIMPLE, "step_deltas: [ two ]", base().edit(SIMPLE, "step_deltas: [ one ]", "step_deltas: [ two ]")),
        case("SOL001 10", "NFV07", SIMPLE, "order: 0\n      requirements:\n        - virtual_binding: VDU1\n        - virtual_link", base().edit(SIMPLE, "        order: 1\n", "        order: 0\n")),
        case("two images", "NFV10", SIMPLE, "        sw_image:\n", base().edit(SIMPLE, "      artifacts:\n        sw_image:", second)),
        case("data without an image", "NFV10", SIMPLE, "name: disk", base().edit(SIMPLE, artifact, "")),
        case("another format", "NFV12", SIMPLE, "disk_format: raw", base().edit(SIMPLE, "disk_format: qcow2", "disk_format: raw")),
        case("a size that is too small", "NFV12", SIMPLE, "size: 1 B", base().edit(SIMPLE, "size: 1 KiB", "size: 1 B")),
        case("a disk that is too small", "NFV12", SIMPLE, "min_disk: 1 MiB", base().edit(SIMPLE, "min_disk: 1 GiB", "min_disk: 1 MiB")),
        case("no initial delta", "NFV13", SIMPLE, "targets: [ VDU1 ]\n        properties:\n          aspect", base().edit(SIMPLE, "    - initial:\n        type: tosca.policies.nfv.VduInitialDelta\n        targets: [ VDU1 ]\n        properties: { initial_delta: { number_of_instances: 1 } }\n", "")),
        case("a level beyond the maximum", "NFV14", SIMPLE, "scale_level: 7", base().edit(SIMPLE, "{ scale_level: 2 }", "{ scale_level: 7 }")),
        case("no default level", "NFV14", SIMPLE, "- levels:", base().edit(SIMPLE, "          default_level: small\n", "")),
        case("scaled out too far", "NFV16", SIMPLE, "initial_delta: {", base().edit(SIMPLE, "deltas: { one: { number_of_instances: 1 } }", "deltas: { one: { number_of_instances: 2 } }")),
        case("a VNFM without number", "TOS08", TOP, "Tacker", base().edit(TOP, "'etsivnfm:v2.6.1'", "Tacker")),
        case("a constraint that was overridden", "NFV03", TOP, "Tacker", base().edit(TOP, "'etsivnfm:v2.6.1'", "Tacker").edit(TYPES, "      vendor_note", "      vnfm_info: { type: list, entry_schema: { type: string } }\n      vendor_note")),
        case("scaling without aspects", "NFV22", SIMPLE, "scale_end", unscaled().edit(SIMPLE, hook, &scale).edit(DOCUMENT, "  instantiate_end:", "  scale_end: { like: instantiate_end }\n  instantiate_end:")),
    ]
}

/// The property `sw_image_data` of the base.
fn image_data() -> String {
    let text = String::from_utf8(base().files[SIMPLE].clone()).unwrap();
    let start = text.find("        sw_image_data:").unwrap();
    let end = text.find("size: 1 KiB\n").unwrap() + "size: 1 KiB\n".len();
    text[start..end].to_owned()
}

/// The base without policies.
fn unscaled() -> Base {
    let text = String::from_utf8(base().files[SIMPLE].clone()).unwrap();
    let end = text.find("  policies:").unwrap();
    base().with(SIMPLE, &text[..end])
}

fn lifecycle() -> Vec<Case> {
    let install = "run: install.sh";
    let script = |text: &str| base().with("Scripts/install.sh", format!("#!/bin/sh\n{text}\n"));
    vec![
        case("a misspelt key", "LCD01", DOCUMENT, "prob:", base().edit(DOCUMENT, "probe: installed.sh", "prob: installed.sh")),
        case("no version", "LCD02", DOCUMENT, "operations", base().edit(DOCUMENT, "lifecycle: 1\n", "")),
        case("an unknown step", "LCD03", DOCUMENT, "instal]", base().edit(DOCUMENT, "needs: [install]", "needs: [instal]")),
        case("a circle", "LCD04", DOCUMENT, "install:", base().edit(DOCUMENT, install, "needs: [check_port]\n        run: install.sh")),
        case("an unknown VDU", "LCD05", DOCUMENT, "on: VDU9", base().edit(DOCUMENT, "on: VDU1\n        probe", "on: VDU9\n        probe")),
        case("a missing template", "LCD06", DOCUMENT, "instal.sh", base().edit(DOCUMENT, install, "run: instal.sh")),
        case(
            "no such operation",
            "LCD07",
            SIMPLE,
            "heal_end",
            base().edit(
                SIMPLE,
                "instantiate_end: { implementation: lifecycle }",
                "instantiate_end: { implementation: lifecycle }\n          heal_end: { implementation: lifecycle }",
            ),
        ),
        case("template syntax", "TPL01", "Scripts/install.sh", "{% if", script("{% if %}")),
        case("an unknown parameter", "TPL02", "Scripts/install.sh", "prot", script("echo {{ input.prot }}")),
        case("an unknown parameter in the document", "TPL02", DOCUMENT, "input.usr", base().edit(DOCUMENT, "input.user", "input.usr")),
        case("an unquoted value", "TPL03", "Scripts/install.sh", "safe", script("echo {{ input.user | safe }}")),
    ]
}

fn hints() -> Vec<Case> {
    let hook = "instantiate_end: { implementation: lifecycle }";
    let manifest = String::from_utf8(base().sealed().files[MANIFEST].clone()).unwrap();
    let sets = base().sealed().with(MANIFEST, format!("{manifest}\nnon_mano_artifact_sets:\n  my_set:\n    Source: Scripts/install.sh\n"));
    vec![
        case("no licences", "MET10", META, FIRST, base().edit(META, "ETSI-Entry-Licenses: Licenses\n", "")),
        case("a private set", "MAN15", MANIFEST, "my_set", sets),
        case("not signed", "SIG01", MANIFEST, "", base()),
        case("an unused input", "TOS18", TOP, "spare", base().edit(TOP, "  inputs:\n", "  inputs:\n    spare: { type: string }\n")),
        case("an idle hook", "NFV19", SIMPLE, "heal_end", base().edit(SIMPLE, hook, &format!("{hook}\n          heal_end: {{}}"))),
        case("built-in types", "NFV24", TYPES, "etsi_nfv_sol001_vnfd_types", base()),
    ]
}
