//! One VNF instance in every form that people have it in.

use vnfpkg_diag::{Place, Sources};

use super::*;
use crate::inventory::{VduFacts, parse_inventory};
use crate::problem::{Problem, ProblemKind};

const TABLE: &str = include_str!("samples/show.txt");
const JSON: &str = include_str!("samples/show.json");
const YAML: &str = include_str!("samples/show.yaml");
const REST_V1: &str = include_str!("samples/rest_v1.json");
const REST_V2: &str = include_str!("samples/rest_v2.json");
const PORTS: &str = include_str!("samples/ports.json");
const FLOATING: &str = include_str!("samples/floating.json");
const RESOURCES: &str = include_str!("samples/resources.json");

const EXPECTED: &str = "\
vnfpkg_inventory: 1
instance: f93ed99c-e2f2-4f18-8377-37a171ea344f
flavour: simple
vnfcs:
  - vdu: PrivateRegistryVDU
    id: \"52431660-dde4-49de-99a4-9d593b17b9c4\"
    resource_id: f93edf04-07ac-410e-96aa-7fd64774f951
    cps:
      CP1:
        fixed: [\"10.10.0.5\"]
        floating: \"172.24.4.9\"
        port: \"2eb5d67b-fe24-40ca-b25a-8c4e47520aee\"
";

fn vdus() -> Vec<VduFacts> {
    vec![VduFacts { name: "PrivateRegistryVDU".into(), min: 1, max: 1, max_at: None, cps: vec!["CP1".into()] }]
}

fn instance(text: &str) -> Instance {
    let (instance, problems) = parse_instance("vnf", text, &mut Sources::new());
    assert_eq!(problems, []);
    instance.unwrap()
}

fn listings(ports: &str, resources: &str) -> Listings {
    let mut sources = Sources::new();
    let (ports, port_problems) = parse_ports(sources.add("ports", ports), ports);
    let (floating, floating_problems) = parse_floating(sources.add("floating", FLOATING), FLOATING);
    let (resources, resource_problems) = parse_resources(sources.add("resources", resources), resources);
    assert_eq!([port_problems, floating_problems, resource_problems].concat(), []);
    Listings { ports: Some(ports), floating, resources: Some(resources), servers: None }
}

fn problems(text: &str, listings: &Listings, vdus: &[VduFacts]) -> Vec<Problem> {
    build_inventory(&instance(text), listings, Some(vdus)).problems
}

#[test]
fn every_form_gives_the_same_inventory() {
    for (form, text) in [("table", TABLE), ("json", JSON), ("yaml", YAML), ("v1", REST_V1), ("v2", REST_V2)] {
        assert!(is_instance(text), "{form}");
        let built = build_inventory(&instance(text), &listings(PORTS, RESOURCES), Some(&vdus()));
        assert_eq!(built.problems, [], "{form}");
        assert_eq!(inventory_yaml(&built.inventory), EXPECTED, "{form}");
    }
}

#[test]
fn what_is_written_is_read_again() {
    let (inventory, problems) = parse_inventory(Sources::new().add("i", EXPECTED), EXPECTED);
    assert_eq!(problems, []);
    assert!(!is_instance(EXPECTED));
    assert_eq!(inventory_yaml(&inventory), EXPECTED);
}

#[test]
fn every_mismatch_is_named_at_its_line() {
    let good = listings(PORTS, RESOURCES);
    let message = |list: &[Problem]| list.iter().map(|problem| problem.message.clone()).collect::<Vec<_>>().join("; ");
    let other_vdu = problems(&JSON.replace("PrivateRegistryVDU", "PrivateRegistryVdu"), &good, &vdus());
    let kinds: Vec<_> = other_vdu.iter().map(|problem| problem.kind).collect();
    assert_eq!(kinds, [ProblemKind::InventoryVdu, ProblemKind::InventoryCount]);
    assert_eq!(other_vdu[0].help.as_deref(), Some("did you mean `PrivateRegistryVDU`?"));

    let other_cp = message(&problems(&JSON.replace("CP1", "CP2"), &good, &vdus()));
    assert!(other_cp.contains("has no connection point `CP2`") && other_cp.contains("no connection point `CP1`"), "{other_cp}");

    let gone = message(&problems(JSON, &listings(PORTS, &RESOURCES.replace("f93edf04", "c8a67180")), &vdus()));
    assert!(gone.contains("the stack has no server f93edf04-07ac-410e-96aa-7fd64774f951"), "{gone}");
    let sick = message(&problems(JSON, &listings(PORTS, &RESOURCES.replace("CREATE_COMPLETE", "CHECK_FAILED")), &vdus()));
    assert!(sick.contains("is CHECK_FAILED"), "{sick}");

    let no_port = problems(JSON, &listings(&PORTS.replace("2eb5d67b", "11111111"), RESOURCES), &vdus());
    assert!(message(&no_port).contains("is not in the list of ports"), "{}", message(&no_port));

    let no_lists = message(&problems(JSON, &Listings::default(), &vdus()));
    assert!(no_lists.contains("no address is known for connection point `CP1`"), "{no_lists}");
    // Lines of the table are lines of what is read from it.
    let mut sources = Sources::new();
    let (instance, _) = parse_instance("vnf", TABLE, &mut sources);
    let found = build_inventory(&instance.unwrap(), &Listings::default(), None).problems;
    let Place::Span(span) = found[0].place else { panic!("a place") };
    let line = TABLE.lines().position(|line| line.contains("\"cpdId\"") && line.contains("CP1")).unwrap();
    assert!(sources.line_col(span).line as usize > line, "{:?}", sources.line_col(span));
    assert!(TABLE.lines().nth(sources.line_col(span).line as usize - 1).unwrap().contains("CP1"));
}

#[test]
fn servers_are_there_and_run_and_tell_their_zone() {
    let with = |servers: &str| {
        let (servers, problems) = parse_servers(Sources::new().add("servers", servers), servers);
        assert_eq!(problems, []);
        let listings = Listings { servers: Some(servers), ..listings(PORTS, RESOURCES) };
        build_inventory(&instance(JSON), &listings, Some(&vdus()))
    };
    let id = "f93edf04-07ac-410e-96aa-7fd64774f951";
    let built = with(&format!(r#"{{"servers": [{{"id": "{id}", "status": "ACTIVE", "OS-EXT-AZ:availability_zone": "az1"}}]}}"#));
    assert_eq!((built.problems, built.inventory.vnfcs[0].zone.as_deref()), (Vec::new(), Some("az1")));
    let sick = with(&format!(r#"[{{"ID": "{id}", "Name": "vm", "Status": "SHUTOFF"}}]"#)).problems;
    assert!(sick.len() == 1 && sick[0].message.ends_with("is SHUTOFF"), "{sick:?}");
    let gone = with("[]").problems;
    assert!(gone.len() == 1 && gone[0].message.starts_with(&format!("there is no server {id}")), "{gone:?}");
}

#[test]
fn addresses_of_the_instance_itself_count_when_there_is_no_list() {
    let own = r#"{"layerProtocol": "IP_OVER_ETHERNET", "ipOverEthernet": {"ipAddresses": [{"type": "IPV4", "addresses": ["192.0.2.7"]}]}}"#;
    let compact: serde_json::Value = serde_json::from_str(REST_V2).unwrap();
    let text = compact.to_string().replace(r#"{"layerProtocol":"IP_OVER_ETHERNET"}"#, own);
    let built = build_inventory(&instance(&text), &Listings::default(), Some(&vdus()));
    assert_eq!(built.problems, []);
    assert_eq!(built.inventory.vnfcs[0].cps[0].fixed, ["192.0.2.7"]);
}

#[test]
fn answers_of_the_apis_are_read_too() {
    let (ports, _) = parse_ports(
        Sources::new().add("p", ""),
        r#"{"ports": [{"id": "p1", "device_id": "s1", "fixed_ips": [{"ip_address": "10.0.0.4", "subnet_id": "x"}]}]}"#,
    );
    assert_eq!(ports, [Port { id: "p1".into(), addresses: vec!["10.0.0.4".into()], device: Some("s1".into()) }]);
    let (floating, _) =
        parse_floating(Sources::new().add("f", ""), r#"{"floatingips": [{"floating_ip_address": "172.24.4.3", "port_id": "p1"}]}"#);
    assert_eq!(floating, [Floating { address: "172.24.4.3".into(), port: Some("p1".into()) }]);
    assert_eq!(parse_ports(Sources::new().add("p", ""), "[{\"Name\": \"x\"}]").1.len(), 1);
}

#[test]
fn what_is_no_instance_is_refused() {
    for (text, word) in [
        ("{\"instantiatedVnfInfo\": {}}", "no `id`"),
        ("{\"id\": \"x\", \"instantiationState\": \"NOT_INSTANTIATED\"}", "NOT_INSTANTIATED"),
        ("{\"id\": \"x\", \"instantiatedVnfInfo\": {\"vnfcResourceInfo\": [{\"id\": \"y\"}]}}", "lacks `id` or `vduId`"),
    ] {
        let (_, problems) = parse_instance("vnf", text, &mut Sources::new());
        assert!(problems.iter().any(|problem| problem.message.contains(word)), "{text}: {problems:?}");
    }
}
