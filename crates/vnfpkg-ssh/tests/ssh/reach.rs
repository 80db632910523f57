//! Getting a connection, or saying why not.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use vnfpkg_transport::{CancelToken, Control, ErrorKind};

use crate::support::{Settings, Sshd, control, host, run};

#[test]
fn ipv6_works() {
    if TcpListener::bind(("::1", 0)).is_err() {
        // A machine without IPv6 on its loopback.
        return;
    }
    let sshd = Sshd::with(&Settings { address: "::1", ..Settings::default() });
    assert_eq!(run(&*host(sshd.options(), &sshd.target()), "echo six", b"").expect("runs").stdout, b"six\n");
}

#[test]
fn a_name_with_several_addresses_is_tried_through() {
    // `localhost` may stand for ::1 first, where nobody listens.
    let sshd = Sshd::start();
    let mut target = sshd.target();
    target.address = "localhost".into();
    target.host_keys = vnfpkg_transport::HostKeys::Off;
    assert_eq!(run(&*host(sshd.options(), &target), "echo named", b"").expect("runs").stdout, b"named\n");
}

#[test]
fn nobody_listens() {
    let sshd = Sshd::start();
    let mut target = sshd.target();
    target.port = TcpListener::bind(("127.0.0.1", 0)).expect("a port").local_addr().expect("an address").port();
    let error = host(sshd.options(), &target).connect(&control()).expect_err("refused");
    assert_eq!(error.kind, ErrorKind::Unreachable);
    assert!(error.message.contains("connection refused") && error.is_transient(), "{error}");
}

#[test]
fn a_name_without_an_address() {
    let sshd = Sshd::start();
    let mut target = sshd.target();
    target.address = "no-such-host.invalid".into();
    let error = host(sshd.options(), &target).connect(&control()).expect_err("no such name");
    assert_eq!(error.kind, ErrorKind::Unreachable);
}

#[test]
fn a_server_that_says_nothing_ends_at_the_handshake_limit() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let sshd = Sshd::start();
    let mut target = sshd.target();
    target.port = listener.local_addr().expect("an address").port();
    let mut options = sshd.options();
    options.handshake_limit = Duration::from_millis(200);
    let started = Instant::now();
    let error = host(options, &target).connect(&control()).expect_err("no banner");
    assert_eq!(error.kind, ErrorKind::Unreachable);
    assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
    // The caller's own limit is something else.
    let limit = Control::within(&CancelToken::new(), Duration::from_millis(100));
    assert_eq!(host(sshd.options(), &target).connect(&limit).expect_err("no banner").kind, ErrorKind::TimedOut);
}

#[test]
fn a_server_that_speaks_something_else() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let sshd = Sshd::start();
    let mut target = sshd.target();
    target.port = listener.local_addr().expect("an address").port();
    let answer = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let _ = stream.read_to_end(&mut Vec::new());
    });
    let error = host(sshd.options(), &target).connect(&control()).expect_err("not SSH");
    assert_eq!(error.kind, ErrorKind::Unreachable);
    answer.join().expect("no panic");
}

#[test]
fn a_connection_that_a_busy_server_drops_is_tried_again() {
    let config = "MaxStartups 1:100:1\nLoginGraceTime 2".into();
    let sshd = Sshd::with(&Settings { config, ..Settings::default() });
    let host = host(sshd.options(), &sshd.target());
    let fifo = sshd.at("fifo");
    run(&*host, &format!("mkfifo {fifo}"), b"").expect("the host is known to work");
    std::thread::scope(|scope| {
        let (started, running) = mpsc::channel();
        let first = scope.spawn({
            let (host, command) = (&host, format!("echo up; cat {fifo}"));
            move || {
                host.exec(&command, b"", &control(), &mut |_, _| {
                    let _ = started.send(());
                })
            }
        });
        running.recv().expect("the only session is in use");
        // Takes the one place for logins until the server loses patience.
        let mut squatter = TcpStream::connect((sshd.address, sshd.port)).expect("connects");
        squatter.read_exact(&mut [0; 4]).expect("the server speaks");
        let second = run(&*host, "echo in", b"");
        std::fs::write(sshd.path("fifo"), "go").expect("the first call ends");
        first.join().expect("no panic").expect("runs");
        assert_eq!(second.expect("gets in").stdout, b"in\n");
    });
}

#[test]
fn a_host_that_falls_silent_is_lost() {
    let sshd = Sshd::start();
    let mut options = sshd.options();
    options.keepalive = Duration::from_secs(2);
    let host = host(options, &sshd.target());
    // The server process is stopped: the connection stays and nobody answers.
    let started = Instant::now();
    let error = run(&*host, "kill -STOP $PPID; sleep 60", b"").expect_err("silent");
    assert_eq!(error.kind, ErrorKind::Lost);
    assert!(started.elapsed() < Duration::from_secs(30), "{:?}", started.elapsed());
}

#[test]
fn a_quiet_command_is_not_a_silent_host() {
    let sshd = Sshd::start();
    let mut options = sshd.options();
    options.keepalive = Duration::from_secs(2);
    let host = host(options, &sshd.target());
    assert_eq!(run(&*host, "sleep 8; echo woke", b"").expect("alive").stdout, b"woke\n");
}
