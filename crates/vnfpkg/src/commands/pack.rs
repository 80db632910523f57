//! `vnfpkg pack`

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use vnfpkg_csar::{PackError, PackOptions, PackReport, Signer, Signing};
use vnfpkg_diag::render::{Format, Group, Origin, Style};
use vnfpkg_diag::{Severity, Sources};
use vnfpkg_lint::Options;
use vnfpkg_lint::suppress::Acceptance;
use zeroize::Zeroizing;

use super::findings::render_groups;
use crate::environment::now;
use crate::exit::{CommandResult, Exit, Failure};
use crate::passphrase;
use crate::prepare::open;
use crate::settings::SettingsFiles;
use crate::terminal::Terminal;

/// Arguments of `pack`.
#[derive(Debug, Args)]
pub(crate) struct PackArgs {
    /// The folder
    pub(crate) folder: Utf8PathBuf,
    /// The archive; default is the folder's name with `.csar` (`.zip` with `--outer`) in the current folder
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<Utf8PathBuf>,
    /// Write the digests into the folder's own manifest too
    #[arg(long)]
    pub(crate) write_back: bool,
    /// Compress images too; without it ranges of them can be uploaded straight from the archive
    #[arg(long)]
    pub(crate) compress_images: bool,
    /// Do not check the archive
    #[arg(long)]
    pub(crate) no_validate: bool,
    /// Sign the manifest with this private key (PEM, RSA or EC): SOL004 option 1. The passphrase of an encrypted key is taken from
    /// `--passphrase-file`, from VNFPKG_KEY_PASSPHRASE, or asked for
    #[arg(long, value_name = "KEY", requires = "cert")]
    pub(crate) sign: Option<Utf8PathBuf>,
    /// The certificate of the key, and those that it leads to (PEM)
    #[arg(long, value_name = "FILE", requires = "sign")]
    pub(crate) cert: Option<Utf8PathBuf>,
    /// File with the passphrase of the key
    #[arg(long, value_name = "FILE", requires = "sign")]
    pub(crate) passphrase_file: Option<Utf8PathBuf>,
    /// Sign every file for itself too
    #[arg(long, requires = "sign", conflicts_with = "write_back")]
    pub(crate) sign_artifacts: bool,
    /// Sign the archive as a whole and put both into an outer zip: SOL004 option 2
    #[arg(long, requires = "sign")]
    pub(crate) outer: bool,
}

/// Packs a folder, and checks the result.
pub(crate) fn run(args: &PackArgs, terminal: &Terminal) -> CommandResult {
    let output = args.output.clone().map_or_else(|| default_output(args), Ok)?;
    let options = PackOptions { write_back: args.write_back, compress_images: args.compress_images };
    let signer = signer(args)?;
    let packed = match &signer {
        Some(signer) => {
            vnfpkg_csar::pack_signed(&args.folder, &output, &options, &Signing { signer, files: args.sign_artifacts, outer: args.outer })
        }
        None => vnfpkg_csar::pack(&args.folder, &output, &options),
    };
    let report = packed.map_err(|error| Failure::usage(error.to_string()).help(error.help()))?;
    terminal.out(&describe(args, &report));
    if args.no_validate { Ok(Exit::Ok) } else { check(args, &output, terminal) }
}

/// The key and its certificate, when the package is to be signed.
fn signer(args: &PackArgs) -> Result<Option<Signer>, Failure> {
    let (Some(key), Some(certificate)) = (&args.sign, &args.cert) else { return Ok(None) };
    let read = |path: &Utf8Path| std::fs::read(path).map_err(|error| Failure::usage(format!("cannot read {path}: {error}")));
    let (key_pem, certificate_pem) = (Zeroizing::new(read(key)?), read(certificate)?);
    let mut failure = None;
    let signer = Signer::new(&key_pem, &certificate_pem, || {
        passphrase::of_key(key, args.passphrase_file.as_deref()).unwrap_or_else(|error| {
            failure = Some(error);
            None
        })
    });
    match (signer, failure) {
        (_, Some(failure)) => Err(failure),
        (Ok(signer), None) => Ok(Some(signer)),
        (Err(error), None) => Err(PackError::from(error)).map_err(|error| Failure::usage(format!("{key}: {error}")).help(error.help())),
    }
}

fn default_output(args: &PackArgs) -> Result<Utf8PathBuf, Failure> {
    let folder = &args.folder;
    let absolute = folder.canonicalize_utf8().map_err(|error| Failure::usage(format!("cannot read {folder}: {error}")))?;
    let name = absolute
        .file_name()
        .ok_or_else(|| Failure::usage(format!("{folder} has no name")).help("name the archive with `--output FILE`"))?;
    Ok(Utf8PathBuf::from(format!("{name}.{}", if args.outer { "zip" } else { "csar" })))
}

fn describe(args: &PackArgs, report: &PackReport) -> String {
    let mut text = format!("{}: {} files, {} bytes\n", report.output, report.files, report.size);
    match &report.manifest {
        Some(manifest) => text.push_str(&format!("{manifest}: {} digests brought up to date\n", report.changes.len())),
        None => text.push_str("the package has no manifest, so no digests were added\n"),
    }
    for path in &report.dangling {
        text.push_str(&format!("warning: `{path}` is listed but is not in the folder\n"));
    }
    match (&args.cert, args.outer) {
        (Some(certificate), true) => text.push_str(&format!("signed as a whole, with {certificate}\n")),
        (Some(certificate), false) => text.push_str(&format!("signed with {certificate}\n")),
        (None, _) => {}
    }
    if report.signed_files > 0 {
        text.push_str(&format!("{} files signed each for itself\n", report.signed_files));
    }
    if report.signature_removed {
        text.push_str("warning: the signature was taken out, since it did not cover the new digests; sign the package again\n");
    }
    text
}

/// Checks the archive under the settings of the folder.
fn check(args: &PackArgs, output: &Utf8Path, terminal: &Terminal) -> CommandResult {
    let package = open(output)?;
    let settings = SettingsFiles::default().of(&args.folder)?;
    let mut sources = Sources::new();
    let report = vnfpkg_lint::validate(&package, &mut sources, &Options { now: Some(now()), pedantic: true, ..Options::default() });
    let acceptance = Acceptance {
        settings: &settings.settings,
        baseline: None,
        package: package.name(),
        pedantic: false,
        digests: true,
        comments: true,
    };
    let findings = acceptance.sort(report.findings, &sources).findings;
    if findings.is_empty() {
        return Ok(Exit::Ok);
    }
    let group = Group { origin: Origin::Archive(output.as_str()), sources: &sources, findings: &findings };
    let style = Style { width: terminal.width, color: terminal.color_err, unicode: true };
    terminal.err(&render_groups(Format::Human, &[group], style));
    let fatal = findings.iter().any(|finding| finding.severity == Severity::Error);
    Ok(if fatal { Exit::Findings } else { Exit::Ok })
}
