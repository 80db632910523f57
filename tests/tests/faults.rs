//! What can go wrong on the way to a host and on it, while a step runs: each case ends within its limits, with the outcome
//! and the words that people need, and no effect comes twice.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use vnfpkg_tests::{Outcome, lab_run, on_host, outcome, steps_package};
use xtask::lab::{Host, Kind, Lab, LabOptions, Sudo};
use xtask::product::Workbench;

const LIMIT: Duration = Duration::from_secs(90);

/// Counts its executions, says that it has begun, and waits for the test.
const WAITS: &str = "echo x >>~/count; touch ~/begun\nwhile [ ! -e ~/go ]; do sleep 0.1; done\necho went on\n";

/// A lab with one host, a package with given steps, and what `vnfpkg` is run with.
struct Case {
    bench: Workbench,
    lab: Lab,
    package: PathBuf,
}

impl Case {
    fn new(name: &str, steps: &str, scripts: &[(&str, &str)]) -> Self {
        Self::with(&LabOptions { name: format!("e2e-f-{name}"), ..LabOptions::default() }, steps, scripts)
    }

    fn with(options: &LabOptions, steps: &str, scripts: &[(&str, &str)]) -> Self {
        let bench = Workbench::new().unwrap();
        let package = steps_package(&bench, 1, steps, scripts);
        let lab = Lab::start(options).unwrap_or_else(|error| panic!("the lab does not come up: {error}"));
        Self { bench, lab, package }
    }

    fn host(&self) -> &Host {
        self.lab.host(1)
    }

    fn run(&self, arguments: &[&str]) -> Command {
        let mut command = lab_run(&self.bench, &self.lab, &self.package, &[self.host()]);
        command.args(arguments);
        command
    }

    fn resume(&self) -> Outcome {
        let mut command = self.bench.vnfpkg_in(&self.lab);
        outcome(command.arg("resume").arg("--known-hosts").arg(self.bench.path("known_hosts")))
    }

    /// Begins a run and waits until its step has begun.
    fn begin(&self, arguments: &[&str]) -> Running {
        let mut command = self.run(arguments);
        let mut running = Running::new(&mut command);
        self.wait_for("ls ~ubuntu/begun", || running.ended());
        running
    }

    /// Polls until a command succeeds on the host.
    fn wait_for(&self, script: &str, mut hopeless: impl FnMut() -> bool) {
        let started = Instant::now();
        while !self.host().exec_root(&["sh", "-c", script]).is_ok_and(|output| output.status.success()) {
            assert!(started.elapsed() < LIMIT && !hopeless(), "`{script}` does not come to pass");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn on_host(&self, script: &str) -> String {
        on_host(self.host(), script).trim().to_owned()
    }

    #[track_caller]
    fn ran_once(&self) {
        assert_eq!(self.on_host("cat ~ubuntu/count"), "x");
    }
}

/// A controller at work; killed when the test fails before its end.
struct Running {
    child: Option<Child>,
}

impl Running {
    fn new(command: &mut Command) -> Self {
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        Self { child: Some(child) }
    }

    /// Has it ended? Then it says what it had to say.
    fn ended(&mut self) -> bool {
        let ended = self.child.as_mut().is_some_and(|child| !matches!(child.try_wait(), Ok(None)));
        if ended && let Some(child) = self.child.take() {
            let output = child.wait_with_output().unwrap();
            let _ = writeln!(std::io::stderr(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        ended
    }

    fn interrupt(&self) {
        let id = self.child.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    }

    fn end(mut self) -> Outcome {
        let child = self.child.take().unwrap();
        let output = child.wait_with_output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Outcome { code: output.status.code().unwrap_or(-1), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

#[test]
fn sshd_killed_in_the_middle_of_a_step() {
    let case = Case::new("sshd", "      wait: { run: wait.sh }\n", &[("wait.sh", WAITS)]);
    let running = case.begin(&[]);
    case.on_host("pkill -KILL -x sshd; systemctl restart ssh; touch ~ubuntu/go");
    running.end().expect(0).says("connection lost").says("changed wait@PrivateRegistryVDU-1");
    case.ran_once();
    case.lab.stop().unwrap();
}

#[test]
fn host_restarted_in_the_middle_of_a_step() {
    let waits = "echo x >>~/count; [ $(wc -l <~/count) = 1 ] || exit 0; touch ~/begun; while :; do sleep 0.1; done\n";
    let case = Case::new("boot", "      wait: { run: wait.sh }\n", &[("wait.sh", waits)]);
    let running = case.begin(&[]);
    case.host().reboot(LIMIT).unwrap();
    let ended = running.end().expect(0).says("connection lost").says("changed wait@PrivateRegistryVDU-1");
    // The first execution is gone with its processes, so there has to be a second one.
    ended.says("its processes are gone without a result, as after a restart of the host");
    assert_eq!(case.on_host("wc -l <~ubuntu/count"), "2");
    case.lab.stop().unwrap();
}

#[test]
fn network_cut_for_thirty_seconds() {
    let case = Case::new("cut30", "      wait: { run: wait.sh }\n", &[("wait.sh", WAITS)]);
    let running = case.begin(&[]);
    let cut = Instant::now();
    case.host().drop_packets(1.0).unwrap();
    case.on_host("sleep 5; touch ~ubuntu/go");
    // The cut is the fault itself: it lasts as long as it lasts.
    std::thread::sleep(Duration::from_secs(30).saturating_sub(cut.elapsed()));
    case.host().mend_network().unwrap();
    running.end().expect(0).says("changed wait@PrivateRegistryVDU-1");
    case.ran_once();
    case.lab.stop().unwrap();
}

#[test]
fn network_cut_for_longer_than_the_connection_lives() {
    let case = Case::new("cut", "      wait: { run: wait.sh }\n", &[("wait.sh", WAITS)]);
    let running = case.begin(&["--keepalive", "2s"]);
    case.host().drop_packets(1.0).unwrap();
    // The controller has noticed when it has closed its end of the connection and tries to make another one.
    let started = Instant::now();
    let port = format!("dst {}:22", case.host().ip());
    loop {
        let output = case.lab.command("ss").args(["-Htn", "state", "syn-sent", &port]).output().unwrap();
        if !output.stdout.is_empty() {
            break;
        }
        assert!(started.elapsed() < LIMIT, "the controller does not notice");
        std::thread::sleep(Duration::from_millis(50));
    }
    case.on_host("touch ~ubuntu/go");
    case.host().mend_network().unwrap();
    running.end().expect(0).says("connection lost").says("changed wait@PrivateRegistryVDU-1");
    case.ran_once();
    case.lab.stop().unwrap();
}

#[test]
fn network_cut_for_good() {
    let case = Case::new("gone", "      wait: { run: wait.sh }\n      next: { run: wait.sh, needs: [wait] }\n", &[("wait.sh", WAITS)]);
    let running = case.begin(&["--keepalive", "2s", "--reconnect-wait", "4s"]);
    case.host().drop_packets(1.0).unwrap();
    let ended = running.end().expect(5).says("connection lost").says("interrupted wait@PrivateRegistryVDU-1");
    ended.says("blocked next@PrivateRegistryVDU-1, because of wait@PrivateRegistryVDU-1").says("go on with: vnfpkg resume");
    // The step went on without us; a resume takes its result.
    case.on_host("touch ~ubuntu/go");
    case.ran_once();
    case.host().mend_network().unwrap();
    case.resume().expect(0);
    assert_eq!(case.on_host("wc -l <~ubuntu/count"), "2", "once for each of the two steps");
    case.lab.stop().unwrap();
}

#[test]
fn disk_full_during_an_upload() {
    let steps = "      image: { upload: { from: Files/images/big.bin, to: big.bin } }\n";
    let options = LabOptions { name: "e2e-f-disk".into(), disk: "64m".into(), ..LabOptions::default() };
    let case = Case::with(&options, steps, &[]);
    std::fs::write(case.package.join("Files/images/big.bin"), vec![7; 8 << 20]).unwrap();
    // Known beforehand, nothing is sent.
    case.host().fill_disk(3 << 20).unwrap();
    let ended = outcome(&mut case.run(&[])).expect(4).says("failed image@PrivateRegistryVDU-1: no space for ");
    ended.says("8 MiB are needed in .local/share/vnfpkg/files and 3 MiB are free").says("go on with: vnfpkg resume");
    case.host().free_disk().unwrap();
    // On its way already.
    case.host().slow_line(16_000).unwrap();
    let mut command = case.run(&[]);
    let running = Running::new(&mut command);
    case.wait_for("find ~ubuntu/.local/share/vnfpkg/files -type f -size +256k | grep -q .", || false);
    case.host().fill_disk(1 << 20).unwrap();
    case.host().mend_network().unwrap();
    let ended = running.end().expect(4).says("failed image@PrivateRegistryVDU-1: no space for ");
    ended.says("and 0 MiB are free").says("go on with: vnfpkg resume");
    case.host().free_disk().unwrap();
    case.resume().expect(0).says("changed image@PrivateRegistryVDU-1");
    assert_eq!(case.on_host("find ~ubuntu/.local/share/vnfpkg/files -type f -size +1k | wc -l"), "1");
    case.lab.stop().unwrap();
}

#[test]
fn a_step_over_its_time_whose_children_ignore_sigterm() {
    let script = "(trap '' TERM; exec sleep 4711) &\ntrap '' TERM\nsh -c \"trap '' TERM; sleep 4711; :\"\n";
    let case = Case::new("time", "      slow: { run: slow.sh, timeout: 1s }\n", &[("slow.sh", script)]);
    let ended = outcome(&mut case.run(&[])).expect(4);
    ended.says("the time limit of 1 s passed; its processes were ended").says("raise the step's `timeout`");
    assert_eq!(case.on_host("pgrep -fc '[s]leep 4711' || true"), "0");
    case.lab.stop().unwrap();
}

#[test]
fn a_step_on_a_full_disk_is_ended_by_its_time_limit_and_by_a_cancel() {
    let script = "trap '' TERM\ntouch ~/begun\nsleep 4712\nsleep 4712\n";
    let steps = "      slow: { run: slow.sh, timeout: 12s }\n";
    let options = LabOptions { name: "e2e-f-full".into(), disk: "64m".into(), ..LabOptions::default() };
    let case = Case::with(&options, steps, &[("slow.sh", script)]);
    let running = case.begin(&[]);
    case.host().fill_disk(0).unwrap();
    running.end().expect(4).says("the time limit of 12 s passed; its processes were ended");
    assert_eq!(case.on_host("pgrep -fc '[s]leep 4712' || true"), "0");

    let full = outcome(&mut case.run(&[])).expect(4);
    full.says("the host could not start it").says("free some space in the home folder on the host");

    case.host().free_disk().unwrap();
    case.on_host("rm ~ubuntu/begun");
    let running = case.begin(&[]);
    case.host().fill_disk(0).unwrap();
    running.interrupt();
    running.end().expect(6);
    assert_eq!(case.on_host("pgrep -fc '[s]leep 4712' || true"), "0");
    case.lab.stop().unwrap();
}

#[test]
fn ten_megabytes_on_stderr_while_stdout_is_silent() {
    let script = "head -c 10485760 /dev/zero | tr '\\0' x | fold -w 127 >&2\nprintf '\\nthe end\\n' >&2\nexit 3\n";
    let case = Case::new("flood", "      loud: { run: loud.sh }\n", &[("loud.sh", script)]);
    let ended = outcome(&mut case.run(&[])).expect(4);
    ended.says("the script ended with status 3").says("| the end");
    let logs = outcome(case.bench.vnfpkg().args(["runs", "logs"])).expect(0).stdout;
    assert!(logs.len() > 10 << 20, "{} bytes of log", logs.len());
    case.lab.stop().unwrap();
}

#[test]
fn output_that_is_not_utf8() {
    let script = "printf 'caf\\351 \\377\\376 \\033[2J\\033]0;title\\007\\n'; printf '\\200\\n' >&2; exit 3\n";
    let case = Case::new("bytes", "      odd: { run: odd.sh }\n", &[("odd.sh", script)]);
    let report = case.bench.path("events.jsonl");
    let ended = outcome(&mut case.run(&["--report", &format!("jsonl={}", report.display())])).expect(4);
    ended.says("| caf\u{fffd} \u{fffd}\u{fffd} \\e[2J\\e]0;title\\u{7}").says("| \u{fffd}");
    for line in std::fs::read_to_string(report).unwrap().lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
    case.lab.stop().unwrap();
}

#[test]
fn sudo_asks_for_a_password() {
    let options = LabOptions { name: "e2e-f-sudo".into(), sudo: Sudo::Password, ..LabOptions::default() };
    let case = Case::with(&options, "      who: { run: who.sh, root: true }\n", &[("who.sh", "id -un >/tmp/who\n")]);
    outcome(&mut case.run(&[])).expect(0).says("changed who@PrivateRegistryVDU-1");
    assert_eq!(case.on_host("cat /tmp/who; rm /tmp/who"), "root");

    // Let in with a key, there is no password to give.
    let document = case.package.join("Scripts/lifecycle.yaml");
    let text = std::fs::read_to_string(&document).unwrap();
    let without: String = text.split_inclusive('\n').filter(|line| !line.contains("ssh_password")).collect();
    std::fs::write(&document, without).unwrap();
    let key = case.lab.key().to_string_lossy().into_owned();
    let ended = outcome(&mut case.run(&["--identity", &key])).expect(4);
    ended.says("the host could not start it: ").says("sudo wants a password: give the login password of this host");
    assert_eq!(case.on_host("ls /tmp/who || true"), "");
    case.lab.stop().unwrap();
}

/// In a virtual machine, since containers share the clock of this machine.
#[test]
fn the_clock_jumps_in_the_middle_of_a_step() {
    let options = LabOptions { name: "e2e-f-clock".into(), hosts: 0, vms: 1, vm_kind: Kind::Docker, ..LabOptions::default() };
    let steps = "      wait: { run: wait.sh, timeout: 60s }\n      poll: { check: poll.sh, needs: [wait], until: 60s, every: 200ms }\n";
    let poll = "echo x >>~/polls; [ $(wc -l <~/polls) -ge 3 ]\n";
    let case = Case::with(&options, steps, &[("wait.sh", WAITS), ("poll.sh", poll)]);
    let running = case.begin(&[]);
    case.on_host("date -s '+2 days'");
    case.on_host("date -s '-9 days'; touch ~ubuntu/go");
    running.end().expect(0).says("changed wait@PrivateRegistryVDU-1");
    case.ran_once();
    case.lab.stop().unwrap();
}
