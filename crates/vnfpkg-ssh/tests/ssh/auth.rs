//! Logging in.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};

use secrecy::SecretString;
use vnfpkg_transport::ErrorKind;

use crate::support::{Sshd, control, host, keygen, run};

#[test]
fn keys_of_every_type_log_in() {
    let sshd = Sshd::start();
    for key_type in ["ed25519", "ecdsa", "rsa"] {
        let name = format!("key_{key_type}");
        keygen(&sshd.path(&name), key_type, "");
        sshd.authorize(&name);
        let mut target = sshd.target();
        target.keys = vec![sshd.at(&name)];
        host(sshd.options(), &target).connect(&control()).unwrap_or_else(|error| panic!("{key_type}: {error}"));
    }
}

#[test]
fn encrypted_keys_log_in_with_their_pass_phrase() {
    let sshd = Sshd::start();
    for (key_type, format) in [("ed25519", "RFC4716"), ("rsa", "PEM"), ("ecdsa", "PKCS8")] {
        let name = format!("key_{format}");
        keygen(&sshd.path(&name), key_type, "let me in");
        convert(&sshd.at(&name), format);
        sshd.authorize(&name);
        let mut target = sshd.target();
        target.keys = vec![sshd.at(&name)];
        let error = host(sshd.options(), &target).connect(&control()).expect_err("no pass phrase");
        assert!(error.message.contains("is encrypted and no pass phrase is given"), "{format}: {error}");
        target.key_passphrase = Some(SecretString::from("let me in"));
        host(sshd.options(), &target).connect(&control()).unwrap_or_else(|error| panic!("{format}: {error}"));
        target.key_passphrase = Some(SecretString::from("let me out"));
        let error = host(sshd.options(), &target).connect(&control()).expect_err("wrong pass phrase");
        assert_eq!(error.kind, ErrorKind::NoCredentials, "{format}: trying again is no use");
        assert!(!error.message.contains("let me out"), "{error}");
    }
}

/// `ssh-keygen -p` rewrites the key in another format.
fn convert(path: &str, format: &str) {
    let output = Command::new("ssh-keygen")
        .args(["-q", "-p", "-P", "let me in", "-N", "let me in", "-m", format, "-f", path])
        .output()
        .expect("ssh-keygen");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn an_error_names_what_was_tried_and_what_is_allowed() {
    let sshd = Sshd::start();
    keygen(&sshd.path("stranger"), "ed25519", "");
    fs::write(sshd.path("garbage"), "no key").expect("written");
    let mut target = sshd.target();
    target.keys = vec![sshd.at("stranger"), sshd.at("absent"), sshd.at("garbage"), sshd.at("user.pub")];
    target.password = Some(SecretString::from("hunter2"));
    let error = host(sshd.options(), &target).connect(&control()).expect_err("nothing fits");
    assert_eq!(error.kind, ErrorKind::Auth);
    for part in [
        "user root",
        "refused: key ",
        "stranger, password",
        "the host allows publickey",
        "absent does not exist",
        "garbage is no private key",
        "user.pub is no private key",
    ] {
        assert!(error.message.contains(part), "{part}: {error}");
    }
    assert!(!error.message.contains("hunter2"), "{error}");
    assert!(error.help.is_some());
}

#[test]
fn default_keys_are_used_when_the_target_names_none() {
    let sshd = Sshd::start();
    let mut target = sshd.target();
    target.keys.clear();
    let mut options = sshd.options();
    options.identities = vec![sshd.path("absent"), sshd.path("user")];
    host(options.clone(), &target).connect(&control()).expect("the second default key fits");
    options.identities.truncate(1);
    let error = host(options, &target).connect(&control()).expect_err("no key at all");
    assert!(error.message.contains("nothing was tried") && !error.message.contains("absent"), "{error}");
}

#[test]
fn too_many_keys_say_so() {
    let sshd = Sshd::start();
    let mut target = sshd.target();
    target.keys.clear();
    for number in 0..7 {
        keygen(&sshd.path(&format!("k{number}")), "ed25519", "");
        target.keys.push(sshd.at(&format!("k{number}")));
    }
    let error = host(sshd.options(), &target).connect(&control()).expect_err("MaxAuthTries is 6");
    assert_eq!(error.kind, ErrorKind::Auth);
    assert!(error.help.as_deref().is_some_and(|help| help.contains("MaxAuthTries")), "{error:?}");
}

struct Agent {
    child: Child,
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn an_agent_logs_in() {
    let sshd = Sshd::start();
    let socket = sshd.at("agent");
    let mut child = Command::new("setpriv")
        .args(["--pdeathsig", "KILL", "ssh-agent", "-D", "-a", &socket])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("setpriv (util-linux) and ssh-agent (openssh-client) are needed for these tests");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("the agent speaks once it listens");
    let _agent = Agent { child };
    fs::set_permissions(sshd.path("user"), fs::Permissions::from_mode(0o600)).expect("private");
    let added = Command::new("ssh-add").arg("-q").arg(sshd.path("user")).env("SSH_AUTH_SOCK", &socket).output().expect("ssh-add");
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    let mut target = sshd.target();
    target.keys.clear();
    let mut options = sshd.options();
    options.agent = Some(socket.into());
    assert_eq!(run(&*host(options.clone(), &target), "echo in", b"").expect("logs in").stdout, b"in\n");
    options.agent = Some(sshd.path("no_agent"));
    let error = host(options, &target).connect(&control()).expect_err("no agent there");
    assert!(error.message.contains("no_agent"), "{error}");
}
