//! Every rule has a fixture that fails and one that passes.

use std::collections::BTreeSet;

use vnfpkg_diag::Severity;
use vnfpkg_lint::{rule, rules};

use crate::common::Found;
use crate::fixture::{Fixture, Outcome, all};

/// What is wrong with what was found; `None` when it is as it should be.
fn failure(fixture: &Fixture, outcome: &Outcome) -> Option<String> {
    let own = |code: &str| code == fixture.code;
    // Of hints only those of the rule itself count.
    let hits = outcome.hits.iter().filter(|hit| hit.severity > Severity::Info || own(&hit.found.0));
    let found: Vec<_> = hits.map(|hit| &hit.found).collect();
    let right = if fixture.is_bad() {
        // An entry that is added to an archive is not in the manifest either.
        let at = |found: &&Found| **found == outcome.expected || (fixture.is_anywhere() && own(&found.0));
        found.iter().any(at) && found.iter().all(|found| own(&found.0) || (!fixture.is_of_files() && found.0 == "MAN12"))
    } else {
        found.iter().all(|found| !own(&found.0)) && outcome.hits.iter().all(|hit| hit.severity < Severity::Error)
    };
    let wanted = if fixture.is_bad() { format!("{:?}", outcome.expected) } else { "nothing of this rule and no error".to_owned() };
    (!right).then(|| format!("{}/{}: expected {wanted}, found {found:?}", fixture.code, fixture.name))
}

#[test]
fn fixtures_fail_and_pass_as_they_should() {
    let mut failures = Vec::new();
    for fixture in all() {
        assert!(rule(&fixture.code).is_some(), "{}", fixture.code);
        failures.extend(failure(&fixture, &fixture.run(false)));
        if fixture.is_of_files() && fixture.code != "MAN12" {
            failures.extend(failure(&fixture, &fixture.run(true)).map(|failure| format!("as a folder: {failure}")));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_rule_has_a_bad_and_a_good_fixture() {
    let fixtures = all();
    let of = |bad: bool| -> BTreeSet<&str> {
        fixtures.iter().filter(|fixture| fixture.is_bad() == bad).map(|fixture| fixture.code.as_str()).collect()
    };
    let (bad, good) = (of(true), of(false));
    let lacking: Vec<String> = rules()
        .flat_map(|rule| {
            let without =
                |set: &BTreeSet<&str>, what: &str| (!set.contains(rule.code)).then(|| format!("{} has no {what} fixture", rule.code));
            [without(&bad, "bad"), without(&good, "good")]
        })
        .flatten()
        .collect();
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
    assert!(fixtures.iter().all(|fixture| fixture.is_bad() || fixture.name.starts_with("good_")));
}
