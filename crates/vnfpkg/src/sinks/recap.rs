//! What a run came to, at its end.

use owo_colors::Style;
use vnfpkg_run::{FailedTask, HostSummary, Outcome, Review, RunSummary, StateDir, StepTime};

use super::human::seconds;
use super::next::shell_word;
use crate::terminal::Terminal;

/// So many of the slowest tasks are named.
const SLOWEST: usize = 5;

/// What the recap is told besides the summary.
pub(crate) struct Around<'a> {
    pub(crate) terminal: &'a Terminal,
    /// Where the logs are.
    pub(crate) state: &'a StateDir,
    /// The command that goes on with the run.
    pub(crate) resume: String,
    /// ` --state DIR`, when the run was given one.
    pub(crate) state_argument: String,
}

/// Counts per host, root causes, the slowest tasks, the critical path, and what to do next.
pub(crate) fn recap(summary: &RunSummary, around: &Around<'_>) -> String {
    let mut text = String::from("\n");
    let width = summary.hosts.iter().map(|host| host.host.chars().count()).max().unwrap_or_default();
    for host in &summary.hosts {
        text.push_str(&host_line(host, width, |name| around.terminal.paint_err(name, Style::new().bold())));
    }
    let changed: usize = summary.hosts.iter().map(|host| host.changed).sum();
    if changed > 0 && summary.slowest.len() > 1 {
        text.push_str(&times("slowest", summary.slowest.iter().take(SLOWEST)));
        text.push_str(&times("critical path", &summary.critical_path));
    }
    text.push_str(&causes(summary, around));
    text.push_str(&verdict(summary, changed, around));
    text
}

/// A look back at a run: counts per host, who was touched, the critical path.
pub(crate) fn look_back(review: &Review, terminal: &Terminal) -> String {
    let width = review.hosts.iter().map(|host| host.host.chars().count()).max().unwrap_or_default();
    let line = |host| host_line(host, width, |name| terminal.paint_out(name, Style::new().bold()));
    let mut text: String = review.hosts.iter().map(line).collect();
    let touched: Vec<&str> = review.touched().collect();
    if !touched.is_empty() {
        text.push_str(&format!("{:<13}  {}\n", "touched", touched.join(", ")));
    }
    text + &times("critical path", &review.critical_path)
}

fn host_line(host: &HostSummary, width: usize, paint: impl Fn(&str) -> String) -> String {
    let mut parts = vec![format!("{} changed", host.changed), format!("{} already done", host.unchanged)];
    for (count, word) in [(host.pending, "pending"), (host.failed, "failed"), (host.blocked, "blocked"), (host.cancelled, "cancelled")] {
        if count > 0 {
            parts.push(format!("{count} {word}"));
        }
    }
    if host.unreachable {
        parts.push("unreachable".into());
    }
    let name = format!("{:<width$}", host.host);
    format!("{}  {}\n", paint(&name), parts.join(", "))
}

/// One task a line, the times in a column.
fn times<'a>(title: &str, steps: impl IntoIterator<Item = &'a StepTime>) -> String {
    let steps: Vec<&StepTime> = steps.into_iter().collect();
    let width = steps.iter().map(|step| step.task.chars().count()).max().unwrap_or_default();
    let line = |(index, step): (usize, &&StepTime)| {
        let title = if index == 0 { title } else { "" };
        format!("{title:<13}  {:<width$}  {:>8}\n", step.task, seconds(step.duration_ms))
    };
    steps.iter().enumerate().map(line).collect()
}

/// Root causes; a host that is not reached is one cause, however many tasks it has.
fn causes(summary: &RunSummary, around: &Around<'_>) -> String {
    let mut text = String::new();
    let mut hosts: Vec<&str> = Vec::new();
    for failed in &summary.failures {
        let gone = failed.failure.host && summary.hosts.iter().any(|host| host.host == failed.host && host.unreachable);
        if gone && hosts.contains(&failed.host.as_str()) {
            continue;
        }
        let cause = around.terminal.paint_err("cause:", Style::new().red().bold());
        if gone {
            hosts.push(&failed.host);
            text.push_str(&format!("{cause} {}: {}\n", failed.host, failed.failure.message));
        } else {
            let exit = failed.failure.exit.map(|code| format!(" with exit status {code}")).unwrap_or_default();
            text.push_str(&format!("{cause} {} on {} failed{exit}: {}\n", failed.step, failed.host, failed.failure.message));
            text.push_str(&logs(summary, failed, around));
        }
    }
    text
}

/// Where the output of the failed attempt is; nothing when there was none.
fn logs(summary: &RunSummary, failed: &FailedTask, around: &Around<'_>) -> String {
    let mine = format!("-{}.{}", failed.task, failed.attempt);
    let found = around.state.logs(&summary.run).unwrap_or_default();
    let mut text = String::new();
    for log in found.iter().filter(|log| log.bytes > 0 && log.name.ends_with(&mine)) {
        text.push_str(&format!("       log: {}\n", log.path.display()));
    }
    if !text.is_empty() {
        let quoted = shell_word(&failed.task);
        text.push_str(&format!("       all: vnfpkg runs{} logs {} --task {quoted}\n", around.state_argument, summary.run));
    }
    text
}

fn verdict(summary: &RunSummary, changed: usize, around: &Around<'_>) -> String {
    let terminal = around.terminal;
    let good = Style::new().green().bold();
    let bad = Style::new().red().bold();
    let time = seconds(summary.duration_ms);
    let resume = format!("go on with: {}\n", around.resume);
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
