//! Through other hosts.

use vnfpkg_ssh::config::SshConfig;
use vnfpkg_transport::ErrorKind;

use crate::support::{Bytes, Settings, Sshd, control, host, noise, run};
use vnfpkg_transport::{Upload, Uploaded};

#[test]
fn commands_and_uploads_go_through_two_jump_hosts() {
    let (first, second, last) = (Sshd::start(), Sshd::start(), Sshd::start());
    let mut options = last.options();
    options.known_hosts = [&first, &second, &last].iter().map(|sshd| sshd.path("known_hosts")).collect();
    let mut target = last.target();
    target.jump = vec![first.target(), second.target()];
    let host = host(options, &target);
    let input = noise(10 << 20);
    let outcome = run(&*host, "tee /dev/stderr", &input).expect("runs");
    assert!(outcome.stdout == input && outcome.stderr == input);
    // The last server sees the second one's port, not ours.
    let source = Bytes::new(noise(20 << 20));
    let to = last.at("file");
    let upload = Upload { source: &source, to: &to, mode: 0o600 };
    assert_eq!(host.upload(&upload, &control(), &mut |_| {}).expect("uploads"), Uploaded::Sent { bytes: 20 << 20 });
    assert!(std::fs::read(&to).expect("there") == noise(20 << 20));
    assert!(first.kill_sessions() > 0);
    assert_eq!(run(&*host, "echo again", b"").expect("connects anew").stdout, b"again\n");
}

#[test]
fn a_jump_host_from_the_configuration() {
    let (first, last) = (Sshd::start(), Sshd::start());
    let mut options = last.options();
    options.known_hosts.push(first.path("known_hosts"));
    let mut config = SshConfig::default();
    config.read(
        "config",
        &format!(
            "Host inner\n HostName {}\n Port {}\n ProxyJump root@outer\n IdentityFile {}\nHost outer\n HostName {}\n Port {}\n IdentityFile {}\n",
            last.address,
            last.port,
            last.at("user"),
            first.address,
            first.port,
            first.at("user")
        ),
        &mut |_| Vec::new(),
    );
    options.config = config;
    let mut target = last.target();
    target.address = "inner".into();
    target.port = 22;
    target.keys.clear();
    assert_eq!(
        run(&*host(options, &target), "echo $SSH_CONNECTION | cut -d' ' -f4", b"").expect("runs").stdout,
        format!("{}\n", last.port).as_bytes()
    );
}

#[test]
fn a_jump_host_that_cannot_or_may_not() {
    let (first, last) = (Sshd::start(), Sshd::start());
    let mut options = last.options();
    options.known_hosts.push(first.path("known_hosts"));
    let mut target = last.target();
    target.jump = vec![first.target()];
    target.port = 1;
    let error = host(options, &target).connect(&control()).expect_err("nobody listens");
    assert_eq!(error.kind, ErrorKind::Unreachable);
    assert!(error.message.contains("jump host"), "{error}");

    let strict = Sshd::with(&Settings { config: "AllowTcpForwarding no".into(), ..Settings::default() });
    let mut options = last.options();
    options.known_hosts.push(strict.path("known_hosts"));
    let mut target = last.target();
    target.jump = vec![strict.target()];
    let error = host(options, &target).connect(&control()).expect_err("forbidden");
    assert!(error.message.contains("jump host"), "{error:?}");
}

#[test]
fn a_jump_host_that_dies_is_a_lost_connection() {
    let (first, last) = (Sshd::start(), Sshd::start());
    let mut options = last.options();
    options.known_hosts.push(first.path("known_hosts"));
    let mut target = last.target();
    target.jump = vec![first.target()];
    let result = host(options, &target).exec("echo up; sleep 60", b"", &control(), &mut |_, _| {
        assert!(first.kill_sessions() > 0);
    });
    assert_eq!(result.expect_err("lost").kind, ErrorKind::Lost);
}
