//! Fifty hosts with thirty steps each, one of them slow: the events show that nobody waits for it.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use vnfpkg_tests::{lab, on_host, steps_package};
use xtask::product::{Workbench, binary};

const HOSTS: usize = 50;
const STEPS: usize = 30;
const SLOW: &str = "PrivateRegistryVDU-17";
/// Only against hanging: how long it takes depends on the machine.
const LIMIT: Duration = Duration::from_secs(900);

/// Killed when the test fails before its end.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Events that are whole lines by now.
fn events(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

fn ended(event: &Value) -> bool {
    event["type"] == "task_ended"
}

/// Says a figure past the capture of the test runner.
fn report(figure: &str) {
    let _ = writeln!(std::io::stderr(), "{figure}");
}

/// Between the end of a host's task and the beginning of its next one, which is ready then, other hosts may not get turn
/// after turn. Gives the longest such pause in milliseconds, and the most turns of another host in one.
fn nobody_is_passed_over(events: &[Value]) -> (f64, usize) {
    let mut waiting: BTreeMap<&str, (jiff::Timestamp, BTreeMap<&str, usize>)> = BTreeMap::new();
    let (mut longest, mut most): (f64, usize) = (0.0, 0);
    for event in events {
        let Some(host) = event["host"].as_str() else { continue };
        let time: jiff::Timestamp = event["time"].as_str().unwrap().parse().unwrap();
        if ended(event) {
            waiting.insert(host, (time, BTreeMap::new()));
        } else if event["type"] == "task_started" {
            if let Some((since, _)) = waiting.remove(host) {
                longest = longest.max(time.duration_since(since).as_secs_f64() * 1000.0);
            }
            for (waits, (_, turns)) in &mut waiting {
                let turns = turns.entry(host).or_default();
                *turns += 1;
                most = most.max(*turns);
                // One or two happen when the machine is busy and the thread with the task waits for a processor.
                assert!(*turns < 5, "{host} began {turns} tasks while {waits} waited for a turn");
            }
        }
        // The last task of a host leaves nothing to wait for.
        if ended(event) && event["task"].as_str().unwrap().starts_with(&format!("s{:02}@", STEPS - 1)) {
            waiting.remove(host);
        }
    }
    (longest, most)
}

#[test]
fn one_slow_host_delays_nobody_else() {
    let lab = lab("e2e-wide", 1);
    let host = lab.host(1);
    let bench = Workbench::new().unwrap();
    let mut document = String::new();
    for step in 0..STEPS {
        let needs = step.checked_sub(1).map(|before| format!("s{before:02}")).unwrap_or_default();
        writeln!(document, "      s{step:02}: {{ run: s.sh, needs: [{needs}] }}").unwrap();
    }
    let script = format!("[ {{{{ host.name }}}} != {SLOW} ] || while [ ! -e ~/go ]; do sleep 0.2; done\n");
    let package = steps_package(&bench, u8::try_from(HOSTS).unwrap(), &document, &[("s.sh", &script)]);
    let request = bench.registry_request("").unwrap();
    // Every loopback address is a host: an sshd with a connection of its own.
    let key = host.host_key_line().unwrap();
    let known_hosts = bench.write("known_hosts", &format!("127.0.0.* {}\n", key.split_once(' ').unwrap().1)).unwrap();
    let path = bench.path("events.jsonl");

    let mut command = host.network_command(&binary().unwrap().to_string_lossy());
    command.env("HOME", bench.path("")).env("VNFPKG_STATE", bench.path("state"));
    command.arg("run").arg("instantiate_end").arg(package).arg("-r").arg(request).arg("--known-hosts").arg(known_hosts);
    for number in 1..=HOSTS {
        command.arg("--host").arg(format!("PrivateRegistryVDU=127.0.0.{number}"));
    }
    command.arg("--parallel").arg((HOSTS + 10).to_string()).arg("--report").arg(format!("jsonl={}", path.display()));
    let mut run = Running(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());

    let started = Instant::now();
    let others = (HOSTS - 1) * STEPS;
    while events(&path).iter().filter(|event| ended(event)).count() < others {
        assert!(started.elapsed() < LIMIT && run.0.try_wait().unwrap().is_none(), "the others do not end while one host is slow");
        std::thread::sleep(Duration::from_millis(200));
    }
    let all = events(&path);
    assert!(all.iter().filter(|event| ended(event)).all(|event| event["host"] != SLOW && event["result"]["kind"] == "changed"));
    assert_eq!(all.iter().filter(|event| event["type"] == "task_started" && event["host"] == SLOW).count(), 1);
    on_host(host, "touch ~ubuntu/go");
    assert!(run.0.wait().unwrap().success());
    let all = events(&path);
    assert_eq!(all.iter().filter(|event| ended(event)).count(), HOSTS * STEPS);
    let (longest, most) = nobody_is_passed_over(&all);
    report(&format!(
        "{HOSTS} hosts x {STEPS} steps, one slow: {others} tasks ended meanwhile, longest wait of a ready host {longest:.0} ms, meanwhile at most {most} turns of any other"
    ));
    lab.stop().unwrap();
}
