use crate::problem::{Problem, ProblemKind};
use crate::vnfd::tests::{DF, Memory, TOP, TYPES, load, package};

/// What is wrong with the package once a text of the flavour's file is replaced.
fn faults(from: &str, to: &str) -> Vec<Problem> {
    assert!(DF.contains(from), "{from}");
    with(package().with("Definitions/df.yaml", &DF.replacen(from, to, 1)))
}

#[allow(clippy::needless_pass_by_value)]
fn with(files: Memory) -> Vec<Problem> {
    let boring = [ProblemKind::BuiltinImport, ProblemKind::EmptyOperation, ProblemKind::Implementation];
    let mut problems = load(&files).problems;
    problems.retain(|problem| !boring.contains(&problem.kind) || problem.message.contains("typo"));
    problems
}

fn one(from: &str, to: &str) -> (ProblemKind, String) {
    let problems = faults(from, to);
    assert_eq!(problems.len(), 1, "{problems:#?}");
    (problems[0].kind, problems[0].help.clone().unwrap_or_default())
}

#[test]
fn a_right_package_has_no_fault() {
    assert_eq!(with(package()), []);
}

#[test]
fn each_fault_of_a_node_is_one_problem() {
    use ProblemKind::{Capability, Constraint, MissingProperty, UnknownProperty, UnknownType, WrongType};
    assert_eq!(one("type: tosca.nodes.nfv.Vdu.Compute", "type: tosca.nodes.nfv.Vdu.Compte").0, UnknownType);
    assert_eq!(one("name: one", "name: one\n        nam: two"), (UnknownProperty, "did you mean `name`?".into()));
    assert_eq!(one("        name: one\n", "").0, MissingProperty);
    assert_eq!(one("name: one", "nmae: one"), (UnknownProperty, "did you mean `name`?".into()));
    assert_eq!(one("min_number_of_instances: 1", "min_number_of_instance: 1").0, UnknownProperty);
    assert_eq!(one("min_number_of_instances: 1", "min_number_of_instances: one").0, WrongType);
    assert_eq!(one("min_number_of_instances: 1", "min_number_of_instances: -1").0, Constraint);
    assert_eq!(one("virtual_mem_size: 4 GB", "virtual_mem_size: 512 XB").0, WrongType);
    assert_eq!(one("        virtual_compute:\n", "        virtual_comput:\n").0, Capability);
    assert_eq!(one("layer_protocols: [ ipv4 ]", "layer_protocols: [ ipv5 ]").0, Constraint);
    assert_eq!(one("layer_protocols: [ ipv4 ]", "layer_protocols: ipv4").0, WrongType);
}

#[test]
fn each_fault_of_a_requirement_is_one_problem() {
    use ProblemKind::Requirement;
    assert_eq!(one("virtual_binding: VDU1", "virtual_binding: VDU2"), (Requirement, "did you mean `VDU1`?".into()));
    assert_eq!(one("virtual_binding: VDU1", "virtual_bindin: VDU1"), (Requirement, "did you mean `virtual_binding`?".into()));
    assert_eq!(one("virtual_binding: VDU1", "virtual_binding: CP1").0, Requirement);
    assert_eq!(one("[ virtual_binding: VDU1 ]", "[ virtual_binding: VDU1, virtual_binding: VDU1 ]").0, Requirement);
}

#[test]
fn each_fault_of_an_interface_or_artifact_is_one_problem() {
    use ProblemKind::{Artifact, ArtifactFile, Implementation, Interface, LcmOperation, UnknownType};
    assert_eq!(one("instantiate_end:", "instantiat_end:"), (LcmOperation, "did you mean `instantiate_end`?".into()));
    assert_eq!(one("        Vnflcm:", "        Vnflcn:").0, Interface);
    assert_eq!(one("implementation: lifecycle", "implementation: typo").0, Implementation);
    assert_eq!(one("file: ../Scripts/run.sh", "file: ../Scripts/Run.sh"), (ArtifactFile, "did you mean `Scripts/run.sh`?".into()));
    assert_eq!(one("file: ../Scripts/run.sh", "file: df.yaml").0, Artifact);
    assert_eq!(one("type: tosca.artifacts.Implementation.Bash", "type: tosca.artifacts.Bash").0, UnknownType);
}

#[test]
fn each_fault_of_a_policy_is_one_problem() {
    use ProblemKind::{Policy, UnknownType};
    assert_eq!(one("targets: [ VDU1 ]", "targets: [ VDU9 ]").0, Policy);
    assert_eq!(one("targets: [ VDU1 ]", "targets: [ CP1 ]").0, Policy);
    assert_eq!(one("type: tosca.policies.nfv.ScalingAspects", "type: tosca.policies.nfv.ScalingAspect").0, UnknownType);
}

#[test]
fn each_fault_of_a_group_is_one_problem() {
    use ProblemKind::{Group, MissingProperty};
    let group = |text: &str| one("  policies:\n", &format!("  groups:\n    g: {text}\n  policies:\n")).0;
    assert_eq!(group("{ type: tosca.groups.nfv.PlacementGroup, properties: { description: x }, members: [ VDU3 ] }"), Group);
    assert_eq!(group("{ type: tosca.groups.nfv.PlacementGroup, properties: { description: x }, members: [ CP1 ] }"), Group);
    assert_eq!(group("{ type: tosca.groups.nfv.PlacementGroup, members: [ VDU1 ] }"), MissingProperty);
}

#[test]
fn each_fault_of_a_mapping_is_one_problem() {
    use ProblemKind::{Substitution, SubstitutionName, UnknownType};
    let mapping = |text: &str| one("{ flavour_id: simple }", &format!("{{ flavour_id: simple }}\n    requirements: {text}")).0;
    assert_eq!(faults("{ flavour_id: simple }", "{ flavour_id: simple }\n    requirements: { virtual_link: [ CP1, virtual_link ] }"), []);
    assert_eq!(mapping("{ virtual_link: [ CP9, virtual_link ] }"), Substitution);
    assert_eq!(mapping("{ virtual_link: [ CP1, virtual_lnk ] }"), Substitution);
    assert_eq!(mapping("{ virtual_link_1: [ CP1, virtual_link ] }"), SubstitutionName);
    assert_eq!(one("node_type: My.VNF", "node_type: My.VNV").0, UnknownType);
}

#[test]
fn functions_name_what_exists() {
    use ProblemKind::Function;
    let value = |text: &str| faults("name: one", &format!("name: {text}"));
    let kinds = |text: &str| value(text).into_iter().map(|problem| problem.kind).collect::<Vec<_>>();
    assert_eq!(kinds("{ get_input: nme }"), [Function]);
    assert_eq!(kinds("{ get_inputt: x }"), [Function]);
    assert_eq!(kinds("{ get_property: [ VDU9, name ] }"), [Function]);
    assert_eq!(kinds("{ get_property: [ VDU1, nam ] }"), [Function]);
    assert_eq!(kinds("{ get_property: [ CP1, order ] }"), []);
    assert_eq!(kinds("{ concat: [ a, { get_input: x } ] }"), [Function]);
    assert_eq!(kinds("{ token: [ a, b ] }"), [Function]);
    assert_eq!(kinds("{ get_artifact: [ VNF, lifecycle ] }"), []);
    assert_eq!(kinds("{ get_artifact: [ VNF, other ] }"), [Function]);
}

#[test]
fn an_unused_input_is_told_only_where_inputs_are_not_filled_by_name() {
    let top = TOP.replace("    flavour: { type: string }\n", "    flavour: { type: string }\n    other: { type: string }\n");
    let problems = with(package().with("Definitions/top.yaml", &top));
    assert_eq!(problems.iter().map(|problem| problem.kind).collect::<Vec<_>>(), [ProblemKind::UnusedInput]);
    assert_eq!(faults("  node_templates:", "  inputs: { provider: { type: string } }\n  node_templates:"), []);
}

#[test]
fn a_missing_parent_type_makes_no_further_noise() {
    let types = TYPES.replace("derived_from: tosca.nodes.nfv.VNF\n", "derived_from: tosca.nodes.nfv.VNX\n");
    let problems = with(package().with("Definitions/types.yaml", &types));
    assert_eq!(problems.iter().map(|problem| problem.kind).collect::<Vec<_>>(), [ProblemKind::UnknownType], "{problems:#?}");
}

#[test]
fn empty_lists_in_place_of_operations_are_told_once_per_interface() {
    let problems = load(&package()).problems;
    let empty: Vec<_> = problems.iter().filter(|problem| problem.kind == ProblemKind::EmptyOperation).collect();
    assert_eq!(empty.len(), 1);
    let implementation: Vec<_> = problems.iter().filter(|problem| problem.kind == ProblemKind::Implementation).collect();
    assert_eq!(implementation.len(), 1, "the driver name without an artifact");
}

#[test]
fn each_fault_of_a_workflow_trigger_or_filter_is_one_problem() {
    use ProblemKind::{Function, Malformed, MissingKeyname, Policy, Requirement, TopologySection, UnknownKeyname, UnknownType};
    let section = |text: &str| one("  policies:\n", &format!("{text}  policies:\n")).0;
    let step = |step: &str| section(&format!("  workflows:\n    w:\n      steps:\n        s: {step}\n"));
    assert_eq!(step("{ target: VDU9, activities: [ set_state: x ] }"), TopologySection);
    assert_eq!(step("{ target: VDU1, activities: [ set_state: x ], on_success: [ t ] }"), TopologySection);
    assert_eq!(step("{ target: VDU1, activities: [ call_operation: Standard.star ] }"), TopologySection);
    assert_eq!(step("{ target: VDU1, activities: [ call_operation: Standar.start ] }"), TopologySection);
    assert_eq!(step("{ target: VDU1, activities: [ inline: v ] }"), TopologySection);
    assert_eq!(step("{ target: VDU1, activities: [ run: x ] }"), TopologySection);
    assert_eq!(step("{ target: VDU1, activites: [ set_state: x ], activities: [] }"), UnknownKeyname);
    assert_eq!(step("{ target: VDU1 }"), MissingKeyname);
    assert_eq!(section("  outputs: { o: { description: x } }\n"), MissingKeyname);
    assert_eq!(section("  outputs: { o: { value: { get_input: nothing } } }\n"), Function);
    assert_eq!(section("  relationship_templates: { r: { type: tosca.relationships.Nothing } }\n"), UnknownType);
    let trigger = |text: &str| one("targets: [ VDU1 ]", &format!("targets: [ VDU1 ], triggers: {{ t: {text} }}")).0;
    assert_eq!(trigger("{ event: e, action: [ set_sate: x ] }"), Policy);
    assert_eq!(trigger("{ event: e, action: [ call_operation: Standard.star ] }"), Policy);
    assert_eq!(trigger("{ event: e, target_filter: { node: Nothing }, action: [] }"), Policy);
    assert_eq!(trigger("{ action: [ set_state: x ] }"), MissingKeyname);
    let bound = |text: &str| one("virtual_binding: VDU1", &format!("virtual_binding: {text}")).0;
    assert_eq!(bound("{ node: VDU1, node_filter: { properties: [ nme: { equal: x } ] } }"), Requirement);
    assert_eq!(bound("{ node: VDU1, node_filter: { properties: [ name: { equals: x } ] } }"), Requirement);
    assert_eq!(bound("{ node: VDU1, node_filter: { capabilities: [ virtual_compte: {} ] } }"), Requirement);
    assert_eq!(bound("{ node: VDU1, relationship: nothing }"), UnknownType);
    assert_eq!(one("    VDU1:\n", "    VDU1:\n      directives: [ sellect ]\n").0, Malformed);
}
