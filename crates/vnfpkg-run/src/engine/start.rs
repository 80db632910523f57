//! Begins and resumes runs.

use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex};
use std::time::Instant;

use jiff::Timestamp;
use secrecy::ExposeSecret;
use vnfpkg_plan::deferred::Gap;
use vnfpkg_plan::model::{Plan, Task};
use vnfpkg_plan::secrets::Secrets;
use vnfpkg_transport::{Sudo, Target, Transport};

use super::board::Board;
use super::core::{Core, millis};
use super::emit::{Emitter, Halt};
use super::hosts::HostSlot;
use super::memory::{Memory, remember};
use super::recap::sentence;
use super::request::{PackageFiles, ResumeRequest, RunError, RunOptions, RunRequest, RunSettings, Stop};
use crate::events::{EVENT_FORMAT, EventKind, Sink};
use crate::journal::Journal;
use crate::mask::Masker;
use crate::schedule::state::{Node, Policy, Schedule};
use crate::schedule::{batches_of, gaps, graph, remaining, select};
use crate::state::{InstanceLock, LockOwner, RunId, StateDir, drift};
use crate::summary::{Outcome, RunSummary};

/// More connections are not tried at the same time.
const MOST_CONNECTS: usize = 128;

/// Executes a plan. Returns when every task has ended, was blocked or cancelled.
///
/// # Errors
/// When the run could not begin or its journal could not be kept.
pub fn run(request: RunRequest<'_>) -> Result<RunSummary, RunError> {
    let RunRequest { plan, targets, transport, secrets, files, state, settings, options, sinks, stop } = request;
    check_plan(plan, &targets, secrets)?;
    let selected = select(plan, &settings.selection)?;
    let id = RunId::now();
    let _lock = lock(state, plan, &id, &options)?;
    let (_, journal) = state.create(plan, &settings, &id)?;
    let memories = vec![Memory::default(); plan.tasks.len()];
    Life {
        plan,
        targets,
        transport,
        secrets,
        files,
        state,
        settings,
        options,
        sinks,
        stop,
        id,
        journal,
        memories,
        selected,
        resumed: false,
    }
    .live()
}

/// Goes on with a run: takes the results of what has ended on the hosts, watches what still runs, starts the rest.
///
/// # Errors
/// When the run has ended well, its inputs have changed, or its journal is damaged.
pub fn resume(request: ResumeRequest<'_>) -> Result<RunSummary, RunError> {
    let ResumeRequest { run, targets, transport, secrets, files, state, options, sinks, stop, current_inputs, allow_drift } = request;
    check_plan(&run.plan, &targets, secrets)?;
    if let Some(current) = current_inputs.filter(|_| !allow_drift) {
        let found = drift(&run.plan, &current);
        if !found.is_empty() {
            return Err(RunError::Drift(found));
        }
    }
    let selected = select(&run.plan, &run.header.settings.selection)?;
    let _lock = lock(state, &run.plan, &run.id, &options)?;
    // Read again: until the lock was ours another controller may have worked on it.
    let path = state.run_dir(&run.id).join("journal.jsonl");
    let (header, events, whole) = crate::journal::read(&path)?;
    let ended = events.iter().rev().find_map(|event| match &event.kind {
        EventKind::RunEnded { outcome, .. } => Some(*outcome),
        EventKind::RunStarted { .. } => Some(Outcome::Cancelled),
        _ => None,
    });
    if matches!(ended, Some(Outcome::Ok | Outcome::ChangesPending)) {
        return Err(RunError::Finished(run.id));
    }
    let journal = Journal::open(&path, events.len() as u64 + 1, whole)?;
    let memories = remember(&run.plan, &events);
    Life {
        plan: &run.plan,
        targets,
        transport,
        secrets,
        files,
        state,
        settings: header.settings,
        options,
        sinks,
        stop,
        id: run.id.clone(),
        journal,
        memories,
        selected,
        resumed: true,
    }
    .live()
}

/// One controller's life of a run.
struct Life<'a> {
    plan: &'a Plan,
    targets: Vec<Target>,
    transport: &'a dyn Transport,
    secrets: &'a Secrets,
    files: &'a dyn PackageFiles,
    state: &'a StateDir,
    settings: RunSettings,
    options: RunOptions,
    sinks: &'a [&'a dyn Sink],
    stop: Stop,
    id: RunId,
    journal: Journal,
    memories: Vec<Memory>,
    selected: Vec<bool>,
    resumed: bool,
}

impl Life<'_> {
    fn live(mut self) -> Result<RunSummary, RunError> {
        let began = Instant::now();
        let masker = self.masker();
        let outputs = self.known_outputs();
        let schedule = self.schedule()?;
        let slots = self.slots();
        let logs = self.state.run_dir(&self.id).join("logs");
        crate::state::private_dir(&logs)?;
        let tasks = self.selected.iter().filter(|selected| **selected).count();
        let hosts = self.used_hosts();
        let store = self.state.store(&self.plan.instance);
        let Life { plan, secrets, files, settings, options, sinks, stop, id, journal, memories, selected, resumed, .. } = self;
        let mode = settings.mode;
        let controller = options.controller.clone();
        let parallel = options.parallel.max(1).min(tasks.max(1));
        let core = Core {
            plan,
            settings,
            secrets,
            files,
            store,
            slots,
            masker,
            logs,
            deadline: options.time_limit.and_then(|limit| began.checked_add(limit)),
            options,
            board: Mutex::new(Board::new(schedule, memories)),
            bell: Condvar::new(),
            outputs: Mutex::new(outputs),
            emitter: Emitter { run: id, journal, sinks, stop: stop.clone(), gate: Mutex::new(()) },
            stop,
        };
        let workers = pool("worker", parallel)?;
        let connectors = pool("connect", hosts.clamp(1, MOST_CONNECTS))?;
        let started = core.emitter.commit(EventKind::RunStarted {
            format: EVENT_FORMAT,
            instance: plan.instance.clone(),
            operation: plan.operation.clone(),
            mode,
            package: plan.package.path.clone(),
            hosts,
            tasks,
            resumed,
            controller,
        });
        match started {
            Ok(()) => connectors.in_place_scope(|scope| {
                workers.broadcast(|_| core.work(scope));
            }),
            Err(halt) => core.board().halt = Some(halt),
        }
        let mut summary = core.recap(&selected, began.elapsed());
        let halt = core.board().halt.take();
        match halt {
            Some(Halt::Abandoned) => {
                summary.outcome = Outcome::Cancelled;
                return Ok(summary);
            }
            Some(Halt::Journal(error)) => return Err(error.into()),
            None => {}
        }
        let ended = EventKind::RunEnded { outcome: summary.outcome, message: sentence(&summary), duration_ms: millis(began.elapsed()) };
        match core.emitter.commit(ended) {
            Err(Halt::Journal(error)) => return Err(error.into()),
            Err(Halt::Abandoned) => return Ok(summary),
            Ok(()) => {}
        }
        if matches!(summary.outcome, Outcome::Ok | Outcome::ChangesPending) {
            core.clean(&workers);
        }
        core.close();
        Ok(summary)
    }

    fn masker(&self) -> Masker {
        let masker = Masker::new();
        for secret in self.secrets.values() {
            masker.register(secret.expose_secret());
        }
        for target in &self.targets {
            let sudo = match &target.sudo {
                Sudo::Password(password) => Some(password),
                Sudo::Root | Sudo::NoPassword => None,
            };
            for secret in target.password.iter().chain(&target.key_passphrase).chain(sudo) {
                masker.register(secret.expose_secret());
            }
        }
        masker
    }

    /// Outputs from the journal. A task whose secret outputs are wanted, or whose public ones were masked, is not done
    /// until the host has been asked for them.
    fn known_outputs(&mut self) -> BTreeMap<String, BTreeMap<String, String>> {
        let mut known = BTreeMap::new();
        let mut wanted = Vec::new();
        for (index, task) in self.plan.tasks.iter().enumerate() {
            if self.memories[index].is_good() {
                known.insert(task.id.clone(), std::mem::take(&mut self.memories[index].outputs));
            } else if self.selected[index] {
                wanted.extend(gaps(task));
            }
        }
        for gap in wanted {
            let Gap::Output { task, name } = gap else { continue };
            let Some(index) = self.plan.tasks.iter().position(|other| other.id == task) else { continue };
            let told = known.get(&task).and_then(|values| values.get(&name));
            let whole = told.is_some_and(|value| !value.contains(crate::mask::MASK));
            if self.memories[index].is_good() && !whole {
                self.memories[index].refetch = true;
            }
        }
        known
    }

    fn schedule(&self) -> Result<Schedule, RunError> {
        let plan = self.plan;
        let Some(priorities) = remaining(&graph(plan)) else {
            return Err(RunError::Plan(vec!["tasks of the plan need each other in a circle".to_owned()]));
        };
        let batches = batches_of(plan, &self.selected, self.settings.batches.as_ref());
        let by_id: BTreeMap<&str, usize> = plan.tasks.iter().enumerate().map(|(index, task)| (task.id.as_str(), index)).collect();
        let nodes = plan.tasks.iter().enumerate().map(|(index, task)| {
            let memory = &self.memories[index];
            // A value may come over tasks in between, which are done while the value is fetched again.
            let producers = gaps(task).into_iter().filter_map(|gap| match gap {
                Gap::Output { task, .. } => by_id.get(task.as_str()).copied().filter(|producer| *producer < index),
                Gap::Secret(_) => None,
            });
            Node {
                needs: task.needs.iter().copied().chain(producers).collect(),
                locks: task.locks.clone(),
                priority: priorities[index],
                host: task.host,
                batch: batches[index],
                on_failure: task.on_failure,
                done: !self.selected[index] || (memory.is_good() && !memory.refetch),
            }
        });
        let capacities: Vec<u32> = plan.locks.iter().map(|lock| lock.capacity).collect();
        let hosts = self.used_hosts();
        let max_failed_hosts = self.settings.max_fail.map(|limit| limit.of(hosts));
        let policy = Policy { fail_fast: self.settings.fail_fast, max_failed_hosts, max_failed_in_batches: max_failed_hosts.unwrap_or(0) };
        Ok(Schedule::new(nodes.collect(), &capacities, policy))
    }

    /// How many hosts have selected tasks.
    fn used_hosts(&self) -> usize {
        let used = |host: &usize| self.plan.tasks.iter().zip(&self.selected).any(|(task, on)| *on && task.host == *host);
        (0..self.plan.hosts.len()).filter(used).count()
    }

    fn slots(&self) -> Vec<HostSlot> {
        self.plan
            .hosts
            .iter()
            .zip(&self.targets)
            .map(|(host, target)| HostSlot::new(host.name.clone(), self.transport.host(target), target.sudo.clone()))
            .collect()
    }
}

fn pool(name: &'static str, threads: usize) -> Result<rayon::ThreadPool, RunError> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(move |index| format!("vnfpkg-{name}-{index}"))
        .build()
        .map_err(|error| RunError::Threads(error.to_string()))
}

fn lock(state: &StateDir, plan: &Plan, id: &RunId, options: &RunOptions) -> Result<InstanceLock, RunError> {
    let owner =
        LockOwner { instance: plan.instance.clone(), controller: options.controller.clone(), since: Timestamp::now(), run: id.clone() };
    state.lock(&owner)?.map_err(RunError::LockHeld)
}

/// Everything that later code takes for granted, all faults at once.
fn check_plan(plan: &Plan, targets: &[Target], secrets: &Secrets) -> Result<(), RunError> {
    let mut faults = Vec::new();
    if targets.len() != plan.hosts.len() {
        faults.push(format!("{} targets for {} hosts of the plan", targets.len(), plan.hosts.len()));
    }
    for (index, task) in plan.tasks.iter().enumerate() {
        check_task(plan, index, task, &mut faults);
        for gap in gaps(task) {
            if let Gap::Secret(name) = gap
                && secrets.get(&name).is_none()
            {
                let fault = format!("the value of secret `{name}` is missing");
                if !faults.contains(&fault) {
                    faults.push(fault);
                }
            }
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(RunError::Plan(faults)) }
}

fn check_task(plan: &Plan, index: usize, task: &Task, faults: &mut Vec<String>) {
    if task.host >= plan.hosts.len() {
        faults.push(format!("{} is on a host that the plan does not have", task.id));
    }
    if task.needs.iter().any(|need| *need >= index) {
        faults.push(format!("{} needs a task that does not come before it", task.id));
    }
    if task.locks.iter().any(|lock| *lock >= plan.locks.len()) || task.locks.windows(2).any(|pair| pair[0] >= pair[1]) {
        faults.push(format!("the locks of {} are not in the plan, or not in order", task.id));
    }
    if plan.tasks.iter().take(index).any(|other| other.id == task.id) {
        faults.push(format!("two tasks are called {}", task.id));
    }
}
