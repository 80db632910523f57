use super::*;
use crate::grammar::{self, TypeKind};
use crate::problem::{Problem, ProblemKind};
use crate::profile::{Builtin, Edition};
use crate::yaml::{self, Node};

fn node(text: &str) -> Node {
    let id = vnfpkg_diag::Sources::new().add("v.yaml", text);
    let (node, problems) = yaml::parse_one(id, text);
    assert_eq!(problems, []);
    node.unwrap()
}

/// A store with SOL001 and the types of a text, and what is wrong with them.
fn store(text: &str) -> (TypeStore, Vec<Problem>) {
    let mut store = TypeStore::new();
    store.add_builtin(Builtin::Sol001Vnfd(Edition::V2_6_1));
    let root = node(&format!("tosca_definitions_version: tosca_simple_yaml_1_2\n{text}"));
    let mut problems = Vec::new();
    for definition in grammar::read(&root, &mut problems).unwrap().types {
        assert!(matches!(store.add(definition), Added::Fine));
    }
    check_types(&store, &mut problems);
    (store, problems)
}

fn kinds(text: &str) -> Vec<ProblemKind> {
    store(text).1.into_iter().map(|problem| problem.kind).collect()
}

const PARAMS: &str = "data_types:
  Params:
    derived_from: tosca.datatypes.nfv.VnfOperationAdditionalParameters
    properties:
      cp: { type: string }
      port: { type: integer, default: 5000, constraints: [ { in_range: [ 1, 65535 ] } ] }
      password: { type: string, required: false, metadata: { secret: 'true' } }
      nodes: { type: list, required: false, entry_schema: { type: Node } }
      size: { type: scalar-unit.size, required: false, constraints: [ { greater_or_equal: 1 GB } ] }
      mode: { type: string, required: false, constraints: [ { valid_values: [ fast, slow ] } ] }
      name: { type: string, required: false, constraints: [ { pattern: '[a-z]+' }, { max_length: 4 } ] }
      labels: { type: map, required: false, entry_schema: { type: string }, constraints: [ { min_length: 1 } ] }
  Node:
    properties:
      on: { type: boolean }
      span: { type: range, required: false }
";

fn faults(value: &str) -> Vec<ProblemKind> {
    let (store, problems) = store(PARAMS);
    assert_eq!(problems, []);
    check_data(&store, "the value", "Params", &node(value)).into_iter().map(|problem| problem.kind).collect()
}

#[test]
fn a_value_that_fits_has_no_problem() {
    assert_eq!(
        faults("{ cp: a, nodes: [ { on: yes, span: [ 1, UNBOUNDED ] } ], size: 2 GiB, mode: fast, name: abcd, labels: { a: b } }"),
        []
    );
}

#[test]
fn every_sort_of_fault_in_a_value_is_found() {
    use ProblemKind::{Constraint, Function, MissingProperty, UnitSpacing, UnknownProperty, WrongType, YamlAmbiguous};
    assert_eq!(faults("{}"), [MissingProperty]);
    assert_eq!(faults("[]"), [WrongType]);
    assert_eq!(faults("{ cp: a, prt: 1 }"), [UnknownProperty]);
    assert_eq!(faults("{ cp: a, port: '1' }"), [WrongType]);
    assert_eq!(faults("{ cp: a, port: 0 }"), [Constraint]);
    assert_eq!(faults("{ cp: 1.0 }"), [YamlAmbiguous]);
    assert_eq!(faults("{ cp: no }"), [YamlAmbiguous]);
    assert_eq!(faults("{ cp: [] }"), [WrongType]);
    assert_eq!(faults("{ cp: a, nodes: [ { on: maybe }, { } ] }"), [WrongType, MissingProperty]);
    assert_eq!(faults("{ cp: a, nodes: [ { on: true, span: [ 2, 1 ] } ] }"), [WrongType]);
    assert_eq!(faults("{ cp: a, size: 512 MB }"), [Constraint]);
    assert_eq!(faults("{ cp: a, size: 2GB }"), [UnitSpacing]);
    assert_eq!(faults("{ cp: a, size: 512 XB }"), [WrongType]);
    assert_eq!(faults("{ cp: a, size: 2 }"), [WrongType]);
    assert_eq!(faults("{ cp: a, mode: fats }"), [Constraint]);
    assert_eq!(faults("{ cp: a, name: ab1cd }"), [Constraint, Constraint]);
    assert_eq!(faults("{ cp: a, labels: {} }"), [Constraint]);
    assert_eq!(faults("{ cp: { get_input: x } }"), [Function]);
}

#[test]
fn effective_properties_carry_what_a_request_needs() {
    let (store, _) = store(PARAMS);
    let properties = store.effective_properties("Params");
    let of = |name: &str| properties.iter().find(|(known, _)| &**known == name).unwrap().1;
    assert_eq!(of("port").default.as_ref().and_then(Node::as_int), Some(5000));
    assert!(of("password").metadata.iter().any(|(key, value)| &**key == "secret" && &**value == "true"));
    assert!(of("cp").required);
    assert_eq!(properties[0].0.as_ref(), "cp");
}

#[test]
fn derivation_is_followed() {
    let text = "node_types:\n  A: { derived_from: tosca.nodes.nfv.VNF }\n  B: { derived_from: A, properties: { x: { type: string } } }\n";
    let (store, problems) = store(text);
    assert_eq!(problems, []);
    assert!(store.is_a(TypeKind::Node, "B", "tosca.nodes.nfv.VNF"));
    assert!(!store.is_a(TypeKind::Node, "A", "B"));
    let effective = store.effective(TypeKind::Node, "B").unwrap();
    assert!(effective.rooted && effective.properties.get("descriptor_id").is_some() && effective.properties.get("x").is_some());
    assert_eq!(effective.interfaces.get("Vnflcm").unwrap().operations.len(), 27);
}

#[test]
fn faults_of_types_are_found_once() {
    use ProblemKind::{BadConstraint, Constraint, DerivationCycle, Refinement, UnknownType, WrongType};
    assert_eq!(kinds("node_types:\n  A: { derived_from: tosca.nodes.nfv.VNX }\n"), [UnknownType]);
    assert_eq!(kinds("node_types:\n  A: { derived_from: B }\n  B: { derived_from: A }\n"), [DerivationCycle, DerivationCycle]);
    assert_eq!(kinds("node_types:\n  A: { derived_from: A }\n"), [DerivationCycle]);
    assert_eq!(kinds("node_types:\n  A: { properties: { p: { type: strin } } }\n"), [UnknownType]);
    assert_eq!(kinds("node_types:\n  A: { properties: { p: { type: list, entry_schema: { type: X } } } }\n"), [UnknownType]);
    assert_eq!(kinds("node_types:\n  A: { properties: { p: { type: integer, default: x } } }\n"), [WrongType]);
    assert_eq!(
        kinds("node_types:\n  A: { properties: { p: { type: integer, default: 1, constraints: [ { equal: 2 } ] } } }\n"),
        [Constraint]
    );
    assert_eq!(
        kinds("node_types:\n  A: { properties: { p: { type: integer, constraints: [ { valid_values: [ a ] } ] } } }\n"),
        [BadConstraint]
    );
    assert_eq!(
        kinds("node_types:\n  A: { derived_from: tosca.nodes.nfv.VNF, properties: { provider: { type: integer } } }\n"),
        [Refinement]
    );
    let optional = "node_types:\n  A: { derived_from: tosca.nodes.nfv.VNF, properties: { provider: { type: string, required: false } } }\n";
    assert_eq!(kinds(optional), [Refinement]);
}

#[test]
fn a_type_used_as_another_sort_is_named_as_what_it_is() {
    let (_, problems) = store("node_types:\n  A: { capabilities: { c: { type: tosca.nodes.nfv.VNF } } }\n");
    assert_eq!(problems[0].help.as_deref(), Some("`tosca.nodes.nfv.VNF` is a node type"));
}

#[test]
fn two_definitions_of_one_name_conflict_unless_they_say_the_same() {
    let (mut store, _) = store("node_types:\n  A: { derived_from: tosca.nodes.Root }\n");
    let other = |text: &str| {
        let root = node(&format!("tosca_definitions_version: tosca_simple_yaml_1_2\n\n{text}"));
        grammar::read(&root, &mut Vec::new()).unwrap().types.remove(0)
    };
    assert!(matches!(store.add(other("node_types:\n  A: { derived_from: tosca.nodes.Root }\n")), Added::Fine));
    assert!(matches!(store.add(other("node_types:\n  A: { derived_from: tosca.nodes.nfv.VNF }\n")), Added::Conflict(_)));
}

#[test]
fn a_lone_property_with_the_name_of_a_function_is_no_call() {
    let (store, _) = store("data_types:\n  Login:\n    properties:\n      token: { type: string }\n");
    assert_eq!(check_data(&store, "Login", &node("token: abc")).len(), 0);
    assert_eq!(check_data(&store, "Login", &node("concat: [ a, b ]")).len(), 1);
}
