//! `vnfpkg pack`

use camino::{Utf8Path, Utf8PathBuf};
use vnfpkg_csar::{PackOptions, PackReport};
use vnfpkg_diag::render::{Format, Group, Origin, Style};
use vnfpkg_diag::{Severity, Sources};
use vnfpkg_lint::Options;

use super::findings::render_groups;
use crate::cli::PackArgs;
use crate::exit::{CommandResult, Exit, Failure};
use crate::prepare::open;
use crate::terminal::Terminal;

/// Packs a folder, and checks the result.
pub(crate) fn run(args: &PackArgs, terminal: &Terminal) -> CommandResult {
    let output = args.output.clone().map_or_else(|| default_output(&args.folder), Ok)?;
    let options = PackOptions { write_back: args.write_back, compress_images: args.compress_images };
    let report =
        vnfpkg_csar::pack(&args.folder, &output, &options).map_err(|error| Failure::usage(error.to_string()).help(error.help()))?;
    terminal.out(&describe(&report));
    if args.no_validate { Ok(Exit::Ok) } else { check(&output, terminal) }
}

fn default_output(folder: &Utf8Path) -> Result<Utf8PathBuf, Failure> {
    let absolute = folder.canonicalize_utf8().map_err(|error| Failure::usage(format!("cannot read {folder}: {error}")))?;
    let name = absolute
        .file_name()
        .ok_or_else(|| Failure::usage(format!("{folder} has no name")).help("name the archive with `--output FILE`"))?;
    Ok(Utf8PathBuf::from(format!("{name}.csar")))
}

fn describe(report: &PackReport) -> String {
    let mut text = format!("{}: {} files, {} bytes\n", report.output, report.files, report.size);
    match &report.manifest {
        Some(manifest) => text.push_str(&format!("{manifest}: {} digests brought up to date\n", report.changes.len())),
        None => text.push_str("the package has no manifest, so no digests were added\n"),
    }
    for path in &report.dangling {
        text.push_str(&format!("warning: `{path}` is listed but is not in the folder\n"));
    }
    if report.signature_removed {
        text.push_str("warning: the signature was taken out, since it did not cover the new digests; sign the package again\n");
    }
    text
}

fn check(output: &Utf8Path, terminal: &Terminal) -> CommandResult {
    let package = open(output)?;
    let mut sources = Sources::new();
    let report = vnfpkg_lint::validate(&package, &mut sources, &Options::default());
    if report.findings.is_empty() {
        return Ok(Exit::Ok);
    }
    let group = Group { origin: Origin::Archive(output.as_str()), sources: &sources, findings: &report.findings };
    let style = Style { width: terminal.width, color: terminal.color_err, unicode: true };
    terminal.err(&render_groups(Format::Human, &[group], style));
    Ok(if report.worst() == Some(Severity::Error) { Exit::Findings } else { Exit::Ok })
}
