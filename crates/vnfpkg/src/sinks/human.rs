//! The run as people see it: moving bars on a terminal, plain lines elsewhere.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use owo_colors::Style;
use vnfpkg_run::{Event, EventKind, Failure, Sink, TaskResult};

use crate::terminal::Terminal;

/// How many busy hosts have a row.
const ROWS: usize = 8;
/// Off a terminal, a task that takes long says so this often.
const STILL_RUNNING: Duration = Duration::from_secs(10);

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
}

struct Busy {
    since: Instant,
    said: Instant,
    row: Option<ProgressBar>,
    what: String,
}

struct Bars {
    all: MultiProgress,
    total: ProgressBar,
}

impl<'a> Human<'a> {
    /// Bars when lines can be rewritten, plain lines otherwise.
    pub(crate) fn new(terminal: &'a Terminal) -> Self {
        let shared = Arc::new(Shared { state: Mutex::default(), closed: Condvar::new() });
        let bars = terminal.live.then(|| {
            let all = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
            let total = all.add(ProgressBar::new(0));
            total.set_style(style("{bar:24} {pos}/{len} tasks  {elapsed}{msg}"));
            Bars { all, total }
        });
        if bars.is_none() {
            spawn_still_running(Arc::clone(&shared));
        }
        Self { terminal, shared, bars }
    }

    /// Takes the bars off the terminal and ends the reminders.
    pub(crate) fn close(&self) {
        let mut state = lock(&self.shared.state);
        state.closed = true;
        for busy in state.busy.values().filter_map(|busy| busy.row.as_ref()) {
            busy.finish_and_clear();
        }
        if let Some(bars) = &self.bars {
            bars.total.finish_and_clear();
        }
        self.shared.closed.notify_all();
    }

    fn line(&self, line: &str) {
        match &self.bars {
            // A terminal that went away must not end the run.
            Some(bars) => drop(bars.all.println(line)),
            None => self.terminal.err(&format!("{line}\n")),
        }
    }

    fn started(&self, task: &str, attempt: u32) {
        let mut state = lock(&self.shared.state);
        let rows = state.busy.values().filter(|busy| busy.row.is_some()).count();
        let row = self.bars.as_ref().filter(|_| rows < ROWS).map(|bars| {
            let row = bars.all.insert_before(&bars.total, ProgressBar::new_spinner());
            row.set_style(style("{spinner} {prefix}  {elapsed}  {wide_msg}"));
            row.set_prefix(task.to_owned());
            row.enable_steady_tick(Duration::from_millis(250));
            row
        });
        let now = Instant::now();
        let what = if attempt > 1 { format!(" (attempt {attempt})") } else { String::new() };
        state.busy.insert(task.to_owned(), Busy { since: now, said: now, row, what });
    }

    fn progress(&self, task: &str, text: &str) {
        let mut state = lock(&self.shared.state);
        if let Some(busy) = state.busy.get_mut(task) {
            text.clone_into(&mut busy.what);
            if let Some(row) = &busy.row {
                row.set_message(text.to_owned());
            }
        }
    }

    fn ended(&self, task: &str, result: &TaskResult, duration_ms: u64) {
        if let Some(row) = lock(&self.shared.state).busy.remove(task).and_then(|busy| busy.row) {
            row.finish_and_clear();
        }
        if let Some(bars) = &self.bars {
            bars.total.inc(1);
        }
        let (word, color) = word(result);
        let painted = self.terminal.paint_err(&format!("{word:>12}"), color);
        match result {
            TaskResult::NotNeeded => {}
            TaskResult::Failed { failure } => self.line(&self.failure(&painted, task, failure)),
            TaskResult::Blocked { by } => self.line(&format!("{painted} {task}, because of {}", by.join(", "))),
            TaskResult::Interrupted { reason } | TaskResult::WouldRun { reason } => self.line(&format!("{painted} {task}: {reason}")),
            _ => self.line(&format!("{painted} {task} {}", seconds(duration_ms))),
        }
    }

    fn failure(&self, painted: &str, task: &str, failure: &Failure) -> String {
        let exit = failure.exit.map(|code| format!(", exit status {code}")).unwrap_or_default();
        let mut text = format!("{painted} {task}{exit}: {}", failure.message);
        for line in &failure.tail {
            text.push_str(&format!("\n             | {line}"));
        }
        if let Some(help) = &failure.help {
            text.push_str(&format!("\n             {} {help}", self.terminal.paint_err("help:", Style::new().cyan())));
        }
        text
    }
}

impl Sink for Human<'_> {
    fn event(&self, event: &Event) {
        match &event.kind {
            EventKind::RunStarted { tasks, .. } => {
                if let Some(bars) = &self.bars {
                    bars.total.set_length(*tasks as u64);
                }
                self.line(&event.message());
            }
            EventKind::TaskStarted { task, attempt, .. } => self.started(task, *attempt),
            EventKind::TaskOutput { task, line, .. } => self.progress(task, line),
            EventKind::UploadProgress { task, bytes, total, .. } => self.progress(task, &upload(*bytes, *total)),
            EventKind::TaskEnded { task, result, duration_ms, .. } => self.ended(task, result, *duration_ms),
            EventKind::TaskRetry { .. } | EventKind::HostLost { .. } => self.line(&format!("             {}", event.message())),
            EventKind::HostConnecting { host, tries } => {
                let known = lock(&self.shared.state).connecting.insert(host.clone(), *tries);
                if *tries == 2 && known.is_some() {
                    self.line(&format!("             {host} does not answer yet; waiting for it"));
                }
            }
            EventKind::HostFailed { host, message, help, .. } => {
                let painted = self.terminal.paint_err(&format!("{:>12}", "unreachable"), Style::new().red().bold());
                let help =
                    help.as_ref().map(|help| format!("\n             {} {help}", self.terminal.paint_err("help:", Style::new().cyan())));
                self.line(&format!("{painted} {host}: {message}{}", help.unwrap_or_default()));
            }
            EventKind::TaskDiff { path, diff, .. } => self.line(&format!("             {path}\n{diff}")),
            EventKind::HostConnected { .. } | EventKind::TaskPhase { .. } | EventKind::RunEnded { .. } => {}
        }
    }
}

fn word(result: &TaskResult) -> (&'static str, Style) {
    let (good, idle, bad) = (Style::new().green(), Style::new().dimmed(), Style::new().red().bold());
    match result {
        TaskResult::Changed => ("changed", Style::new().yellow()),
        TaskResult::Unchanged => ("already done", good),
        TaskResult::WouldChange => ("would change", Style::new().yellow()),
        TaskResult::WouldRun { .. } => ("would run", Style::new().yellow()),
        TaskResult::Failed { .. } => ("failed", bad),
        TaskResult::Interrupted { .. } => ("interrupted", bad),
        TaskResult::Cancelled { .. } => ("cancelled", bad),
        TaskResult::Blocked { .. } => ("blocked", idle),
        TaskResult::NotNeeded => ("not needed", idle),
    }
}

/// Milliseconds as people read them.
pub(crate) fn seconds(ms: u64) -> String {
    if ms < 60_000 { format!("{}.{} s", ms / 1000, ms % 1000 / 100) } else { format!("{} min {} s", ms / 60_000, ms / 1000 % 60) }
}

fn upload(bytes: u64, total: u64) -> String {
    let percent = bytes.saturating_mul(100).checked_div(total).unwrap_or(100);
    format!("{} of {} MiB, {percent} %", bytes >> 20, total >> 20)
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
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
                    // Nobody may be reading any more; the run goes on all the same.
                    let _ = writeln!(
                        std::io::stderr(),
                        "{:>12} {task} for {} s: {}",
                        "still",
                        busy.since.elapsed().as_secs(),
                        busy.what.trim()
                    );
                }
            }
        }
    });
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
