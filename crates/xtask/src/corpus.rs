//! `cargo xtask corpus DIR`: the verdict over every package below a folder, as a table.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::Args;
use serde::Deserialize;
use xtask::product::{ProductError, binary, copy_folder};
use xtask::stand_ins;

/// Where the packages are.
#[derive(Args)]
pub(crate) struct CorpusArguments {
    /// A folder with packages, as folders or archives, at any depth
    folder: PathBuf,
    /// List every finding too
    #[arg(long)]
    findings: bool,
    /// Copy the packages to this new folder first, and put a small file there wherever one is named and missing
    #[arg(long, value_name = "DIR")]
    stand_ins: Option<PathBuf>,
    /// Handed to `vnfpkg validate`, such as `--strict` or `--target=tacker`
    #[arg(last = true)]
    arguments: Vec<String>,
}

/// What is read of a finding.
#[derive(Deserialize)]
struct Finding {
    code: String,
    severity: String,
    message: String,
    file: Option<String>,
    line: Option<u32>,
}

/// Prints the table.
pub(crate) fn run(arguments: &CorpusArguments) -> ExitCode {
    match table(arguments) {
        Ok(text) => {
            let _ = io::stdout().lock().write_all(text.as_bytes());
            ExitCode::SUCCESS
        }
        Err(error) => {
            let _ = writeln!(io::stderr().lock(), "corpus: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The packages, sorted, and the folder that they are in.
fn packages(arguments: &CorpusArguments) -> Result<(PathBuf, Vec<PathBuf>), ProductError> {
    let folder = arguments.stand_ins.as_ref().unwrap_or(&arguments.folder).clone();
    if arguments.stand_ins.is_some() {
        copy_folder(&arguments.folder, &folder)?;
    }
    let mut packages = Vec::new();
    collect(&folder, &mut packages).map_err(|error| ProductError::unexpected(folder.display().to_string(), error.to_string()))?;
    packages.sort();
    Ok((folder, packages))
}

fn table(arguments: &CorpusArguments) -> Result<String, ProductError> {
    let binary = binary()?;
    let (folder, packages) = packages(arguments)?;
    let mut text = String::from("| package | verdict | errors | warnings | rules |\n|---|---|---|---|---|\n");
    let mut details = String::new();
    for package in &packages {
        let shown = package.strip_prefix(&folder).unwrap_or(package).display().to_string();
        if arguments.stand_ins.is_some() && package.is_dir() {
            for path in stand_ins::complete(package)? {
                details.push_str(&format!("- {shown}: {path} is a stand-in\n"));
            }
        }
        let output = Command::new(&binary).args(["validate", "--format", "jsonl"]).args(&arguments.arguments).arg(package).output();
        let output = output.map_err(|error| ProductError::unexpected("vnfpkg validate", error.to_string()))?;
        let findings: Vec<Finding> =
            String::from_utf8_lossy(&output.stdout).lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        let verdict = match output.status.code() {
            Some(0) => "ok",
            Some(1) => "faulty",
            Some(2) => "no package",
            _ => "crash",
        };
        text.push_str(&row(&shown, verdict, &findings));
        for finding in findings.iter().filter(|_| arguments.findings) {
            let place = finding.file.as_ref().map(|file| format!("{file}:{}", finding.line.unwrap_or(0))).unwrap_or_default();
            details.push_str(&format!("- {shown}: {place} {} {}: {}\n", finding.severity, finding.code, finding.message));
        }
    }
    text.push_str(&format!("\n{} packages\n", packages.len()));
    if !details.is_empty() {
        text.push_str(&format!("\n{details}"));
    }
    Ok(text)
}

fn row(package: &str, verdict: &str, findings: &[Finding]) -> String {
    let count = |severity: &str| findings.iter().filter(|finding| finding.severity == severity).count();
    let mut codes: Vec<&str> = findings.iter().map(|finding| finding.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    format!("| {package} | {verdict} | {} | {} | {} |\n", count("error"), count("warning"), codes.join(" "))
}

/// A folder with TOSCA-Metadata, or with one YAML file and no folder that is a package, is a package; so is an archive.
fn collect(folder: &Path, packages: &mut Vec<PathBuf>) -> io::Result<()> {
    if is_package(folder)? {
        packages.push(folder.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or("").to_ascii_lowercase();
        if path.is_dir() {
            collect(&path, packages)?;
        } else if extension == "csar" || extension == "zip" {
            packages.push(path);
        }
    }
    Ok(())
}

fn is_package(folder: &Path) -> io::Result<bool> {
    let names: Vec<String> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect::<io::Result<_>>()?;
    if names.iter().any(|name| name.eq_ignore_ascii_case("TOSCA-Metadata")) {
        return Ok(true);
    }
    let yaml = names.iter().filter(|name| name.ends_with(".yaml") || name.ends_with(".yml"));
    let definitions = names.iter().any(|name| name == "Definitions");
    Ok(definitions && yaml.count() == 1)
}
