//! Properties of the scheduler over random graphs, limits and mishaps.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseResult, TestRunner};

use super::*;

#[derive(Debug, Clone)]
struct Case {
    nodes: Vec<Node>,
    capacities: Vec<u32>,
    policy: Policy,
    parallel: usize,
    /// What happens next, over and over: which running task, and what becomes of it.
    script: Vec<(usize, u8)>,
    cancel_at: Option<usize>,
}

fn cases() -> impl Strategy<Value = Case> {
    let node = (
        proptest::collection::vec(any::<prop::sample::Index>(), 0..4),
        proptest::collection::btree_set(0usize..3, 0..3),
        0u64..4,
        0usize..4,
        0usize..3,
        0u8..20,
    );
    (
        proptest::collection::vec(node, 1..25),
        proptest::collection::vec(1u32..4, 3),
        (any::<bool>(), proptest::option::of(0usize..3), 0usize..3),
        1usize..6,
        proptest::collection::vec((any::<usize>(), 0u8..12), 1..40),
        proptest::option::weighted(0.2, 0usize..30),
    )
        .prop_map(|(raw, capacities, (fail_fast, max_failed_hosts, max_failed_in_batches), parallel, script, cancel_at)| {
            let mut nodes: Vec<Node> = Vec::new();
            for (index, (needs, locks, priority, host, batch, kind)) in raw.into_iter().enumerate() {
                let needs: Vec<usize> = if index == 0 { Vec::new() } else { needs.iter().map(|need| need.index(index)).collect() };
                nodes.push(Node {
                    needs,
                    locks: locks.into_iter().collect(),
                    priority,
                    host,
                    batch,
                    on_failure: kind == 0,
                    done: kind == 1,
                });
            }
            // Batches never wait for later ones, as `batches_of` makes them.
            for index in (0..nodes.len()).rev() {
                for need in nodes[index].needs.clone() {
                    nodes[need].batch = nodes[need].batch.min(nodes[index].batch);
                }
            }
            let policy = Policy { fail_fast: fail_fast && parallel == 1, max_failed_hosts, max_failed_in_batches };
            Case { nodes, capacities, policy, parallel, script, cancel_at }
        })
}

/// Plays a case to its end and checks every promise on the way.
fn play(case: &Case, broken: bool) -> TestCaseResult {
    let mut schedule = Schedule::new(case.nodes.clone(), &case.capacities, case.policy);
    if broken {
        schedule.ignore_needs = true;
        schedule.fill_ready();
    }
    let mut running: Vec<usize> = Vec::new();
    let mut delayed: Vec<usize> = Vec::new();
    let mut ended = vec![None; case.nodes.len()];
    let mut settled = BTreeMap::new();
    let mut delays_left = 30;
    let mut cancelled = false;
    let mut script = case.script.iter().cycle();
    let mut steps = 0;
    loop {
        steps += 1;
        prop_assert!(steps < 2000, "the run does not end");
        while running.len() < case.parallel {
            let Some(index) = schedule.take() else { break };
            prop_assert!(!cancelled, "started {index} after the cancel");
            prop_assert!(ended[index].is_none() && !running.contains(&index), "started {index} twice");
            prop_assert!(!case.nodes[index].done && !settled.contains_key(&index));
            for need in &case.nodes[index].needs {
                let node = &case.nodes[*need];
                if node.on_failure == case.nodes[index].on_failure {
                    prop_assert!(node.done || ended[*need] == Some(End::Good), "started {index} before {need}");
                }
            }
            running.push(index);
            for (lock, capacity) in case.capacities.iter().enumerate() {
                let holders = running.iter().filter(|task| case.nodes[**task].locks.contains(&lock)).count();
                prop_assert!(holders <= *capacity as usize, "lock {lock} is held {holders} times");
            }
        }
        settled.extend(schedule.settled());
        if schedule.is_finished() {
            break;
        }
        prop_assert!(!running.is_empty() || !delayed.is_empty(), "nothing runs and the run is not finished");
        let (pick, what) = script.next().copied().unwrap_or_default();
        if case.cancel_at == Some(steps) {
            schedule.cancel();
            cancelled = true;
            delayed.clear();
            continue;
        }
        if running.is_empty() || (what == 0 && !delayed.is_empty()) {
            schedule.wake(delayed.remove(pick % delayed.len()));
            continue;
        }
        let index = running.remove(pick % running.len());
        match what {
            1 if delays_left > 0 => {
                delays_left -= 1;
                schedule.delay(index);
                settled.extend(schedule.settled());
                if !settled.contains_key(&index) {
                    delayed.push(index);
                }
            }
            2 => {
                ended[index] = Some(End::Bad);
                schedule.finish(index, End::Bad);
            }
            _ => {
                let end = if cancelled { End::Cancelled } else { End::Good };
                ended[index] = Some(end);
                schedule.finish(index, end);
            }
        }
        settled.extend(schedule.settled());
        delayed.retain(|index| !settled.contains_key(index));
    }
    prop_assert!(running.is_empty() && delayed.is_empty(), "finished while something runs");
    for (index, node) in case.nodes.iter().enumerate() {
        let fates = usize::from(node.done) + usize::from(ended[index].is_some()) + usize::from(settled.contains_key(&index));
        prop_assert_eq!(fates, 1, "task {} has {} fates", index, fates);
        if let Some(Settled::Blocked(roots)) = settled.get(&index) {
            prop_assert!(!roots.is_empty() && roots.iter().all(|root| ended[*root] == Some(End::Bad)));
        }
    }
    Ok(())
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() })
}

#[test]
fn every_promise_holds_in_ten_thousand_runs() {
    runner(10_000).run(&cases(), |case| play(&case, false)).unwrap();
}

#[test]
fn the_properties_notice_a_broken_order() {
    let error = runner(1_000).run(&cases(), |case| play(&case, true)).unwrap_err();
    assert!(error.to_string().contains("before") || error.to_string().contains("fates"), "{error}");
}

fn chain(length: usize) -> Vec<Node> {
    (0..length).map(|index| Node { needs: index.checked_sub(1).into_iter().collect(), ..Node::default() }).collect()
}

#[test]
fn a_failure_blocks_its_dependents_and_names_the_root() {
    let mut nodes = chain(3);
    nodes.push(Node::default());
    let mut schedule = Schedule::new(nodes, &[], Policy::default());
    assert_eq!(schedule.take(), Some(0));
    schedule.finish(0, End::Bad);
    let settled = schedule.settled();
    assert_eq!(settled.into_iter().collect::<Vec<_>>(), [(1, Settled::Blocked(vec![0])), (2, Settled::Blocked(vec![0]))]);
    assert_eq!(schedule.take(), Some(3));
}

#[test]
fn longest_chain_first_then_by_index() {
    let nodes = [1, 3, 3].map(|priority| Node { priority, ..Node::default() }).to_vec();
    let mut schedule = Schedule::new(nodes, &[], Policy::default());
    assert_eq!([schedule.take(), schedule.take(), schedule.take()], [Some(1), Some(2), Some(0)]);
}

#[test]
fn failure_hooks_run_after_a_failure_only() {
    let mut nodes = chain(2);
    nodes[1] = Node { on_failure: true, needs: vec![0], ..Node::default() };
    let mut good = Schedule::new(nodes.clone(), &[], Policy::default());
    good.take();
    good.finish(0, End::Good);
    assert_eq!(good.settled()[&1], Settled::NotNeeded);
    assert!(good.is_finished());
    let mut bad = Schedule::new(nodes, &[], Policy::default());
    bad.take();
    bad.finish(0, End::Bad);
    assert_eq!(bad.take(), Some(1));
}

#[test]
fn a_failed_canary_stops_the_rest() {
    let nodes = (0..3).map(|host| Node { host, batch: host.min(1), ..Node::default() }).collect();
    let mut schedule = Schedule::new(nodes, &[], Policy::default());
    assert_eq!(schedule.take(), Some(0));
    assert_eq!(schedule.take(), None);
    schedule.finish(0, End::Bad);
    assert!(schedule.is_finished());
    assert_eq!(schedule.settled().len(), 2);
}
