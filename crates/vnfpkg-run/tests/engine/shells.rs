//! The supervisor under every POSIX shell that this machine has.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use vnfpkg_run::Outcome;

use crate::support::{Lab, Recorder, output, plan, script, task, verify};

fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(program)).find(|path| path.is_file())
}

/// Runs a task with everything in it with `sh` and the tools taken from a folder.
fn exercise(lab: &mut Lab, tools: &Path) {
    lab.path = Some(tools.to_owned());
    let marker = lab.path("marker");
    let mut step = task("all", (0, "a"), "echo out; echo err >&2; echo v=1 >>\"$VNFPKG_OUTPUT\"; sleep 20 &");
    step.probe = Some(script(format!("[ -e {} ]", marker.display())));
    step.verify = verify(&format!("[ -e {0} ] || {{ touch {0}; exit 1; }}", marker.display()), 10_000);
    step.outputs = vec![output("v", false)];
    let mut stuck = task("stuck", (0, "a"), "trap '' TERM; sleep 30; sleep 30");
    stuck.timeout_ms = 1000;
    let recorder = Recorder::default();
    let summary = lab.try_run(&plan(&["a"], vec![step, stuck]), &[&recorder]).unwrap();
    assert_eq!(summary.outcome, Outcome::Failed);
    assert_eq!(summary.failures.len(), 1, "{:?}", summary.failures);
    assert!(summary.failures[0].failure.message.contains("were ended"), "{:?}", summary.failures);
    let mut lines = recorder.lines("all@a");
    lines.sort();
    assert_eq!(lines, ["err", "out"]);
}

#[test]
fn under_dash_bash_and_busybox() {
    for shell in ["dash", "bash", "busybox"] {
        let Some(program) = find(shell) else { continue };
        let mut lab = Lab::new();
        let tools = lab.path("tools");
        std::fs::create_dir_all(&tools).unwrap();
        let names: &[&str] = if shell == "busybox" {
            &["sh", "tee", "head", "tail", "setsid", "cat", "sleep", "mkfifo", "mkdir", "mv", "rm", "find", "cmp", "wc", "chmod", "touch"]
        } else {
            &["sh"]
        };
        for name in names {
            symlink(&program, tools.join(name)).unwrap();
        }
        exercise(&mut lab, &tools);
    }
}
