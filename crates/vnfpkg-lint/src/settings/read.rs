//! Reads the `[validate]` table; all faults at once, each with its place.

use globset::{GlobBuilder, GlobMatcher};
use toml::de::{DeTable, DeValue};
use vnfpkg_diag::{Finding, Severity, SourceId, Span};

use super::table::{Table, pick, span};
use super::{Allow, Level, Settings};
use crate::edition::{Sol001, Sol004};
use crate::rules::SETTINGS;
use crate::target::Target;

const LEVELS: [(&str, Level); 4] = [
    ("off", Level::Off),
    ("info", Level::As(Severity::Info)),
    ("warning", Level::As(Severity::Warning)),
    ("error", Level::As(Severity::Error)),
];

const FAIL_ON: [(&str, Option<Severity>); 4] =
    [("error", Some(Severity::Error)), ("warning", Some(Severity::Warning)), ("info", Some(Severity::Info)), ("never", None)];

/// Reads the `[validate]` table of a `vnfpkg.toml`; other tables are left to others. Findings are of rule SUP03.
pub fn read(source: SourceId, text: &str) -> (Settings, Vec<Finding>) {
    let mut findings = Vec::new();
    let document = match DeTable::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let place = span(source, &error.span().unwrap_or(0..0));
            return (Settings::default(), vec![SETTINGS.at(place, format!("this is no TOML: {}", error.message()))]);
        }
    };
    let mut root = Table::new(source, "vnfpkg.toml", document.get_ref(), span(source, &(0..0)));
    let settings = match root.get("validate") {
        None => Settings::default(),
        Some(value) => match value.get_ref() {
            DeValue::Table(table) => validate(Table::new(source, "validate", table, root.place(value)), &mut findings),
            _ => {
                findings.push(root.wrong(value, "`validate` is no table".to_owned(), "write `[validate]` and the keys below it"));
                Settings::default()
            }
        },
    };
    findings.sort_by(|left, right| left.primary.place.cmp(&right.primary.place));
    (settings, findings)
}

fn validate(mut table: Table<'_>, findings: &mut Vec<Finding>) -> Settings {
    let settings = Settings {
        strict: table.boolean("strict", findings),
        fail_on: table.word("fail-on", &FAIL_ON, findings),
        sol004: table.word("sol004", &Sol004::NAMES, findings),
        sol001: table.word("sol001", &Sol001::NAMES, findings),
        targets: targets(&mut table, findings),
        trust: table.texts("trust", findings).into_iter().map(|(text, _)| text.to_owned()).collect(),
        baseline: table.text("baseline", findings).map(|(text, _)| text.to_owned()),
        severities: severities(&mut table, findings),
        allows: allows(&mut table, findings),
    };
    table.finish(findings);
    settings
}

fn targets(table: &mut Table<'_>, findings: &mut Vec<Finding>) -> Vec<Target> {
    let names = Target::ALL.map(|target| (target.name(), target));
    let words = table.texts("targets", findings);
    words.into_iter().filter_map(|(text, place)| pick("targets", text, place, &names, findings)).collect()
}

fn severities(table: &mut Table<'_>, findings: &mut Vec<Finding>) -> Vec<(&'static str, Level)> {
    let Some(value) = table.get("severity") else { return Vec::new() };
    let DeValue::Table(levels) = value.get_ref() else {
        findings.push(table.wrong(
            value,
            "`severity` is no table".to_owned(),
            "write `[validate.severity]` and `CODE = \"warning\"` below it",
        ));
        return Vec::new();
    };
    let mut found = Vec::new();
    for (name, level) in levels {
        let code = code(name.get_ref(), span(table.source, &name.span()), findings);
        let level = match level.get_ref() {
            DeValue::String(text) => pick("severity", text, table.place(level), &LEVELS, findings),
            _ => {
                findings.push(table.wrong(level, "the severity is no string".to_owned(), "there are off, info, warning, error"));
                None
            }
        };
        found.extend(code.zip(level));
    }
    found
}

fn allows(table: &mut Table<'_>, findings: &mut Vec<Finding>) -> Vec<Allow> {
    let Some(value) = table.get("allow") else { return Vec::new() };
    let DeValue::Array(items) = value.get_ref() else {
        findings.push(table.wrong(value, "`allow` is no list of tables".to_owned(), "write `[[validate.allow]]`, once for each"));
        return Vec::new();
    };
    let mut found = Vec::new();
    for item in items {
        match item.get_ref() {
            DeValue::Table(entry) => found.extend(allow(Table::new(table.source, "allow", entry, table.place(item)), findings)),
            _ => findings.push(table.wrong(item, "`allow` holds tables".to_owned(), "write `[[validate.allow]]`, once for each")),
        }
    }
    found
}

fn allow(mut table: Table<'_>, findings: &mut Vec<Finding>) -> Option<Allow> {
    let named = table.text("code", findings);
    let path = table.text("path", findings);
    let package = table.text("package", findings);
    let reason = table.text("reason", findings).map(|(text, _)| text.trim()).filter(|text| !text.is_empty());
    let whole = table.span;
    table.finish(findings);
    if reason.is_none() {
        findings.push(SETTINGS.at(whole, "a finding is accepted without a reason").help("add `reason = \"...\"`"));
    }
    let path = path.map(|path| glob(path, findings));
    let package = package.map(|package| glob(package, findings));
    let Some((name, at)) = named else {
        findings.push(SETTINGS.at(whole, "`allow` names no rule").help("add `code = \"...\"`; `vnfpkg rules` lists them"));
        return None;
    };
    let code = code(name, at, findings);
    if matches!(path, Some(None)) || matches!(package, Some(None)) {
        return None;
    }
    Some(Allow { code: code?, path: path.flatten(), package: package.flatten(), reason: reason?.to_owned(), span: at })
}

/// A pattern in which `*` stays within a folder and `**` does not.
fn glob((text, place): (&str, Span), findings: &mut Vec<Finding>) -> Option<GlobMatcher> {
    match GlobBuilder::new(text).literal_separator(true).build() {
        Ok(glob) => Some(glob.compile_matcher()),
        Err(error) => {
            findings
                .push(SETTINGS.at(place, format!("this is no pattern: {}", error.kind())).help("`*` matches within a folder, `**` across"));
            None
        }
    }
}

fn code(name: &str, place: Span, findings: &mut Vec<Finding>) -> Option<&'static str> {
    let known = crate::rule(name).map(|rule| rule.code);
    if known.is_none() {
        findings.push(SETTINGS.at(place, format!("there is no rule `{name}`")).help(crate::suppress::similar(name)));
    }
    known
}
