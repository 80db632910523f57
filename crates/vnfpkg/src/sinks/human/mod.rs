//! The run as people see it: moving bars on a terminal, plain lines elsewhere.

mod bars;
#[cfg(test)]
mod tests;
mod upload;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use owo_colors::Style;
use vnfpkg_run::{Event, EventKind, Failure, Sink, TaskResult};

use self::bars::{Bars, Row};
use self::upload::Upload;
pub(crate) use self::words::seconds;
use self::words::{pieces, word};
use crate::terminal::Terminal;

/// Off a terminal, a task that takes long says so this often.
const STILL_RUNNING: Duration = Duration::from_secs(10);
/// Lines that belong to the one above begin here.
const INDENT: &str = "             ";

/// Shows events on standard error.
pub(crate) struct Human<'a> {
    terminal: &'a Terminal,
    shared: Arc<Shared>,
    bars: Option<Bars>,
}

struct Shared {
    state: Mutex<State>,
    closed: Condvar,
}

#[derive(Default)]
struct State {
    busy: BTreeMap<String, Busy>,
    closed: bool,
    /// Hosts that wait for a connection, said once.
    connecting: BTreeMap<String, u32>,
    /// Hosts that were given up; that they fail every task of theirs is no news.
    given_up: BTreeSet<String>,
}

struct Busy {
    since: Instant,
    said: Instant,
    row: Option<Row>,
    what: String,
    upload: Option<Upload>,
}

impl<'a> Human<'a> {
    /// Bars when lines can be rewritten, plain lines otherwise.
    pub(crate) fn new(terminal: &'a Terminal) -> Self {
        let shared = Arc::new(Shared { state: Mutex::default(), closed: Condvar::new() });
        let bars = terminal.live.then(|| Bars::new(terminal.color_err));
        if bars.is_none() {
            spawn_still_running(Arc::clone(&shared));
        }
        Self { terminal, shared, bars }
    }

    /// Takes the bars off the terminal and ends the reminders.
    pub(crate) fn close(&self) {
        let mut state = lock(&self.shared.state);
        state.closed = true;
        for row in state.busy.values_mut().filter_map(|busy| busy.row.take()) {
            row.clear();
        }
        if let Some(bars) = &self.bars {
            bars.clear();
        }
        self.shared.closed.notify_all();
    }

    fn line(&self, line: &str) {
        match &self.bars {
            Some(bars) => bars.print(line),
            None => self.terminal.err(&format!("{line}\n")),
        }
    }

    fn started(&self, task: &str, attempt: u32) {
        let mut state = lock(&self.shared.state);
        let row = self.bars.as_ref().and_then(|bars| bars.row(task, attempt));
        let now = Instant::now();
        let what = if attempt > 1 { format!("attempt {attempt}") } else { String::new() };
        let earlier = state.busy.insert(task.to_owned(), Busy { since: now, said: now, row, what, upload: None });
        if let Some(row) = earlier.and_then(|busy| busy.row) {
            row.clear();
        }
    }

    fn progress(&self, task: &str, text: &str) {
        if let Some(busy) = lock(&self.shared.state).busy.get_mut(task) {
            busy.say(text);
        }
    }

    fn uploaded(&self, task: &str, bytes: u64, total: u64) {
        if let Some(busy) = lock(&self.shared.state).busy.get_mut(task) {
            let upload = busy.upload.get_or_insert_with(|| Upload::new(bytes, Instant::now()));
            let text = upload.describe(bytes, total, Instant::now());
            busy.say(&text);
        }
    }

    fn ended(&self, task: &str, host: &str, result: &TaskResult, duration_ms: u64) {
        let known_cause = {
            let mut state = lock(&self.shared.state);
            if let Some(row) = state.busy.remove(task).and_then(|busy| busy.row) {
                row.clear();
            }
            state.given_up.contains(host)
        };
        if let Some(bars) = &self.bars {
            bars.ended(matches!(result, TaskResult::Failed { .. } | TaskResult::Interrupted { .. }));
        }
        let (word, color) = word(result);
        let painted = self.terminal.paint_err(&format!("{word:>12}"), color);
        match result {
            TaskResult::NotNeeded => {}
            TaskResult::Failed { failure } if failure.host && known_cause => self.line(&format!("{painted} {task}: {host} is not reached")),
            TaskResult::Failed { failure } => self.line(&self.failure(&painted, task, failure)),
            TaskResult::Blocked { by } => self.line(&format!("{painted} {task}, because of {}", by.join(", "))),
            TaskResult::Interrupted { reason } | TaskResult::WouldRun { reason } => self.line(&format!("{painted} {task}: {reason}")),
            _ => self.line(&format!("{painted} {task} {}", seconds(duration_ms))),
        }
    }

    fn failure(&self, painted: &str, task: &str, failure: &Failure) -> String {
        let exit = failure.exit.map(|code| format!(", exit status {code}")).unwrap_or_default();
        let mut text = format!("{painted} {task}{exit}: {}", failure.message);
        // In a log a line stays a line; on a terminal the rule at its left goes down with it.
        let room = if self.terminal.live { self.terminal.width.saturating_sub(INDENT.len() + 2) } else { usize::MAX };
        for piece in failure.tail.iter().flat_map(|line| pieces(line, room)) {
            text.push_str(&format!("\n{INDENT}| {piece}"));
        }
        text.push_str(&self.help(failure.help.as_deref()));
        text
    }

    fn help(&self, help: Option<&str>) -> String {
        help.map(|help| format!("\n{INDENT}{} {help}", self.terminal.paint_err("help:", Style::new().cyan()))).unwrap_or_default()
    }

    fn given_up(&self, host: &str, message: &str, help: Option<&str>) {
        lock(&self.shared.state).given_up.insert(host.to_owned());
        let painted = self.terminal.paint_err(&format!("{:>12}", "unreachable"), Style::new().red().bold());
        self.line(&format!("{painted} {host}: {message}{}", self.help(help)));
    }

    fn connecting(&self, host: &str, tries: u32) {
        let known = lock(&self.shared.state).connecting.insert(host.to_owned(), tries);
        if tries == 2 && known.is_some() {
            self.line(&format!("{INDENT}{host} does not answer yet; waiting for it"));
        }
    }
}

impl Busy {
    fn say(&mut self, text: &str) {
        text.clone_into(&mut self.what);
        if let Some(row) = &self.row {
            row.say(text);
        }
    }
}

impl Sink for Human<'_> {
    fn event(&self, event: &Event) {
        match &event.kind {
            EventKind::RunStarted { tasks, .. } => {
                if let Some(bars) = &self.bars {
                    bars.begin(*tasks as u64);
                }
                self.line(&event.message());
            }
            EventKind::TaskStarted { task, attempt, .. } => self.started(task, *attempt),
            EventKind::TaskOutput { task, line, .. } => self.progress(task, line),
            EventKind::UploadProgress { task, bytes, total, .. } => self.uploaded(task, *bytes, *total),
            EventKind::TaskEnded { task, host, result, duration_ms, .. } => self.ended(task, host, result, *duration_ms),
            EventKind::TaskRetry { .. } | EventKind::HostLost { .. } | EventKind::LoginRefused { .. } => {
                self.line(&format!("{INDENT}{}", event.message()));
            }
            EventKind::HostConnecting { host, tries } => self.connecting(host, *tries),
            EventKind::HostFailed { host, message, help, .. } => self.given_up(host, message, help.as_deref()),
            EventKind::TaskDiff { path, diff, .. } => self.line(&format!("{INDENT}{path}\n{diff}")),
            EventKind::HostConnected { .. } | EventKind::TaskPhase { .. } | EventKind::RunEnded { .. } => {}
        }
    }
}

fn spawn_still_running(shared: Arc<Shared>) {
    std::thread::spawn(move || {
        let mut state = lock(&shared.state);
        while !state.closed {
            state = shared.closed.wait_timeout(state, Duration::from_secs(1)).unwrap_or_else(PoisonError::into_inner).0;
            for (task, busy) in &mut state.busy {
                if busy.said.elapsed() >= STILL_RUNNING {
                    busy.said = Instant::now();
                    use std::io::Write as _;
                    let what = busy.what.trim();
                    let what = if what.is_empty() { String::new() } else { format!(": {what}") };
                    // Nobody may be reading any more; the run goes on all the same.
                    let _ = writeln!(std::io::stderr(), "{:>12} {task} for {} s{what}", "still", busy.since.elapsed().as_secs());
                }
            }
        }
    });
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
