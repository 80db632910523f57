//! `cargo xtask docs`: the pages of the rules under `docs/rules/`, from the program's own rules.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, ExitCode};

use clap::Args;
use serde::Deserialize;
use xtask::product::{ProductError, binary, expect_success, repository};

/// What to do with the pages.
#[derive(Args)]
pub(crate) struct DocsArguments {
    /// Write nothing; fail when a page is not as it would be written
    #[arg(long)]
    check: bool,
}

/// A rule as `vnfpkg rules --json` tells it.
#[derive(Deserialize)]
struct Rule {
    code: String,
    name: String,
    title: String,
    severity: String,
    clause: String,
    doc: String,
}

/// Writes or compares the pages.
pub(crate) fn run(arguments: &DocsArguments) -> ExitCode {
    match pages().and_then(|pages| if arguments.check { check(&pages) } else { write(&pages) }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr().lock(), "docs: {error}");
            ExitCode::FAILURE
        }
    }
}

/// File names and texts.
fn pages() -> Result<BTreeMap<String, String>, ProductError> {
    let json = expect_success("vnfpkg rules --json", Command::new(binary()?).args(["rules", "--json"]).output())?;
    let rules: Vec<Rule> = serde_json::from_str(&json).map_err(|error| ProductError::unexpected("the rules", error.to_string()))?;
    let mut pages: BTreeMap<String, String> = rules.iter().map(|rule| (format!("{}.md", rule.code), page(rule))).collect();
    pages.insert("README.md".to_owned(), index(&rules));
    Ok(pages)
}

fn page(rule: &Rule) -> String {
    let clause = if rule.clause.is_empty() { String::new() } else { format!(", {}", rule.clause) };
    let doc = rule.doc.trim_end();
    format!("# {}: {}\n\n`{}`, {}{clause}\n\n{doc}\n", rule.code, rule.title, rule.name, rule.severity)
}

fn index(rules: &[Rule]) -> String {
    let mut text = String::from(
        "# Rules of `vnfpkg validate`\n\nWritten by `cargo xtask docs` from the rules themselves; `vnfpkg explain CODE` shows the same pages.\n",
    );
    let mut family = "";
    for rule in rules {
        let own = rule.code.trim_end_matches(|c: char| c.is_ascii_digit());
        if own != family {
            family = own;
            // Writing into a string cannot fail.
            let _ = write!(text, "\n## {family}\n\n| code | severity | what |\n|---|---|---|\n");
        }
        let _ = writeln!(text, "| [{0}]({0}.md) | {1} | {2} |", rule.code, rule.severity, rule.title.replace('|', "\\|"));
    }
    text
}

fn write(pages: &BTreeMap<String, String>) -> Result<(), ProductError> {
    let folder = repository().join("docs/rules");
    let failed = |error: io::Error| ProductError::unexpected(folder.display().to_string(), error.to_string());
    fs::create_dir_all(&folder).map_err(failed)?;
    for stale in names(&folder).map_err(failed)?.into_iter().filter(|name| !pages.contains_key(name)) {
        fs::remove_file(folder.join(stale)).map_err(failed)?;
    }
    pages.iter().try_for_each(|(name, text)| fs::write(folder.join(name), text)).map_err(failed)
}

fn check(pages: &BTreeMap<String, String>) -> Result<(), ProductError> {
    let folder = repository().join("docs/rules");
    let there = names(&folder).unwrap_or_default();
    let differs = |(name, text): &(&String, &String)| fs::read_to_string(folder.join(name)).ok().as_ref() != Some(*text);
    let mut wrong: Vec<String> = pages.iter().filter(differs).map(|(name, _)| name.clone()).collect();
    wrong.extend(there.into_iter().filter(|name| !pages.contains_key(name)));
    if wrong.is_empty() {
        return Ok(());
    }
    Err(ProductError::unexpected("docs/rules", format!("{} are not as the rules have them; run `cargo xtask docs`", wrong.join(", "))))
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}
