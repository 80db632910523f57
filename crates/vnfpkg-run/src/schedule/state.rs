//! The scheduler as a state machine: it is told what happened and says what to start.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// A task as the scheduler sees it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Node {
    /// Tasks that must have ended well before.
    pub needs: Vec<usize>,
    /// Locks it holds while it runs.
    pub locks: Vec<usize>,
    /// Larger goes first; equal goes by index.
    pub priority: u64,
    /// Its host.
    pub host: usize,
    /// Its batch.
    pub batch: usize,
    /// Runs only after a failure, when the other tasks are through.
    pub on_failure: bool,
    /// Not asked for, or ended well in an earlier life of the run.
    pub done: bool,
}

/// When to stop starting tasks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Policy {
    /// At the first failure.
    pub fail_fast: bool,
    /// When more hosts than this have failed.
    pub max_failed_hosts: Option<usize>,
    /// When more hosts than this have failed at the end of a batch.
    pub max_failed_in_batches: usize,
}

/// How a started task ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Well.
    Good,
    /// Not well.
    Bad,
    /// Stopped on request; others do not count it as a failure.
    Cancelled,
}

/// What became of a task that was never started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// Others did not end well: the root causes.
    Blocked(Vec<usize>),
    /// No failure, so its failure hook is not needed.
    NotNeeded,
    /// The run was cancelled.
    Cancelled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Delayed,
    Running,
    Good,
    Bad,
    Unstarted,
}

/// Every task of a run and what is known about it.
#[derive(Debug)]
pub struct Schedule {
    nodes: Vec<Node>,
    states: Vec<State>,
    /// How many needs have not ended well yet.
    open_needs: Vec<usize>,
    dependents: Vec<Vec<usize>>,
    ready: BTreeSet<(Reverse<u64>, usize)>,
    free: Vec<u32>,
    policy: Policy,
    batch: usize,
    roots: Vec<usize>,
    failed_hosts: BTreeSet<usize>,
    stopped: bool,
    cancelled: bool,
    /// The failure hooks' turn has come.
    hooks: bool,
    settled: BTreeMap<usize, Settled>,
    open: usize,
    #[cfg(test)]
    ignore_needs: bool,
}

impl Schedule {
    /// A schedule before anything ran. `capacities` has one entry per lock. Needs of a failure hook count only when they
    /// are failure hooks themselves. Nodes must not need each other in a circle.
    pub fn new(nodes: Vec<Node>, capacities: &[u32], policy: Policy) -> Self {
        let mut dependents = vec![Vec::new(); nodes.len()];
        let mut open_needs = vec![0; nodes.len()];
        for (index, node) in nodes.iter().enumerate() {
            let needs: BTreeSet<usize> = node.needs.iter().copied().collect();
            for need in needs {
                if !nodes[need].done && nodes[need].on_failure == node.on_failure {
                    dependents[need].push(index);
                    open_needs[index] += 1;
                }
            }
        }
        let states: Vec<State> = nodes.iter().map(|node| if node.done { State::Good } else { State::Waiting }).collect();
        let open = states.iter().filter(|state| **state == State::Waiting).count();
        let mut schedule = Self {
            states,
            open_needs,
            dependents,
            ready: BTreeSet::new(),
            free: capacities.iter().map(|capacity| (*capacity).max(1)).collect(),
            policy,
            batch: 0,
            roots: Vec::new(),
            failed_hosts: BTreeSet::new(),
            stopped: false,
            cancelled: false,
            hooks: false,
            settled: BTreeMap::new(),
            open,
            nodes,
            #[cfg(test)]
            ignore_needs: false,
        };
        schedule.fill_ready();
        schedule.advance();
        schedule
    }

    /// Starts the most urgent task that may start now.
    pub fn take(&mut self) -> Option<usize> {
        let found = self.ready.iter().copied().find(|(_, index)| {
            let node = &self.nodes[*index];
            (self.hooks || node.batch <= self.batch) && node.locks.iter().all(|lock| self.free[*lock] > 0)
        })?;
        self.ready.remove(&found);
        let index = found.1;
        for lock in &self.nodes[index].locks {
            self.free[*lock] -= 1;
        }
        self.states[index] = State::Running;
        Some(index)
    }

    /// A running task ended.
    pub fn finish(&mut self, index: usize, end: End) {
        self.release(index);
        self.open -= 1;
        match end {
            End::Good => {
                self.states[index] = State::Good;
                for next in self.dependents[index].clone() {
                    self.open_needs[next] -= 1;
                    self.enqueue(next);
                }
            }
            End::Bad => {
                self.states[index] = State::Bad;
                self.roots.push(index);
                self.failed_hosts.insert(self.nodes[index].host);
                self.block_dependents(index);
                let failed = self.failed_hosts.len();
                if self.policy.fail_fast || self.policy.max_failed_hosts.is_some_and(|limit| failed > limit) {
                    self.stop();
                }
            }
            End::Cancelled => {
                self.states[index] = State::Unstarted;
                self.cancel();
            }
        }
        self.advance();
    }

    /// A running task waits for another attempt; its locks are free meanwhile.
    pub fn delay(&mut self, index: usize) {
        self.release(index);
        self.states[index] = State::Delayed;
        if self.cancelled {
            self.settle(index, Settled::Cancelled);
        } else if self.stopped && !self.hooks {
            let roots = self.roots.clone();
            self.settle(index, Settled::Blocked(roots));
        }
        self.advance();
    }

    /// The pause of a delayed task is over.
    pub fn wake(&mut self, index: usize) {
        if self.states[index] == State::Delayed {
            self.states[index] = State::Waiting;
            self.enqueue(index);
        }
    }

    /// Starts nothing more; what runs has to be ended by the caller.
    pub fn cancel(&mut self) {
        if self.cancelled {
            return;
        }
        self.cancelled = true;
        self.settle_all(|_| true, &Settled::Cancelled);
        self.advance();
    }

    /// Nothing runs and nothing will.
    pub fn is_finished(&self) -> bool {
        self.open == 0
    }

    /// Did a task end badly?
    pub fn has_failed(&self) -> bool {
        !self.roots.is_empty()
    }

    /// Tasks that will not start, since the last call.
    pub fn settled(&mut self) -> BTreeMap<usize, Settled> {
        std::mem::take(&mut self.settled)
    }

    fn release(&mut self, index: usize) {
        debug_assert_eq!(self.states[index], State::Running);
        for lock in &self.nodes[index].locks {
            self.free[*lock] += 1;
        }
    }

    fn enqueue(&mut self, index: usize) {
        let node = &self.nodes[index];
        let free = self.open_needs[index] == 0;
        #[cfg(test)]
        let free = free || self.ignore_needs;
        if self.states[index] == State::Waiting && free && node.on_failure == self.hooks {
            self.ready.insert((Reverse(node.priority), index));
        }
    }

    fn fill_ready(&mut self) {
        for index in 0..self.nodes.len() {
            self.enqueue(index);
        }
    }

    fn block_dependents(&mut self, root: usize) {
        let mut stack = self.dependents[root].clone();
        while let Some(index) = stack.pop() {
            if self.states[index] == State::Waiting {
                self.settle(index, Settled::Blocked(vec![root]));
                stack.extend(&self.dependents[index]);
            } else if let Some(Settled::Blocked(roots)) = self.settled.get_mut(&index)
                && !roots.contains(&root)
            {
                roots.push(root);
                stack.extend(&self.dependents[index]);
            }
        }
    }

    fn stop(&mut self) {
        if !self.hooks && !self.stopped {
            self.stopped = true;
            let roots = Settled::Blocked(self.roots.clone());
            self.settle_all(|node| !node.on_failure, &roots);
        }
    }

    fn settle_all(&mut self, which: impl Fn(&Node) -> bool, how: &Settled) {
        for index in 0..self.nodes.len() {
            if matches!(self.states[index], State::Waiting | State::Delayed) && which(&self.nodes[index]) {
                self.settle(index, how.clone());
            }
        }
    }

    fn settle(&mut self, index: usize, how: Settled) {
        self.states[index] = State::Unstarted;
        self.ready.remove(&(Reverse(self.nodes[index].priority), index));
        self.settled.insert(index, how);
        self.open -= 1;
    }

    /// Moves on to the next batch, and to the failure hooks, when their turn has come.
    fn advance(&mut self) {
        while !self.hooks {
            let open = |which: &dyn Fn(&Node) -> bool| {
                self.nodes.iter().zip(&self.states).any(|(node, state)| {
                    matches!(state, State::Waiting | State::Delayed | State::Running) && !node.on_failure && which(node)
                })
            };
            if open(&|node| node.batch <= self.batch) {
                return;
            }
            if !open(&|_| true) {
                break;
            }
            if self.failed_hosts.len() > self.policy.max_failed_in_batches {
                self.stop();
            }
            self.batch += 1;
        }
        if self.hooks {
            return;
        }
        if self.roots.is_empty() && !self.cancelled {
            self.settle_all(|node| node.on_failure, &Settled::NotNeeded);
        }
        self.hooks = true;
        self.fill_ready();
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
