//! Logging in with a certificate.

use std::process::Command;

use vnfpkg_transport::ErrorKind;

use crate::support::{Settings, Sshd, control, host, keygen};

/// A server that lets in who has a certificate of its authority.
fn server() -> Sshd {
    let sshd = Sshd::with(&Settings { authority: true, ..Settings::default() });
    keygen(&sshd.path("stranger"), "ed25519", "");
    sshd
}

/// `ssh-keygen -s`: a certificate for a login name.
fn sign(sshd: &Sshd, key: &str, principal: &str) {
    let output = Command::new("ssh-keygen")
        .args(["-q", "-s", &sshd.at("ca"), "-I", "test", "-n", principal, &sshd.at(&format!("{key}.pub"))])
        .output()
        .expect("ssh-keygen");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_certificate_beside_the_key_logs_in() {
    let sshd = server();
    for key_type in ["ed25519", "ecdsa", "rsa"] {
        let name = format!("cert_{key_type}");
        keygen(&sshd.path(&name), key_type, "");
        let mut target = sshd.target();
        target.keys = vec![sshd.at(&name)];
        let error = host(sshd.options(), &target).connect(&control()).expect_err("the key alone is not let in");
        assert_eq!(error.kind, ErrorKind::Auth);
        sign(&sshd, &name, "root");
        host(sshd.options(), &target).connect(&control()).unwrap_or_else(|error| panic!("{key_type}: {error}"));
    }
}

#[test]
fn a_certificate_for_another_user_is_named_and_the_key_is_tried_too() {
    let sshd = server();
    let mut target = sshd.target();
    sign(&sshd, "stranger", "somebody");
    sign(&sshd, "user", "somebody");
    target.keys = vec![sshd.at("stranger")];
    let error = host(sshd.options(), &target).connect(&control()).expect_err("neither fits");
    for part in ["certificate of key", "stranger, key "] {
        assert!(error.message.contains(part), "{error}");
    }
    target.keys = vec![sshd.at("user")];
    host(sshd.options(), &target).connect(&control()).expect("the key itself is let in");
}
