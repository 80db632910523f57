//! What the binary does with runs: refusals of a plan, check mode, signals, drift, status, selection, reports. The host is this
//! machine, so that each case takes a moment.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use vnfpkg_tests::{Outcome, local_run, outcome, steps_package};
use xtask::product::Workbench;

const LIMIT: Duration = Duration::from_secs(60);
/// Counts, says that it has begun, and waits for the file `go`; TERM does not end it.
const WAITS: &str = "trap '' TERM\necho x >>~/count; touch ~/begun\nwhile [ ! -e ~/go ]; do sleep 0.1; done\n";

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < LIMIT, "{what} does not come to pass");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn begin(bench: &Workbench, mut command: Command) -> Child {
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    until("the step", || bench.path("begun").exists());
    child
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

fn end(child: Child) -> Outcome {
    let output = child.wait_with_output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Outcome { code: output.status.code().unwrap_or(-1), stdout: text(&output.stdout), stderr: text(&output.stderr) }
}

fn resume(bench: &Workbench) -> Command {
    let mut command = bench.vnfpkg();
    command.arg("resume");
    command
}

fn count(bench: &Workbench) -> usize {
    std::fs::read_to_string(bench.path("count")).unwrap_or_default().lines().count()
}

#[track_caller]
fn refused(steps: &str, most: u8, hosts: u8, says: &[&str]) {
    let bench = Workbench::new().unwrap();
    let scripts = [("a.sh", "echo hi\n"), ("use.sh", "echo {{ steps.a.outputs.word }}\n")];
    let package = steps_package(&bench, most, steps, &scripts);
    let mut found = outcome(local_run(&bench, "plan", &package, hosts).env("COLUMNS", "160")).expect(1);
    for text in says {
        found = found.says(text);
    }
}

#[test]
fn an_impossible_plan_is_refused_with_every_place() {
    refused(
        "      a: { run: a.sh, outputs: [word], needs: [c] }\n      b: { run: use.sh }\n      c: { run: a.sh, needs: [b] }\n",
        1,
        1,
        &[
            "steps need one another in a circle: a → c → b → a",
            "`a` waits for `c`",
            "`c` waits for `b`",
            "Scripts/use.sh:1:9 (`b` waits for `a`)",
        ],
    );
    refused(
        "      a: { run: a.sh, on: { vdu: PrivateRegistryVDU, select: rest } }\n",
        1,
        1,
        &[
            "step `a` runs on the rest of a VDU that has one instance at most",
            "private_registry_df_simple.yaml:47:36 (`PrivateRegistryVDU` has 1 at most)",
        ],
    );
    refused(
        "      a: { run: a.sh, on: { vdu: PrivateRegistryVDU, select: rest }, outputs: [word] }\n      b: { run: use.sh, on: { vdu: PrivateRegistryVDU, select: first } }\n",
        3,
        3,
        &["is not one value on PrivateRegistryVDU-1: step `a` has 2 tasks", "Scripts/use.sh:1:9", "(where `a` runs)"],
    );
    refused("      a: { run: a.sh, for_each: input.ssh_username }\n", 1, 1, &["`for_each` takes a list, and `input.ssh_username` is none"]);
    refused(
        "      a: { run: a.sh, outputs: [word] }\n      b: { run: a.sh, when: steps.a.outputs.word }\n",
        1,
        1,
        &["is not known when it is decided where step `b` runs"],
    );
    refused(
        "      a: { write: { template: a.sh, to: \"/tmp/{{ input.ssh_password }}\" } }\n",
        1,
        1,
        &["‹secret input.ssh_password› cannot be used here"],
    );
}

#[test]
fn check_mode_says_what_would_change_and_changes_nothing() {
    let bench = Workbench::new().unwrap();
    let file = bench.path("written");
    let steps = format!(
        "      a: {{ probe: probe.sh, run: run.sh }}\n      w: {{ write: {{ template: w.txt, to: {} }}, needs: [a] }}\n",
        file.display()
    );
    let scripts = [("probe.sh", "[ -e ~/count ]\n"), ("run.sh", "echo x >>~/count\n"), ("w.txt", "new\n")];
    let package = steps_package(&bench, 1, &steps, &scripts);
    let run = |arguments: &[&str]| outcome(local_run(&bench, "run", &package, 1).args(arguments));
    run(&["--check", "--diff"]).expect(9).says("would change a@PrivateRegistryVDU-1").says("+new");
    assert!(!file.exists() && count(&bench) == 0);
    run(&[]).expect(0).says("changed w@PrivateRegistryVDU-1");
    run(&["--check"]).expect(0).says("already done w@PrivateRegistryVDU-1");
    std::fs::write(&file, "old\n").unwrap();
    run(&["--check", "--diff"]).expect(9).says("-old").says("+new");
    run(&["--diff"]).expect(0).says("-old").says("+new");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "new\n");
    assert_eq!(count(&bench), 1);
}

#[test]
fn one_interrupt_ends_the_script_and_a_second_one_leaves_at_once() {
    let bench = Workbench::new().unwrap();
    let package = steps_package(&bench, 1, "      a: { run: a.sh }\n", &[("a.sh", WAITS)]);
    let child = begin(&bench, local_run(&bench, "run", &package, 1));
    signal(&child, "-INT");
    let gone = end(child).expect(6).says("cancelled a@PrivateRegistryVDU-1").says("go on with: vnfpkg resume");
    assert!(!gone.stderr.contains("may still run"), "{}", gone.stderr);
    std::fs::remove_file(bench.path("begun")).unwrap();

    // The script ignores TERM for the grace of five seconds; the second signal does not wait for that.
    let child = begin(&bench, resume(&bench));
    signal(&child, "-INT");
    // Two signals at once count as one.
    let why = format!("ls {}/.local/state/vnfpkg/*/0.2.cancelled", bench.path("").display());
    until("the first signal", || Command::new("sh").args(["-c", &why]).output().unwrap().status.success());
    signal(&child, "-INT");
    let left = Instant::now();
    end(child).expect(6);
    assert!(left.elapsed() < Duration::from_secs(4), "{:?}", left.elapsed());
    std::fs::write(bench.path("go"), "").unwrap();
    outcome(&mut resume(&bench)).expect(0).says("changed a@PrivateRegistryVDU-1");
}

#[test]
fn status_tells_who_is_at_work_and_what_was_cut_off() {
    let bench = Workbench::new().unwrap();
    let package = steps_package(&bench, 1, "      a: { run: a.sh }\n      b: { run: a.sh, needs: [a] }\n", &[("a.sh", WAITS)]);
    let mut command = local_run(&bench, "run", &package, 1);
    command.args(["--instance", "registry-lab"]);
    let mut child = begin(&bench, command);
    let status = || outcome(bench.vnfpkg().arg("status")).expect(0).stdout;
    let running = status();
    for text in ["registry-lab  running", "0 of 2 tasks done", &format!("by process {} on ", child.id()), "at work: a@PrivateRegistryVDU-1"]
    {
        assert!(running.contains(text), "{text}\n{running}");
    }
    outcome(bench.vnfpkg().args(["runs", "prune", "--keep", "0"])).expect(0);
    child.kill().unwrap();
    child.wait().unwrap();
    let cut = status();
    for text in ["registry-lab  cut off", "is gone", "was at work: a@PrivateRegistryVDU-1", "go on with: vnfpkg resume"] {
        assert!(cut.contains(text), "{text}\n{cut}");
    }
    std::fs::write(bench.path("go"), "").unwrap();
    outcome(&mut resume(&bench)).expect(0);
    assert_eq!(count(&bench), 2, "each of the two steps once");
    let json: Value = serde_json::from_str(&outcome(bench.vnfpkg().args(["status", "--json"])).expect(0).stdout).unwrap();
    assert_eq!((&json[0]["run"]["outcome"], &json[0]["run"]["done"]), (&Value::from("ok"), &Value::from(2)));
    outcome(bench.vnfpkg().args(["status", "other"])).expect(2).says("instance `other` never had a run");
    assert!(outcome(bench.vnfpkg().args(["runs", "prune", "--keep", "0"])).expect(0).stdout.starts_with("removed "));
    assert_eq!(status(), "");
}

#[test]
fn a_resume_names_what_changed_and_goes_on_when_allowed() {
    let bench = Workbench::new().unwrap();
    let scripts = [("a.sh", "echo x >>~/count\n"), ("b.sh", "[ -e ~/go ]\n")];
    let package = steps_package(&bench, 1, "      a: { run: a.sh }\n      b: { run: b.sh, needs: [a] }\n", &scripts);
    outcome(&mut local_run(&bench, "run", &package, 1)).expect(4);
    let request = bench.path("private_registry_param_file.json");
    let text = std::fs::read_to_string(&request).unwrap();
    std::fs::write(&request, text.replace("f0c82461", "00000000")).unwrap();
    std::fs::write(package.join("Scripts/a.sh"), "exit 1\n").unwrap();
    std::fs::write(bench.path("go"), "").unwrap();
    let refused =
        outcome(&mut resume(&bench)).expect(8).says(&format!("the request {} has changed since the run began", request.display()));
    refused.says(&format!("the package {} has changed since the run began", package.display())).says("--allow-drift");
    outcome(resume(&bench).arg("--allow-drift")).expect(0).says("changed b@PrivateRegistryVDU-1");
    assert_eq!(count(&bench), 1, "what was done is not done again");
    // Another secret is not the same run, whatever is allowed.
    std::fs::remove_file(bench.path("go")).unwrap();
    outcome(&mut local_run(&bench, "run", &steps_package(&bench, 1, "      b: { run: b.sh }\n", &scripts), 1)).expect(4);
    let text = std::fs::read_to_string(&request).unwrap();
    std::fs::write(&request, text.replace("\"ssh_password\": \"ubuntu\"", "\"ssh_password\": \"other\"")).unwrap();
    outcome(resume(&bench).arg("--allow-drift")).expect(8).says("the secret `input.ssh_password` is another than when the plan was made");
}

#[test]
fn rollback_hooks_are_operations_like_others() {
    let bench = Workbench::new().unwrap();
    let package = steps_package(&bench, 1, "      a: { run: a.sh }\n", &[("a.sh", "echo x >>~/count\n")]);
    let lifecycle = package.join("Scripts/lifecycle.yaml");
    let text = std::fs::read_to_string(&lifecycle).unwrap();
    std::fs::write(&lifecycle, text + "  instantiate_rollback_end: { like: instantiate_end }\n").unwrap();
    // SOL001 has no name for such a hook, so no VNFD needs to declare it.
    let request = bench.registry_request("").unwrap();
    let mut command = bench.vnfpkg();
    command.arg("run").arg("instantiate_rollback_end").arg(&package).arg("-r").arg(request);
    outcome(command.args(["--host", "PrivateRegistryVDU=local"])).expect(0).says("running instantiate_rollback_end");
    assert_eq!(count(&bench), 1);
}

#[test]
fn a_part_of_the_plan_is_chosen_by_host_and_step() {
    let bench = Workbench::new().unwrap();
    let steps = "      a: { run: a.sh }\n      b: { run: a.sh, needs: [a] }\n      c: { run: a.sh, needs: [b] }\n";
    let package = steps_package(&bench, 3, steps, &[("a.sh", "echo x >>~/count\n")]);
    let run = |arguments: &[&str]| {
        let _ = std::fs::remove_file(bench.path("count"));
        let ended = outcome(local_run(&bench, "run", &package, 3).args(arguments));
        (ended, count(&bench))
    };
    for (arguments, expected) in [
        (&["--limit", "*-2"][..], 3),
        (&["--exclude", "*-2"], 6),
        (&["--from", "b"], 6),
        (&["--until", "b", "--limit", "*-1"], 2),
        (&["--step", "c"], 3),
        (&["--batch", "1,100%"], 9),
    ] {
        let (ended, ran) = run(arguments);
        ended.expect(0);
        assert_eq!(ran, expected, "{arguments:?}");
    }
    run(&["--step", "d"]).0.expect(2).says("`d`").says("a, b, c");
    run(&["--limit", "worker"]).0.expect(2).says("`worker`");
    run(&["--batch", "0"]).0.expect(2).says("a batch of no hosts");
}

#[test]
fn failures_stop_as_much_as_was_asked_for() {
    let bench = Workbench::new().unwrap();
    let steps = "      a: { run: a.sh }\n      b: { run: b.sh, needs: [a] }\n";
    let scripts = [("a.sh", "[ {{ host.index }} != 0 ]\n"), ("b.sh", "echo x >>~/count\n")];
    let package = steps_package(&bench, 4, steps, &scripts);
    let run = |arguments: &[&str]| {
        let _ = std::fs::remove_file(bench.path("count"));
        outcome(local_run(&bench, "run", &package, 4).args(["--parallel", "1"]).args(arguments)).expect(4);
        count(&bench)
    };
    assert_eq!(run(&[]), 3, "the others go on");
    assert_eq!(run(&["--max-fail", "1"]), 3, "one may fail");
    assert_eq!(run(&["--max-fail", "25%"]), 3, "one of four may fail");
    assert_eq!(run(&["--max-fail", "0"]), 0);
    assert_eq!(run(&["--fail-fast"]), 0);
    assert_eq!(run(&["--batch", "1,100%"]), 0, "the canary failed");
    assert_eq!(run(&["--max-fail", "50%", "--limit", "*-1", "--limit", "*-2"]), 1, "one of two may fail");
    assert_eq!(run(&["--max-fail", "25%", "--limit", "*-1", "--limit", "*-2"]), 0, "a quarter of two is none");
}

/// Test cases of a JUnit report with the element inside, if any.
fn cases(path: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(path).unwrap();
    let cases = text.split("<testcase name=\"").skip(1).map(|case| {
        let name = case.split('"').next().unwrap().to_owned();
        let inside = ["failure", "error", "skipped"].into_iter().find(|kind| case.contains(&format!("<{kind}")));
        (name, inside.unwrap_or("good").to_owned())
    });
    cases.collect()
}

/// Slices of tasks in a trace: task, attempt, result.
fn slices(path: &Path) -> Vec<(String, u64, String)> {
    let trace: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let events = trace["traceEvents"].as_array().unwrap();
    let tasks = events.iter().filter(|event| event["ph"] == "X" && event["args"]["task"].is_string());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    tasks.map(|event| (text(&event["args"]["task"]), event["args"]["attempt"].as_u64().unwrap(), text(&event["args"]["result"]))).collect()
}

#[test]
fn reports_tell_the_whole_run_also_after_a_resume() {
    let bench = Workbench::new().unwrap();
    let steps = "      a: { run: a.sh }\n      b: { run: b.sh, needs: [a], retry: { times: 1, delay: 10ms } }\n      c: { run: a.sh, needs: [b] }\n";
    let package = steps_package(&bench, 1, steps, &[("a.sh", "true\n"), ("b.sh", "echo '<no & go>' >&2; [ -e ~/go ]\n")]);
    let files: Vec<PathBuf> = ["jsonl", "junit", "chrome-trace"].iter().map(|kind| bench.path(kind)).collect();
    let arguments = |command: &mut Command| {
        for file in &files {
            command.arg("--report").arg(format!("{}={}", file.file_name().unwrap().to_string_lossy(), file.display()));
        }
    };
    let mut first = local_run(&bench, "run", &package, 1);
    arguments(&mut first);
    outcome(&mut first).expect(4);
    let name = |step: &str| format!("{step}@PrivateRegistryVDU-1");
    let told = |of: [(&str, &str); 3]| of.map(|(step, how)| (name(step), how.to_owned())).to_vec();
    assert_eq!(cases(&files[1]), told([("a", "good"), ("b", "failure"), ("c", "skipped")]));
    assert!(std::fs::read_to_string(&files[1]).unwrap().contains("&lt;no &amp; go"));
    let reason = "the script ended with status 1";
    let begun =
        [(name("a"), 1, "changed".to_owned()), (name("b"), 1, format!("again: {reason}")), (name("b"), 2, format!("failed: {reason}"))];
    assert_eq!(slices(&files[2]), begun);

    std::fs::write(bench.path("go"), "").unwrap();
    let mut second = resume(&bench);
    arguments(&mut second);
    outcome(&mut second).expect(0);
    assert_eq!(cases(&files[1]), told([("a", "good"), ("b", "good"), ("c", "good")]));
    let rest = [(name("b"), 3, "changed".to_owned()), (name("c"), 1, "changed".to_owned())];
    assert_eq!(slices(&files[2]), [begun.to_vec(), rest.to_vec()].concat());
    let lines = std::fs::read_to_string(&files[0]).unwrap();
    assert!(lines.starts_with("{\"seq\":") && lines.contains("\"resumed\":true") && lines.contains("\"type\":\"run_ended\""), "{lines}");

    // The same from the journal alone.
    let again = bench.path("again.xml");
    outcome(bench.vnfpkg().args(["runs", "show", "--report"]).arg(format!("junit={}", again.display()))).expect(0);
    assert_eq!(std::fs::read_to_string(again).unwrap(), std::fs::read_to_string(&files[1]).unwrap());
}

#[test]
fn a_report_that_cannot_be_is_known_before_anything_is_done() {
    let bench = Workbench::new().unwrap();
    let package = steps_package(&bench, 1, "      a: { run: a.sh }\n", &[("a.sh", "echo x >>~/count\n")]);
    let run = |arguments: &[&str]| outcome(local_run(&bench, "run", &package, 1).args(arguments));
    run(&["--report", "xml=x"]).expect(2).says("there is no report `xml`; the kinds are ");
    run(&["--report", "junit"]).expect(2).says("write KIND=FILE");
    run(&["--report", "junit=/nowhere/x"]).expect(2).says("cannot write the report /nowhere/x");
    let same = bench.path("same");
    let [junit, jsonl] = ["junit", "jsonl"].map(|kind| format!("{kind}={}", same.display()));
    run(&["--report", &junit, "--report", &jsonl]).expect(2).says("two reports would go to");
    assert_eq!(count(&bench), 0);
}
