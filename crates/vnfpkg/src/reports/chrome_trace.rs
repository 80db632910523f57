//! Trace events as Perfetto and the tracing page of Chromium read them: a process per host, a thread per task that runs
//! beside others there, a slice per attempt.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use vnfpkg_run::{Event, EventKind};

use super::{Kind, Make, Story};

pub(super) const KIND: Kind = Kind { name: "chrome-trace", about: "a timeline for Perfetto", make: Make::AtEnd(render) };

/// Thread of the connection; lanes of tasks follow.
const CONNECTION: usize = 0;

fn render(story: &Story<'_>) -> Result<Vec<u8>, String> {
    let mut trace = Trace { start: story.events.first().map_or(0, micros), ..Trace::default() };
    for (index, host) in story.plan.hosts.iter().enumerate() {
        trace.processes.insert(&host.name, index + 1);
    }
    for event in story.events {
        trace.take(event);
    }
    let last = story.events.last().map_or(0, micros);
    trace.cut(last);
    let names = trace.names();
    let events: Vec<Value> = names.into_iter().chain(trace.out).collect();
    serde_json::to_vec(&json!({ "displayTimeUnit": "ms", "traceEvents": events })).map_err(|error| error.to_string())
}

#[derive(Default)]
struct Trace<'a> {
    start: i64,
    processes: BTreeMap<&'a str, usize>,
    /// Attempts under way: host, lane, start, attempt.
    open: BTreeMap<&'a str, Open<'a>>,
    connecting: BTreeMap<&'a str, i64>,
    /// Lanes per host that were ever used.
    lanes: BTreeMap<&'a str, usize>,
    out: Vec<Value>,
}

struct Open<'a> {
    host: &'a str,
    lane: usize,
    since: i64,
    attempt: u32,
}

impl<'a> Trace<'a> {
    fn take(&mut self, event: &'a Event) {
        let now = micros(event);
        match &event.kind {
            // What a process that died left open was under way until nobody knows when.
            EventKind::RunStarted { .. } => self.cut(now),
            EventKind::TaskStarted { task, host, attempt, .. } => {
                let used: Vec<usize> = self.open.values().filter(|open| open.host == host).map(|open| open.lane).collect();
                let lane = (CONNECTION + 1..).find(|lane| !used.contains(lane)).unwrap_or(usize::MAX);
                let lanes = self.lanes.entry(host).or_default();
                *lanes = lane.max(*lanes);
                self.open.insert(task, Open { host, lane, since: now, attempt: *attempt });
            }
            EventKind::TaskRetry { task, reason, .. } => self.end(task, now, &format!("again: {reason}")),
            EventKind::TaskEnded { task, result, .. } => self.end(task, now, &result.to_string()),
            EventKind::HostConnecting { host, .. } => {
                self.connecting.entry(host).or_insert(now);
            }
            EventKind::HostConnected { host } => {
                if let Some(since) = self.connecting.remove(host.as_str()) {
                    self.slice("connect", host, CONNECTION, since, now, &json!({}));
                }
            }
            EventKind::HostLost { host, message } => self.mark("connection lost", host, now, message),
            EventKind::HostFailed { host, message, .. } => self.mark("given up", host, now, message),
            EventKind::RunEnded { .. }
            | EventKind::TaskPhase { .. }
            | EventKind::TaskOutput { .. }
            | EventKind::UploadProgress { .. }
            | EventKind::LoginRefused { .. }
            | EventKind::TaskDiff { .. } => {}
        }
    }

    fn end(&mut self, task: &str, now: i64, result: &str) {
        if let Some(open) = self.open.remove(task) {
            let name = task.split_once('@').map_or(task, |(step, _)| step);
            let args = json!({ "task": task, "attempt": open.attempt, "result": result });
            self.slice(name, open.host, open.lane, open.since, now, &args);
        }
    }

    fn cut(&mut self, now: i64) {
        let open: Vec<&str> = self.open.keys().copied().collect();
        for task in open {
            self.end(task, now, "its end is not known");
        }
        self.connecting.clear();
    }

    fn slice(&mut self, name: &str, host: &str, lane: usize, since: i64, now: i64, args: &Value) {
        let pid = self.processes.get(host).copied().unwrap_or_default();
        let (ts, dur) = (since - self.start, (now - since).max(0));
        self.out.push(json!({ "ph": "X", "name": name, "pid": pid, "tid": lane, "ts": ts, "dur": dur, "args": args }));
    }

    fn mark(&mut self, name: &str, host: &str, now: i64, message: &str) {
        let pid = self.processes.get(host).copied().unwrap_or_default();
        let ts = now - self.start;
        let args = json!({ "message": message });
        self.out.push(json!({ "ph": "i", "s": "p", "name": name, "pid": pid, "tid": CONNECTION, "ts": ts, "args": args }));
    }

    /// Names of processes and threads.
    fn names(&self) -> Vec<Value> {
        let name = |what: &str, pid: usize, tid: usize, name: &str| json!({ "ph": "M", "name": what, "pid": pid, "tid": tid, "args": { "name": name } });
        let mut names = Vec::new();
        for (host, pid) in &self.processes {
            names.push(name("process_name", *pid, CONNECTION, host));
            names.push(name("thread_name", *pid, CONNECTION, "connection"));
            let lanes = self.lanes.get(host).copied().unwrap_or_default();
            names.extend((CONNECTION + 1..=lanes).map(|lane| name("thread_name", *pid, lane, &format!("tasks {lane}"))));
        }
        names
    }
}

fn micros(event: &Event) -> i64 {
    event.time.as_microsecond()
}
