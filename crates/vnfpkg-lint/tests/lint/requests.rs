//! Requests and inventories against the base.

use serde_json::json;
use vnfpkg_csar::Package;
use vnfpkg_diag::Sources;
use vnfpkg_diag::render::{Format, Group, Input, Origin, Style, render};
use vnfpkg_lint::parameters::{check_request, operation_parameters};
use vnfpkg_lint::{Options, finding_for_plan, validate, vdu_facts};
use vnfpkg_plan::inventory::{check_inventory, parse_inventory};
use vnfpkg_plan::parameters::ParameterKind;
use vnfpkg_plan::problem::{Problem, ProblemKind};
use vnfpkg_plan::request::parse_request;
use vnfpkg_tosca::vnfd::Vnfd;

use crate::common::{Found, base, found};

fn vnfd() -> Vnfd {
    let package = Package::from_bytes("base.csar", base().sealed().zip()).unwrap();
    validate(&package, &mut Sources::new(), &Options::default()).vnfd.unwrap()
}

fn checked(text: &str) -> (Vec<Found>, String) {
    let vnfd = vnfd();
    let mut sources = Sources::new();
    let source = sources.add("request.json", text);
    let (request, problems) = parse_request(source, text);
    let mut findings: Vec<_> = problems.iter().map(finding_for_plan).collect();
    let data_type = vnfd.additional_parameters("instantiate_end").filter(|_| request.span.is_some());
    findings.extend(check_request(&vnfd.model.types, data_type, &request, &mut sources));
    let groups = [Group { origin: Origin::Files, sources: &sources, findings: &findings }];
    let text = render(Format::Human, &Input { groups: &groups, rules: &[], tool_version: "" }, Style::default());
    (findings.iter().map(|finding| found(finding, &sources)).collect(), text)
}

fn assert_found(text: &str, expected: &[(&str, u32)]) {
    let (found, shown) = checked(text);
    let found: Vec<(&str, u32)> = found.iter().map(|(code, _, line)| (code.as_str(), *line)).collect();
    assert_eq!(found, expected, "{shown}");
}

#[test]
fn a_good_request_has_no_findings() {
    assert_found("{\"flavourId\": \"simple\", # comment\n\"additionalParams\": {\"user\": \"u\", \"password\": \"secret\"}}", &[]);
    assert_found("additionalParams: {user: u, password: secret, port: '80', proxy: {url: 'http://h'}}", &[]);
}

#[test]
fn each_fault_has_its_line() {
    assert_found("{\"flavourId\" \"simple\"}", &[("REQ01", 1)]);
    assert_found("flavourId: simple\n", &[("REQ02", 1)]);
    assert_found("additionalParams:\n  user: u\n", &[("REQ02", 2)]);
    assert_found("additionalParams:\n  user: u\n  password: secret\n  port: '80a'\n", &[("REQ03", 4)]);
    assert_found("additionalParams:\n  user: u\n  password: secret\n  prot: '80'\n", &[("REQ04", 4)]);
    assert_found("flavourid: simple\nadditionalParams: {user: u, password: secret}\n", &[("REQ04", 1)]);
    assert_found("additionalParams:\n  user: u\n  password: secret\n  proxy:\n    utl: x\n", &[("REQ04", 5)]);
}

#[test]
fn a_number_for_a_text_is_told_how_to_be_quoted() {
    let (found, shown) = checked("{\"additionalParams\": {\"user\": \"u\", \"password\": \"secret\",\n\"port\": 5000}}");
    assert_eq!(found, [("REQ03".to_owned(), "request.json".to_owned(), 2)]);
    assert!(shown.contains("write \"5000\"") && shown.contains("warning[REQ03]"), "{shown}");
}

#[test]
fn a_secret_is_not_shown() {
    let (found, shown) = checked("additionalParams:\n  user: u\n  password: hm3\n  port: x\n");
    assert_eq!(found.len(), 2, "{shown}");
    assert!(!shown.contains("hm3") && shown.contains("***"), "{shown}");
}

#[test]
fn parameters_come_from_the_data_type() {
    let ParameterKind::Map(parameters) = operation_parameters(&vnfd(), "instantiate_end") else { panic!("a mapping") };
    let facts: Vec<(&str, bool, bool)> = parameters.iter().map(|p| (p.name.as_str(), p.required, p.secret)).collect();
    assert_eq!(facts, [("user", true, false), ("password", true, true), ("port", false, false), ("proxy", false, false)]);
    assert_eq!(parameters[2].default, Some(json!("5000")));
    assert!(matches!(&parameters[3].kind, ParameterKind::Map(inner) if inner[0].name == "url"));
    assert_eq!(operation_parameters(&vnfd(), "heal_end"), ParameterKind::Any);
}

#[test]
fn inventories_are_compared_with_the_flavour() {
    let vnfd = vnfd();
    let facts = vdu_facts(&vnfd.flavours[0]);
    assert_eq!((facts[0].name.as_str(), facts[0].min, facts[0].max), ("VDU1", 1, 3));
    assert_eq!(facts[0].cps, ["CP1", "CP2"]);
    let text = "vnfpkg_inventory: 1\nvnfcs:\n- {vdu: VDU1, id: a, cps: {CP9: 192.0.2.1}}\n- {vdu: VDU9, id: b}\n- {vdu: VDU2, id: a}\n- {vud: VDU1}\n";
    let mut sources = Sources::new();
    let source = sources.add("inventory.yaml", text);
    let (inventory, mut problems) = parse_inventory(source, text);
    problems.extend(check_inventory(&inventory, &facts));
    problems.extend(check_inventory(&parse_inventory(source, "vnfpkg_inventory: 1\nvnfcs: []\n").0, &facts));
    let codes: std::collections::BTreeSet<&str> = problems.iter().map(|problem| finding_for_plan(problem).code).collect();
    assert_eq!(codes.into_iter().collect::<Vec<_>>(), ["INV01", "INV02", "INV03", "INV04", "INV05"]);
}

#[test]
fn faults_of_values_that_planning_finds_have_rules() {
    let problem = |kind| finding_for_plan(&Problem::new(kind, vnfpkg_diag::Place::Package, "x")).code;
    assert_eq!(problem(ProblemKind::RequestFile), "REQ06");
    assert_eq!(problem(ProblemKind::RequestFlavour), "REQ07");
    assert_eq!(problem(ProblemKind::TemplateQuotes), "TPL04");
}
