//! Logins that are refused at first.

use std::sync::atomic::Ordering;

use vnfpkg_run::{EventKind, Outcome};

use crate::support::{Lab, Recorder, plan, task};

/// Runs one task on a host that does not answer `silent` times and then refuses `refused` logins. Gives the outcome, the number of
/// tries and how many refusals were told.
fn run(silent: usize, refused: usize) -> (Outcome, usize, usize) {
    let lab = Lab::new();
    lab.faults.refuse.store(silent, Ordering::SeqCst);
    lab.faults.refuse_login.store(refused, Ordering::SeqCst);
    let recorder = Recorder::default();
    let summary = lab.try_run(&plan(&["a"], vec![task("step", (0, "a"), "true")]), &[&recorder]).unwrap();
    let told = recorder.events().iter().filter(|event| matches!(event.kind, EventKind::LoginRefused { .. })).count();
    (summary.outcome, lab.faults.connects.load(Ordering::SeqCst), told)
}

#[test]
fn a_user_that_is_made_late_is_waited_for() {
    assert_eq!(run(0, 3), (Outcome::Ok, 4, 3));
}

#[test]
fn a_wrong_password_is_not_hammered() {
    assert_eq!(run(0, usize::MAX), (Outcome::Unreachable, 4, 3));
}

#[test]
fn a_host_that_was_seen_to_boot_gets_longer() {
    assert_eq!(run(1, 6), (Outcome::Ok, 8, 6));
}
