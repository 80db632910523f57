//! Tasks: every step on every host it runs on, rendered, with what it waits for.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::PlanInputs;
use super::context::{base_context, host_value};
use super::graph::paths_of;
use super::hosts::{Host, select};
use super::scope::StepScope;
use crate::deferred::{Deferred, Gap};
use crate::lifecycle::{LockScope, Step};
use crate::model::{Action, Lock, OutputDecl, PlanHost, Retry, Script, Task, Verify};
use crate::problem::{Problem, ProblemKind};

/// Where a step runs.
#[derive(Default)]
struct Placement {
    /// Hosts that `on` selects.
    selected: Vec<usize>,
    /// Host and item of every task; the item is `None` without `for_each`.
    runs: Vec<(usize, Option<usize>)>,
}

/// Makes the tasks of all steps, in the order given.
pub(super) fn draft(
    inputs: &PlanInputs<'_>,
    hosts: &[Host],
    input: &Value,
    order: &[usize],
    problems: &RefCell<Vec<Problem>>,
) -> (Vec<PlanHost>, Vec<Task>, Vec<Lock>) {
    let base = base_context(inputs, input, hosts);
    let placements: Vec<Placement> = inputs.operation.steps.iter().map(|step| place(inputs, hosts, &base, step, problems)).collect();
    let mut drafter = Drafter { inputs, hosts, base, placements, problems, tasks: Vec::new(), ids: BTreeMap::new(), locks: Vec::new() };
    drafter.add_exports();
    for at in order {
        drafter.add_step(*at);
    }
    (hosts.iter().map(|host| host.plan.clone()).collect(), drafter.tasks, drafter.locks)
}

fn place(inputs: &PlanInputs<'_>, hosts: &[Host], base: &Map<String, Value>, step: &Step, problems: &RefCell<Vec<Problem>>) -> Placement {
    let mut placement = Placement { selected: select(&step.on, hosts, &inputs.change), runs: Vec::new() };
    for at in &placement.selected {
        let mut context = base.clone();
        context.insert("host".into(), host_value(&hosts[*at]));
        let scope = StepScope::new(inputs, context.into(), problems);
        let wanted = step.when.as_ref().is_none_or(|when| scope.holds(when).unwrap_or(false));
        if !wanted {
            continue;
        }
        match &step.for_each {
            None => placement.runs.push((*at, None)),
            Some(list) => {
                let count = scope.items(list).map_or(0, |items| items.len());
                placement.runs.extend((0..count).map(|item| (*at, Some(item))));
            }
        }
    }
    placement
}

struct Drafter<'a> {
    inputs: &'a PlanInputs<'a>,
    hosts: &'a [Host],
    base: Map<String, Value>,
    placements: Vec<Placement>,
    problems: &'a RefCell<Vec<Problem>>,
    tasks: Vec<Task>,
    /// Tasks by step, host and item.
    ids: BTreeMap<(usize, usize, Option<usize>), usize>,
    locks: Vec<Lock>,
}

impl Drafter<'_> {
    /// Puts `steps` into the context: what is known of each step that runs at all.
    fn add_exports(&mut self) {
        let mut steps = Map::new();
        for (at, step) in self.inputs.operation.steps.iter().enumerate() {
            let mut known = match self.placements[at].runs.is_empty() {
                true => step.action.export_names().iter().map(|name| ((*name).to_owned(), Value::from(""))).collect(),
                false => step.action.exports(&StepScope::new(self.inputs, self.base.clone().into(), self.problems)),
            };
            known.insert("outputs".into(), json!({}));
            steps.insert(step.name.value.clone(), known.into());
        }
        self.base.insert("steps".into(), steps.into());
    }

    fn add_step(&mut self, at: usize) {
        for (host, item) in self.placements[at].runs.clone() {
            if self.is_ambiguous(at, host) {
                continue;
            }
            let context = self.task_context(host, item, &self.inputs.operation.steps[at]);
            let Some(task) = self.task(at, host, item, context) else { continue };
            self.ids.insert((at, host, item), self.tasks.len());
            self.tasks.push(task);
        }
    }

    /// Uses the step an output of another one that has several tasks, none of them on this host? Then no value is meant.
    fn is_ambiguous(&self, at: usize, host: usize) -> bool {
        let steps = &self.inputs.operation.steps;
        let mut found = false;
        for path in paths_of(&steps[at], self.inputs.engine) {
            let names = path.names();
            let Some(["steps", name, "outputs", ..]) = names.as_deref() else { continue };
            let Some(of) = steps.iter().position(|step| step.name.value == *name) else { continue };
            let runs = &self.placements[of].runs;
            if runs.len() < 2 || runs.iter().any(|(on, item)| *on == host && item.is_none()) {
                continue;
            }
            found = true;
            let on = &self.hosts[host].plan.name;
            let message = format!("`{}` is not one value on {on}: step `{name}` has {} tasks", path.dotted(), runs.len());
            let problem = Problem::at(ProblemKind::LifecycleSelection, path.span, message)
                .related(steps[of].on.span, format!("where `{name}` runs"))
                .help(format!("let `{name}` run on the first VNFC only, or on the same VNFCs as `{}`", steps[at].name.value));
            self.problems.borrow_mut().push(problem);
        }
        found
    }

    fn task_context(&self, host: usize, item: Option<usize>, step: &Step) -> Value {
        let mut context = self.base.clone();
        context.insert("host".into(), host_value(&self.hosts[host]));
        if let (Some(item), Some(list)) = (item, &step.for_each) {
            let pointer = format!("/{}/{item}", list.value.trim().replace('.', "/"));
            let value = Value::Object(self.base.clone()).pointer(&pointer).cloned();
            context.insert("item".into(), value.unwrap_or_default());
        }
        self.fill_outputs(&mut context, host);
        context.into()
    }

    /// Outputs of other steps as gaps: those of the same host, or of the only task that the step has.
    fn fill_outputs(&self, context: &mut Map<String, Value>, host: usize) {
        let Some(Value::Object(steps)) = context.get_mut("steps") else { return };
        for (at, step) in self.inputs.operation.steps.iter().enumerate() {
            let runs = &self.placements[at].runs;
            let own = runs.iter().find(|run| run.0 == host && run.1.is_none());
            let only = match runs.as_slice() {
                [only] => Some(only),
                _ => None,
            };
            let Some(run) = own.or(only) else { continue };
            let task = self.task_id(step, run.0, run.1);
            let outputs: Map<String, Value> = step
                .outputs
                .iter()
                .map(|output| {
                    let gap = Gap::Output { task: task.clone(), name: output.name.value.clone() };
                    (output.name.value.clone(), Deferred::mark(&gap).into())
                })
                .collect();
            if let Some(Value::Object(known)) = steps.get_mut(&step.name.value) {
                known.insert("outputs".into(), outputs.into());
            }
        }
    }

    fn task_id(&self, step: &Step, host: usize, item: Option<usize>) -> String {
        let item = item.map(|item| format!("[{item}]")).unwrap_or_default();
        format!("{}{item}@{}", step.name.value, self.hosts[host].plan.name)
    }

    fn task(&mut self, at: usize, host: usize, item: Option<usize>, context: Value) -> Option<Task> {
        let inputs = self.inputs;
        let step = &inputs.operation.steps[at];
        let scope = StepScope::new(inputs, context, self.problems);
        let action = step.action.compile(&scope);
        let probe = step.probe.as_ref().map(|probe| scope.script(probe));
        let verify = step.verify.as_ref().map(|verify| {
            let script = scope.script(&verify.template)?;
            Some(Verify { script, until_ms: verify.until_ms, every_ms: verify.every_ms })
        });
        let (action, probe, verify) = (action?, whole(probe)?, whole(verify)?);
        let mut needs = self.needs(at, host);
        needs.extend(self.output_needs(&action, probe.as_ref(), verify.as_ref(), step));
        Some(Task {
            id: self.task_id(step, host, item),
            step: step.name.value.clone(),
            title: step.title.clone(),
            host,
            needs: needs.into_iter().collect(),
            locks: self.locks_of(step, host),
            root: step.root,
            action,
            probe,
            verify,
            timeout_ms: step.timeout_ms,
            retry: Retry { times: step.retry.times, delay_ms: step.retry.delay_ms, backoff: step.retry.backoff },
            outputs: step.outputs.iter().map(|output| OutputDecl { name: output.name.value.clone(), secret: output.secret }).collect(),
            on_failure: step.on_failure,
        })
    }

    /// Tasks that a step waits for on a host: the needed step's own task there; all of its tasks when it does not run
    /// there; and where it is left out by `when`, what it would have waited for.
    fn needs(&self, at: usize, host: usize) -> BTreeSet<usize> {
        let steps = &self.inputs.operation.steps;
        let mut found = BTreeSet::new();
        let mut left: Vec<usize> = Vec::new();
        let mut seen = BTreeSet::new();
        let push = |of: usize, left: &mut Vec<usize>| {
            left.extend(steps[of].needs.iter().filter_map(|need| steps.iter().position(|step| step.name.value == need.value)));
        };
        push(at, &mut left);
        while let Some(needed) = left.pop() {
            if !seen.insert(needed) {
                continue;
            }
            let here: Vec<usize> = self.tasks_of(needed, Some(host));
            let anywhere = self.tasks_of(needed, None);
            let selected_here = self.placements[needed].selected.contains(&host);
            if !here.is_empty() {
                found.extend(here);
            } else if !selected_here && !anywhere.is_empty() {
                found.extend(anywhere);
            } else {
                push(needed, &mut left);
            }
        }
        found
    }

    fn tasks_of(&self, step: usize, host: Option<usize>) -> Vec<usize> {
        let matching = self.ids.iter().filter(|((of, on, _), _)| *of == step && host.is_none_or(|host| host == *on));
        matching.map(|(_, task)| *task).collect()
    }

    /// Tasks whose outputs the texts of a task use.
    fn output_needs(&self, action: &Action, probe: Option<&Script>, verify: Option<&Verify>, step: &Step) -> Vec<usize> {
        let text = match action {
            Action::Run { script } => Some(&script.text),
            Action::Check { check } => Some(&check.script.text),
            Action::Write { content, .. } => Some(content),
            Action::Upload { .. } | Action::Fetch { .. } => None,
        };
        let texts = text.into_iter().chain(probe.map(|probe| &probe.text)).chain(verify.map(|verify| &verify.script.text));
        let mut needs = Vec::new();
        for gap in texts.flat_map(Deferred::gaps) {
            let Gap::Output { task, .. } = &gap else { continue };
            match self.tasks.iter().position(|known| known.id == *task) {
                Some(index) => needs.push(index),
                None => {
                    let message = format!("step `{}` uses {gap}, which does not come before it", step.name.value);
                    self.problems.borrow_mut().push(Problem::at(ProblemKind::LifecycleReference, step.name.span, message));
                }
            }
        }
        needs
    }

    fn locks_of(&mut self, step: &Step, host: usize) -> Vec<usize> {
        let mut wanted = Vec::new();
        if let Some(lock) = &step.lock {
            let name = match lock.scope {
                LockScope::Run => lock.name.clone(),
                LockScope::Host => format!("{} on {}", lock.name, self.hosts[host].plan.name),
            };
            wanted.push(Lock { name, capacity: 1 });
        }
        if let Some(capacity) = step.max_parallel {
            wanted.push(Lock { name: format!("step {}", step.name.value), capacity });
        }
        let indexes: BTreeSet<usize> = wanted.into_iter().map(|lock| self.lock_index(lock)).collect();
        indexes.into_iter().collect()
    }

    fn lock_index(&mut self, lock: Lock) -> usize {
        match self.locks.iter().position(|known| known.name == lock.name) {
            Some(index) => index,
            None => {
                self.locks.push(lock);
                self.locks.len() - 1
            }
        }
    }
}

/// `None` when there was something to render and it failed.
#[allow(clippy::option_option, reason = "absent, failed and rendered are three cases")]
fn whole<T>(part: Option<Option<T>>) -> Option<Option<T>> {
    match part {
        None => Some(None),
        Some(rendered) => rendered.map(Some),
    }
}
