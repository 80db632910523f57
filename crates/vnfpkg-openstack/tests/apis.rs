//! The APIs as a double on the loopback address answers them.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::PKey;
use openssl::ssl::{SslAcceptor, SslMethod};
use openssl::x509::extension::{BasicConstraints, SubjectAlternativeName};
use openssl::x509::{X509, X509NameBuilder};
use vnfpkg_openstack::{Cloud, OpenStackError, Session, Survey, Texts, Wanted, read_clouds, survey};
use xtask::openstack::{Double, INSTANCE, PORT, Replies, Reply, SERVER, TOKEN, guide, with};

const PASSWORD: &str = "pass-word-of-the-user";
const LOGIN: &str = "POST /identity/v3/auth/tokens";

/// `clouds.yaml` with the password in `secure.yaml`; `more` are further keys of the cloud.
fn cloud(double: &Double, more: &str) -> Cloud {
    let base = double.base();
    let clouds = format!(
        "clouds:\n  lab:\n    auth: {{auth_url: {base}/identity, username: nfv_user, project_name: nfv, user_domain_name: Default, project_domain_id: default}}\n    region_name: RegionOne\n{more}"
    );
    let secure = format!("clouds: {{lab: {{auth: {{password: {PASSWORD}}}}}}}");
    read_clouds(&Texts { clouds: ("clouds.yaml", &clouds), secure: Some(("secure.yaml", &secure)) }, "lab").unwrap()
}

fn wanted() -> Wanted {
    Wanted { servers: vec![SERVER.into()], ports: vec![PORT.into()], stack: format!("vnf-{INSTANCE}") }
}

fn ask(double: &Double, more: &str) -> Result<Survey, OpenStackError> {
    survey(&Session::open(&cloud(double, more), None)?, &wanted())
}

fn fails(replies: Replies, more: &str) -> String {
    let double = Double::start(replies, None).unwrap();
    let error = ask(&double, more).unwrap_err();
    let text = format!("{error}; {}", error.help()).replace(&double.base(), "BASE");
    assert!(!text.contains(PASSWORD) && !text.contains(TOKEN), "{text}");
    text
}

#[test]
fn servers_ports_addresses_and_nested_resources() {
    let double = Double::start(guide(), None).unwrap();
    let found = ask(&double, "").unwrap();
    assert_eq!(found.servers["servers"][0]["id"], SERVER);
    assert_eq!(found.ports["ports"][0]["fixed_ips"][0]["ip_address"], "10.10.0.5");
    assert_eq!(found.floating["floatingips"][0]["floating_ip_address"], "172.24.4.9");
    let resources = found.resources.unwrap();
    let kinds: Vec<&str> = resources["resources"].as_array().unwrap().iter().filter_map(|one| one["resource_type"].as_str()).collect();
    assert_eq!(kinds, ["OS::Heat::AutoScalingGroup", "OS::Nova::Server", "OS::Neutron::Port"]);

    let asked = double.asked();
    let login: serde_json::Value = serde_json::from_str(&asked[0].body).unwrap();
    let user = &login["auth"]["identity"]["password"]["user"];
    assert_eq!((&user["name"], &user["password"], &user["domain"]["name"]), (&"nfv_user".into(), &PASSWORD.into(), &"Default".into()));
    assert_eq!(login["auth"]["scope"]["project"], serde_json::json!({"name": "nfv", "domain": {"id": "default"}}));
    assert_eq!(asked[0].token, None);
    // The port that the instance names is among those of its server: it is not asked for again.
    assert_eq!(asked.len(), 6, "{asked:?}");
    assert!(asked[1..].iter().all(|asked| asked.token.as_deref() == Some(TOKEN)));
}

#[test]
fn an_application_credential_needs_no_project() {
    let double = Double::start(guide(), None).unwrap();
    let clouds = format!(
        "clouds: {{lab: {{auth_type: v3applicationcredential, auth: {{auth_url: '{}/identity/v3', application_credential_id: c1, application_credential_secret: s3}}}}}}",
        double.base()
    );
    let cloud = read_clouds(&Texts { clouds: ("clouds.yaml", &clouds), secure: None }, "lab").unwrap();
    assert!(!format!("{cloud:?}").contains("s3"), "{cloud:?}");
    Session::open(&cloud, None).unwrap();
    let login: serde_json::Value = serde_json::from_str(&double.asked()[0].body).unwrap();
    let expected = serde_json::json!({"auth": {"identity": {
        "methods": ["application_credential"], "application_credential": {"id": "c1", "secret": "s3"}}}});
    assert_eq!(login, expected);
}

#[test]
fn what_is_not_there_is_left_out() {
    let mut replies = guide();
    replies.retain(|(request, _)| !request.contains("/servers/") && !request.contains("/stacks/"));
    let double = Double::start(replies, None).unwrap();
    let found = ask(&double, "").unwrap();
    assert_eq!((found.servers, found.resources), (serde_json::json!({"servers": []}), None));
}

#[test]
fn lists_come_page_by_page() {
    let first = r#"{"ports": [{"id": "p1"}], "ports_links": [{"rel": "next", "href": "@base@/networking/v2.0/ports?marker=p1"}]}"#;
    let request = format!("GET /networking/v2.0/ports?device_id={SERVER}");
    let replies = with(guide(), &request, Reply::new(200, first));
    let mut replies =
        with(replies, "GET /networking/v2.0/ports?marker=p1", Reply::new(200, &format!(r#"{{"ports": [{{"id": "{PORT}"}}]}}"#)));
    replies.push((format!("GET /networking/v2.0/floatingips?port_id=p1&port_id={PORT}"), Reply::new(200, r#"{"floatingips": []}"#)));
    let double = Double::start(replies, None).unwrap();
    let found = ask(&double, "").unwrap();
    assert_eq!(found.ports["ports"].as_array().unwrap().len(), 2);
}

#[test]
fn faults_name_cloud_address_and_remedy() {
    let denied = Reply::new(
        401,
        r#"{"error": {"code": 401, "message": "The request you have made requires authentication.", "title": "Unauthorized"}}"#,
    );
    assert_eq!(
        fails(with(guide(), LOGIN, denied), ""),
        "cloud `lab`: Keystone at BASE/identity/v3/auth/tokens answers 401: The request you have made requires authentication.; \
         look at user, password, project and their domains in clouds.yaml"
    );
    assert_eq!(
        fails(guide(), "    interface: admin\n"),
        "cloud `lab`: the catalogue has no admin endpoint of Nova in region `RegionOne`; \
         the cloud does not offer that service to this project; set `interface` if it does on another network"
    );
    let elsewhere = Double::start(guide(), None).unwrap();
    let mut cloud = cloud(&elsewhere, "");
    cloud.region = Some("RegionTwo".into());
    let error = survey(&Session::open(&cloud, None).unwrap(), &wanted()).unwrap_err();
    assert_eq!(error.help(), "set `region_name` to one of RegionOne, or `interface`");
}

#[test]
fn hostile_answers_end_in_a_fault() {
    let ports = format!("GET /networking/v2.0/ports?device_id={SERVER}");
    let said = fails(with(guide(), &ports, Reply::new(200, "<html>")), "");
    assert!(said.contains("is no JSON") && said.contains("BASE/networking/v2.0/ports"), "{said}");
    let broken = Reply::new(503, "{\"x\": {\"message\": \"line\\nnext \\u001b[31m\"}}");
    let said = fails(with(guide(), &ports, broken), "");
    assert!(said.contains("Neutron at") && said.contains("503: line next [31m"), "{said}");
    // The token goes to no other server.
    let elsewhere = Reply::new(302, "{}").header("Location", "http://127.0.0.1:9/x");
    let said = fails(with(guide(), &ports, elsewhere), "");
    assert!(said.contains("leads to `http://127.0.0.1:9/x`, which is another server"), "{said}");
    let circle = Reply::new(302, "{}").header("Location", "@base@/networking/v2.0/ports?device_id=f93edf04-07ac-410e-96aa-7fd64774f951");
    assert!(fails(with(guide(), &ports, circle), "").contains("leads in circles"));
    let next = r#"{"ports": [], "ports_links": [{"rel": "next", "href": "http://127.0.0.1:9/x"}]}"#;
    assert!(fails(with(guide(), &ports, Reply::new(200, next)), "").contains("which is another server"));
}

#[test]
fn a_cloud_that_does_not_answer_is_given_up_in_time() {
    let said = fails(with(guide(), LOGIN, Reply::default()), "    api_timeout: 0.3\n");
    assert!(said.contains("BASE/identity/v3/auth/tokens does not answer: timeout") && said.contains("`api_timeout`"), "{said}");
    let gone = Double::start(guide(), None).unwrap();
    let cloud = cloud(&gone, "");
    drop(gone);
    let error = Session::open(&cloud, None).err().unwrap();
    assert!(error.to_string().contains("does not answer: "), "{error}");
}

#[test]
fn tls_is_checked_with_the_ca_of_the_cloud() {
    let (acceptor, ca) = certificate();
    let double = Double::start(guide(), Some(acceptor)).unwrap();
    let cloud = cloud(&double, "    cacert: ca.pem\n");
    let trusting = Session::open(&cloud, Some(&ca)).unwrap();
    assert!(survey(&trusting, &wanted()).unwrap().resources.is_some());
    let error = Session::open(&cloud, None).err().unwrap();
    assert!(error.help().starts_with("set `cacert`"), "{error}: {}", error.help());
    assert!(Session::open(&cloud, Some(b"nothing")).err().unwrap().to_string().starts_with("ca.pem:1: there is no certificate"));
}

/// A certificate for the loopback address that is its own CA.
fn certificate() -> (SslAcceptor, Vec<u8>) {
    let key = PKey::from_ec_key(EcKey::generate(&EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap()).unwrap()).unwrap();
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_text("CN", "double").unwrap();
    let name = name.build();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_serial_number(&BigNum::from_u32(1).unwrap().to_asn1_integer().unwrap()).unwrap();
    builder.set_subject_name(&name).unwrap();
    builder.set_issuer_name(&name).unwrap();
    builder.set_pubkey(&key).unwrap();
    builder.set_not_before(&Asn1Time::days_from_now(0).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::days_from_now(1).unwrap()).unwrap();
    builder.append_extension(BasicConstraints::new().critical().ca().build().unwrap()).unwrap();
    let alternative = SubjectAlternativeName::new().ip("127.0.0.1").build(&builder.x509v3_context(None, None)).unwrap();
    builder.append_extension(alternative).unwrap();
    builder.sign(&key, MessageDigest::sha256()).unwrap();
    let certificate = builder.build();
    let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).unwrap();
    acceptor.set_private_key(&key).unwrap();
    acceptor.set_certificate(&certificate).unwrap();
    (acceptor.build(), certificate.to_pem().unwrap())
}

#[test]
fn a_description_that_lacks_something_is_named_with_its_line() {
    let fault = |clouds: &str| {
        let error = read_clouds(&Texts { clouds: ("clouds.yaml", clouds), secure: None }, "lab").unwrap_err();
        format!("{error}; {}", error.help())
    };
    assert_eq!(fault("clouds: {a: {}, b: {}}"), "no cloud `lab` is described in clouds.yaml; it describes a, b");
    assert!(
        fault("clouds:\n  lab:\n    auth: {auth_url: http://x}\n").starts_with("clouds.yaml:3: `auth` of cloud `lab` lacks `username`")
    );
    let kind = fault("clouds:\n  lab:\n    auth: {auth_url: http://x}\n    auth_type: v3oidcpassword\n");
    assert!(
        kind.starts_with("clouds.yaml:4: the `auth_type` `v3oidcpassword`") && kind.contains("application credential create"),
        "{kind}"
    );
    let old = "clouds:\n  lab:\n    auth: {auth_url: http://x/v2.0, username: a, password: b, project_name: c}\n";
    assert!(fault(old).starts_with("clouds.yaml:3: `http://x/v2.0` is version 2"), "{}", fault(old));
    assert!(fault("clouds: [").starts_with("clouds.yaml:1: "));
    let time = old.replace("/v2.0", "") + "    api_timeout: soon\n";
    assert!(fault(&time).starts_with("clouds.yaml:4: `api_timeout` is no number of seconds"));
}
