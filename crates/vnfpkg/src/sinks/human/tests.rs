//! Whatever comes, it is shown without harm.

use std::collections::BTreeMap;

use proptest::prelude::*;
use vnfpkg_run::{Event, EventKind, Failure, HostFault, Phase, RunId, Sink, TaskResult};

use super::Human;
use super::bars::ROWS;
use crate::terminal::Terminal;

/// Names are few, so that events of the same task meet; texts are any.
fn kind() -> impl Strategy<Value = EventKind> {
    let task = || (0..12u8).prop_map(|n| format!("step@vdu-{n}"));
    let host = || (0..3u8).prop_map(|n| format!("vdu-{n}"));
    let text = || any::<String>();
    prop_oneof![
        (task(), host(), any::<u32>()).prop_map(|(task, host, attempt)| EventKind::TaskStarted {
            task,
            step: "step".to_owned(),
            host,
            attempt
        }),
        (task(), host(), text()).prop_map(|(task, host, line)| EventKind::TaskOutput {
            task,
            host,
            stream: vnfpkg_transport::Stream::Stdout,
            line
        }),
        (task(), host(), any::<u64>(), any::<u64>()).prop_map(|(task, host, bytes, total)| EventKind::UploadProgress {
            task,
            host,
            bytes,
            total
        }),
        (task(), host(), any::<u64>(), text()).prop_map(|(task, host, delay_ms, reason)| EventKind::TaskRetry {
            task,
            host,
            attempt: 1,
            delay_ms,
            reason,
            interrupted: false
        }),
        (task(), host(), result(), any::<u64>()).prop_map(|(task, host, result, duration_ms)| ended(task, host, result, duration_ms)),
        (host(), any::<u32>()).prop_map(|(host, tries)| EventKind::HostConnecting { host, tries }),
        (host(), text()).prop_map(|(host, message)| EventKind::HostLost { host, message }),
        (host(), text()).prop_map(|(host, message)| EventKind::HostFailed { host, kind: HostFault::Auth, message, help: None }),
        (task(), host(), text()).prop_map(|(task, host, diff)| EventKind::TaskDiff { task, host, path: diff.clone(), diff }),
    ]
}

fn result() -> impl Strategy<Value = TaskResult> {
    let failure = |(message, tail): (String, Vec<String>)| TaskResult::Failed {
        failure: Failure { phase: Phase::Run, exit: None, host: tail.is_empty(), message, help: tail.first().cloned(), tail },
    };
    prop_oneof![
        Just(TaskResult::Changed),
        Just(TaskResult::NotNeeded),
        any::<bool>().prop_map(|confirmed| TaskResult::Cancelled { confirmed }),
        any::<Vec<String>>().prop_map(|by| TaskResult::Blocked { by }),
        any::<String>().prop_map(|reason| TaskResult::Interrupted { reason }),
        (any::<String>(), proptest::collection::vec(any::<String>(), 0..3)).prop_map(failure),
    ]
}

fn ended(task: String, host: String, result: TaskResult, duration_ms: u64) -> EventKind {
    EventKind::TaskEnded { task, host, attempt: 1, result, duration_ms, outputs: BTreeMap::new() }
}

fn event(kind: EventKind) -> Event {
    let run: RunId = serde_json::from_value("20261126T071836-4e8601".into()).expect("an id");
    Event { seq: None, time: jiff::Timestamp::UNIX_EPOCH, run, kind }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Also those that no engine would send: ends without beginnings, beginnings twice, uploads that shrink.
    #[test]
    fn any_events_in_any_order_are_shown(kinds in proptest::collection::vec(kind(), 0..60)) {
        // What moves; the plain lines are the same texts, and would fill the output of the tests.
        let terminal = Terminal { color_out: false, color_err: true, live: true, width: 80 };
        let human = Human::new(&terminal);
        for kind in kinds {
            human.event(&event(kind));
            prop_assert!(human.bars.as_ref().is_some_and(|bars| bars.busy().0 <= ROWS));
        }
        for n in 0..12u8 {
            human.event(&event(ended(format!("step@vdu-{n}"), "vdu-0".to_owned(), TaskResult::Changed, 1)));
        }
        prop_assert_eq!(human.bars.as_ref().map(super::bars::Bars::busy), Some((0, 0)));
        human.close();
    }
}
