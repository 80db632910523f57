//! `vnfpkg validate`

use std::io::Read;

use camino::Utf8Path;
use rayon::prelude::*;
use vnfpkg_csar::{Form, Package};
use vnfpkg_diag::render::{Format, Group, Origin, Style};
use vnfpkg_diag::{Finding, Severity, Sources};
use vnfpkg_lint::Options;

use super::findings::render_groups;
use super::fix;
use crate::cli::{FailOn, FixLevel, ValidateArgs};
use crate::exit::{CommandResult, Exit, Failure};
use crate::prepare::open;
use crate::terminal::Terminal;

/// A package from standard input may be this large.
const STDIN_LIMIT: u64 = 1 << 30;

struct Checked {
    name: String,
    form: Form,
    sources: Sources,
    findings: Vec<Finding>,
}

/// Checks all packages, prints all findings.
pub(crate) fn run(args: &ValidateArgs, terminal: &Terminal) -> CommandResult {
    let format: Format = args.format.parse().map_err(|_| unknown_format(&args.format))?;
    let options = Options { digests: !args.no_digest, pedantic: args.strict, ..Options::default() };
    let checked: Vec<Checked> = if let Some(level) = args.fix {
        args.packages.iter().map(|path| check_and_fix(path, &options, level, terminal)).collect::<Result<_, _>>()?
    } else {
        args.packages.par_iter().map(|path| check(path, &options)).collect::<Result<_, _>>()?
    };
    let groups: Vec<Group<'_>> =
        checked.iter().map(|checked| Group { origin: origin(checked), sources: &checked.sources, findings: &checked.findings }).collect();
    let style = Style { width: terminal.width, color: terminal.color_out, unicode: true };
    terminal.out(&render_groups(format, &groups, style));
    let worst = checked.iter().flat_map(|checked| &checked.findings).map(|finding| finding.severity).max();
    Ok(if fails(worst, args.fail_on) { Exit::Findings } else { Exit::Ok })
}

fn check(path: &Utf8Path, options: &Options) -> Result<Checked, Failure> {
    let package = if path == "-" { from_stdin()? } else { open(path)? };
    let mut sources = Sources::new();
    let report = vnfpkg_lint::validate(&package, &mut sources, options);
    Ok(Checked { name: path.to_string(), form: package.form(), sources, findings: report.findings })
}

/// Mends a folder, tells what was mended, and checks it again.
fn check_and_fix(path: &Utf8Path, options: &Options, level: FixLevel, terminal: &Terminal) -> Result<Checked, Failure> {
    let checked = check(path, options)?;
    if checked.form != Form::Folder {
        return Err(
            Failure::usage(format!("{path} is no folder, and an archive is not changed")).help("mend the folder that it was packed from")
        );
    }
    let done = fix::apply(path, &checked.sources, &checked.findings, level)?;
    for line in &done {
        terminal.err(&format!("{line}\n"));
    }
    if done.is_empty() { Ok(checked) } else { check(path, options) }
}

fn from_stdin() -> Result<Package, Failure> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(STDIN_LIMIT + 1).read_to_end(&mut bytes);
    read.map_err(|error| Failure::usage(format!("cannot read standard input: {error}")))?;
    if bytes.len() as u64 > STDIN_LIMIT {
        return Err(Failure::usage("the package on standard input is larger than 1 GiB").help("write it to a file and give its path"));
    }
    Package::from_bytes("-", bytes).map_err(|error| Failure::usage(error.to_string()).help(error.help()))
}

fn origin(checked: &Checked) -> Origin<'_> {
    match checked.form {
        Form::Folder => Origin::Folder(&checked.name),
        Form::Zip => Origin::Archive(&checked.name),
    }
}

fn unknown_format(name: &str) -> Failure {
    let known: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
    Failure::usage(format!("there is no format `{name}`")).help(format!("formats are {}", known.join(", ")))
}

fn fails(worst: Option<Severity>, fail_on: FailOn) -> bool {
    let limit = match fail_on {
        FailOn::Error => Severity::Error,
        FailOn::Warning => Severity::Warning,
        FailOn::Info => Severity::Info,
        FailOn::Never => return false,
    };
    worst.is_some_and(|worst| worst >= limit)
}
