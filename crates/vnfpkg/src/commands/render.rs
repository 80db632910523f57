//! `vnfpkg render`

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use vnfpkg_plan::deferred::Deferred;
use vnfpkg_plan::model::{Action, Plan, Task};

use super::findings::show_unprepared;
use crate::cli::SourceArgs;
use crate::exit::{CommandResult, Exit, Failure};
use crate::prepare::prepare_with;
use crate::secrets::SecretArgs;
use crate::terminal::Terminal;

/// Arguments of `render`.
#[derive(Debug, Args)]
pub(crate) struct RenderArgs {
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    secrets: SecretArgs,
    /// Only this step; may repeat
    #[arg(long = "step", value_name = "STEP")]
    steps: Vec<String>,
    /// Only for this host; may repeat
    #[arg(long, value_name = "HOST")]
    limit: Vec<String>,
    /// Write a file each into this folder
    #[arg(short, long, value_name = "DIR")]
    output: Option<Utf8PathBuf>,
}

/// Shows scripts and files as the hosts would get them; secrets and outputs of other steps as their names.
pub(crate) fn run(args: &RenderArgs, terminal: &Terminal) -> CommandResult {
    let plan = match prepare_with(&args.source, &args.secrets, "") {
        Ok(prepared) => prepared.compiled.plan,
        Err(unprepared) => return show_unprepared(unprepared, terminal),
    };
    let tasks: Vec<&Task> = plan.tasks.iter().filter(|task| wanted(task, &plan, args)).collect();
    if tasks.is_empty() {
        return Err(Failure::usage("no task is left").help("`vnfpkg plan` lists steps and hosts"));
    }
    for task in tasks {
        for (what, template, text) in texts(task) {
            match &args.output {
                Some(folder) => write(&folder.join(file_name(&task.id)), what, &text.display())?,
                None => terminal.out(&format!("==> {} {what} ({template})\n{}\n", task.id, text.display().trim_end())),
            }
        }
    }
    Ok(Exit::Ok)
}

fn wanted(task: &Task, plan: &Plan, args: &RenderArgs) -> bool {
    let host = &plan.hosts[task.host];
    let here = args.limit.is_empty() || args.limit.iter().any(|name| *name == host.name || *name == host.vdu || *name == host.id);
    here && (args.steps.is_empty() || args.steps.contains(&task.step))
}

/// What of the task, by which template, and the text.
fn texts(task: &Task) -> Vec<(&'static str, &str, &Deferred)> {
    let mut texts = Vec::new();
    if let Some(probe) = &task.probe {
        texts.push(("probe", probe.name.as_str(), &probe.text));
    }
    match &task.action {
        Action::Run { script } => texts.push(("run", script.name.as_str(), &script.text)),
        Action::Check { check } => texts.push(("check", check.script.name.as_str(), &check.script.text)),
        Action::Write { content, to, .. } => texts.push(("content", to.as_str(), content)),
        _ => {}
    }
    if let Some(verify) = &task.verify {
        texts.push(("verify", verify.script.name.as_str(), &verify.script.text));
    }
    texts
}

fn file_name(task: &str) -> String {
    task.chars().map(|c| if c.is_ascii_alphanumeric() || "@._-".contains(c) { c } else { '_' }).collect()
}

fn write(folder: &Utf8Path, what: &str, text: &str) -> Result<(), Failure> {
    let path = folder.join(what);
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&path, text))
        .map_err(|error| Failure::usage(format!("cannot write {path}: {error}")))
}
