//! `vnfpkg plan --sudoers`: what a login user has to be allowed for a run, in the format of sudoers(5).

use std::collections::{BTreeMap, BTreeSet};

use vnfpkg_plan::Plan;
use vnfpkg_plan::model::{PlanHost, SudoMode};
use vnfpkg_run::supervise::root_program;

use crate::exit::Failure;

/// Users with one rule, and the hosts and steps that it is for.
#[derive(Default)]
struct Need<'a> {
    hosts: BTreeSet<&'a str>,
    steps: BTreeSet<&'a str>,
}

/// The rules for the tasks of a plan that run as root.
pub(super) fn sudoers(plan: &Plan) -> Result<String, Failure> {
    let needs = needs(plan)?;
    if needs.is_empty() {
        return Ok("# No rule for sudo is needed: no step runs as root, or the login user is root.\n".to_owned());
    }
    let mut text = format!(
        "# What sudo has to allow for {} of {}.\n\
         # Install it as /etc/sudoers.d/vnfpkg with mode 0440; `visudo -cf FILE` checks it.\n\
         # The steps' scripts reach this one shell on its standard input, so the rule is as good as root: let only\n\
         # those in as this user who may be root.\n",
        plan.operation, plan.package.product
    );
    for ((user, with_password), need) in &needs {
        let list = |names: &BTreeSet<&str>| names.iter().copied().collect::<Vec<_>>().join(", ");
        let tag = if *with_password { "PASSWD" } else { "NOPASSWD" };
        text.push_str(&format!("\n# on {}; steps {}\n", list(&need.hosts), list(&need.steps)));
        text.push_str(&format!("{user} ALL=(root) {tag}: {}\n", command(*with_password)));
    }
    Ok(text)
}

fn needs(plan: &Plan) -> Result<BTreeMap<(String, bool), Need<'_>>, Failure> {
    let mut needs: BTreeMap<(String, bool), Need<'_>> = BTreeMap::new();
    for task in plan.tasks.iter().filter(|task| task.root) {
        let host = &plan.hosts[task.host];
        if host.sudo == SudoMode::Root {
            continue;
        }
        let need = needs.entry((user(host)?, host.password.is_some())).or_default();
        need.hosts.insert(&host.name);
        need.steps.insert(&task.step);
    }
    Ok(needs)
}

/// The login name as sudoers(5) writes it.
fn user(host: &PlanHost) -> Result<String, Failure> {
    let name = host.user.as_deref().ok_or_else(|| {
        Failure::usage(format!("the login name for {} is not known without the SSH configuration", host.name))
            .help("name it: `--host VDU=user@address`, or `user` in the inventory or the request")
    })?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
    if name.chars().all(plain) {
        return Ok(name.to_owned());
    }
    if name.contains(['"', '\\']) || name.chars().any(char::is_control) {
        return Err(Failure::usage(format!("the login name of {} cannot be written into a rule for sudo", host.name)));
    }
    Ok(format!("\"{name}\""))
}

/// The command with its exact arguments; `""` says that there must be none.
fn command(with_password: bool) -> String {
    let words = root_program(with_password);
    let arguments: Vec<String> = words.iter().skip(1).map(|word| escaped(word)).collect();
    let arguments = if arguments.is_empty() { "\"\"".to_owned() } else { arguments.join(" ") };
    format!("/bin/{} {arguments}", words[0])
}

/// An argument in which no character has a meaning of its own, neither to the grammar nor as a pattern.
fn escaped(argument: &str) -> String {
    let mut text = String::new();
    for c in argument.chars() {
        if ",:=\\#*?[]!^".contains(c) {
            text.push('\\');
        }
        text.push(c);
    }
    text
}
