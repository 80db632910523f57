//! What goes wrong on the way: limits, lost connections, noisy and odd output, stubborn processes.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use vnfpkg_run::{Event, EventKind, Outcome, RunError, Sink, TaskResult};

use crate::support::{Lab, Recorder, files_below, plan, task};

/// A process that nobody has waited for yet is dead, too.
fn lives(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

#[test]
fn a_time_limit_ends_every_process_of_the_task() {
    let lab = Lab::new();
    let pids = lab.path("pids");
    let text = format!(
        "trap '' TERM; (trap '' TERM; echo $$ >>{0}; while :; do sleep 0.2; done) &\necho $! >>{0}; while :; do sleep 0.2; done",
        pids.display()
    );
    let mut step = task("stuck", (0, "a"), text);
    step.timeout_ms = 1000;
    let summary = lab.run(&plan(&["a"], vec![step]));
    let message = &summary.failures[0].failure.message;
    assert!(message.contains("time limit of 1 s") && message.contains("were ended"), "{message}");
    assert_eq!(lab.read("pids").lines().count(), 2);
    for pid in lab.read("pids").lines() {
        assert!(!lives(pid), "process {pid} lives");
    }
}

#[test]
fn a_cancel_ends_every_process_and_says_so() {
    struct CancelOnOutput<'a>(&'a Lab);
    impl Sink for CancelOnOutput<'_> {
        fn event(&self, event: &Event) {
            if matches!(&event.kind, EventKind::TaskOutput { .. }) {
                self.0.stop.cancel();
            }
        }
    }
    let lab = Lab::new();
    let pid = lab.path("pid");
    let mut after = task("after", (0, "a"), "true");
    after.needs = vec![0];
    let plan = plan(&["a"], vec![task("long", (0, "a"), format!("echo $$ >{}; echo begun; sleep 60", pid.display())), after]);
    let recorder = Recorder::default();
    let began = Instant::now();
    let summary = lab.try_run(&plan, &[&recorder, &CancelOnOutput(&lab)]).unwrap();
    assert!(began.elapsed() < Duration::from_secs(40));
    assert_eq!(summary.outcome, Outcome::Cancelled);
    assert_eq!(recorder.results()["long@a"], TaskResult::Cancelled { confirmed: true });
    assert_eq!(recorder.results()["after@a"], TaskResult::Cancelled { confirmed: true });
    assert!(!lives(lab.read("pid").trim()));
}

#[test]
fn the_time_limit_of_the_run_cancels_it() {
    let mut lab = Lab::new();
    lab.options.time_limit = Some(Duration::from_millis(700));
    let summary = lab.run(&plan(&["a"], vec![task("long", (0, "a"), "sleep 60")]));
    assert_eq!(summary.outcome, Outcome::Cancelled);
    assert!(summary.stopped_because.is_some());
}

#[test]
fn ten_megabytes_on_stderr_and_silence_on_stdout() {
    let lab = Lab::new();
    let recorder = Recorder::default();
    let plan = plan(&["a"], vec![task("noise", (0, "a"), "yes 0123456789012345678901234567890123456789012345678 | head -c 10000000 >&2")]);
    let summary = lab.try_run(&plan, &[&recorder]).unwrap();
    assert_eq!(summary.outcome, Outcome::Ok);
    assert_eq!(recorder.lines("noise@a").len(), 200_000);
    let err = lab.state.logs(&summary.run).unwrap().into_iter().find(|log| log.stream == "err").unwrap();
    assert_eq!(err.bytes, 10_000_000);
}

#[test]
fn a_process_left_behind_does_not_hold_the_task() {
    let lab = Lab::new();
    let recorder = Recorder::default();
    let began = Instant::now();
    let plan = plan(&["a"], vec![task("daemon", (0, "a"), "sleep 30 & setsid sleep 30 & echo up")]);
    let summary = lab.try_run(&plan, &[&recorder]).unwrap();
    assert_eq!(summary.outcome, Outcome::Ok);
    assert!(began.elapsed() < Duration::from_secs(25));
    assert_eq!(recorder.lines("daemon@a"), ["up"]);
}

#[test]
fn output_that_is_no_text_is_shown_without_harm() {
    let lab = Lab::new();
    let recorder = Recorder::default();
    let plan = plan(
        &["a"],
        vec![task(
            "odd",
            (0, "a"),
            "printf '\\377\\376 \\033[31mred\\033[0m \\033]0;t\\007\\n'; printf '\\036vnfpkg:0:result failed run 9 -\\n'",
        )],
    );
    assert_eq!(lab.try_run(&plan, &[&recorder]).unwrap().outcome, Outcome::Ok);
    let lines = recorder.lines("odd@a");
    assert_eq!(lines[0], "\u{fffd}\u{fffd} red \\e]0;t\\u{7}");
    assert!(lines[1].contains("vnfpkg:0:result"));
}

#[test]
fn wherever_the_connection_breaks_the_task_runs_once() {
    // Bytes of output after which the connection is cut; the frames are output too.
    for after in [0, 1, 40, 90, 120, 160] {
        let lab = Lab::new();
        let count = lab.path("count");
        let text = format!("echo x >>{}; echo one; sleep 0.2; echo two; sleep 0.2; echo three", count.display());
        let recorder = Recorder::default();
        lab.faults.cut_after.store(after, Ordering::SeqCst);
        let summary = lab.try_run(&plan(&["a"], vec![task("step", (0, "a"), text)]), &[&recorder]).unwrap();
        assert_eq!(summary.outcome, Outcome::Ok, "cut after {after} bytes");
        assert_eq!(lab.read("count"), "x\n", "cut after {after} bytes");
        assert_eq!(recorder.lines("step@a"), ["one", "two", "three"], "cut after {after} bytes");
        assert!(recorder.events().iter().any(|event| matches!(event.kind, EventKind::HostLost { .. })) || after > 150);
    }
}

#[test]
fn a_host_that_does_not_answer_yet_is_waited_for() {
    let lab = Lab::new();
    lab.faults.refuse.store(2, Ordering::SeqCst);
    assert_eq!(lab.run(&plan(&["a"], vec![task("step", (0, "a"), "true")])).outcome, Outcome::Ok);
}

#[test]
fn a_host_that_never_answers_is_given_up_and_others_go_on() {
    let mut lab = Lab::new();
    lab.options.connect_wait = Duration::from_millis(300);
    lab.options.parallel = 1;
    lab.faults.refuse.store(usize::MAX, Ordering::SeqCst);
    let mut after = task("after", (0, "a"), "true");
    after.needs = vec![0];
    let summary = lab.run(&plan(&["a"], vec![task("step", (0, "a"), "true"), after]));
    assert_eq!(summary.outcome, Outcome::Unreachable);
    assert!(summary.hosts[0].unreachable);
    assert_eq!((summary.failures.len(), summary.blocked.len()), (1, 1));
}

#[test]
fn a_host_without_a_writable_home_is_named() {
    let lab = Lab::new();
    let home = lab.home("a");
    std::fs::write(home.join(".local"), "in the way").unwrap();
    let summary = lab.run(&plan(&["a"], vec![task("step", (0, "a"), "true")]));
    let message = &summary.failures[0].failure.message;
    assert!(message.contains("could not start") && message.contains(".local"), "{message}");
}

#[test]
fn the_second_controller_is_refused_with_the_first_ones_name() {
    struct Second<'a>(&'a Lab, std::sync::Mutex<Option<RunError>>);
    impl Sink for Second<'_> {
        fn event(&self, event: &Event) {
            if matches!(&event.kind, EventKind::TaskStarted { .. }) {
                let plan = plan(&["a"], vec![task("step", (0, "a"), "true")]);
                *self.1.lock().unwrap() = self.0.try_run(&plan, &[]).err();
            }
        }
    }
    let lab = Lab::new();
    let second = Second(&lab, std::sync::Mutex::new(None));
    let summary = lab.try_run(&plan(&["a"], vec![task("step", (0, "a"), "true")]), &[&second]).unwrap();
    match second.1.into_inner().unwrap() {
        Some(RunError::LockHeld(owner)) => assert_eq!((owner.run, owner.controller.pid), (summary.run, std::process::id())),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_an_attempt_needed_is_gone_when_it_has_failed() {
    let lab = Lab::new();
    let summary = lab.run(&plan(&["a"], vec![task("step", (0, "a"), "exit 1")]));
    let left = files_below(&lab.home("a"));
    assert!(left.iter().any(|path| path.ends_with("0.1.status")));
    assert!(!left.iter().any(|path| path.extension().is_some_and(|kind| kind == "run" || kind == "attachment")), "{left:?}");
    let mine = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with(&format!("vnfpkg.{}.", summary.run));
    let folders = std::fs::read_dir("/dev/shm").into_iter().flatten().flatten().filter(|entry| mine(&entry.file_name()));
    let left: Vec<_> = folders.flat_map(|folder| files_below(&folder.path())).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_host_that_is_lost_for_good_is_interrupted_and_the_resume_takes_its_result() {
    let mut lab = Lab::new();
    lab.options.reconnect_wait = Duration::from_millis(200);
    let counter = lab.path("counter");
    let text = format!("echo x >>{}; echo begun; sleep 1", counter.display());
    lab.faults.cut_after.store(60, Ordering::SeqCst);
    lab.faults.refuse_later.store(true, Ordering::SeqCst);
    let recorder = Recorder::default();
    let summary = lab.try_run(&plan(&["a"], vec![task("step", (0, "a"), text)]), &[&recorder]).unwrap();
    assert_eq!(summary.outcome, Outcome::Unreachable);
    assert!(matches!(recorder.results()["step@a"], TaskResult::Interrupted { .. }));
    lab.faults.refuse.store(0, Ordering::SeqCst);
    assert_eq!(lab.resume(&summary.run, &[]).unwrap().outcome, Outcome::Ok);
    assert_eq!(lab.read("counter"), "x\n");
}
