use super::*;
use crate::yaml;

fn read_text(text: &str) -> (ServiceTemplate, Vec<Problem>) {
    let mut sources = vnfpkg_diag::Sources::new();
    let id = sources.add("t.yaml", text);
    let (root, faults) = yaml::parse_one(id, text);
    assert_eq!(faults, []);
    let mut problems = Vec::new();
    let template = read(&root.unwrap(), &mut problems).unwrap();
    (template, problems)
}

fn with_version(text: &str) -> (ServiceTemplate, Vec<Problem>) {
    read_text(&format!("tosca_definitions_version: tosca_simple_yaml_1_2\n{text}"))
}

fn kinds(problems: &[Problem]) -> Vec<ProblemKind> {
    problems.iter().map(|problem| problem.kind).collect()
}

#[test]
fn an_unknown_keyname_names_the_nearest_and_the_rest_is_read() {
    let (template, problems) =
        with_version("topology_template:\n  node_templates:\n    A:\n      type: t\n      propertie: {}\n    B: { type: u }\n");
    assert_eq!(kinds(&problems), [ProblemKind::UnknownKeyname]);
    assert_eq!(problems[0].help.as_deref(), Some("did you mean `properties`?"));
    assert_eq!(template.topology.unwrap().node_templates.len(), 2);
}

#[test]
fn the_version_must_be_there_first_and_known() {
    assert_eq!(kinds(&read_text("description: x\n").1), [ProblemKind::DefinitionsVersion]);
    assert_eq!(kinds(&read_text("tosca_definitions_version: tosca_simple_yaml_9\n").1), [ProblemKind::DefinitionsVersion]);
    let late = "description: x\ntosca_definitions_version: tosca_simple_yaml_1_3\n";
    assert_eq!(kinds(&read_text(late).1), [ProblemKind::DefinitionsVersion]);
}

#[test]
fn every_form_of_import_is_read() {
    let (template, problems) =
        with_version("imports:\n  - a.yaml\n  - { file: b.yaml, namespace_prefix: p }\n  - n: c.yaml\n  - m: { file: d.yaml }\n");
    assert_eq!(problems, []);
    let files: Vec<&str> = template.imports.iter().map(|import| import.file.as_str()).collect();
    assert_eq!(files, ["a.yaml", "b.yaml", "c.yaml", "d.yaml"]);
}

#[test]
fn operations_are_read_in_both_forms() {
    let text = "topology_template:\n  node_templates:\n    A:\n      type: t\n      interfaces:\n        Vnflcm:\n          \
        instantiate: []\n          heal:\n          scale: script.sh\n          operate: { implementation: { primary: a, dependencies: [b] } }\n          \
        operations: { terminate: { implementation: c } }\n";
    let (template, problems) = with_version(text);
    assert_eq!(problems, []);
    let topology = template.topology.unwrap();
    let operations = &topology.node_templates.get("A").unwrap().interfaces.get("Vnflcm").unwrap().operations;
    let form = |name: &str| operations.get(name).unwrap().implementation.form;
    assert_eq!(form("instantiate"), ImplementationForm::EmptyList);
    assert_eq!(form("heal"), ImplementationForm::Absent);
    assert_eq!(form("scale"), ImplementationForm::Short);
    assert_eq!(form("operate"), ImplementationForm::Long);
    assert_eq!(form("terminate"), ImplementationForm::Short);
    assert_eq!(operations.get("operate").unwrap().implementation.dependencies.len(), 1);
}

#[test]
fn what_has_the_wrong_shape_is_reported_once() {
    let (_, problems) = with_version("topology_template:\n  node_templates:\n    A: [1]\n    B:\n      properties: {}\n");
    assert_eq!(kinds(&problems), [ProblemKind::Malformed, ProblemKind::MissingKeyname]);
    let (_, problems) = with_version("topology_template:\n  node_templates:\n    A:\n      type: t\n      requirements:\n");
    assert_eq!(kinds(&problems), [ProblemKind::NullRequirements]);
    let (_, problems) = with_version("node_types:\n  T:\n    properties:\n      p: { type: string, constraints: [ { min_len: 1 } ] }\n");
    assert_eq!(kinds(&problems), [ProblemKind::BadConstraint]);
    let (_, problems) = with_version("node_types:\n  T:\n    requirements:\n      - r: { capability: c, occurrences: [2, 1] }\n");
    assert_eq!(kinds(&problems), [ProblemKind::Malformed]);
}
