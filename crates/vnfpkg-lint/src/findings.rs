//! Findings as they come: of each rule so many in full, of the rest how many. A package with more is broken as a whole, or hostile, and
//! must not fill the memory with what nobody reads.

use std::collections::BTreeMap;

use vnfpkg_diag::{Finding, Location, Place, Severity, Sources, Span, sort_findings};

/// Findings of one rule that are kept in full.
pub(crate) const PER_RULE: usize = 500;

/// Findings of any number of rules, bounded per rule.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    list: Vec<Finding>,
    tallies: BTreeMap<&'static str, Tally>,
    /// Where the findings are that are counted only.
    places: Vec<Span>,
}

/// What came of one rule.
#[derive(Debug, Default)]
struct Tally {
    listed: usize,
    /// Those that are counted only, by severity.
    more: BTreeMap<Severity, usize>,
}

impl Findings {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Adds a finding: in full while its rule has few, else to the count of the others.
    pub(crate) fn push(&mut self, finding: Finding) {
        let tally = self.tallies.entry(finding.code).or_default();
        if tally.listed < PER_RULE && finding.stands_for == 1 {
            tally.listed += 1;
            self.list.push(finding);
            return;
        }
        *tally.more.entry(finding.severity).or_default() += finding.stands_for;
        if let Place::Span(span) = finding.primary.place {
            self.places.push(span);
        }
    }

    /// Adds what others collected.
    pub(crate) fn append(&mut self, others: Self) {
        for (code, tally) in others.tallies {
            let more = &mut self.tallies.entry(code).or_default().more;
            tally.more.into_iter().for_each(|(severity, count)| *more.entry(severity).or_default() += count);
        }
        self.places.extend(others.places);
        self.extend(others.list);
    }

    /// Those that are kept in full.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.list.iter()
    }

    /// The ranges of text of all of them, in no order.
    pub(crate) fn spans(&self) -> impl Iterator<Item = Span> {
        let listed = self.list.iter().filter_map(|finding| match finding.primary.place {
            Place::Span(span) => Some(span),
            Place::File(_) | Place::Package => None,
        });
        listed.chain(self.places.iter().copied())
    }

    /// Those that are kept in full, to be changed.
    pub(crate) fn list_mut(&mut self) -> &mut Vec<Finding> {
        &mut self.list
    }

    /// Changes the severity of every finding as `judge` says; `None` drops it.
    pub(crate) fn judge(&mut self, judge: impl Fn(&'static str, Severity) -> Option<Severity>) {
        let judged = std::mem::take(&mut self.list).into_iter().filter_map(|finding| {
            let severity = judge(finding.code, finding.severity)?;
            Some(finding.severity(severity))
        });
        self.list = judged.collect();
        for (code, tally) in &mut self.tallies {
            let mut more = BTreeMap::new();
            for (severity, count) in std::mem::take(&mut tally.more) {
                if let Some(severity) = judge(code, severity) {
                    *more.entry(severity).or_default() += count;
                }
            }
            tally.more = more;
        }
    }

    /// All findings in the order in which people read them; behind them, for each rule and severity, one that stands for the others.
    pub(crate) fn sorted(self, sources: &Sources) -> Vec<Finding> {
        let mut findings = self.list;
        sort_findings(&mut findings, sources);
        for (code, tally) in self.tallies {
            findings.extend(tally.more.into_iter().map(|(severity, count)| stand_in(code, severity, count)));
        }
        findings
    }
}

fn stand_in(code: &'static str, severity: Severity, count: usize) -> Finding {
    let plural = if count == 1 { "finding" } else { "findings" };
    Finding {
        code,
        severity,
        message: format!("{count} more {plural} of this rule are not listed"),
        primary: Location { place: Place::Package, label: String::new() },
        related: Vec::new(),
        help: None,
        fix: None,
        clause: None,
        stands_for: count,
        doubts: None,
    }
}

impl Extend<Finding> for Findings {
    fn extend<I: IntoIterator<Item = Finding>>(&mut self, findings: I) {
        findings.into_iter().for_each(|finding| self.push(finding));
    }
}

impl FromIterator<Finding> for Findings {
    fn from_iter<I: IntoIterator<Item = Finding>>(findings: I) -> Self {
        let mut collected = Self::new();
        collected.extend(findings);
        collected
    }
}

impl From<Finding> for Findings {
    fn from(finding: Finding) -> Self {
        std::iter::once(finding).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::*;
    use crate::rule::Rule;

    static ONE: Rule = Rule { code: "ONE01", ..Rule::BASE };
    static TWO: Rule = Rule { code: "TWO01", severity: Severity::Warning, ..Rule::BASE };

    fn flood(rule: &Rule, count: usize) -> Findings {
        range(rule, 0..count)
    }

    fn range(rule: &Rule, numbers: Range<usize>) -> Findings {
        numbers.map(|number| rule.file(&format!("{number:06}"), "wrong")).collect()
    }

    fn counts(findings: &[Finding]) -> Vec<(&str, Severity, usize)> {
        findings.iter().filter(|finding| finding.stands_for > 1).map(|one| (one.code, one.severity, one.stands_for)).collect()
    }

    #[test]
    fn a_flood_of_one_rule_hides_no_finding_of_another() {
        let mut findings = flood(&ONE, 50_000);
        findings.append(flood(&TWO, 3));
        let found = findings.sorted(&Sources::new());
        assert_eq!(found.len(), PER_RULE + 3 + 1);
        assert_eq!(counts(&found), [("ONE01", Severity::Error, 50_000 - PER_RULE)]);
        assert_eq!(found.iter().filter(|finding| finding.code == "TWO01").count(), 3);
    }

    #[test]
    fn what_two_collected_is_bounded_together_and_nothing_is_counted_twice() {
        let mut findings = flood(&ONE, 300);
        findings.append(range(&ONE, 300..1000));
        let found = findings.sorted(&Sources::new());
        assert_eq!(found.iter().map(|finding| finding.stands_for).sum::<usize>(), 1000);
        assert_eq!(found.len(), PER_RULE + 1);
    }

    #[test]
    fn what_is_counted_only_is_judged_too() {
        let mut findings = flood(&ONE, PER_RULE + 5);
        findings.extend(flood(&ONE, 7).list.into_iter().map(|finding| finding.severity(Severity::Warning)));
        findings.judge(|_, severity| (severity == Severity::Error).then_some(Severity::Info));
        assert_eq!(counts(&findings.sorted(&Sources::new())), [("ONE01", Severity::Info, 5)]);
    }
}
