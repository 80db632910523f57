//! What a run came to, at its end.

use owo_colors::Style;
use vnfpkg_run::{HostSummary, Outcome, RunSummary, StepTime};

use super::human::seconds;
use crate::terminal::Terminal;

/// So many of the slowest tasks are named.
const SLOWEST: usize = 5;

/// Counts per host, root causes, the slowest tasks, the critical path, and what to do next.
pub(crate) fn recap(summary: &RunSummary, terminal: &Terminal) -> String {
    let mut text = String::from("\n");
    for host in &summary.hosts {
        text.push_str(&host_line(host, terminal));
    }
    let changed: usize = summary.hosts.iter().map(|host| host.changed).sum();
    if changed > 0 && summary.slowest.len() > 1 {
        text.push_str(&format!("slowest        {}\n", times(summary.slowest.iter().take(SLOWEST))));
        text.push_str(&format!("critical path  {}\n", times(&summary.critical_path)));
    }
    for failure in &summary.failures {
        let exit = failure.failure.exit.map(|code| format!(" with exit status {code}")).unwrap_or_default();
        text.push_str(&format!(
            "{} {} failed{exit}: {}\n",
            terminal.paint_err("cause:", Style::new().red().bold()),
            failure.task,
            failure.failure.message
        ));
        text.push_str(&format!("       output: vnfpkg runs logs {} --task '{}'\n", summary.run, failure.task));
    }
    text.push_str(&verdict(summary, changed, terminal));
    text
}

fn host_line(host: &HostSummary, terminal: &Terminal) -> String {
    let mut parts = vec![format!("{} changed", host.changed), format!("{} already done", host.unchanged)];
    for (count, word) in [(host.pending, "pending"), (host.failed, "failed"), (host.blocked, "blocked"), (host.cancelled, "cancelled")] {
        if count > 0 {
            parts.push(format!("{count} {word}"));
        }
    }
    if host.unreachable {
        parts.push("unreachable".into());
    }
    format!("{}  {}\n", terminal.paint_err(&host.host, Style::new().bold()), parts.join(", "))
}

fn times<'a>(steps: impl IntoIterator<Item = &'a StepTime>) -> String {
    let list: Vec<String> = steps.into_iter().map(|step| format!("{} {}", step.task, seconds(step.duration_ms))).collect();
    list.join(", ")
}

fn verdict(summary: &RunSummary, changed: usize, terminal: &Terminal) -> String {
    let good = Style::new().green().bold();
    let bad = Style::new().red().bold();
    let time = seconds(summary.duration_ms);
    let resume = format!("go on with: vnfpkg resume {}\n", summary.run);
    let reason = summary.stopped_because.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    match summary.outcome {
        Outcome::Ok if changed == 0 => format!("{} in {time}; nothing had to be changed\n", terminal.paint_err("done", good)),
        Outcome::Ok => format!("{} in {time}\n", terminal.paint_err("done", good)),
        Outcome::Failed => format!("{} after {time}\n{resume}", terminal.paint_err("failed", bad)),
        Outcome::Unreachable => format!("{} after {time}\n{resume}", terminal.paint_err("hosts unreachable", bad)),
        Outcome::Cancelled => format!("{} after {time}{reason}\n{resume}", terminal.paint_err("cancelled", bad)),
        Outcome::ChangesPending => format!("{} in {time}; nothing was changed\n", terminal.paint_err("changes pending", good)),
    }
}
