use jiff::Timestamp;
use vnfpkg_plan::Plan;
use vnfpkg_run::{Event, EventKind, Outcome, TaskResult};

use super::{BarKind, Log, Timeline, page};

const HOSTILE: &str = "</script><img src=x onerror=alert(1)>{{DATA}}";

/// Two hosts; `b` needs `a` on the first host and waits half a second more.
fn plan() -> Plan {
    let host = |name: &str| {
        serde_json::json!({ "name": name, "id": "", "vdu": "V", "address": "local", "port": 22, "user": null,
        "password": null, "keys": [], "host_key_fingerprints": [], "jump": [], "sudo": "auto" })
    };
    let task = |id: &str, host: usize, needs: &[usize]| {
        serde_json::json!({ "id": id, "step": "s", "title": "", "host": host, "needs": needs,
        "locks": [], "root": false, "action": { "kind": "upload", "from": "f", "to": "t", "mode": 420, "size": 2_097_152 }, "probe": null,
        "verify": null, "timeout_ms": 1000, "retry": { "times": 1, "delay_ms": 100, "backoff": 1.0 }, "outputs": [], "on_failure": false })
    };
    let plan = serde_json::json!({ "format": 1, "package": { "path": "", "descriptor_id": "", "flavour": "", "product": HOSTILE },
        "operation": "instantiate_end", "instance": "vnf", "hosts": [host("one"), host("two")],
        "tasks": [task("a@one", 0, &[]), task("b@one", 0, &[0]), task("a@two", 1, &[])], "locks": [], "secrets": [], "inputs": [] });
    serde_json::from_value(plan).expect("a plan")
}

fn event(ms: i64, kind: EventKind) -> Event {
    let time = Timestamp::from_millisecond(1_700_000_000_000 + ms).expect("a time");
    Event { seq: None, time, run: serde_json::from_value("20261126T000000-aaaaaa".into()).expect("an id"), kind }
}

fn started(task: &str, host: &str, attempt: u32) -> EventKind {
    EventKind::TaskStarted { task: task.into(), step: "s".into(), host: host.into(), attempt }
}

fn ended(task: &str, host: &str, attempt: u32) -> EventKind {
    let outputs = std::collections::BTreeMap::new();
    EventKind::TaskEnded { task: task.into(), host: host.into(), attempt, result: TaskResult::Changed, duration_ms: 1000, outputs }
}

fn events() -> Vec<Event> {
    let retry = EventKind::TaskRetry {
        task: "a@two".into(),
        host: "two".into(),
        attempt: 1,
        delay_ms: 100,
        reason: HOSTILE.into(),
        interrupted: false,
    };
    vec![
        event(0, EventKind::HostConnecting { host: "one".into(), tries: 1 }),
        event(30, EventKind::HostConnected { host: "one".into() }),
        event(40, started("a@one", "one", 1)),
        event(50, started("a@two", "two", 1)),
        event(500, retry),
        event(600, started("a@two", "two", 2)),
        event(1040, ended("a@one", "one", 1)),
        event(1540, started("b@one", "one", 1)),
        event(1700, EventKind::HostLost { host: "two".into(), message: "gone".into() }),
        event(2540, ended("b@one", "one", 1)),
        event(2600, EventKind::RunEnded { outcome: Outcome::Failed, message: "failed".into(), duration_ms: 2600 }),
    ]
}

#[test]
fn waits_attempts_and_pauses_are_bars() {
    let timeline = Timeline::of_run(&plan(), &events());
    let bars = |lane: usize| -> Vec<_> {
        timeline.lanes[lane].bars.iter().map(|bar| (bar.kind, bar.label.as_str(), bar.attempt, bar.from_ms, bar.to_ms)).collect()
    };
    assert_eq!(
        bars(0),
        [
            (BarKind::Connect, "connect", 0, 0, 30),
            (BarKind::Attempt, "a", 1, 40, 1040),
            (BarKind::Wait, "b", 0, 1040, 1540),
            (BarKind::Attempt, "b", 1, 1540, 2540),
        ]
    );
    // The second attempt was under way when the run ended.
    assert_eq!(bars(1), [(BarKind::Attempt, "a", 1, 50, 500), (BarKind::Pause, "a", 1, 500, 600), (BarKind::Attempt, "a", 2, 600, 2600)]);
    assert_eq!(timeline.lanes[1].bars[2].outcome, "interrupted");
    assert_eq!(timeline.lanes[1].moments[0].text, "connection lost: gone");
    assert_eq!(timeline.lanes[0].bars[1].bytes, Some(2_097_152));
    assert_eq!(timeline.critical, ["a@one", "b@one"]);
    assert!(!timeline.good);
}

#[test]
fn what_runs_at_once_is_drawn_in_rows() {
    let mut list = events();
    list.insert(4, event(60, started("b@one", "one", 1)));
    let timeline = Timeline::of_run(&plan(), &list);
    let lane = &timeline.lanes[0];
    for (at, bar) in lane.bars.iter().enumerate() {
        let crossing = |other: &super::Bar| other.row == bar.row && other.from_ms < bar.to_ms && bar.from_ms < other.to_ms;
        assert!(!lane.bars[at + 1..].iter().any(crossing), "{bar:?}");
    }
}

#[test]
fn no_text_of_a_host_becomes_part_of_the_page() {
    let log = Log { task: "a@two".into(), attempt: 1, stream: "out".into(), text: HOSTILE.into(), cut: false };
    let page = page(&Timeline::of_run(&plan(), &events()), "<svg></svg>", &[log]);
    assert_eq!(page.matches("</script>").count(), 2, "the two scripts of the page and no other end");
    assert!(!page.contains("<img"));
    assert_eq!(page.matches("DATA").count(), 3, "product, reason and log hold the word; nothing was filled into them");
    let data = page.split_once("type=\"application/json\">").and_then(|(_, rest)| rest.split_once("</script>")).expect("data").0;
    let data: serde_json::Value = serde_json::from_str(data).expect("JSON");
    assert_eq!(data["logs"][0]["text"], HOSTILE);
}
