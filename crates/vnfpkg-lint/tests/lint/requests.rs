//! Requests and inventories against the base.

use serde_json::json;
use vnfpkg_csar::Package;
use vnfpkg_diag::render::{Format, Group, Input, Origin, Style, render};
use vnfpkg_diag::{Finding, Sources};
use vnfpkg_lint::parameters::{check_levels, check_request, flavour_of, operation_parameters};
use vnfpkg_lint::{Options, PackageText, Report, finding_for_plan, validate, vdu_facts};
use vnfpkg_plan::compile::{Change, PlanInputs, compile};
use vnfpkg_plan::inventory::{check_inventory, parse_inventory};
use vnfpkg_plan::model::PackageRef;
use vnfpkg_plan::parameters::ParameterKind;
use vnfpkg_plan::request::parse_request;
use vnfpkg_plan::secrets::Secrets;
use vnfpkg_tosca::vnfd::Vnfd;

use crate::common::{Found, base, found};

fn vnfd() -> Vnfd {
    let package = Package::from_bytes("base.csar", base().sealed().zip()).unwrap();
    validate(&package, &mut Sources::new(), &Options::default()).vnfd.unwrap()
}

/// What is found in a request and an inventory; with both the operation is planned. `None` when there is neither.
pub(crate) fn checked(
    package: &Package,
    report: &Report,
    request: Option<&str>,
    inventory: Option<&str>,
    sources: &mut Sources,
) -> Option<Vec<Finding>> {
    let vnfd = report.vnfd.as_ref()?;
    let flavour = vnfd.flavours.first()?;
    let facts = vdu_facts(flavour);
    let mut findings = Vec::new();
    let parsed = request.map(|text| {
        let (request, problems) = parse_request(sources.add("request.json", text), text);
        findings.extend(problems.iter().map(finding_for_plan));
        let data_type = vnfd.additional_parameters("instantiate_end").filter(|_| request.span.is_some());
        findings.extend(check_request(&vnfd.model.types, data_type, &request, sources));
        findings.extend(request.flavour.iter().filter_map(|named| flavour_of(vnfd, named).err()).map(|problem| finding_for_plan(&problem)));
        findings.extend(check_levels(flavour, &request).iter().map(finding_for_plan));
        request
    });
    let hosts = inventory.map(|text| {
        let (inventory, problems) = parse_inventory(sources.add("inventory.yaml", text), text);
        findings.extend(problems.iter().chain(&check_inventory(&inventory, &facts)).map(finding_for_plan));
        inventory
    });
    if let (Some(request), Some(inventory)) = (&parsed, &hosts) {
        let lifecycle = report.lifecycles.first()?;
        let inputs = PlanInputs {
            operation: lifecycle.bundle.document.operation("instantiate_end")?,
            engine: &lifecycle.bundle.engine,
            parameters: &operation_parameters(vnfd, "instantiate_end"),
            additional_params: request.additional_params.as_ref(),
            inventory,
            vdus: &facts,
            package: PackageRef { path: String::new(), descriptor_id: String::new(), flavour: String::new(), product: String::new() },
            instance: "test".to_owned(),
            change: Change::default(),
            files: &PackageText::new(package),
            secrets: Secrets::default(),
            inputs: Vec::new(),
            salt: String::new(),
        };
        findings.extend(compile(inputs).err().iter().flatten().map(finding_for_plan));
    }
    (request.is_some() || inventory.is_some()).then_some(findings)
}

/// What is found in a request to the base, and how that looks.
fn shown(text: &str) -> (Vec<Found>, String) {
    let package = Package::from_bytes("base.csar", base().sealed().zip()).unwrap();
    let mut sources = Sources::new();
    let report = validate(&package, &mut sources, &Options::default());
    let findings = checked(&package, &report, Some(text), None, &mut sources).unwrap();
    let groups = [Group { origin: Origin::Files, sources: &sources, findings: &findings }];
    let text = render(Format::Human, &Input { groups: &groups, rules: &[], tool_version: "" }, Style::default());
    (findings.iter().map(|finding| found(finding, &sources)).collect(), text)
}

fn assert_found(text: &str, expected: &[(&str, u32)]) {
    let (found, shown) = shown(text);
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
    let (found, shown) = shown("{\"additionalParams\": {\"user\": \"u\", \"password\": \"secret\",\n\"port\": 5000}}");
    assert_eq!(found, [("REQ03".to_owned(), "request.json".to_owned(), 2)]);
    assert!(shown.contains("write \"5000\"") && shown.contains("warning[REQ03]"), "{shown}");
}

#[test]
fn a_secret_is_not_shown() {
    let (found, shown) = shown("additionalParams:\n  user: u\n  password: hm3\n  port: x\n");
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
