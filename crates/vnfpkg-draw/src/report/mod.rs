//! The report of a run: one HTML file that needs nothing else. Lanes per host with waits, attempts and pauses, a table of
//! tasks with their logs, and the graph. Everything from outside is escaped, and the page's own policy allows no script but
//! the one that this crate puts in.

mod lanes;
mod page;
mod tasks;

use std::collections::BTreeMap;

use vnfpkg_plan::Plan;
use vnfpkg_run::{Event, EventKind, TaskResult};

/// What a report is made of.
pub struct Input<'a> {
    /// The plan of the run.
    pub plan: &'a Plan,
    /// Its events in order.
    pub events: &'a [Event],
    /// What its tasks printed, masked.
    pub logs: &'a [Log],
}

/// What one attempt printed on one stream.
pub struct Log {
    /// The task.
    pub task: String,
    /// From 1.
    pub attempt: u32,
    /// `out` or `err`.
    pub stream: String,
    /// The text, or its end when it is long.
    pub text: String,
}

/// The whole file.
pub fn html(input: &Input<'_>) -> String {
    page::render(input, &Story::of(input))
}

/// The events, put together by task and host.
struct Story<'a> {
    /// Microseconds since the epoch.
    start: i64,
    end: i64,
    tasks: BTreeMap<&'a str, TaskStory<'a>>,
    hosts: BTreeMap<&'a str, Vec<HostMark<'a>>>,
    outcome: Option<&'a str>,
    message: &'a str,
    /// Processes that worked on the run.
    processes: usize,
}

#[derive(Default)]
struct TaskStory<'a> {
    attempts: Vec<Attempt<'a>>,
    result: Option<&'a TaskResult>,
    ended: Option<i64>,
}

struct Attempt<'a> {
    from: i64,
    /// `None`: its end is not known.
    to: Option<i64>,
    number: u32,
    /// Why there is another one.
    again: Option<&'a str>,
}

/// Something about a host at a time: connecting until then, lost, given up.
struct HostMark<'a> {
    from: i64,
    to: i64,
    what: &'static str,
    message: &'a str,
}

impl<'a> Story<'a> {
    fn of(input: &Input<'a>) -> Self {
        let at = |event: Option<&Event>| event.map_or(0, |event| event.time.as_microsecond());
        let (start, end) = (at(input.events.first()), at(input.events.last()));
        let mut story = Self {
            start,
            end: end.max(start + 1),
            tasks: BTreeMap::new(),
            hosts: BTreeMap::new(),
            outcome: None,
            message: "",
            processes: 0,
        };
        let mut connecting: BTreeMap<&str, i64> = BTreeMap::new();
        for event in input.events {
            story.take(event, &mut connecting);
        }
        story
    }

    fn take(&mut self, event: &'a Event, connecting: &mut BTreeMap<&'a str, i64>) {
        let now = event.time.as_microsecond();
        match &event.kind {
            EventKind::RunStarted { .. } => {
                self.processes += 1;
                connecting.clear();
            }
            EventKind::RunEnded { outcome, message, .. } => {
                self.outcome = Some(page::outcome(*outcome));
                self.message = message;
            }
            EventKind::HostConnecting { host, .. } => {
                connecting.entry(host).or_insert(now);
            }
            EventKind::HostConnected { host } => {
                let from = connecting.remove(host.as_str()).unwrap_or(now);
                self.hosts.entry(host).or_default().push(HostMark { from, to: now, what: "connecting", message: "" });
            }
            EventKind::HostLost { host, message } => {
                self.hosts.entry(host).or_default().push(HostMark { from: now, to: now, what: "lost", message });
            }
            EventKind::HostFailed { host, message, .. } => {
                let from = connecting.remove(host.as_str()).unwrap_or(now);
                self.hosts.entry(host).or_default().push(HostMark { from, to: now, what: "given up", message });
            }
            EventKind::TaskStarted { task, attempt, .. } => {
                let attempt = Attempt { from: now, to: None, number: *attempt, again: None };
                self.tasks.entry(task).or_default().attempts.push(attempt);
            }
            EventKind::TaskRetry { task, reason, .. } => {
                if let Some(last) = self.tasks.entry(task).or_default().attempts.last_mut() {
                    last.to = Some(now);
                    last.again = Some(reason);
                }
            }
            EventKind::TaskEnded { task, result, .. } => {
                let story = self.tasks.entry(task).or_default();
                if let Some(last) = story.attempts.last_mut().filter(|last| last.to.is_none()) {
                    last.to = Some(now);
                }
                story.result = Some(result);
                story.ended = Some(now);
            }
            EventKind::TaskPhase { .. } | EventKind::TaskOutput { .. } | EventKind::UploadProgress { .. } | EventKind::TaskDiff { .. } => {}
        }
    }

    /// Milliseconds of all attempts, by task.
    fn durations(&self) -> BTreeMap<String, u64> {
        let took = |task: &TaskStory<'_>| {
            let sum: i64 = task.attempts.iter().map(|attempt| attempt.to.unwrap_or(self.end) - attempt.from).sum();
            u64::try_from(sum / 1000).unwrap_or(0)
        };
        self.tasks.iter().map(|(id, task)| ((*id).to_owned(), took(task))).collect()
    }
}

/// Durations in milliseconds by task, out of the events of a run.
pub fn durations(events: &[Event]) -> BTreeMap<String, u64> {
    let ended = events.iter().filter_map(|event| match &event.kind {
        EventKind::TaskEnded { task, duration_ms, attempt, .. } if *attempt > 0 => Some((task.clone(), *duration_ms)),
        _ => None,
    });
    ended.collect()
}

/// The class of a result in the page, and its word.
fn word(result: Option<&TaskResult>) -> (&'static str, &'static str) {
    match result {
        Some(TaskResult::Changed) => ("changed", "changed"),
        Some(TaskResult::Unchanged) => ("same", "already done"),
        Some(TaskResult::WouldChange) => ("changed", "would change"),
        Some(TaskResult::WouldRun { .. }) => ("changed", "would run"),
        Some(TaskResult::Failed { .. }) => ("failed", "failed"),
        Some(TaskResult::Interrupted { .. }) => ("failed", "interrupted"),
        Some(TaskResult::Cancelled { .. }) => ("cancelled", "cancelled"),
        Some(TaskResult::Blocked { .. }) => ("blocked", "blocked"),
        Some(TaskResult::NotNeeded) => ("blocked", "not needed"),
        None => ("cancelled", "end not known"),
    }
}

/// Microseconds as people read them.
fn seconds(micros: i64) -> String {
    let ms = u64::try_from(micros / 1000).unwrap_or(0);
    if ms < 60_000 { format!("{}.{:02} s", ms / 1000, ms % 1000 / 10) } else { format!("{} min {} s", ms / 60_000, ms / 1000 % 60) }
}
