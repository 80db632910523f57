//! `vnfpkg plan`

use camino::Utf8Path;
use owo_colors::Style;
use vnfpkg_plan::Plan;
use vnfpkg_plan::model::{Action, Part, Script, Task};
use vnfpkg_run::counted;

use super::findings::{show, show_unprepared};
use super::sudoers::sudoers;
use crate::cli::PlanArgs;
use crate::exit::{CommandResult, Exit, Failure};
use crate::prepare::{prepare_with, random_salt};
use crate::terminal::Terminal;

/// Shows the tasks; no host is touched.
pub(crate) fn run(args: &PlanArgs, terminal: &Terminal) -> CommandResult {
    if let Some(path) = &args.output {
        return save(args, path, terminal);
    }
    // The same plan prints the same text, so the digests of its secrets are left out below instead of salted at random.
    let mut plan = match prepare_with(&args.source, &args.secrets, "") {
        Ok(mut prepared) => {
            show(&mut prepared.warnings, terminal);
            prepared.compiled.plan
        }
        Err(unprepared) => return show_unprepared(unprepared, terminal),
    };
    for secret in &mut plan.secrets {
        secret.digest.clear();
    }
    if args.sudoers {
        terminal.out(&sudoers(&plan)?);
    } else if args.json {
        let text = serde_json::to_string_pretty(&plan).map_err(|error| Failure::new(Exit::Bug, error.to_string()))?;
        terminal.out(&format!("{text}\n"));
    } else {
        terminal.out(&describe(&plan, !args.no_scripts, terminal));
    }
    Ok(Exit::Ok)
}

/// Writes the plan as it is, with salted digests of its secrets.
fn save(args: &PlanArgs, path: &Utf8Path, terminal: &Terminal) -> CommandResult {
    let plan = match prepare_with(&args.source, &args.secrets, &random_salt()) {
        Ok(prepared) => prepared.compiled.plan,
        Err(unprepared) => return show_unprepared(unprepared, terminal),
    };
    let text = serde_json::to_string_pretty(&plan).map_err(|error| Failure::new(Exit::Bug, error.to_string()))?;
    std::fs::write(path, text + "\n").map_err(|error| Failure::usage(format!("cannot write {path}: {error}")))?;
    terminal.out(&format!(
        "{path}: {} on {}\nvnfpkg run --plan {path}\n",
        counted(plan.tasks.len(), "task"),
        counted(plan.hosts.len(), "host")
    ));
    Ok(Exit::Ok)
}

fn describe(plan: &Plan, scripts: bool, terminal: &Terminal) -> String {
    let bold = Style::new().bold();
    let package = &plan.package;
    let mut text = format!(
        "{} of {} ({}, flavour {}) as instance {}: {} on {}\n",
        terminal.paint_out(&plan.operation, bold),
        package.product,
        package.descriptor_id,
        package.flavour,
        plan.instance,
        counted(plan.tasks.len(), "task"),
        counted(plan.hosts.len(), "host")
    );
    let all_new = plan.hosts.iter().all(|host| host.part == Part::New);
    for host in &plan.hosts {
        let user = host.user.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
        let part = match host.part {
            Part::Removed => format!(", VNFC {} goes", host.id),
            Part::New if !all_new => format!(", VNFC {} is new", host.id),
            Part::New | Part::Old => String::new(),
        };
        text.push_str(&format!("  {} at {user}{}:{}{part}\n", host.name, host.address, host.port));
    }
    for task in &plan.tasks {
        text.push_str(&describe_task(plan, task, scripts, terminal));
    }
    text
}

fn describe_task(plan: &Plan, task: &Task, scripts: bool, terminal: &Terminal) -> String {
    let mut text = format!("\n{}  {}\n", terminal.paint_out(&task.id, Style::new().bold()), task.title);
    let names = |indexes: &[usize]| indexes.iter().map(|at| plan.tasks[*at].id.as_str()).collect::<Vec<_>>().join(", ");
    let locks: Vec<&str> = task.locks.iter().map(|at| plan.locks[*at].name.as_str()).collect();
    let after = if task.needs.is_empty() { "at once".to_owned() } else { format!("after {}", names(&task.needs)) };
    let root = if task.root { ", as root" } else { "" };
    let lock = if locks.is_empty() { String::new() } else { format!(", holding {}", locks.join(", ")) };
    text.push_str(&format!("  {after}{root}{lock}, limit {} s, {} retries\n", task.timeout_ms / 1000, task.retry.times));
    text.push_str(&format!("  {}\n", describe_action(&task.action)));
    if !scripts {
        return text;
    }
    if let Some(probe) = &task.probe {
        text.push_str(&script_block("probe", probe));
    }
    match &task.action {
        Action::Run { script } => text.push_str(&script_block("run", script)),
        Action::Check { check } => text.push_str(&script_block("check", &check.script)),
        Action::Write { content, .. } => text.push_str(&block("content", &content.display())),
        Action::Upload { .. } | Action::Fetch { .. } => {}
    }
    if let Some(verify) = &task.verify {
        text.push_str(&script_block("verify", &verify.script));
    }
    text
}

fn describe_action(action: &Action) -> String {
    match action {
        Action::Run { script } => format!("run {}", script.name),
        Action::Check { check } => format!("check {}, for up to {} s", check.script.name, check.until_ms / 1000),
        Action::Write { to, mode, .. } => format!("write {to}, mode {mode:04o}"),
        Action::Upload { from, to, store: true, .. } => format!("upload {from} of the instance's store to ~/{to}"),
        Action::Fetch { from, to, .. } => format!("fetch ~/{from} into the instance's store as {to}"),
        Action::Upload { from, to, size, .. } => format!("upload {from} ({size} bytes) to ~/{to}"),
    }
}

fn script_block(what: &str, script: &Script) -> String {
    block(&format!("{what} {}", script.name), &script.text.display())
}

fn block(title: &str, text: &str) -> String {
    let body: String = text.trim_end().lines().map(|line| format!("  │ {line}\n")).collect();
    format!("  ┌ {title}\n{body}")
}
