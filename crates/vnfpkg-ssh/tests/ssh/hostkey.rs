//! Is it the host we mean?

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use vnfpkg_transport::{ErrorKind, HostKeys, TransportError};

use crate::support::{Settings, Sshd, control, host, keygen};

fn connect(sshd: &Sshd, policy: HostKeys) -> Result<(), TransportError> {
    let mut target = sshd.target();
    target.host_keys = policy;
    host(sshd.options(), &target).connect(&control())
}

fn refused(sshd: &Sshd, policy: HostKeys) -> TransportError {
    let error = connect(sshd, policy).expect_err("the key is not the right one");
    assert_eq!(error.kind, ErrorKind::HostKey);
    error
}

/// As `ssh-keygen -l` says it.
fn fingerprint(sshd: &Sshd, key: &str) -> String {
    let output = Command::new("ssh-keygen").args(["-l", "-f"]).arg(sshd.path(&format!("{key}.pub"))).output().expect("ssh-keygen");
    let text = String::from_utf8(output.stdout).expect("text");
    text.split_whitespace().nth(1).expect("a fingerprint").to_owned()
}

#[test]
fn an_unknown_key_is_refused_with_its_fingerprint_and_the_line_to_add() {
    let sshd = Sshd::start();
    fs::remove_file(sshd.path("known_hosts")).expect("there");
    let error = refused(&sshd, HostKeys::KnownHosts);
    assert!(error.message.contains(&fingerprint(&sshd, "host_ed25519")), "{error}");
    let help = error.help.expect("a remedy");
    assert!(help.contains("--host-key accept-new"), "{help}");
    // The line works as it stands.
    let line = help.rsplit_once("known_hosts: ").expect("the line").1;
    fs::write(sshd.path("known_hosts"), line).expect("written");
    connect(&sshd, HostKeys::KnownHosts).expect("known now");
}

#[test]
fn accept_new_adds_a_new_key_and_refuses_a_changed_one() {
    let sshd = Sshd::start();
    fs::remove_file(sshd.path("known_hosts")).expect("there");
    connect(&sshd, HostKeys::AcceptNew).expect("added");
    assert_eq!(fs::metadata(sshd.path("known_hosts")).expect("made").permissions().mode() & 0o777, 0o600);
    let written = fs::read_to_string(sshd.path("known_hosts")).expect("made");
    assert_eq!(written.lines().count(), 1);
    connect(&sshd, HostKeys::KnownHosts).expect("known now");
    // OpenSSH agrees with what was written.
    let found =
        Command::new("ssh-keygen").args(["-F", &sshd.known_name(), "-f"]).arg(sshd.path("known_hosts")).output().expect("ssh-keygen");
    assert!(found.status.success());
    keygen(&sshd.path("other"), "ed25519", "");
    fs::write(sshd.path("known_hosts"), format!("# me\n{} {}", sshd.known_name(), sshd.public_key("other"))).expect("written");
    refused(&sshd, HostKeys::AcceptNew);
}

#[test]
fn a_changed_key_names_file_and_line() {
    let sshd = Sshd::start();
    keygen(&sshd.path("other"), "ed25519", "");
    fs::write(sshd.path("known_hosts"), format!("# me\n\n{} {}", sshd.known_name(), sshd.public_key("other"))).expect("written");
    let error = refused(&sshd, HostKeys::KnownHosts);
    assert!(error.message.contains(&format!("{}:3", sshd.at("known_hosts"))), "{error}");
    assert!(error.help.is_some_and(|help| help.contains("ssh-keygen -R")));
}

#[test]
fn hashed_names_are_found() {
    let sshd = Sshd::start();
    let hashed = Command::new("ssh-keygen").args(["-H", "-f"]).arg(sshd.path("known_hosts")).output().expect("ssh-keygen");
    assert!(hashed.status.success());
    assert!(fs::read_to_string(sshd.path("known_hosts")).expect("there").starts_with("|1|"));
    connect(&sshd, HostKeys::KnownHosts).expect("known");
}

#[test]
fn a_revoked_key_is_refused_even_when_it_is_known() {
    let sshd = Sshd::start();
    let known = fs::read_to_string(sshd.path("known_hosts")).expect("there");
    fs::write(sshd.path("known_hosts"), format!("{known}@revoked * {}", sshd.public_key("host_ed25519"))).expect("written");
    let error = refused(&sshd, HostKeys::KnownHosts);
    assert!(error.message.contains("revoked") && error.message.contains("known_hosts:2"), "{error}");
    refused(&sshd, HostKeys::AcceptNew);
}

#[test]
fn an_authority_is_mentioned_and_not_used() {
    let sshd = Sshd::start();
    fs::write(sshd.path("known_hosts"), format!("@cert-authority * {}", sshd.public_key("host_ed25519"))).expect("written");
    assert!(refused(&sshd, HostKeys::KnownHosts).message.contains("@cert-authority"));
}

#[test]
fn the_server_is_asked_for_the_key_that_is_known() {
    let types = &["ed25519", "ecdsa", "rsa"];
    let sshd = Sshd::with(&Settings { host_keys: types, ..Settings::default() });
    for key_type in types {
        sshd.know(&[key_type]);
        connect(&sshd, HostKeys::KnownHosts).unwrap_or_else(|error| panic!("only {key_type} is known: {error}"));
    }
}

#[test]
fn fingerprints_and_off_need_no_file() {
    let sshd = Sshd::start();
    fs::remove_file(sshd.path("known_hosts")).expect("there");
    connect(&sshd, HostKeys::Fingerprints(vec!["SHA256:x".into(), fingerprint(&sshd, "host_ed25519")])).expect("one fits");
    connect(&sshd, HostKeys::Off).expect("any fits");
    let error = refused(&sshd, HostKeys::Fingerprints(vec!["SHA256:x".into()]));
    assert!(error.message.contains(&fingerprint(&sshd, "host_ed25519")), "{error}");
    assert!(!sshd.path("known_hosts").exists());
}

#[test]
fn the_key_is_checked_before_anything_secret_is_sent() {
    let sshd = Sshd::start();
    fs::remove_file(sshd.path("known_hosts")).expect("there");
    let mut target = sshd.target();
    target.keys = vec![sshd.at("absent")];
    let error = host(sshd.options(), &target).connect(&control()).expect_err("both are wrong");
    assert_eq!(error.kind, ErrorKind::HostKey);
}
