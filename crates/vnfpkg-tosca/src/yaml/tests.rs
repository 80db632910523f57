use proptest::prelude::*;
use vnfpkg_diag::{SourceId, Sources, Span};

use super::*;

fn source(text: &str) -> (Sources, SourceId) {
    let mut sources = Sources::new();
    let id = sources.add("test.yaml", text);
    (sources, id)
}

fn read(text: &str) -> Parsed {
    parse(source(text).1, text)
}

fn root(text: &str) -> Node {
    let parsed = read(text);
    assert_eq!(parsed.problems, [], "{text}");
    parsed.documents.into_iter().next().unwrap()
}

fn kinds(parsed: &Parsed) -> Vec<YamlProblemKind> {
    parsed.problems.iter().map(|problem| problem.kind).collect()
}

fn slice(text: &str, span: Span) -> &str {
    &text[span.range()]
}

#[test]
fn spans_are_bytes_of_the_text_after_umlauts_and_crlf() {
    let text = "\u{fc}ber: 'gr\u{fc}n'\r\nnext: [a, \u{20ac}]\r\nlast: value # note\r\n";
    let node = root(text);
    assert_eq!(slice(text, node.get("\u{fc}ber").unwrap().span), "'gr\u{fc}n'");
    assert_eq!(slice(text, node.get("next").unwrap().span), "[a, \u{20ac}]");
    assert_eq!(slice(text, node.get("next").unwrap().items().unwrap()[1].span), "\u{20ac}");
    assert_eq!(slice(text, node.entry("last").unwrap().key.span), "last");
    assert_eq!(slice(text, node.get("last").unwrap().span), "value");
}

#[test]
fn a_block_collection_ends_with_its_last_child() {
    let text = "outer:\n  - one: 1\n    two: |\n      line\n\n\n# note\nnext: x\n";
    let node = root(text);
    assert_eq!(slice(text, node.get("outer").unwrap().span), "- one: 1\n    two: |\n      line");
    assert_eq!(node.get("outer").unwrap().items().unwrap()[0].get("two").unwrap().text(), Some("line\n"));
}

#[test]
fn a_missing_value_is_null_with_an_empty_span_after_the_colon() {
    let text = "requirements:\n  #- link\nother: 1\n";
    let node = root(text);
    let missing = node.get("requirements").unwrap();
    assert!(missing.is_null());
    assert_eq!((missing.span.start, missing.span.end), (13, 13));
}

#[test]
fn flow_lists_may_continue_at_column_0_as_in_the_etsi_files() {
    let node = root("constraints:\n  - valid_values: [ a,\nb ]\n");
    assert_eq!(to_json(&node).to_string(), r#"{"constraints":[{"valid_values":["a","b"]}]}"#);
}

#[test]
fn json_with_hash_comments_reads() {
    let node = root("{\n\t\"flavourId\": \"simple\", # the flavour\n\t\"n\":1, \"b\":[true,null]\n}\n");
    assert_eq!(to_json(&node).to_string(), r#"{"b":[true,null],"flavourId":"simple","n":1}"#);
}

#[test]
fn equal_keys_are_reported_at_the_second_and_the_last_counts() {
    let text = "a: 1\nb: 2\na: 3\n";
    let parsed = read(text);
    assert_eq!(kinds(&parsed), [YamlProblemKind::DuplicateKey]);
    assert_eq!(parsed.problems[0].span.start, 10);
    assert_eq!(parsed.problems[0].related.unwrap().start, 0);
    assert_eq!(parsed.documents[0].get("a").unwrap().as_int(), Some(3));
    let many: String = (0..30).map(|at| format!("k{}: 1\n", at % 29)).collect();
    assert_eq!(kinds(&read(&many)), [YamlProblemKind::DuplicateKey]);
}

#[test]
fn merge_keys_are_expanded_and_explicit_keys_win() {
    let node = root("base: &b { x: 1, y: 2 }\nuse:\n  <<: *b\n  y: 3\n");
    assert_eq!(to_json(node.get("use").unwrap()).to_string(), r#"{"x":1,"y":3}"#);
    assert_eq!(kinds(&read("use:\n  <<: text\n")), [YamlProblemKind::BadMerge]);
}

#[test]
fn an_alias_bomb_is_refused() {
    let mut text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for level in 1..9 {
        let before = format!("*a{}", level - 1);
        text += &format!("a{level}: &a{level} [{}]\n", [before.as_str(); 9].join(","));
    }
    assert_eq!(kinds(&read(&text)), [YamlProblemKind::TooManyNodes]);
}

#[test]
fn deep_nesting_is_refused_also_through_aliases() {
    assert_eq!(kinds(&read(&"[".repeat(5000))), [YamlProblemKind::TooDeep]);
    let half = |inner: &str| format!("{}{inner}{}", "[".repeat(60), "]".repeat(60));
    let text = format!("a: &a {}\nb: {}\n", half("x"), half("*a"));
    assert_eq!(kinds(&read(&text)), [YamlProblemKind::TooDeep]);
}

#[test]
fn faults_have_their_kind() {
    let kind = |text: &str| kinds(&read(text));
    assert_eq!(kind("a:\n\t- b\n"), [YamlProblemKind::Tab]);
    assert_eq!(kind("a: [b\n"), [YamlProblemKind::Syntax]);
    assert_eq!(kind("a: *b\n"), [YamlProblemKind::UnknownAlias]);
    assert_eq!(kind("\u{feff}a: b\n"), [YamlProblemKind::ByteOrderMark]);
    assert_eq!(kind("a: \u{1}\n"), [YamlProblemKind::ControlCharacter]);
    let limits = Limits { max_bytes: 3, ..Limits::default() };
    assert_eq!(parse_with(source("a: b").1, "a: b", limits).problems[0].kind, YamlProblemKind::TooLarge);
}

#[test]
fn one_document_is_wanted() {
    let one = |text: &str| {
        let (node, problems) = parse_one(source(text).1, text);
        (node.is_some(), problems.into_iter().map(|problem| problem.kind).collect::<Vec<_>>())
    };
    assert_eq!(one(""), (false, vec![YamlProblemKind::Empty]));
    assert_eq!(one("# only a comment\n"), (false, vec![YamlProblemKind::Empty]));
    assert_eq!(one("---\n"), (true, vec![YamlProblemKind::Empty]));
    assert_eq!(one("a: 1\n---\nb: 2\n"), (true, vec![YamlProblemKind::SeveralDocuments]));
    assert_eq!(one("a: [\n"), (false, vec![YamlProblemKind::Syntax]));
}

#[test]
fn what_makes_the_scanner_panic_is_a_syntax_error() {
    assert_eq!(kinds(&read("x: [!a,b]")), [YamlProblemKind::Syntax]);
    assert_eq!(kinds(&read("x: [!<a,b>,c]")), [YamlProblemKind::Syntax]);
    assert_eq!(kinds(&read("x: \"\\")), [YamlProblemKind::Syntax]);
    assert_eq!(root("x: \"wait !, or\" # !a, b").get("x").unwrap().text(), Some("wait !, or"));
}

#[test]
fn a_text_beginning_with_a_wide_character_is_no_byte_order_mark() {
    assert_eq!(root("\u{ff01}: 1").entries().unwrap().len(), 1);
    let text = "\u{feff}a: b";
    assert_eq!(slice(text, read(text).documents[0].get("a").unwrap().span), "b");
}

#[test]
fn scalars_are_typed_by_the_core_schema() {
    let scalar = |text: &str| root(text);
    assert_eq!(scalar("0o17").as_int(), Some(15));
    assert_eq!(scalar("017").as_int(), Some(17));
    assert_eq!(scalar("-0x1").as_int(), None);
    assert_eq!(scalar("1e3").as_float(), Some(1000.0));
    assert_eq!(scalar(".5").as_float(), Some(0.5));
    assert_eq!(scalar(".").as_float(), None);
    assert_eq!(scalar("1.0.0").as_float(), None);
    assert_eq!(scalar("yes").as_bool(), None);
    assert_eq!(scalar("yes").as_str(), Some("yes"));
    assert_eq!(scalar("'1'").as_int(), None);
    assert_eq!(scalar("!!str 1").as_str(), Some("1"));
    assert_eq!(scalar("~").as_str(), None);
}

#[test]
fn readings_that_differ_from_pyyaml_are_told() {
    let kind = |text: &str| ambiguity(&root(text)).map(|found| found.kind);
    assert_eq!(kind("yes"), Some(AmbiguityKind::Boolean));
    assert_eq!(kind("017"), Some(AmbiguityKind::LeadingZero));
    assert_eq!(kind("0o17"), Some(AmbiguityKind::OctalPrefix));
    assert_eq!(kind("12:30"), Some(AmbiguityKind::Sexagesimal));
    assert_eq!(kind("1_000"), Some(AmbiguityKind::Underscore));
    assert_eq!(kind("2026-01-31"), Some(AmbiguityKind::Timestamp));
    assert_eq!(kind("1e3"), Some(AmbiguityKind::Exponent));
    assert_eq!(kind("1.10"), Some(AmbiguityKind::TrailingZero));
    assert_eq!(kind("12345678901234567890123"), Some(AmbiguityKind::LongNumber));
    for plain in ["true", "1", "1.1", "1.0", "0", "'yes'", "10.10.0.1", "aa:bb", "1.2e+3", "0x1e"] {
        assert_eq!(kind(plain), None, "{plain}");
    }
}

fn check_spans(node: &Node, text: &str) {
    assert!(text.get(node.span.range()).is_some(), "{:?}", node.span);
    match &node.kind {
        NodeKind::Scalar { .. } => {}
        NodeKind::Seq(items) => items.iter().for_each(|item| check_spans(item, text)),
        NodeKind::Map(entries) => entries.iter().for_each(|entry| {
            check_spans(&entry.key, text);
            check_spans(&entry.value, text);
        }),
    }
}

fn check(text: &str) {
    let parsed = read(text);
    parsed.documents.iter().for_each(|node| check_spans(node, text));
    for problem in &parsed.problems {
        assert!(text.get(problem.span.range()).is_some(), "{problem:?}");
        assert_ne!(problem.message, "the text cannot be scanned as YAML", "the scanner panicked on {text:?}");
    }
}

proptest! {
    #[test]
    fn no_text_panics_and_spans_lie_between_characters(text in "\\PC*") {
        check(&text);
    }

    #[test]
    fn no_yaml_like_text_panics(text in "([-?:,\\[\\]{}#&*!|>'\"%@`\\\\~<>=0-9a-fu \t\n\r\u{85}\u{2028}\u{e4}\u{20ac}]|- |: |\n  |!a|!<a|&a|\\*a|%TAG|---|\\.\\.\\.|\\\\u|\\\\x){0,40}") {
        check(&text);
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        if let Ok(text) = decode(&bytes) {
            check(text);
        }
    }
}
