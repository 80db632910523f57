//! What a journal survives, and what it does not.

use jiff::Timestamp;

use super::*;
use crate::engine::RunSettings;
use crate::events::{Event, EventKind};
use crate::state::{Header, RunId};

fn event(seq: u64) -> Event {
    let kind = EventKind::HostLost { host: format!("h{seq}"), message: "gone".into() };
    Event { seq: Some(seq), time: Timestamp::UNIX_EPOCH, run: RunId::parse("r1").unwrap(), kind }
}

/// A journal with a header and three events, and its lines.
fn journal(dir: &std::path::Path) -> (PathBuf, Vec<String>) {
    let path = dir.join("journal.jsonl");
    let header = Header {
        format: FORMAT,
        run: RunId::parse("r1").unwrap(),
        created: Timestamp::UNIX_EPOCH,
        plan_sha256: String::new(),
        settings: RunSettings::default(),
    };
    let journal = Journal::create(&path, &header).unwrap();
    for _ in 0..3 {
        journal.append(event).unwrap();
    }
    let lines = std::fs::read_to_string(&path).unwrap().lines().map(|line| format!("{line}\n")).collect();
    (path, lines)
}

#[test]
fn what_was_written_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let (path, _) = journal(dir.path());
    let (header, events, whole) = read(&path).unwrap();
    assert_eq!((header.format, events), (FORMAT, vec![event(1), event(2), event(3)]));
    assert_eq!(whole, std::fs::metadata(&path).unwrap().len());
}

#[test]
fn a_torn_tail_is_cut_off_wherever_it_tore() {
    let dir = tempfile::tempdir().unwrap();
    let (path, lines) = journal(dir.path());
    let (good, last) = (lines[..3].concat(), &lines[3]);
    for length in 0..last.len() {
        std::fs::write(&path, format!("{good}{}", &last[..length])).unwrap();
        let (_, events, whole) = read(&path).unwrap();
        assert_eq!((events.len(), whole), (2, good.len() as u64), "torn at {length}");
        let journal = Journal::open(&path, 3, whole).unwrap();
        assert_eq!(journal.append(event).unwrap(), 3);
        assert_eq!(read(&path).unwrap().1.len(), 3);
    }
}

#[test]
fn damage_in_the_middle_is_named_with_its_line() {
    let dir = tempfile::tempdir().unwrap();
    let (path, lines) = journal(dir.path());
    let all = lines.concat();
    let changed = all.replacen("\"h2\"", "\"h9\"", 1);
    let swapped = [&lines[0], &lines[2], &lines[1], &lines[3]].map(String::as_str).concat();
    for (text, at) in [(changed, 3), (swapped, 2)] {
        std::fs::write(&path, text).unwrap();
        match read(&path) {
            Err(JournalError::Damaged { line, .. }) => assert_eq!(line, at),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_newer_format_is_refused_and_an_empty_journal_too() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("journal.jsonl");
    let record = "{\"format\":99}";
    std::fs::write(&path, format!("{{\"seq\":0,\"crc\":\"{}\",\"record\":{record}}}\n", checksum(0, record))).unwrap();
    assert!(matches!(read(&path), Err(JournalError::Newer { found: 99, .. })));
    std::fs::write(&path, "").unwrap();
    assert!(matches!(read(&path), Err(JournalError::Empty { .. })));
}

#[test]
fn threads_share_the_journal() {
    let dir = tempfile::tempdir().unwrap();
    let (path, _) = journal(dir.path());
    let journal = Journal::open(&path, 4, std::fs::metadata(&path).unwrap().len()).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let seq = journal.append(event).unwrap();
                    journal.sync(seq).unwrap();
                }
            });
        }
    });
    assert_eq!(read(&path).unwrap().1.len(), 3 + 160);
}
