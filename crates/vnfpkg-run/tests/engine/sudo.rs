//! Root, with a `sudo` of our own that behaves like the real one.

use std::os::unix::fs::PermissionsExt;

use vnfpkg_run::Outcome;
use vnfpkg_transport::Sudo;

use crate::support::{Lab, Recorder, files_below, plan, task};

const PASSWORD: &str = "Pa55word-of-login";

/// Puts a `sudo` into the laboratory. `wants` is the password it asks for; nothing: it asks for none and reads none.
fn with_sudo(lab: &mut Lab, wants: Option<&str>) {
    let tools = lab.path("tools");
    std::fs::create_dir_all(&tools).unwrap();
    let check = match wants {
        None => String::new(),
        Some(password) => format!(
            "[ \"$stdin\" = yes ] || {{ echo 'sudo: a password is required' >&2; exit 1; }}\n\
             tries=0\nuntil IFS= read -r given && [ \"$given\" = '{password}' ]; do\n\
             tries=$((tries + 1)); [ $tries -lt 3 ] || {{ echo 'sudo: 3 incorrect password attempts' >&2; exit 1; }}\n\
             echo 'Sorry, try again.' >&2\ndone\n"
        ),
    };
    let text = format!(
        "#!/bin/sh\nstdin=no\nwhile :; do case $1 in -S) stdin=yes ;; -n | -H) ;; -p) shift ;; *) break ;; esac; shift; done\n{check}\
         AS_ROOT=yes; export AS_ROOT; exec \"$@\"\n"
    );
    std::fs::write(tools.join("sudo"), text).unwrap();
    std::fs::set_permissions(tools.join("sudo"), std::fs::Permissions::from_mode(0o755)).unwrap();
    lab.path = Some(tools);
}

fn as_root(lab: &Lab) -> (Outcome, Vec<String>, String) {
    let mut step = task("step", (0, "a"), "echo root=${AS_ROOT-no}");
    step.root = true;
    let recorder = Recorder::default();
    let summary = lab.try_run(&plan(&["a"], vec![step, task("user", (0, "a"), "echo root=${AS_ROOT-no}")]), &[&recorder]).unwrap();
    assert_eq!(recorder.lines("user@a"), ["root=no"]);
    let message = summary.failures.first().map(|failed| format!("{} {:?}", failed.failure.message, failed.failure.help));
    for file in files_below(lab.state.path()).into_iter().chain(files_below(&lab.home("a"))) {
        let text = String::from_utf8_lossy(&std::fs::read(&file).unwrap()).into_owned();
        assert!(!text.contains(PASSWORD), "{} holds the password", file.display());
    }
    (summary.outcome, recorder.lines("step@a"), message.unwrap_or_default())
}

#[test]
fn sudo_without_a_password() {
    let mut lab = Lab::new();
    with_sudo(&mut lab, None);
    assert_eq!(as_root(&lab).1, ["root=yes"]);
}

#[test]
fn sudo_with_a_password() {
    let mut lab = Lab::new();
    with_sudo(&mut lab, Some(PASSWORD));
    lab.sudo = Sudo::Password(PASSWORD.into());
    assert_eq!(as_root(&lab).1, ["root=yes"]);
}

#[test]
fn a_password_that_sudo_does_not_read_goes_nowhere() {
    let mut lab = Lab::new();
    with_sudo(&mut lab, None);
    lab.sudo = Sudo::Password(PASSWORD.into());
    assert_eq!(as_root(&lab).1, ["root=yes"]);
}

#[test]
fn a_password_that_is_missing_or_wrong_is_said() {
    let mut lab = Lab::new();
    with_sudo(&mut lab, Some(PASSWORD));
    for sudo in [Sudo::NoPassword, Sudo::Password("another".into())] {
        lab.sudo = sudo;
        let (outcome, lines, message) = as_root(&lab);
        assert_eq!((outcome, lines.len()), (Outcome::Failed, 0));
        assert!(message.contains("sudo wants a password"), "{message}");
    }
}
