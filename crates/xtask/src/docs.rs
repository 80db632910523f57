//! `cargo xtask docs`: the pages under `docs/rules/` and `docs/reference/`, from the program's own rules, arguments and tables.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
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
    let each = |folders: [Folder; 2]| folders.iter().try_for_each(if arguments.check { check } else { write });
    match folders().and_then(each) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr().lock(), "docs: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A folder below `docs/`, and the pages in it by file name.
struct Folder {
    name: &'static str,
    pages: BTreeMap<String, String>,
}

/// Everything that is written.
fn folders() -> Result<[Folder; 2], ProductError> {
    Ok([Folder { name: "rules", pages: rules()? }, Folder { name: "reference", pages: reference()? }])
}

/// What the program prints, whatever the settings of this machine.
fn vnfpkg(arguments: &[&str]) -> Result<String, ProductError> {
    let mut command = Command::new(binary()?);
    command.args(arguments).env_clear().current_dir("/");
    expect_success(&format!("vnfpkg {}", arguments.join(" ")), command.output())
}

fn reference() -> Result<BTreeMap<String, String>, ProductError> {
    let list = vnfpkg(&["reference"])?;
    list.lines().map(|name| Ok((format!("{name}.md"), vnfpkg(&["reference", name])?))).collect()
}

fn rules() -> Result<BTreeMap<String, String>, ProductError> {
    let json = vnfpkg(&["rules", "--json"])?;
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

impl Folder {
    fn path(&self) -> PathBuf {
        repository().join("docs").join(self.name)
    }
}

fn write(folder: &Folder) -> Result<(), ProductError> {
    let path = folder.path();
    let failed = |error: io::Error| ProductError::unexpected(path.display().to_string(), error.to_string());
    fs::create_dir_all(&path).map_err(failed)?;
    for stale in names(&path).map_err(failed)?.into_iter().filter(|name| !folder.pages.contains_key(name)) {
        fs::remove_file(path.join(stale)).map_err(failed)?;
    }
    folder.pages.iter().try_for_each(|(name, text)| fs::write(path.join(name), text)).map_err(failed)
}

fn check(folder: &Folder) -> Result<(), ProductError> {
    let path = folder.path();
    let there = names(&path).unwrap_or_default();
    let differs = |(name, text): &(&String, &String)| fs::read_to_string(path.join(name)).ok().as_ref() != Some(*text);
    let mut wrong: Vec<String> = folder.pages.iter().filter(differs).map(|(name, _)| name.clone()).collect();
    wrong.extend(there.into_iter().filter(|name| !folder.pages.contains_key(name)));
    if wrong.is_empty() {
        return Ok(());
    }
    let what = format!("{} are not as the program has them; run `cargo xtask docs`", wrong.join(", "));
    Err(ProductError::unexpected(format!("docs/{}", folder.name), what))
}

fn names(folder: &Path) -> io::Result<Vec<String>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}
