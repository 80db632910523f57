//! Every function over damaged seeds, for a bounded number of cases. `PROPTEST_CASES` makes it more.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use vnfpkg_fuzz::TARGETS;

/// Pieces of text that mean something to one of the readers.
const PIECES: [&str; 32] = [
    "\n",
    "\r\n",
    "\n\n",
    ": ",
    ":",
    "- ",
    "\t",
    "'",
    "\"",
    "{",
    "}",
    "[",
    "]",
    "&a ",
    "*a",
    "<<: ",
    "!!binary ",
    "{{ ",
    " }}",
    "{% if ",
    " %}",
    "|raw",
    "../",
    "/",
    "# ",
    "\u{feff}",
    "\0",
    "9999999999999999999",
    "-1",
    "-----BEGIN CMS-----\n",
    "[ 0, UNBOUNDED ]",
    "\u{1b}[0m",
];

/// One damage: where, as a share of the length, what is taken away, and what is put there.
#[derive(Debug, Clone)]
struct Damage {
    at: f64,
    taken: usize,
    put: Vec<u8>,
    copy: bool,
}

fn damage() -> impl Strategy<Value = Damage> {
    let put = prop_oneof![
        (0..PIECES.len()).prop_map(|piece| PIECES[piece].as_bytes().to_vec()),
        proptest::collection::vec(any::<u8>(), 0..8),
        Just(Vec::new()),
    ];
    (0.0..1.0, prop_oneof![0_usize..4, 0_usize..200], put, any::<bool>()).prop_map(|(at, taken, put, copy)| Damage { at, taken, put, copy })
}

impl Damage {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    fn apply(&self, bytes: &mut Vec<u8>) {
        let at = ((bytes.len() as f64) * self.at) as usize;
        let end = (at + self.taken).min(bytes.len());
        let removed: Vec<u8> = bytes.splice(at..end, self.put.iter().copied()).collect();
        if self.copy {
            bytes.extend(removed);
        }
    }
}

#[test]
fn no_damage_makes_a_reader_panic() {
    for target in &TARGETS {
        let seed = (target.seed)();
        assert!(!seed.is_empty(), "{}", target.name);
        (target.run)(&seed);
        let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(64);
        let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
        let result = runner.run(&proptest::collection::vec(damage(), 1..8), |damages| {
            let mut bytes = seed.clone();
            damages.iter().for_each(|damage| damage.apply(&mut bytes));
            (target.run)(&bytes);
            Ok(())
        });
        assert!(result.is_ok(), "{}: {result:?}", target.name);
    }
}

#[test]
fn no_bytes_make_a_reader_panic() {
    let mut runner = TestRunner::new(Config { cases: 32, failure_persistence: None, ..Config::default() });
    let result = runner.run(&proptest::collection::vec(any::<u8>(), 0..400), |bytes| {
        TARGETS.iter().for_each(|target| (target.run)(&bytes));
        Ok(())
    });
    assert!(result.is_ok(), "{result:?}");
}
