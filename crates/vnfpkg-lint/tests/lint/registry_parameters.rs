//! Every parameter of the private registry VNF: present, absent, of a wrong type, with a wrong value.

use serde_json::{Value, json};
use vnfpkg_diag::Sources;
use vnfpkg_lint::parameters::check_request;
use vnfpkg_plan::request::parse_request;
use vnfpkg_plan::stepsets::for_driver;
use vnfpkg_tosca::vnfd::Vnfd;

/// A parameter file whose every parameter is set, and all of them well.
fn full() -> Value {
    json!({
        "flavourId": "simple",
        "additionalParams": { "private_registry_installation_param": {
            "ssh_cp_name": "CP1",
            "ssh_username": "ubuntu",
            "ssh_password": "ubuntu",
            "image_path": "Files/images/private_registry.tar",
            "port_no": "5000",
            "proxy": {
                "http_proxy": "http://user1:password1@host1:port1",
                "https_proxy": "https://user2:password2@host2:port2",
                "no_proxy": "192.168.246.0/24,10.0.0.1",
            },
        }},
    })
}

/// Codes of what is found in a request.
fn codes(request: &Value) -> Vec<&'static str> {
    let set = for_driver("mgmt-drivers-private-registry").unwrap();
    let declared = set.load(&mut Sources::new()).0.document.parameters.unwrap();
    let types = Vnfd::load(set, &mut Sources::new(), &declared.types.value).vnfd.model.types;
    let text = request.to_string();
    let mut sources = Sources::new();
    let source = sources.add("request.json", text.as_str());
    let (request, problems) = parse_request(source, &text);
    assert_eq!(problems, []);
    check_request(&types, Some(&declared.data_type.value), &request, &mut sources).iter().map(|finding| finding.code).collect()
}

const BASE: &str = "/additionalParams/private_registry_installation_param";

fn with(pointer: &str, value: Value) -> Value {
    let mut request = full();
    *request.pointer_mut(&format!("{BASE}{pointer}")).unwrap() = value;
    request
}

fn without(pointer: &str) -> Value {
    let mut request = full();
    let whole = format!("{BASE}{pointer}");
    let (parent, name) = whole.rsplit_once('/').unwrap();
    request.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name).unwrap();
    request
}

/// One row of the tables: where, whether required, good values, a wrong type, wrong values.
type Row = (&'static str, bool, Vec<Value>, Value, Vec<Value>);

fn rows() -> Vec<Row> {
    let map = || json!({"a": "b"});
    vec![
        ("", true, vec![], json!("text"), vec![json!({})]),
        ("/ssh_cp_name", true, vec![json!("CP1")], map(), vec![json!("")]),
        ("/ssh_username", true, vec![json!("ubuntu")], map(), vec![json!(""), json!("a b"), json!("$(id)")]),
        ("/ssh_password", true, vec![json!("p w'\"$")], map(), vec![json!("")]),
        ("/image_path", false, vec![json!("Files/images/x.tar")], json!(["a"]), vec![json!("")]),
        (
            "/port_no",
            false,
            vec![json!("1"), json!("5000"), json!("65535")],
            map(),
            ["0", "65536", "-1", "5000; reboot", "http", ""].map(Value::from).to_vec(),
        ),
        (
            "/proxy",
            false,
            vec![json!({}), json!({"http_proxy": "http://host1:3128"})],
            json!("http://host1"),
            vec![json!({"htp_proxy": "http://host1"})],
        ),
        ("/proxy/http_proxy", false, vec![json!("http://h:1")], map(), vec![json!("host1:3128"), json!("http://a b"), json!("ftp://h")]),
        ("/proxy/https_proxy", false, vec![json!("http://h:1"), json!("https://h")], map(), vec![json!("host2"), json!("https://h\"\n")]),
        (
            "/proxy/no_proxy",
            false,
            vec![json!("10.0.0.0/8,localhost,.example.com,fd00::/8")],
            map(),
            vec![json!("10.0.0.1;reboot"), json!("$(id)")],
        ),
    ]
}

#[test]
fn present() {
    assert_eq!(codes(&full()), [] as [&str; 0]);
    for (at, _, good, _, _) in rows() {
        for value in good {
            assert_eq!(codes(&with(at, value.clone())), [] as [&str; 0], "{at} = {value}");
        }
    }
}

#[test]
fn absent() {
    for (at, required, ..) in rows() {
        let expected: &[&str] = if required { &["REQ02"] } else { &[] };
        assert_eq!(codes(&without(at)), expected, "{at}");
    }
}

#[test]
fn wrong_type() {
    for (at, _, _, wrong, _) in rows() {
        let found = codes(&with(at, wrong.clone()));
        assert!(!found.is_empty() && found.iter().all(|code| *code == "REQ03"), "{at} = {wrong}: {found:?}");
    }
    // A number for the port is used as it is written, and told.
    assert_eq!(codes(&with("/port_no", json!(5000))), ["REQ03"]);
}

#[test]
fn wrong_value() {
    for (at, _, _, _, wrong) in rows() {
        for value in wrong {
            let found = codes(&with(at, value.clone()));
            let fits = |code: &&str| matches!(*code, "REQ02" | "REQ03" | "REQ04");
            assert!(!found.is_empty() && found.iter().all(fits), "{at} = {value}: {found:?}");
        }
    }
}
