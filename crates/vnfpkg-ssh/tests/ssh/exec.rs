//! Running commands.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use vnfpkg_transport::{CancelToken, Control, ErrorKind, Exit, Host, Shell, Stream};

use crate::support::{Settings, Sshd, control, host, noise, run, run_with};

#[test]
fn output_and_exit_status_come_back() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    let outcome = run(&*host, "printf out; printf err >&2; exit 7", b"").expect("runs");
    assert_eq!((outcome.stdout.as_slice(), outcome.stderr.as_slice(), outcome.exit), (&b"out"[..], &b"err"[..], Exit::Code(7)));
    let outcome = run(&*host, "cat", b"through").expect("runs");
    assert_eq!((outcome.stdout.as_slice(), outcome.exit), (&b"through"[..], Exit::Code(0)));
}

#[test]
fn a_signal_is_no_exit_status() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    let outcome = run(&*host, "kill -KILL $$", b"").expect("runs");
    assert_eq!(outcome.exit, Exit::Signal("KILL".into()));
}

#[test]
fn ten_mb_on_both_outputs_and_on_input_at_once() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    let input = noise(10 << 20);
    let outcome = run(&*host, "tee /dev/stderr", &input).expect("runs");
    assert_eq!(outcome.exit, Exit::Code(0));
    assert!(outcome.stdout == input, "stdout is the input");
    assert!(outcome.stderr == input, "stderr is the input");
}

#[test]
fn one_output_alone_does_not_block() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    let outcome = run(&*host, "head -c 10485760 /dev/zero >&2; head -c 10485760 /dev/zero", b"").expect("runs");
    assert_eq!((outcome.stdout.len(), outcome.stderr.len(), outcome.exit), (10 << 20, 10 << 20, Exit::Code(0)));
}

#[test]
fn input_goes_on_after_the_outputs_are_closed() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    let input = noise(5 << 20);
    let file = sshd.at("late");
    let outcome = run(&*host, &format!("exec >&- 2>&-; cat >{file}"), &input).expect("runs");
    assert_eq!(outcome.exit, Exit::Code(0));
    assert!(std::fs::read(file).expect("written") == input);
}

#[test]
fn a_command_that_takes_no_input_ends() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    let outcome = run(&*host, "exec <&-; echo done", &noise(10 << 20)).expect("runs");
    assert_eq!((outcome.stdout.as_slice(), outcome.exit), (&b"done\n"[..], Exit::Code(0)));
    let outcome = run(&*host, "head -c 3", &noise(10 << 20)).expect("runs");
    assert_eq!((outcome.stdout.len(), outcome.exit), (3, Exit::Code(0)));
}

#[test]
fn key_exchange_in_the_middle_is_survived() {
    let sshd = Sshd::with(&Settings { config: "RekeyLimit 1M".into(), ..Settings::default() });
    let host = host(sshd.options(), &sshd.target());
    let input = noise(10 << 20);
    let outcome = run(&*host, "cat", &input).expect("runs");
    assert!(outcome.stdout == input);
}

#[test]
fn calls_on_one_host_run_side_by_side() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    let fifo = sshd.at("fifo");
    // Neither side ends without the other.
    run(&*host, &format!("mkfifo {fifo}"), b"").expect("runs");
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| run(&*host, &format!("cat {fifo}"), b"").expect("runs"));
        run(&*host, &format!("echo met >{fifo}"), b"").expect("runs");
        assert_eq!(reader.join().expect("no panic").stdout, b"met\n");
    });
}

#[test]
fn no_more_sessions_than_allowed() {
    let sshd = Sshd::start();
    let mut options = sshd.options();
    options.max_sessions = 2;
    let host = host(options, &sshd.target());
    let parents: Vec<_> = std::thread::scope(|scope| {
        let calls: Vec<_> = (0..6).map(|_| scope.spawn(|| run(&*host, "echo $PPID", b"").expect("runs").stdout)).collect();
        calls.into_iter().map(|call| call.join().expect("no panic")).collect()
    });
    let distinct: std::collections::BTreeSet<_> = parents.iter().collect();
    assert!(distinct.len() <= 2, "a session has one sshd process: {distinct:?}");
}

#[test]
fn cancelling_returns_at_once_and_the_host_stays_usable() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    let cancel = CancelToken::new();
    let control = Control::within(&cancel, Duration::from_secs(60));
    let (started, running) = mpsc::channel();
    let stopped = std::thread::scope(|scope| {
        let call = scope.spawn(|| {
            let result = host.exec("echo up; sleep 60", b"", &control, &mut |stream, _| {
                if stream == Stream::Stdout {
                    let _ = started.send(());
                }
            });
            (result, Instant::now())
        });
        running.recv().expect("the command starts");
        let asked = Instant::now();
        cancel.cancel();
        let (result, returned) = call.join().expect("no panic");
        assert_eq!(result.expect_err("cancelled").kind, ErrorKind::Cancelled);
        returned - asked
    });
    assert!(stopped < Duration::from_secs(3), "{stopped:?}");
    assert_eq!(run(&*host, "echo again", b"").expect("runs").stdout, b"again\n");
}

#[test]
fn a_deadline_ends_a_call_that_writes_into_a_full_pipe() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    host.connect(&control()).expect("connects");
    let limit = Control::within(&CancelToken::new(), Duration::from_millis(300));
    let started = Instant::now();
    let error = run_with(&*host, "sleep 60", &noise(20 << 20), &limit).expect_err("too late");
    assert_eq!(error.kind, ErrorKind::TimedOut);
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
}

#[test]
fn a_killed_server_process_is_a_lost_connection() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    let result = host.exec("echo up; sleep 60", b"", &control(), &mut |_, _| {
        assert!(sshd.kill_sessions() > 0);
    });
    assert_eq!(result.expect_err("lost").kind, ErrorKind::Lost);
    assert_eq!(run(&*host, "echo again", b"").expect("connects again").stdout, b"again\n");
}

#[test]
fn a_session_that_died_idle_is_replaced() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    host.connect(&control()).expect("connects");
    assert!(sshd.kill_sessions() > 0);
    assert_eq!(run(&*host, "echo again", b"").expect("connects again").stdout, b"again\n");
}

#[test]
fn after_close_calls_connect_again() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    let before = run(&*host, "echo $PPID", b"").expect("runs").stdout;
    assert_eq!(run(&*host, "echo $PPID", b"").expect("runs").stdout, before, "the session is kept");
    host.close();
    assert_ne!(run(&*host, "echo $PPID", b"").expect("runs").stdout, before);
}

/// Says a line to `cat` and gives what comes back until the line's end.
fn say(host: &dyn Host, shell: &str, line: &str) -> (String, Option<Exit>) {
    let mut heard = Vec::new();
    let shell = Shell { command: shell, greeting: b"" };
    let exit = host.converse(&shell, line.as_bytes(), &control(), &mut |_, bytes| {
        heard.extend_from_slice(bytes);
        heard.ends_with(b"\n")
    });
    (String::from_utf8_lossy(&heard).into_owned(), exit.expect("answers"))
}

#[test]
fn a_shell_stays_between_calls() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    let (first, exit) = say(&*host, "exec sh", "n=1; echo $$\n");
    assert_eq!(exit, None);
    assert_eq!(run(&*host, "echo beside", b"").expect("runs").stdout, b"beside\n", "the session serves other calls too");
    assert_eq!(say(&*host, "exec sh", "echo $$\n").0, first, "the same shell");
    assert_eq!(say(&*host, "exec sh", "echo $n\n").0, "1\n", "it remembers");
    assert_ne!(say(&*host, "exec  sh", "echo $$\n").0, first, "another command is another shell");
}

#[test]
fn a_shell_that_ended_is_told_and_replaced() {
    let sshd = Sshd::start();
    let host = host(sshd.options(), &sshd.target());
    assert_eq!(say(&*host, "exec sh", "exit 7\n").1, Some(Exit::Code(7)));
    let (pid, _) = say(&*host, "exec sh", "echo $$\n");
    // Ended while it was idle: the next call does not notice.
    run(&*host, &format!("kill -KILL {}", pid.trim()), b"").expect("runs");
    let (next, exit) = say(&*host, "exec sh", "echo $$\n");
    assert_eq!(exit, None);
    assert_ne!(next, pid);
    // The whole connection.
    assert!(sshd.kill_sessions() > 0);
    assert_eq!(say(&*host, "exec sh", "echo again\n").0, "again\n");
}

#[test]
fn a_host_that_allows_one_channel_gets_its_shell_back() {
    let sshd = Sshd::with(&Settings { config: "MaxSessions 1".into(), ..Settings::default() });
    let mut options = sshd.options();
    options.max_sessions = 1;
    let host = host(options, &sshd.target());
    for _ in 0..3 {
        assert_eq!(say(&*host, "exec sh", "echo here\n").0, "here\n");
        assert_eq!(run(&*host, "echo beside", b"").expect("runs").stdout, b"beside\n");
    }
}
