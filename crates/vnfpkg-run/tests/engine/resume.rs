//! A killed controller: whatever was written last, the resume ends in the same state, and every task has its effect once.

use vnfpkg_plan::deferred::{Deferred, Gap};
use vnfpkg_plan::model::{Plan, Task};
use vnfpkg_run::{Outcome, RunError, Stop};

use crate::support::{KillAt, Lab, Recorder, output, plan, script, task};

/// Three hosts, twelve tasks, outputs and a secret output between them; every task leaves a line in its counter.
fn graph(lab: &Lab) -> Plan {
    let hosts = ["a", "b", "c"];
    let mut tasks: Vec<Task> = Vec::new();
    let token = Deferred::mark(&Gap::Output { task: "first@a".into(), name: "token".into() });
    for (step, name) in ["first", "second", "third", "last"].iter().enumerate() {
        for (host, on) in hosts.iter().enumerate() {
            let counter = lab.path(&format!("count-{name}-{on}"));
            let mut text = format!("echo x >>{}; echo {name}", counter.display());
            if (step, host) == (0, 0) {
                text.push_str("; echo token=T0ken-98765 >>\"$VNFPKG_OUTPUT\"");
            }
            if step == 3 {
                text.push_str(&format!("; [ '{token}' = T0ken-98765 ]"));
            }
            let mut task = task(name, (host, on), text);
            if (step, host) == (0, 0) {
                task.outputs = vec![output("token", true)];
            }
            if step > 0 {
                task.needs = (0..3).map(|host| (step - 1) * 3 + host).filter(|need| step == 2 || need % 3 == host || step == 3).collect();
            }
            tasks.push(task);
        }
    }
    plan(&hosts, tasks)
}

fn counts(lab: &Lab, plan: &Plan) -> Vec<(String, usize)> {
    let count = |task: &Task| {
        let name = format!("count-{}-{}", task.step, plan.hosts[task.host].name);
        (task.id.clone(), lab.read(&name).lines().count())
    };
    plan.tasks.iter().map(count).collect()
}

#[test]
fn killed_at_every_record_and_resumed_every_task_has_its_effect_once() {
    let mut records = 0;
    let mut seq = 0;
    loop {
        let mut lab = Lab::new();
        lab.options.parallel = 4;
        let plan = graph(&lab);
        let recorder = Recorder::default();
        let kill = KillAt { seq, stop: lab.stop.clone() };
        let summary = lab.try_run(&plan, &[&recorder, &kill]).unwrap();
        if summary.outcome == Outcome::Ok {
            break;
        }
        records += 1;
        let id = summary.run;
        match lab.resume(&id, &[]) {
            Ok(summary) => assert_eq!(summary.outcome, Outcome::Ok, "killed at record {seq}: {:?}", summary.failures),
            // The kill hit after the last word.
            Err(RunError::Finished(_)) => {}
            Err(error) => panic!("killed at record {seq}: {error}"),
        }
        for (task, count) in counts(&lab, &plan) {
            assert_eq!(count, 1, "killed at record {seq}: {task} had its effect {count} times");
        }
        seq += 1;
    }
    // The header, the start, two for each of the twelve tasks; with the record of the end the run has ended well.
    assert_eq!(records, 1 + 1 + 2 * 12);
}

#[test]
fn a_run_may_be_killed_again_and_again() {
    let mut lab = Lab::new();
    let plan = graph(&lab);
    let kill = KillAt { seq: 5, stop: lab.stop.clone() };
    let id = lab.try_run(&plan, &[&kill]).unwrap().run;
    for seq in [9, 14, 20] {
        lab.stop = Stop::new();
        let kill = KillAt { seq, stop: lab.stop.clone() };
        lab.resume_with(&id, &[&kill]).unwrap();
    }
    assert_eq!(lab.resume(&id, &[]).unwrap().outcome, Outcome::Ok);
    assert!(counts(&lab, &plan).iter().all(|(_, count)| *count == 1), "{:?}", counts(&lab, &plan));
}

#[test]
fn a_failed_run_goes_on_where_it_failed() {
    let lab = Lab::new();
    let good = lab.path("good");
    let counter = lab.path("counter");
    let first = task("first", (0, "a"), format!("echo x >>{}", counter.display()));
    let mut second = task("second", (0, "a"), format!("[ -e {} ]", good.display()));
    second.needs = vec![0];
    let plan = plan(&["a"], vec![first, second]);
    let summary = lab.run(&plan);
    assert_eq!(summary.outcome, Outcome::Failed);
    assert_eq!(lab.state.latest_resumable(None).unwrap(), Some(summary.run.clone()));
    std::fs::write(good, "").unwrap();
    assert_eq!(lab.resume(&summary.run, &[]).unwrap().outcome, Outcome::Ok);
    assert_eq!(lab.read("counter"), "x\n");
    assert!(matches!(lab.resume(&summary.run, &[]), Err(RunError::Finished(_))));
    let info = lab.state.info(&summary.run).unwrap();
    assert_eq!((info.outcome, info.done, info.tasks), (Some(Outcome::Ok), 2, 2));
}

#[test]
fn a_secret_output_that_the_host_lost_is_made_again() {
    let lab = Lab::new();
    let good = lab.path("good");
    let mut init = task("init", (0, "a"), "echo token=T0ken-555 >>\"$VNFPKG_OUTPUT\"");
    init.outputs = vec![output("token", true)];
    let token = Deferred::mark(&Gap::Output { task: "init@a".into(), name: "token".into() });
    let mut join = task("join", (0, "a"), "");
    join.action = vnfpkg_plan::model::Action::Run { script: script(format!("[ '{token}' = T0ken-555 ] && [ -e {} ]", good.display())) };
    join.needs = vec![0];
    let summary = lab.run(&plan(&["a"], vec![init, join]));
    assert_eq!(summary.outcome, Outcome::Failed);
    std::fs::remove_dir_all(lab.home("a").join(".local")).unwrap();
    std::fs::write(good, "").unwrap();
    assert_eq!(lab.resume(&summary.run, &[]).unwrap().outcome, Outcome::Ok);
}

#[test]
fn a_supervisor_that_was_killed_with_its_script_is_tried_again() {
    let lab = Lab::new();
    let counter = lab.path("counter");
    // The first attempt ends like a power cut: its whole session is gone at once.
    let text = format!("echo x >>{0}; if [ $(wc -l <{0}) = 1 ]; then kill -KILL $PPID $$; fi; echo survived", counter.display());
    let recorder = Recorder::default();
    let summary = lab.try_run(&plan(&["a"], vec![task("step", (0, "a"), text)]), &[&recorder]).unwrap();
    assert_eq!(summary.outcome, Outcome::Ok, "{:?}", summary.failures);
    assert_eq!(lab.read("counter"), "x\nx\n");
}
