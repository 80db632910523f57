//! What a task does: probe, run, verify, write, upload, outputs, secrets.

use std::sync::atomic::Ordering;

use vnfpkg_plan::deferred::{Deferred, Gap};
use vnfpkg_plan::model::{Action, Plan};
use vnfpkg_run::{Mode, Outcome, Phase, TaskResult};

use crate::support::{Lab, Recorder, files_below, output, plan, script, task, verify};

#[test]
fn a_second_run_changes_nothing() {
    let lab = Lab::new();
    let marker = lab.path("done");
    let mut step = task("install", (0, "a"), format!("touch {}", marker.display()));
    step.probe = Some(script(format!("test -e {}", marker.display())));
    let plan = plan(&["a"], vec![step]);
    let first = lab.run(&plan);
    assert_eq!((first.outcome, first.hosts[0].changed), (Outcome::Ok, 1));
    let second = lab.run(&plan);
    assert_eq!((second.outcome, second.hosts[0].unchanged), (Outcome::Ok, 1));
    // Nothing stays on the host after a good run.
    assert_eq!(files_below(&lab.home("a")), Vec::<std::path::PathBuf>::new());
}

#[test]
fn a_failure_names_phase_status_and_last_lines_and_blocks_what_needs_it() {
    let lab = Lab::new();
    let mut second = task("second", (0, "a"), "true");
    second.needs = vec![0];
    let other = task("other", (1, "b"), "true");
    let plan = plan(&["a", "b"], vec![task("first", (0, "a"), "seq 1 30; echo bad >&2; exit 7"), second, other]);
    let recorder = Recorder::default();
    let summary = lab.try_run(&plan, &[&recorder]).unwrap();
    assert_eq!(summary.outcome, Outcome::Failed);
    let failure = &summary.failures[0].failure;
    assert_eq!((failure.phase, failure.exit, failure.tail.len()), (Phase::Run, Some(7), 20));
    assert!(failure.tail.contains(&"bad".to_owned()) && failure.tail.contains(&"30".to_owned()));
    assert_eq!(summary.blocked[0].by, ["first@a"]);
    assert_eq!(recorder.results()["other@b"], TaskResult::Changed);
}

#[test]
fn a_verification_is_asked_until_it_is_content() {
    let lab = Lab::new();
    let mut step = task("start", (0, "a"), "echo started");
    let count = lab.path("asked");
    step.verify = verify(&format!("echo x >> {0}; [ $(wc -l < {0}) -ge 3 ]", count.display()), 20_000);
    let summary = lab.run(&plan(&["a"], vec![step.clone()]));
    assert_eq!((summary.outcome, lab.read("asked").lines().count()), (Outcome::Ok, 3));
    step.verify = verify("exit 4", 300);
    let summary = lab.run(&plan(&["a"], vec![step]));
    assert_eq!((summary.failures[0].failure.phase, summary.failures[0].failure.exit), (Phase::Verify, Some(4)));
}

#[test]
fn retries_stop_at_the_first_good_attempt() {
    let lab = Lab::new();
    let count = lab.path("count");
    let mut step = task("flaky", (0, "a"), format!("echo x >> {0}; [ $(wc -l < {0}) -ge 3 ]", count.display()));
    step.retry.times = 5;
    let summary = lab.run(&plan(&["a"], vec![step]));
    assert_eq!((summary.outcome, lab.read("count").lines().count()), (Outcome::Ok, 3));
}

#[test]
fn a_script_runs_under_its_interpreter_and_stops_at_the_first_error() {
    let lab = Lab::new();
    let mut bash = task("bash", (0, "a"), "#!/bin/bash\nset -o pipefail\n[[ $BASH_VERSION ]] && echo \"in bash\"");
    bash.timeout_ms = 10_000;
    let plan = plan(&["a"], vec![bash, task("sh", (0, "a"), "false\necho not reached")]);
    let recorder = Recorder::default();
    lab.try_run(&plan, &[&recorder]).unwrap();
    assert_eq!(recorder.lines("bash@a"), ["in bash"]);
    assert_eq!(recorder.lines("sh@a"), Vec::<String>::new());
}

#[test]
fn outputs_reach_later_tasks_and_secret_ones_reach_nobody_else() {
    let lab = Lab::new();
    let mut init = task(
        "init",
        (0, "a"),
        "t=T0; t=${t}ken-12345; echo token=$t >> \"$VNFPKG_OUTPUT\"; printf 'cert<<END\\none\\ntwo\\nEND\\n' >> \"$VNFPKG_OUTPUT\"; echo it is $t",
    );
    init.outputs = vec![output("token", true), output("cert", false)];
    let mark = |name: &str| Deferred::mark(&Gap::Output { task: "init@a".into(), name: name.into() });
    let got = lab.path("got");
    let mut join = task(
        "join",
        (1, "b"),
        format!("printf '%s|%s' '{}' '{}' > {}; echo '{}'", mark("token"), mark("cert"), got.display(), mark("token")),
    );
    join.needs = vec![0];
    let plan = plan(&["a", "b"], vec![init, join]);
    let recorder = Recorder::default();
    let summary = lab.try_run(&plan, &[&recorder]).unwrap();
    assert_eq!(summary.outcome, Outcome::Ok);
    assert_eq!(lab.read("got"), "T0ken-12345|one\ntwo");
    assert_eq!(recorder.lines("join@b"), ["***"]);
    for file in files_below(lab.state.path()) {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(!text.contains("T0ken"), "{} holds the secret", file.display());
    }
}

#[test]
fn a_secret_that_a_script_prints_before_it_hands_it_on_is_never_shown() {
    let lab = Lab::new();
    // Good, failed afterwards, and with outputs that are no text: nobody can tell then which bytes are secret.
    let endings = ["", "; exit 3", "; printf 'x=\\377\\n' >> \"$VNFPKG_OUTPUT\""];
    let tasks = endings.iter().enumerate().map(|(index, ending)| {
        let text = format!("t=T0; t=${{t}}ken-12345; echo it is $t; echo $t >&2; echo token=$t >> \"$VNFPKG_OUTPUT\"{ending}");
        let mut task = task(&format!("init{index}"), (0, "a"), text);
        task.outputs = vec![output("token", true)];
        task
    });
    let plan = plan(&["a"], tasks.collect());
    let recorder = Recorder::default();
    let summary = lab.try_run(&plan, &[&recorder]).unwrap();
    assert_eq!(summary.failures.len(), 2);
    for (index, shown) in [&["it is ***", "***"][..], &["it is ***", "***"], &["[30 bytes are left out here]"]].iter().enumerate() {
        let mut lines = recorder.lines(&format!("init{index}@a"));
        lines.sort_by_key(|line| !line.starts_with("it"));
        assert_eq!(lines, *shown, "{index}");
    }
    let told = format!("{:?}{summary:?}", recorder.events());
    assert!(!told.contains("T0ken"), "{told}");
    for file in files_below(lab.state.path()) {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(!text.contains("T0ken"), "{} holds the secret", file.display());
    }
}

#[test]
fn a_declared_output_that_nobody_wrote_is_a_failure() {
    let lab = Lab::new();
    let mut step = task("init", (0, "a"), "true");
    step.outputs = vec![output("token", false)];
    let summary = lab.run(&plan(&["a"], vec![step]));
    assert!(summary.failures[0].failure.message.contains("token"), "{:?}", summary.failures);
}

#[test]
fn secrets_are_in_no_argument_no_environment_no_log_and_no_file_that_stays() {
    let mut lab = Lab::new();
    lab.secrets.insert("input.password", "s3cr3t'Pass word");
    let mark = Deferred::mark(&Gap::Secret("input.password".into()));
    let seen = lab.path("seen");
    // The script looks at every process and its environment for the value, which it takes from its own text.
    let text = format!(
        "secret='{mark}'\necho \"using $secret\"\nfor f in /proc/[0-9]*/cmdline /proc/[0-9]*/environ; do\n\
         if {{ tr '\\0' '\\n' <$f; }} 2>/dev/null | grep -qF 's3cr3t''\\''Pass'; then echo $f >>{0}; fi\ndone\necho ok >>{0}\nexit 3",
        seen.display()
    );
    // The needle above would find itself in the arguments of grep.
    let text =
        text.replace("grep -qF 's3cr3t''\\''Pass'", "{ while IFS= read -r l; do case $l in *\"$secret\"*) exit 0 ;; esac; done; exit 1; }");
    let mut step = task("use", (0, "a"), text);
    step.probe = Some(script(format!("test '{mark}' = other")));
    let recorder = Recorder::default();
    let summary = lab.try_run(&plan(&["a"], vec![step]), &[&recorder]).unwrap();
    assert_eq!(summary.failures[0].failure.exit, Some(3));
    assert_eq!(lab.read("seen"), "ok\n");
    assert_eq!(recorder.lines("use@a"), ["using ***"]);
    // The host keeps its own log of what the script printed, in its private folder; everything else is clean.
    for file in files_below(&lab.home("a")).into_iter().chain(files_below(lab.state.path())) {
        let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
        let is_log = file.extension().is_some_and(|kind| kind == "out") && file.starts_with(lab.home("a"));
        assert!(is_log || !text.contains("s3cr3t"), "{} holds the secret", file.display());
    }
}

#[test]
fn a_file_is_written_once_with_its_mode_and_differences_are_shown() {
    let mut lab = Lab::new();
    lab.secrets.insert("key", "hunter22");
    lab.settings.diff = true;
    let to = lab.path("etc/app.conf");
    let mut step = task("conf", (0, "a"), "");
    step.action = Action::Write {
        content: Deferred::new(format!("a=1\nkey={}\n", Deferred::mark(&Gap::Secret("key".into())))),
        to: to.display().to_string(),
        mode: 0o640,
    };
    let plan = plan(&["a"], vec![step]);
    let recorder = Recorder::default();
    assert_eq!(lab.try_run(&plan, &[&recorder]).unwrap().hosts[0].changed, 1);
    assert_eq!(lab.read("etc/app.conf"), "a=1\nkey=hunter22\n");
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(std::fs::metadata(&to).unwrap().permissions().mode() & 0o7777, 0o640);
    let shown: String = recorder.events().iter().map(vnfpkg_run::Event::message).collect();
    assert!(shown.contains("+a=1") && shown.contains("key=***") && !shown.contains("hunter22"), "{shown}");
    assert_eq!(lab.run(&plan).hosts[0].unchanged, 1);
}

#[test]
fn an_upload_is_probed_sent_and_verified() {
    let lab = Lab::new();
    std::fs::create_dir_all(lab.path("package")).unwrap();
    std::fs::write(lab.path("package/image.tar"), vec![7u8; 300_000]).unwrap();
    let mut step = task("upload", (0, "a"), "");
    step.action = Action::Upload { from: "image.tar".into(), store: false, to: "img/registry.tar".into(), mode: 0o644, size: 300_000 };
    step.verify = verify("[ $(wc -c <img/registry.tar) = 300000 ]", 0);
    let plan = plan(&["a"], vec![step]);
    assert_eq!(lab.run(&plan).hosts[0].changed, 1);
    assert_eq!(std::fs::read(lab.home("a").join("img/registry.tar")).unwrap().len(), 300_000);
    assert_eq!(lab.run(&plan).hosts[0].unchanged, 1);
}

/// A file of the host, kept for the instance under another name.
fn fetch(from: &str, optional: bool) -> Plan {
    let mut step = task("fetch", (0, "a"), "");
    step.action = Action::Fetch { from: from.into(), to: "kept.tar".into(), optional };
    plan(&["a"], vec![step])
}

/// Where the instance keeps it.
fn kept(lab: &Lab) -> std::path::PathBuf {
    lab.state.store(&fetch("", false).instance).path("kept.tar")
}

#[test]
fn a_file_is_fetched_once_and_again_when_it_is_another() {
    let lab = Lab::new();
    let there = lab.home("a").join("content.tar");
    let run = || lab.run(&fetch("content.tar", false));
    let content: Vec<u8> = (0..300_000_u32).map(|number| (number % 251) as u8).collect();
    std::fs::write(&there, &content).unwrap();
    assert_eq!(run().hosts[0].changed, 1);
    assert_eq!(std::fs::read(kept(&lab)).unwrap(), content);
    assert_eq!(run().hosts[0].unchanged, 1);
    std::fs::write(&there, b"another").unwrap();
    assert_eq!(run().hosts[0].changed, 1);
    assert_eq!(std::fs::read(kept(&lab)).unwrap(), b"another");
}

#[test]
fn a_file_that_is_not_there_fails_unless_it_is_optional_and_what_was_kept_stays() {
    let lab = Lab::new();
    std::fs::write(lab.home("a").join("content.tar"), b"first").unwrap();
    lab.run(&fetch("content.tar", false));
    std::fs::remove_file(lab.home("a").join("content.tar")).unwrap();
    assert_eq!(lab.run(&fetch("content.tar", true)).hosts[0].unchanged, 1);
    let recorder = Recorder::default();
    lab.try_run(&fetch("content.tar", false), &[&recorder]).unwrap();
    let results = recorder.results();
    let TaskResult::Failed { failure } = &results["fetch@a"] else { panic!("{results:?}") };
    assert_eq!((failure.phase, failure.message.as_str()), (Phase::Fetch, "the host has no file ~/content.tar"));
    assert_eq!(std::fs::read(kept(&lab)).unwrap(), b"first");
}

#[test]
fn a_fetch_that_breaks_is_taken_up_again() {
    let lab = Lab::new();
    let there = lab.home("a").join("content.tar");
    std::fs::write(&there, b"first").unwrap();
    lab.run(&fetch("content.tar", false));
    std::fs::write(&there, vec![1_u8; 300_000]).unwrap();
    lab.faults.cut_after.store(100_000, Ordering::SeqCst);
    let summary = lab.run(&fetch("content.tar", false));
    // The connection comes back, and the file comes whole.
    assert_eq!((summary.outcome, summary.hosts[0].changed), (Outcome::Ok, 1));
    assert_eq!(std::fs::read(kept(&lab)).unwrap().len(), 300_000);
}

#[test]
fn check_mode_changes_nothing_and_says_what_would_change() {
    let mut lab = Lab::new();
    lab.settings.mode = Mode::Check;
    let made = lab.path("made");
    let mut done = task("done", (0, "a"), format!("touch {}", made.display()));
    done.probe = Some(script("true"));
    let mut todo = task("todo", (0, "a"), format!("touch {}", made.display()));
    todo.probe = Some(script("false"));
    let blind = task("blind", (0, "a"), format!("touch {}", made.display()));
    let mut file = task("file", (0, "a"), "");
    file.action = Action::Write { content: Deferred::new("x"), to: made.display().to_string(), mode: 0o600 };
    let recorder = Recorder::default();
    let summary = lab.try_run(&plan(&["a"], vec![done, todo, blind, file]), &[&recorder]).unwrap();
    assert_eq!(summary.outcome, Outcome::ChangesPending);
    let results = recorder.results();
    assert_eq!(results["done@a"], TaskResult::Unchanged);
    assert_eq!(results["todo@a"], TaskResult::WouldChange);
    assert!(matches!(results["blind@a"], TaskResult::WouldRun { .. }));
    assert_eq!(results["file@a"], TaskResult::WouldChange);
    assert!(!made.exists());
}

#[test]
fn failure_hooks_run_after_a_failure() {
    let lab = Lab::new();
    let mut hook = task("collect", (0, "a"), "echo collected");
    hook.on_failure = true;
    let recorder = Recorder::default();
    lab.try_run(&plan(&["a"], vec![task("bad", (0, "a"), "exit 1"), hook.clone()]), &[&recorder]).unwrap();
    assert_eq!(recorder.lines("collect@a"), ["collected"]);
    lab.try_run(&plan(&["a"], vec![task("good", (0, "a"), "true"), hook]), &[&recorder]).unwrap();
    assert_eq!(recorder.results()["collect@a"], TaskResult::NotNeeded);
}

#[test]
fn a_lock_lets_one_task_in_at_a_time() {
    let lab = Lab::new();
    let inside = lab.path("inside");
    let text = format!("mkdir {0}; sleep 0.05; rmdir {0}", inside.display());
    let tasks = ["a", "b", "c"].iter().enumerate().map(|(index, host)| {
        let mut task = task("serial", (index, host), text.clone());
        task.locks = vec![0];
        task
    });
    assert_eq!(lab.run(&plan(&["a", "b", "c"], tasks.collect())).outcome, Outcome::Ok);
}
