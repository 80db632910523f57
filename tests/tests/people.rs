//! What people see, through the binary and on this machine as the host: the page of a run in a browser, graphs, secrets from
//! elsewhere, saved plans, the whole help.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use vnfpkg_tests::{Outcome, outcome};
use xtask::product::Workbench;

const HOST: [&str; 2] = ["--host", "HelloVDU=local"];

struct Try {
    bench: Workbench,
    package: PathBuf,
}

impl Try {
    fn new() -> Self {
        let bench = Workbench::new().expect("a workbench");
        let package = bench.package("hello").expect("the package");
        Self { bench, package }
    }

    fn vnfpkg(&self, arguments: &[&str]) -> Outcome {
        outcome(self.bench.vnfpkg().args(arguments).current_dir(self.bench.path("")))
    }

    fn operation(&self, command: &str, more: &[&str]) -> Outcome {
        let package = self.package.to_string_lossy();
        self.vnfpkg(&[&[command, "instantiate_end", &package], &HOST[..], more].concat())
    }

    fn script(&self, name: &str, text: &str) {
        fs::write(self.package.join("Scripts").join(name), text).expect("written");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.bench.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}

/// The document that a browser makes of a page, after its script ran.
fn in_browser(page: &Path, profile: &Path) -> String {
    let quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic", "--no-first-run"];
    let profile = format!("--user-data-dir={}", profile.display());
    let mut command = Command::new("chromium");
    command.args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "--timeout=20000", &profile]).args(quiet);
    outcome(command.arg(format!("file://{}", page.display()))).expect(0).stdout
}

#[test]
fn the_page_of_a_run_shows_hostile_output_as_text() {
    let run = Try::new();
    let hostile = "</pre><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">";
    run.script("write_greeting.sh", &format!("cat <<'END'\n{hostile}\nEND\nexit 3\n"));
    let page = run.bench.path("run.html");
    run.operation("run", &["--report", &format!("html={}", page.display())]).expect(4);
    let dom = in_browser(&page, &run.bench.path("profile"));
    assert!(dom.contains("<title>instantiate_end of vnf-"), "{dom}");
    assert!(dom.contains("&lt;/pre&gt;&lt;script&gt;document.title='owned'"), "{dom}");
    assert!(!dom.contains("<img"), "{dom}");
    // The page's own script opened what failed.
    assert!(dom.contains("class=\"failed\" open=\"\""), "{dom}");
    assert!(dom.contains("class=\"bar task failed\" href=\"#t"), "{dom}");
    // Nothing comes from elsewhere.
    assert!(!dom.contains("http://") || dom.matches("http://").count() == dom.matches("http://www.w3.org/2000/svg").count(), "{dom}");

    run.vnfpkg(&["report", "--output", "again.html"]).expect(0);
    assert!(run.read("again.html").contains("&lt;script&gt;"));
}

#[test]
fn graphs_of_steps_tasks_and_runs() {
    let run = Try::new();
    let package = run.package.to_string_lossy().into_owned();
    let steps = run.vnfpkg(&["graph", "instantiate_end", &package, "--format", "json"]).expect(0).stdout;
    let steps: serde_json::Value = serde_json::from_str(&steps).expect("JSON");
    assert_eq!(steps["nodes"].as_array().map(Vec::len), Some(5), "{steps}");
    // `show` needs `greeting` only because it uses an output of it.
    let edge = serde_json::json!({ "from": "greeting", "to": "show", "critical": false, "circle": false });
    assert!(
        steps["edges"].as_array().is_some_and(|edges| edges.iter().any(|found| found["from"] == edge["from"] && found["to"] == edge["to"]))
    );

    run.operation("run", &[]).expect(0);
    let drawn = run.vnfpkg(&["graph", "--run", "last", "--format", "svg"]).expect(0).stdout;
    assert!(drawn.contains("class=\"node critical\"") && drawn.contains("greeting@HelloVDU-1"), "{drawn}");

    let document = run.package.join("Scripts/lifecycle.yaml");
    let text = fs::read_to_string(&document)
        .expect("read")
        .replace("needs: [folder]\n        probe: greeting", "needs: [show]\n        probe: greeting");
    fs::write(&document, text).expect("written");
    let circle = run.vnfpkg(&["graph", "instantiate_end", &package, "--format", "dot"]).expect(0).stdout;
    assert!(circle.contains("\"show\" -> \"greeting\" [color=red") && !circle.contains("\"folder\" -> \"token\" [color=red"), "{circle}");
    run.vnfpkg(&["graph", "instantiate_end", &package, "--format", "png"]).expect(2).says("formats are dot, mermaid, svg, json");
}

#[test]
fn secrets_come_from_elsewhere_and_stay_there() {
    let run = Try::new();
    let kept = |run: &Try| run.read("vnfpkg-hello/token");
    run.operation("run", &["--secret", "token=hunter2"]).expect(2).says("a value does not belong on a command line");
    run.operation("run", &["--secret", "greeting=env:HOME"]).expect(2).says("is no secret");
    run.operation("run", &["--secret", "tokn=env:HOME"]).expect(2).says("has no parameter `tokn`");
    run.operation("run", &["--secret", "token=cmd:echo tr4ut; exit 1"]).expect(2).says("exit status: 1");
    run.script(
        "write_token.sh",
        "printf '%s\\n' {{ input.token }} | tee \"$HOME/vnfpkg-hello/token\"\nbase64 \"$HOME/vnfpkg-hello/token\"\n",
    );
    let file = run.bench.write("token.txt", "it's a tr4ut\n").expect("written");
    let done = run.operation("run", &["--secret", &format!("token=file:{}", file.display())]).expect(0);
    assert_eq!(kept(&run), "it's a tr4ut\n");
    let logs = run.vnfpkg(&["runs", "logs"]).expect(0).stdout;
    assert!(logs.contains("***") && !logs.contains("tr4ut") && !logs.contains("aXQncyBhIHRyNHV0"), "{logs}");
    assert!(!done.stderr.contains("tr4ut"));
    for entry in walk(&run.bench.path("state")) {
        let bytes = fs::read(&entry).expect("read");
        assert!(!String::from_utf8_lossy(&bytes).contains("tr4ut"), "{}", entry.display());
    }
    let shown = run.operation("render", &["--step", "token", "--secret", "token=cmd:echo tr4ut"]).expect(0).stdout;
    assert!(shown.contains("‹secret input.token›") && !shown.contains("tr4ut"), "{shown}");
}

#[test]
fn a_saved_plan_runs_unless_something_changed() {
    let run = Try::new();
    let secret = ["--secret", "token=env:TOKEN"];
    let with = |value: &str, arguments: &[&str]| {
        outcome(run.bench.vnfpkg().env("TOKEN", value).args(arguments).args(secret).current_dir(run.bench.path("")))
    };
    let package = run.package.to_string_lossy().into_owned();
    with("one", &["plan", "instantiate_end", &package, HOST[0], HOST[1], "--output", "plan.json"]).expect(0);
    assert!(!run.read("plan.json").contains("\"one\""));
    with("two", &["run", "--plan", "plan.json"]).expect(8).says("`input.token` is another");
    with("one", &["run", "--plan", "plan.json"]).expect(0);
    assert_eq!(run.read("vnfpkg-hello/token"), "one\n");
    run.script("folder_gone.sh", "false\n");
    with("one", &["run", "--plan", "plan.json"]).expect(8).says("package");
    run.vnfpkg(&["run", "--plan", "token.txt"]).expect(2);
    run.vnfpkg(&["run"]).expect(2).says("<OPERATION>");
}

#[test]
fn a_failure_says_how_to_go_on_and_that_works() {
    let run = Try::new();
    run.script(
        "write_greeting.sh",
        "for n in $(seq 30); do echo \"line $n\" >&2; done\n[ -e \"$HOME/mended\" ] || exit 7\necho file=/dev/null >>\"$VNFPKG_OUTPUT\"\n",
    );
    let failed =
        run.operation("run", &["--host-key", "accept-new"]).expect(4).says("cause: greeting on HelloVDU-1 failed with exit status 7");
    assert!(failed.stderr.contains("| line 11\n") && !failed.stderr.contains("| line 10\n"), "{}", failed.stderr);
    let after = |what: &str| failed.stderr.lines().find_map(|line| line.trim().strip_prefix(what)).expect("the line").to_owned();
    assert!(fs::read_to_string(after("log: ")).expect("the log").starts_with("line 1\n"));
    fs::write(run.bench.path("mended"), "").expect("written");
    let command = after("go on with: ");
    let words: Vec<&str> = command.split(' ').collect();
    assert_eq!((words[0], &words[3..]), ("vnfpkg", &["--host-key", "accept-new"][..]));
    run.vnfpkg(&words[1..]).expect(0).says("done in");
}

#[test]
fn output_is_there_while_the_task_runs() {
    let run = Try::new();
    let flag = run.bench.path("seen");
    let wait = format!("echo first\nuntil [ -e '{0}' ]; do sleep 0.1; done\necho file='{0}' >>\"$VNFPKG_OUTPUT\"\n", flag.display());
    run.script("write_greeting.sh", &wait);
    let mut command = run.bench.vnfpkg();
    command.args(["run", "instantiate_end", &run.package.to_string_lossy(), "--format", "jsonl", "--timeout", "60s"]).args(HOST);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("started");
    for line in BufReader::new(child.stdout.take().expect("its output")).lines() {
        let event: serde_json::Value = serde_json::from_str(&line.expect("a line")).expect("JSON");
        if event["type"] == "task_output" && event["line"] == "first" {
            // Only now can the script go on.
            fs::write(&flag, "").expect("written");
        }
    }
    let status = child.wait().expect("ended");
    assert!(flag.exists() && status.success(), "{status}");
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(walk(&path)) } else { found.push(path) }
    }
    found
}
