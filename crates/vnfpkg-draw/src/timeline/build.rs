//! A timeline of a plan and the events of its run.

use std::collections::BTreeMap;

use vnfpkg_plan::Plan;
use vnfpkg_plan::model::Action;
use vnfpkg_run::{Event, EventKind, Outcome};

use super::{Bar, BarKind, Lane, Moment, Timeline};
use crate::graph::{Graph, Mark, word};

/// A shorter wait is no news.
const WAIT_MS: i64 = 100;
/// A connection that takes this long is drawn.
const CONNECT_MS: i64 = 1;

impl Timeline {
    /// Draws the run up. Of events of an earlier process of a resumed run less is known: what its journal keeps.
    pub fn of_run(plan: &Plan, events: &[Event]) -> Self {
        let start = events.first().map_or(0, |event| event.time.as_millisecond());
        let graph = Graph::of_run(plan, events);
        let mut build = Build::new(plan, start);
        events.iter().for_each(|event| build.take(event));
        let length = events.last().map_or(0, |event| event.time.as_millisecond() - start).max(1);
        build.cut(length);
        Self {
            operation: plan.operation.clone(),
            instance: plan.instance.clone(),
            product: plan.package.product.clone(),
            run: events.first().map(|event| event.run.to_string()).unwrap_or_default(),
            began: events.first().map(|event| format!("{:.0}", event.time)).unwrap_or_default(),
            ending: build.ending,
            good: build.good,
            length_ms: length,
            lanes: build.lanes.into_iter().filter(|lane| !lane.bars.is_empty() || !lane.moments.is_empty()).collect(),
            critical: graph.nodes.iter().filter(|node| node.mark == Mark::Critical).map(|node| node.id.clone()).collect(),
            resumed_ms: build.resumed,
        }
    }
}

struct Build<'a> {
    plan: &'a Plan,
    start: i64,
    lanes: Vec<Lane>,
    lane_of: BTreeMap<&'a str, usize>,
    index_of: BTreeMap<&'a str, usize>,
    /// Attempts and pauses under way, by task.
    open: BTreeMap<&'a str, Bar>,
    connecting: BTreeMap<usize, i64>,
    /// When each task ended well, by its index.
    ended: BTreeMap<usize, i64>,
    began: i64,
    resumed: Vec<i64>,
    ending: Option<String>,
    good: bool,
}

impl<'a> Build<'a> {
    fn new(plan: &'a Plan, start: i64) -> Self {
        Self {
            plan,
            start,
            lanes: plan.hosts.iter().map(|host| Lane { host: host.name.clone(), ..Lane::default() }).collect(),
            lane_of: plan.hosts.iter().enumerate().map(|(at, host)| (host.name.as_str(), at)).collect(),
            index_of: plan.tasks.iter().enumerate().map(|(at, task)| (task.id.as_str(), at)).collect(),
            open: BTreeMap::new(),
            connecting: BTreeMap::new(),
            ended: BTreeMap::new(),
            began: 0,
            resumed: Vec::new(),
            ending: None,
            good: false,
        }
    }

    fn take(&mut self, event: &Event) {
        let now = event.time.as_millisecond() - self.start;
        match &event.kind {
            EventKind::RunStarted { resumed, .. } => {
                self.cut(now);
                (self.began, self.ending, self.good) = (now, None, false);
                if *resumed {
                    self.resumed.push(now);
                }
            }
            EventKind::RunEnded { outcome, message, .. } => {
                self.ending = Some(message.clone());
                self.good = matches!(outcome, Outcome::Ok | Outcome::ChangesPending);
            }
            EventKind::HostConnecting { host, .. } => {
                if let Some(lane) = self.lane_of.get(host.as_str()) {
                    self.connecting.entry(*lane).or_insert(now);
                }
            }
            EventKind::HostConnected { host } => self.connected(host, now, "connected", "changed"),
            EventKind::HostLost { host, message } => self.moment(host, now, format!("connection lost: {message}")),
            EventKind::HostFailed { host, message, .. } => {
                self.connected(host, now, message, "failed");
                self.moment(host, now, format!("given up: {message}"));
            }
            EventKind::TaskStarted { task, host, attempt, .. } => self.started(task, host, *attempt, now),
            EventKind::TaskPhase { task, phase, .. } => {
                if let Some(bar) = self.open.get_mut(task.as_str()) {
                    bar.phases.push((phase.to_string(), now));
                }
            }
            EventKind::UploadProgress { task, bytes, .. } => {
                if let Some(bar) = self.open.get_mut(task.as_str()) {
                    bar.bytes = Some(*bytes);
                }
            }
            EventKind::TaskRetry { task, attempt, reason, .. } => {
                self.end(task, now, &format!("failed: {reason}"), "failed");
                self.pause(task, *attempt, now);
            }
            EventKind::TaskEnded { task, result, .. } => {
                self.end(task, now, &result.to_string(), word(result));
                if let Some(index) = self.index_of.get(task.as_str()) {
                    self.ended.insert(*index, now);
                }
            }
            EventKind::TaskOutput { .. } | EventKind::TaskDiff { .. } => {}
        }
    }

    fn started(&mut self, task: &str, host: &str, attempt: u32, now: i64) {
        let (Some((id, index)), Some(lane)) = (self.index_of.get_key_value(task), self.lane_of.get(host).copied()) else { return };
        let (id, index) = (*id, *index);
        if let Some(pause) = self.open.remove(id) {
            self.put(lane, Bar { to_ms: now, ..pause });
        } else if attempt == 1 {
            self.waited(id, index, lane, now);
        }
        self.open.insert(id, bar(id, BarKind::Attempt, attempt, now));
    }

    /// The time between the end of the last need and the beginning.
    fn waited(&mut self, id: &str, index: usize, lane: usize, now: i64) {
        let needs = &self.plan.tasks[index].needs;
        let ready = needs.iter().filter_map(|need| self.ended.get(need).copied()).max().unwrap_or(self.began).max(self.began);
        if now - ready >= WAIT_MS && !needs.is_empty() {
            let wait =
                Bar { to_ms: now, result: "waited for a lock, its host or a free worker".into(), ..bar(id, BarKind::Wait, 0, ready) };
            self.put(lane, wait);
        }
    }

    fn pause(&mut self, task: &str, attempt: u32, now: i64) {
        if let Some((id, _)) = self.index_of.get_key_value(task) {
            let result = "pause before the next attempt".to_owned();
            self.open.insert(id, Bar { result, ..bar(id, BarKind::Pause, attempt, now) });
        }
    }

    fn end(&mut self, task: &str, now: i64, result: &str, outcome: &str) {
        let Some(open) = self.open.remove(task) else { return };
        let Some(lane) = self.index_of.get(task).map(|index| self.plan.tasks[*index].host) else { return };
        let uploaded = match (&self.plan.tasks[self.index_of[task]].action, outcome) {
            (Action::Upload { size, .. }, "changed") => Some(*size),
            _ => open.bytes,
        };
        let done = match open.kind {
            BarKind::Pause => Bar { to_ms: now, ..open },
            _ => Bar { to_ms: now, result: result.to_owned(), outcome: outcome.to_owned(), bytes: uploaded, ..open },
        };
        self.put(lane, done);
    }

    fn connected(&mut self, host: &str, now: i64, result: &str, outcome: &str) {
        let Some(lane) = self.lane_of.get(host).copied() else { return };
        let Some(since) = self.connecting.remove(&lane) else { return };
        if now - since >= CONNECT_MS {
            let connect = bar("connect", BarKind::Connect, 0, since);
            self.put(lane, Bar { to_ms: now, result: result.to_owned(), outcome: outcome.to_owned(), ..connect });
        }
    }

    fn moment(&mut self, host: &str, at_ms: i64, text: String) {
        if let Some(lane) = self.lane_of.get(host) {
            self.lanes[*lane].moments.push(Moment { at_ms, text });
        }
    }

    /// What a controller that died left under way ended at a time that nobody knows.
    fn cut(&mut self, now: i64) {
        let open: Vec<&str> = self.open.keys().copied().collect();
        for task in open {
            self.end(task, now, "its end is not known", "interrupted");
        }
        self.connecting.clear();
    }

    /// Puts a bar into the first row where nothing else is at that time.
    fn put(&mut self, lane: usize, bar: Bar) {
        let lane = &mut self.lanes[lane];
        let taken = |row: usize| lane.bars.iter().any(|other| other.row == row && other.from_ms < bar.to_ms && bar.from_ms < other.to_ms);
        let row = (0..lane.rows).find(|row| !taken(*row)).unwrap_or(lane.rows);
        lane.rows = lane.rows.max(row + 1);
        lane.bars.push(Bar { row, ..bar });
    }
}

fn bar(task: &str, kind: BarKind, attempt: u32, from_ms: i64) -> Bar {
    Bar {
        task: task.to_owned(),
        label: task.split_once('@').map_or(task, |(step, _)| step).to_owned(),
        kind,
        row: 0,
        from_ms,
        to_ms: from_ms,
        attempt,
        result: String::new(),
        outcome: String::new(),
        phases: Vec::new(),
        bytes: None,
    }
}
