//! Known-hosts files against what `ssh` decides on them.

use std::fs;
use std::process::{Command, Stdio};

use vnfpkg_transport::HostKeys;

use crate::support::{Settings, Sshd, control, host, keygen};

/// Does OpenSSH connect when only these files may vouch for the host?
fn openssh(sshd: &Sshd, files: &[String]) -> bool {
    let files = files.iter().map(|file| format!("\"{file}\"")).collect::<Vec<_>>().join(" ");
    let output = Command::new("ssh")
        .args(["-F", "none", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-o", "GlobalKnownHostsFile=none"])
        .args(["-o", "UpdateHostKeys=no", "-o", "IdentitiesOnly=yes", "-o", &format!("UserKnownHostsFile={files}")])
        .args(["-i", &sshd.at("user"), "-p", &sshd.port.to_string(), &format!("root@{}", sshd.address), "true"])
        .stdin(Stdio::null())
        .output()
        .expect("ssh (openssh-client) is needed for these tests");
    output.status.success()
}

fn ours(sshd: &Sshd, files: &[String]) -> bool {
    let mut options = sshd.options();
    options.known_hosts = files.iter().map(Into::into).collect();
    let mut target = sshd.target();
    target.host_keys = HostKeys::KnownHosts;
    host(options, &target).connect(&control()).is_ok()
}

/// Compares on files of these contents.
fn agree(sshd: &Sshd, what: &str, contents: &[&str]) -> bool {
    let files: Vec<String> = (0..contents.len()).map(|number| sshd.at(&format!("kh{number}"))).collect();
    for (file, content) in files.iter().zip(contents) {
        fs::write(file, content).expect("written");
    }
    let theirs = openssh(sshd, &files);
    assert_eq!(ours(sshd, &files), theirs, "{what}: ssh says {theirs} to\n{}", contents.join("\n---\n"));
    theirs
}

#[test]
fn agrees_with_openssh_on_names_and_marks() {
    let sshd = Sshd::start();
    keygen(&sshd.path("other"), "ed25519", "");
    keygen(&sshd.path("rsa"), "rsa", "");
    let (right, wrong, rsa) = (sshd.public_key("host_ed25519"), sshd.public_key("other"), sshd.public_key("rsa"));
    let (right, wrong, rsa) = (right.trim(), wrong.trim(), rsa.trim());
    let (port, name) = (sshd.port, sshd.known_name());
    let hashed = |line: &str| {
        let path = sshd.path("to_hash");
        fs::write(&path, line).expect("written");
        assert!(Command::new("ssh-keygen").args(["-q", "-H", "-f"]).arg(&path).output().expect("ssh-keygen").status.success());
        fs::read_to_string(&path).expect("there")
    };
    let cases: Vec<(&str, bool, String)> = vec![
        ("plain", true, format!("{name} {right}\n")),
        ("no end of line", true, format!("{name} {right}")),
        ("line ends of another system", true, format!("{name} {right}\r\n")),
        ("comments, empty lines, blanks before", true, format!("# a\n\n  \t{name}\t {right} me@here\n")),
        ("among others", true, format!("a,b,{name},c {right}\n")),
        ("without the port", true, format!("127.0.0.1 {right}\n")),
        ("a wrong key without the port", false, format!("127.0.0.1 {wrong}\n")),
        ("without the port, wrong with it", false, format!("127.0.0.1 {right}\n{name} {wrong}\n")),
        ("without the port, revoked there", false, format!("127.0.0.1 {right}\n@revoked 127.0.0.1 {right}\n")),
        ("another port", false, format!("[127.0.0.1]:1 {right}\n")),
        ("a pattern", true, format!("[127.0.?.*]:{port} {right}\n")),
        ("a pattern without brackets", true, format!("127.0.0.* {right}\n")),
        ("a star", true, format!("* {right}\n")),
        ("ruled out", false, format!("*,!{name},!127.0.0.1 {right}\n")),
        ("ruled out before", false, format!("!{name},!127.*,* {right}\n")),
        ("ruled out with the port only", true, format!("*,!{name} {right}\n")),
        ("another is ruled out", true, format!("*,!other {right}\n")),
        ("hashed", true, hashed(&format!("{name} {right}\n"))),
        ("hashed, another name", false, hashed(&format!("127.0.0.2 {right}\n"))),
        ("a wrong key", false, format!("{name} {wrong}\n")),
        ("a wrong key first", true, format!("{name} {wrong}\n{name} {right}\n")),
        ("a wrong key last", true, format!("{name} {right}\n{name} {wrong}\n")),
        ("a key of another type", false, format!("{name} {rsa}\n")),
        ("a key of another type too", true, format!("{name} {rsa}\n{name} {right}\n")),
        ("revoked", false, format!("{name} {right}\n@revoked * {right}\n")),
        ("revoked before", false, format!("@revoked {name} {right}\n{name} {right}\n")),
        ("revoked elsewhere", true, format!("{name} {right}\n@revoked other {right}\n")),
        ("another key is revoked", true, format!("{name} {right}\n@revoked * {wrong}\n")),
        ("revoked, hashed", false, format!("{name} {right}\n@revoked {}", hashed(&format!("{name} {right}\n")))),
        ("an authority and no certificate", false, format!("@cert-authority * {right}\n")),
        ("an unknown mark", false, format!("@what {name} {right}\n")),
        ("lines that nobody can read", true, format!("x\n{name}\n{name} ssh-ed25519\n{name} ssh-ed25519 ???\n{name} {right}\n")),
        ("a type that is not the key's", false, format!("{name} {}\n", right.replacen("ssh-ed25519", "ssh-rsa", 1))),
        ("nothing", false, String::new()),
    ];
    for (what, expected, content) in &cases {
        assert_eq!(agree(&sshd, what, &[content]), *expected, "{what}: the case itself");
    }
    let line = format!("{name} {right}\n");
    assert!(agree(&sshd, "the second file", &["", &line]));
    assert!(!agree(&sshd, "revoked in the second file", &[&line, &format!("@revoked * {right}\n")]));
}

#[test]
fn agrees_with_openssh_on_several_key_types() {
    let types = &["ed25519", "ecdsa", "rsa"];
    let sshd = Sshd::with(&Settings { host_keys: types, ..Settings::default() });
    keygen(&sshd.path("other"), "ed25519", "");
    let name = sshd.known_name();
    let line = |key: &str| format!("{name} {}", sshd.public_key(key));
    for key_type in types {
        assert!(agree(&sshd, key_type, &[&line(&format!("host_{key_type}"))]));
    }
    let portless = sshd.public_key("host_rsa");
    assert!(!agree(&sshd, "without the port, of a type that ssh likes less", &[&format!("127.0.0.1 {portless}")]));
    assert!(agree(&sshd, "two of three", &[&(line("host_rsa") + &line("host_ecdsa"))]));
    assert!(!agree(&sshd, "one wrong, of the type that ssh likes best", &[&(line("other") + &line("host_rsa"))]));
    assert!(!agree(&sshd, "only a wrong one", &[&line("other")]));
}

#[test]
fn agrees_with_openssh_on_ipv6() {
    let sshd = Sshd::with(&Settings { address: "::1", ..Settings::default() });
    let (right, port) = (sshd.public_key("host_ed25519"), sshd.port);
    assert!(agree(&sshd, "brackets", &[&format!("[::1]:{port} {right}")]));
    assert!(agree(&sshd, "without the port", &[&format!("::1 {right}")]));
}
