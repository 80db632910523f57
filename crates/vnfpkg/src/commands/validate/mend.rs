//! `vnfpkg validate --fix`: mends a package in memory, round by round until nothing is left to mend, then writes or shows what changed.

use std::collections::BTreeMap;
use std::io::Write;

use camino::{Utf8Path, Utf8PathBuf};
use similar::TextDiff;
use vnfpkg_csar::{Form, PackOptions, Package, rewrite};
use vnfpkg_diag::fix;

use super::ValidateArgs;
use super::args::FixLevel;
use super::check::{Checked, Plan, check_package, open_package};
use crate::exit::Failure;
use crate::terminal::Terminal;

/// A mend may make room for another, such as a digest of the file that was mended; more rounds than this are a bug.
const ROUNDS: usize = 12;

/// What was mended.
struct Mended {
    package: Package,
    checked: Checked,
    lines: Vec<String>,
    /// Old and new texts by path.
    texts: BTreeMap<String, (String, String)>,
}

/// Mends a package, and gives what is left.
pub(super) fn run(plan: &Plan, args: &ValidateArgs, terminal: &Terminal) -> Result<Checked, Failure> {
    let package = open_package(plan)?;
    if package.outer().is_some() {
        let message = format!("{} is a signed outer zip, which is not changed", plan.path);
        return Err(Failure::usage(message).help("mend the package inside, then sign it again"));
    }
    if package.form() == Form::Zip && !args.diff && args.output.is_none() {
        let help = "name the new archive with `--output FILE`, or see the changes with `--diff`";
        return Err(Failure::usage(format!("{} is an archive, which is not changed in place", plan.path)).help(help));
    }
    if package.form() == Form::Folder && args.output.is_some() {
        return Err(Failure::usage("`--output` is for archives; a folder is mended in place").help("pack it with `vnfpkg pack`"));
    }
    let mut mended = mend(plan, package, args.fix.unwrap_or(FixLevel::Safe))?;
    let stale = stale(&mended);
    if args.diff {
        terminal.out(&diffs(&mended.texts));
        mended.checked.pending = !mended.texts.is_empty();
    } else {
        write(plan, args, &mended)?;
    }
    let verb = if args.diff { "would fix" } else { "fixed" };
    for line in &mended.lines {
        terminal.err(&format!("{verb} {line}\n"));
    }
    for line in stale {
        terminal.err(&format!("warning: {line}\n"));
    }
    Ok(mended.checked)
}

fn mend(plan: &Plan, mut package: Package, level: FixLevel) -> Result<Mended, Failure> {
    let mut checked = check_package(plan, &package)?;
    let mut lines = Vec::new();
    let mut texts: BTreeMap<String, (String, String)> = BTreeMap::new();
    for _ in 0..ROUNDS {
        let fixed = fix::apply(&checked.findings, &checked.sources, level.into());
        let mut changed = false;
        for (source, new) in &fixed.texts {
            let source = checked.sources.get(*source);
            // What is not UTF-8 was read with replacements, which must not be written.
            let is_whole = package.read(source.name(), u64::MAX).is_ok_and(|bytes| bytes == source.text().as_bytes());
            if !is_whole || new == source.text() || !package.overlay(source.name(), new.clone().into_bytes()) {
                continue;
            }
            changed = true;
            let entry = texts.entry(source.name().to_owned()).or_insert_with(|| (source.text().to_owned(), String::new()));
            entry.1.clone_from(new);
        }
        if !changed {
            break;
        }
        for at in fixed.mended {
            let Some(finding) = checked.findings.get(at) else { continue };
            let title = finding.fix.as_ref().map_or("", |fix| &fix.title);
            lines.push(format!("{}: {title} ({})", finding.code, finding.file(&checked.sources).unwrap_or(plan.path.as_str())));
        }
        checked = check_package(plan, &package)?;
    }
    texts.retain(|_, (old, new)| old != new);
    Ok(Mended { package, checked, lines, texts })
}

/// Signatures that no longer fit what was mended.
fn stale(mended: &Mended) -> Vec<String> {
    let Some(file) = &mended.checked.manifest else { return Vec::new() };
    let mut lines = Vec::new();
    if file.manifest.cms.is_some() && mended.texts.contains_key(&file.path) {
        lines.push(format!("the signature in {} is stale: it covers the text as it was; sign the package again", file.path));
    }
    for entry in file.manifest.entries.iter().filter(|entry| entry.signature.is_some()) {
        if let Some(path) = entry.path().filter(|path| mended.texts.contains_key(*path)) {
            lines.push(format!("the signature of {path} is stale: sign the file again"));
        }
    }
    lines
}

fn diffs(texts: &BTreeMap<String, (String, String)>) -> String {
    let mut out = String::new();
    for (path, (old, new)) in texts {
        let diff = TextDiff::from_lines(old.as_str(), new.as_str());
        out.push_str(&diff.unified_diff().context_radius(2).header(&format!("a/{path}"), &format!("b/{path}")).to_string());
    }
    out
}

fn write(plan: &Plan, args: &ValidateArgs, mended: &Mended) -> Result<(), Failure> {
    if let Some(output) = &args.output {
        let written = rewrite(&mended.package, output, &PackOptions::default());
        return written.map(drop).map_err(|error| Failure::usage(error.to_string()).help(error.help()));
    }
    for (path, (old, new)) in &mended.texts {
        replace(&plan.path.join(path), old, new)?;
    }
    Ok(())
}

/// Writes a file that still has the content that was checked, so that it is never seen half written.
fn replace(path: &Utf8Path, checked: &str, mended: &str) -> Result<(), Failure> {
    let unwritable = |error: std::io::Error| Failure::usage(format!("cannot mend {path}: {error}"));
    if std::fs::read(path).map_err(unwritable)? != checked.as_bytes() {
        return Err(Failure::usage(format!("{path} changed while it was checked")).help("check it again"));
    }
    let path: Utf8PathBuf = path.canonicalize_utf8().map_err(unwritable)?;
    let permissions = std::fs::metadata(&path).map_err(unwritable)?.permissions();
    let folder = path.parent().unwrap_or(Utf8Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".vnfpkg-").suffix("~").tempfile_in(folder).map_err(unwritable)?;
    file.write_all(mended.as_bytes()).and_then(|()| file.as_file().set_permissions(permissions)).map_err(unwritable)?;
    file.persist(&path).map(drop).map_err(|error| unwritable(error.error))
}
