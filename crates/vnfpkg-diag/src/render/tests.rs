//! Every format over the same findings.

use super::*;
use crate::{Edit, Fix, FixSafety, Place, Span};

static RULES: [RuleInfo; 2] = [
    RuleInfo {
        code: "MET07",
        name: "entry-definitions",
        title: "TOSCA.meta names the main template",
        severity: Severity::Error,
        clause: "TOSCA 1.3 §6.2",
        doc: "TOSCA.meta names the main template.\n\n## Bad\n\nnone\n",
    },
    RuleInfo {
        code: "YAM05",
        name: "ambiguous-scalar",
        title: "A string reads as one",
        severity: Severity::Warning,
        clause: "",
        doc: "Quote it.\n",
    },
];

struct Fixture {
    sources: Sources,
    findings: Vec<Finding>,
}

fn fixture() -> Fixture {
    let mut sources = Sources::new();
    let meta = sources.add(
        "TOSCA-Metadata/TOSCA.meta",
        "TOSCA-Meta-File-Version: 1.0\nCSAR-Version: 1.1\nEntry-Definitions: Definitions/tpo.yaml\nCreated-By: me\n",
    );
    let yaml = sources.add("Definitions/a, b.yaml", "x: 1\n\u{1b}[31mversion: 1.0 # zw\u{f6}lf\n");
    let version = Span::new(yaml, 19, 22);
    let findings = vec![
        Finding::at(&RULES[0], Span::new(meta, 66, 86), "the package has no file `Definitions/tpo.yaml`")
            .help("did you mean `Definitions/top.yaml`?")
            .label("named here")
            .related(Place::Span(Span::new(yaml, 0, 4)), "the only template"),
        Finding::at(&RULES[1], version, "`version` wants a string, 100% sure:\nbut `1.0` is a number")
            .related(Place::Span(Span::new(yaml, 0, 1)), "first key")
            .fix(Fix { title: "quote it".into(), safety: FixSafety::Safe, edits: vec![Edit { span: version, text: "'1.0'".into() }] }),
        Finding::new(&RULES[0], Place::File("a\u{202e}\u{7}.mf".into()), "a bad name \u{1b}[0m").severity(Severity::Info),
        Finding::new(&RULES[0], Place::Package, "nothing in it"),
    ];
    Fixture { sources, findings }
}

fn rendered(format: Format, origin: Origin<'_>, style: Style) -> String {
    let Fixture { sources, findings } = fixture();
    let groups = [Group { origin, sources: &sources, findings: &findings }];
    let rules: Vec<&'static RuleInfo> = RULES.iter().collect();
    render(format, &Input { groups: &groups, rules: &rules, tool_version: "1.2.3" }, style)
}

#[test]
fn each_format_has_a_snapshot() {
    for format in Format::ALL {
        insta::assert_snapshot!(format.name(), rendered(*format, Origin::Folder("pkg"), Style::default()));
    }
}

#[test]
fn an_archive_is_named_before_its_files() {
    insta::assert_snapshot!("concise_archive", rendered(Format::Concise, Origin::Archive("out/x.csar"), Style::default()));
    insta::assert_snapshot!("github_archive", rendered(Format::Github, Origin::Archive("out/x.csar"), Style::default()));
}

#[test]
fn ascii_and_colour_are_as_asked() {
    let ascii = rendered(Format::Human, Origin::Files, Style { unicode: false, ..Style::default() });
    insta::assert_snapshot!("human_ascii", ascii);
    let colour = rendered(Format::Human, Origin::Files, Style { color: true, ..Style::default() });
    assert!(colour.contains("\u{1b}[31m"), "the icon is red");
    assert!(!ascii.contains('\u{1b}'));
}

#[test]
fn no_format_lets_control_characters_through() {
    for format in Format::ALL {
        let text = rendered(*format, Origin::Archive("a\u{1b}b.csar"), Style::default());
        let decoded = text.replace("\\u001b", "");
        assert!(
            !decoded.contains(|c: char| text::is_active(c) && c != '\n') || matches!(format, Format::Json | Format::Jsonl),
            "{format}: {text}"
        );
        assert!(!text.contains('\u{1b}'), "{format}");
    }
}

#[test]
fn sarif_and_gitlab_are_json() {
    let sarif: serde_json::Value = serde_json::from_str(&rendered(Format::Sarif, Origin::Files, Style::default())).unwrap();
    let result = &sarif["runs"][0]["results"][1];
    assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "Definitions/a%2C%20b.yaml");
    assert_eq!(result["locations"][0]["physicalLocation"]["region"]["startLine"], 2);
    assert_eq!(sarif["runs"][0]["results"][3]["ruleIndex"], 0);
    let gitlab: serde_json::Value = serde_json::from_str(&rendered(Format::Gitlab, Origin::Folder("."), Style::default())).unwrap();
    let prints: std::collections::BTreeSet<&str> =
        gitlab.as_array().unwrap().iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(prints.len(), 4);
}

#[test]
fn sarif_keeps_to_its_schema() {
    let schema = serde_json::from_str(include_str!("../../testdata/sarif-schema-2.1.0.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for origin in [Origin::Files, Origin::Folder("pkg"), Origin::Folder("."), Origin::Archive("out/a b.csar")] {
        let mut document: serde_json::Value = serde_json::from_str(&rendered(Format::Sarif, origin, Style::default())).unwrap();
        let faults: Vec<String> = validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert_eq!(faults, [] as [&str; 0], "{origin:?}");
        document["runs"][0]["results"][0]["level"] = "fatal".into();
        assert!(!validator.is_valid(&document));
    }
}

#[test]
fn odd_places_are_drawn_without_harm() {
    let texts = ["", "\n", "\r\n\r\n", "x", &"y".repeat(5000), &format!("a\n{}\nb\n", "\u{f6}".repeat(3000)), "\u{feff}a: b\tc\n"];
    for text in texts {
        let mut sources = Sources::new();
        let id = sources.add("t", text);
        for (start, end) in [(0, 0), (0, 1), (1, 1), (1, 4000), (2, 3), (3, 2), (4999, 5000), (9000, 9001), (text.len(), text.len())] {
            let other = Span::new(id, end, start);
            let findings = [Finding::at(&RULES[0], Span::new(id, start, end), "m").related(Place::Span(other), "r")];
            let groups = [Group { origin: Origin::Files, sources: &sources, findings: &findings }];
            for format in Format::ALL {
                let shown =
                    render(*format, &Input { groups: &groups, rules: &[], tool_version: "" }, Style { width: 1, ..Style::default() });
                assert!(shown.len() < 4000, "{format} {start} {end}");
            }
        }
    }
}

#[test]
fn a_format_is_known_by_its_name() {
    assert_eq!("sarif".parse::<Format>(), Ok(Format::Sarif));
    assert!("xml".parse::<Format>().unwrap_err().to_string().contains("human, concise"));
}
