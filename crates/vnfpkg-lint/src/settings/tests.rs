//! The `[validate]` table: what it may hold, and that every fault in it is found at its place.

use vnfpkg_diag::{Severity, Sources};

use super::{Level, Settings, read};
use crate::edition::{Sol001, Sol004};
use crate::target::Target;

fn faults(text: &str) -> Vec<String> {
    let mut sources = Sources::new();
    let source = sources.add("vnfpkg.toml", text);
    let (_, findings) = read(source, text);
    let line = |finding: &vnfpkg_diag::Finding| match finding.primary.place {
        vnfpkg_diag::Place::Span(span) => sources.line_col(span).line,
        _ => 0,
    };
    findings.iter().map(|finding| format!("{}: {} ({})", line(finding), finding.message, finding.help.as_deref().unwrap_or(""))).collect()
}

#[test]
fn everything_can_be_said() {
    let text = "[run]\nparallel = 4\n\n[validate]\nstrict = true\nfail-on = 'never'\nsol004 = '2.5.1'\nsol001 = '3.3.1'\ntargets = 'tacker'\n\
        trust = ['a.pem', 'b.pem']\nbaseline = 'known.json'\n[validate.severity]\nMET06 = 'off'\nman12 = 'warning'\n\
        [[validate.allow]]\ncode = 'entry-definitions'\nreason = 'x'\n";
    let (settings, findings) = read(Sources::new().add("vnfpkg.toml", text), text);
    assert_eq!(findings, []);
    let Settings { strict, fail_on, sol004, sol001, targets, trust, baseline, severities, allows } = settings;
    assert_eq!((strict, fail_on, sol004, sol001), (Some(true), Some(None), Some(Sol004::V2_5_1), Some(Sol001::V3_3_1)));
    assert_eq!((targets, trust.len(), baseline.as_deref()), (vec![Target::Tacker], 2, Some("known.json")));
    assert_eq!(severities, [("MET06", Level::Off), ("MAN12", Level::As(Severity::Warning))]);
    assert_eq!((allows.len(), allows[0].code), (1, "MET07"));
}

#[test]
fn every_fault_is_found_at_once() {
    let text = "[validate]\nstrict = 1\nstirct = true\nsol004 = '1'\ntargets = ['tackr']\ntrust = [1]\n\
        [validate.severity]\nMET99 = 'error'\nMET06 = 'fatal'\n\
        [[validate.allow]]\ncode = 'MET06'\n\
        [[validate.allow]]\nreason = 'x'\npath = '*['\n";
    let found = faults(text);
    let expected = [
        "2: `strict` is neither true nor false (write `true` or `false`)",
        "3: `validate` has no key `stirct` (did you mean `strict`?)",
        "4: `sol004` cannot be `1`",
        "5: `targets` cannot be `tackr` (there are tacker, onap)",
        "6: `trust` is no list of strings",
        "8: there is no rule `MET99` (did you mean `MET09`?)",
        "9: `severity` cannot be `fatal` (there are off, info, warning, error)",
        "10: a finding is accepted without a reason (add `reason = \"...\"`)",
        "12: `allow` names no rule",
        "14: this is no pattern",
    ];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(found.starts_with(expected), "{found} is not {expected}");
    }
}

#[test]
fn what_is_no_toml_is_one_fault_with_its_line() {
    let found = faults("[validate]\nstrict = \n");
    assert!(found.len() == 1 && found[0].starts_with("2: this is no TOML"), "{found:?}");
    assert_eq!(faults("validate = 1\n").len(), 1);
    assert_eq!(faults(""), [] as [&str; 0]);
}
