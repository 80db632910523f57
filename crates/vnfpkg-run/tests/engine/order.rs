//! Which task runs when, through the whole engine.

use std::sync::Arc;

use vnfpkg_plan::model::{Plan, Task};
use vnfpkg_run::Outcome;

use crate::fake::{FakeTransport, World};
use crate::support::{Lab, plan, task};

/// A chain of steps on every host.
fn chains(hosts: usize, steps: usize) -> Plan {
    let names: Vec<String> = (0..hosts).map(|host| format!("h{host}")).collect();
    let mut tasks: Vec<Task> = Vec::new();
    for step in 0..steps {
        for (host, name) in names.iter().enumerate() {
            let mut task = task(&format!("s{step}"), (host, name), "");
            if step > 0 {
                task.needs = vec![(step - 1) * hosts + host];
            }
            tasks.push(task);
        }
    }
    plan(&names.iter().map(String::as_str).collect::<Vec<_>>(), tasks)
}

#[test]
fn one_slow_host_delays_nobody_else() {
    let (hosts, steps) = (50, 30);
    let mut lab = Lab::new();
    lab.options.parallel = 4;
    // The slow host's first answer comes when every task of all others has ended.
    let world = Arc::new(World { slow: Some(("h0".into(), (hosts - 1) * steps)), ..World::default() });
    let summary = lab.run_on(&chains(hosts, steps), &FakeTransport(Arc::clone(&world)));
    assert_eq!(summary.outcome, Outcome::Ok);
    let ended = world.ended.lock().unwrap();
    assert_eq!(ended.len(), hosts * steps);
    assert!(ended[(hosts - 1) * steps..].iter().all(|task| task.starts_with("h0:")));
    assert!(summary.critical_path.iter().all(|step| step.task.ends_with("@h0")), "{:?}", summary.critical_path);
    // The journal tells the same afterwards.
    let review = lab.state.load(&summary.run).unwrap().review();
    assert_eq!(review.critical_path, summary.critical_path);
    assert_eq!(review.hosts, summary.hosts);
    assert_eq!(review.touched().count(), hosts);
}

#[test]
fn runs_that_follow_each_other_within_a_second_stay_in_order() {
    let lab = Lab::new();
    let run = || lab.run_on(&chains(1, 1), &FakeTransport(Arc::new(World::default()))).run;
    let made: Vec<_> = (0..8).map(|_| run()).collect();
    let listed: Vec<_> = lab.state.list().unwrap().into_iter().map(|run| run.id).collect();
    assert_eq!(listed, made);
    assert_eq!(Some(lab.state.find("last").unwrap()), made.last().cloned());
}

#[test]
fn a_failing_canary_stops_the_other_batches() {
    let mut lab = Lab::new();
    lab.settings.batches = Some("1,50%,100%".parse().unwrap());
    let world = Arc::new(World { failing: vec!["h0".into()], ..World::default() });
    let summary = lab.run_on(&chains(4, 2), &FakeTransport(Arc::clone(&world)));
    assert_eq!(summary.outcome, Outcome::Failed);
    assert_eq!(world.ended.lock().unwrap().len(), 1);
    assert_eq!(summary.blocked.len(), 7);
    assert!(summary.blocked.iter().all(|blocked| blocked.by == ["s0@h0"]));
}

#[test]
fn a_limit_of_failed_hosts_stops_the_run() {
    let mut lab = Lab::new();
    lab.options.parallel = 1;
    lab.settings.max_fail = Some("1".parse().unwrap());
    let failing = vec!["h0".into(), "h1".into()];
    let world = Arc::new(World { failing, ..World::default() });
    let summary = lab.run_on(&chains(4, 1), &FakeTransport(Arc::clone(&world)));
    assert_eq!((summary.failures.len(), summary.blocked.len()), (2, 2));
}
