//! Comments, settings and baselines over findings.

use std::collections::BTreeSet;

use vnfpkg_diag::{Finding, Place, Severity, SourceId, Sources, Span};

use super::{Acceptance, Accepted, Baseline, unused_allows};
use crate::settings::{Settings, read};

const YAML: &str = "version: 1.0 # vnfpkg: allow YAM05 because it is so\n\
    # vnfpkg: allow TOS07, TOS11 because of the vendor\n\
    \n\
    # another comment\n\
    node: x\n\
    other: y\n";

struct Fixture {
    sources: Sources,
    source: SourceId,
}

fn fixture(text: &str) -> Fixture {
    let mut sources = Sources::new();
    let source = sources.add("Definitions/a.yaml", text);
    Fixture { sources, source }
}

impl Fixture {
    fn at(&self, code: &str, text: &str) -> Finding {
        let start = self.sources.get(self.source).text().find(text).unwrap();
        Finding::at(crate::rule(code).unwrap(), Span::new(self.source, start, start + text.len()), format!("{code} at {text}"))
    }

    fn sort(&self, findings: Vec<Finding>, settings: &Settings, baseline: Option<&Baseline>) -> Accepted {
        let acceptance = Acceptance { settings, baseline, package: "p.csar", pedantic: false, digests: true, comments: true };
        acceptance.sort(findings, &self.sources)
    }
}

fn codes(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.code).collect()
}

fn settings(text: &str) -> Settings {
    let (settings, findings) = read(Sources::new().add("vnfpkg.toml", text), text);
    assert_eq!(findings, []);
    settings
}

#[test]
fn a_comment_accepts_findings_of_its_line_or_of_the_line_below() {
    let fixture = fixture(YAML);
    let found = vec![fixture.at("YAM05", "1.0"), fixture.at("TOS07", "x\n"), fixture.at("TOS11", "node"), fixture.at("TOS07", "y")];
    let accepted = fixture.sort(found, &Settings::default(), None);
    assert_eq!(codes(&accepted.suppressed), ["YAM05", "TOS07", "TOS11"]);
    assert_eq!(codes(&accepted.findings), ["TOS07"]);
}

#[test]
fn what_accepts_nothing_is_a_finding() {
    let fixture = fixture(YAML);
    let accepted = fixture.sort(vec![fixture.at("TOS07", "x\n")], &Settings::default(), None);
    let messages: Vec<&str> = accepted.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(messages, ["nothing here breaks YAM05", "nothing here breaks TOS11"]);
    assert!(accepted.findings.iter().all(|finding| finding.code == "SUP01" && finding.severity == Severity::Warning));
}

#[test]
fn a_comment_needs_a_reason_and_known_codes() {
    let text = "a: 1.0 # vnfpkg: allow YAM05\nb: 1 # vnfpkg: allow YAM55 because x\nc: 1 # vnfpkg: ignore\n'd # vnfpkg': 1\n";
    let fixture = fixture(text);
    let accepted = fixture.sort(vec![fixture.at("YAM05", "1.0")], &Settings::default(), None);
    assert_eq!(codes(&accepted.findings), ["YAM05", "SUP02", "SUP02", "SUP02"]);
    let helps: Vec<&str> = accepted.findings[1..].iter().filter_map(|finding| finding.help.as_deref()).collect();
    let form = "write `# vnfpkg: allow CODE because REASON`";
    assert_eq!(helps, [form, "did you mean `YAM05`?", form]);
}

#[test]
fn settings_accept_by_code_path_and_package_and_change_severities() {
    let fixture = fixture(YAML);
    let settings = settings(
        "[validate.severity]\nTOS11 = 'error'\nTOS08 = 'off'\nYAM05 = 'info'\n\
         [[validate.allow]]\ncode = 'TOS07'\npath = 'Definitions/*.yaml'\nreason = 'r'\n\
         [[validate.allow]]\ncode = 'TOS11'\npath = '*.yaml'\nreason = 'r'\n\
         [[validate.allow]]\ncode = 'TOS11'\npackage = 'q*'\nreason = 'r'\n",
    );
    let found = vec![
        fixture.at("TOS07", "y"),
        fixture.at("TOS11", "y").severity(Severity::Warning),
        fixture.at("TOS08", "y"),
        fixture.at("YAM05", "y"),
    ];
    let accepted = fixture.sort(found, &settings, None);
    let left: Vec<(&str, Severity)> =
        accepted.findings.iter().filter(|finding| finding.code != "SUP01").map(|finding| (finding.code, finding.severity)).collect();
    assert_eq!(left, [("TOS11", Severity::Error)]);
    assert_eq!(accepted.used, BTreeSet::from([0]));
    // The second matches no path, the third is for other packages.
    assert_eq!(unused_allows(&settings, &accepted.used, &["p.csar"], true).len(), 1);
    assert_eq!(unused_allows(&settings, &accepted.used, &["p.csar", "q.csar"], true).len(), 2);
}

#[test]
fn what_needs_contents_is_not_called_unused_without_them() {
    let fixture = fixture("a: 1 # vnfpkg: allow NFV11 because x\n");
    let settings = settings("[[validate.allow]]\ncode = 'MAN10'\nreason = 'r'\n");
    let mut acceptance = Acceptance { settings: &settings, baseline: None, package: "p", pedantic: false, digests: false, comments: true };
    assert_eq!(codes(&acceptance.sort(Vec::new(), &fixture.sources).findings), [] as [&str; 0]);
    assert_eq!(unused_allows(&settings, &BTreeSet::new(), &["p"], false), []);
    acceptance.digests = true;
    assert_eq!(codes(&acceptance.sort(Vec::new(), &fixture.sources).findings), ["SUP01"]);
    assert_eq!(unused_allows(&settings, &BTreeSet::new(), &["p"], true).len(), 1);
}

#[test]
fn a_baseline_accepts_as_many_as_it_knows_and_counts_what_is_gone() {
    let fixture = fixture("a: 1\nb: 1\nc: 1\n");
    let of = |text: &str| {
        let mut finding = fixture.at("TOS07", text);
        finding.message = "same".to_owned();
        finding
    };
    let mut baseline = Baseline::default();
    baseline.add("p", &[of("a"), of("b"), fixture.at("TOS08", "c")], &fixture.sources);
    let baseline = Baseline::parse(&baseline.render()).unwrap();
    let accepted = fixture.sort(vec![of("a"), of("b"), of("c")], &Settings::default(), Some(&baseline));
    assert_eq!((accepted.suppressed.len(), accepted.findings.len(), accepted.fixed), (2, 1, 1));
    let package = Finding::new(crate::rule("ZIP09").unwrap(), Place::Package, "m").severity(Severity::Error);
    assert_eq!(fixture.sort(vec![package], &Settings::default(), Some(&baseline)).findings.len(), 1);
    assert!(Baseline::parse("{\"baseline\": 2, \"packages\": {}}").unwrap_err().to_string().contains("version 2"));
    assert!(Baseline::parse("[]").is_err());
}
