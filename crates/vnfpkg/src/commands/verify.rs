//! `vnfpkg verify`

use camino::{Utf8Path, Utf8PathBuf};
use clap::Args;
use serde::Serialize;
use vnfpkg_csar::{Certificate, Form, SignedForm};
use vnfpkg_diag::render::{Format, Group, Origin, Style};
use vnfpkg_diag::{Finding, Severity, Sources, sort_findings};
use vnfpkg_lint::{Options, Report, Signed};

use super::findings::render_groups;
use crate::environment::now;
use crate::exit::{CommandResult, Exit, Failure};
use crate::prepare::open;
use crate::settings::read_trust;
use crate::terminal::Terminal;

/// Arguments of `verify`.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// Packages: `.csar`, `.zip` or a folder
    #[arg(required = true, value_name = "PACKAGE")]
    pub(crate) packages: Vec<Utf8PathBuf>,
    /// Certificates (PEM) to which that of the signer has to lead; may repeat. Without it a signature is checked, not whose it is
    #[arg(long, value_name = "FILE")]
    pub(crate) trust: Vec<Utf8PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Rules that say whether the bytes of a package are those that were signed.
const RULES: [&str; 12] = ["MAN08", "MAN09", "MAN10", "MAN11", "MAN12", "MAN13", "MET14", "SIG02", "SIG03", "SIG04", "SIG06", "SIG10"];

/// What a signature is, for programs.
#[derive(Serialize)]
struct Record {
    package: String,
    covers: String,
    holds: bool,
    trusted: Option<bool>,
    signers: Vec<String>,
    error: Option<String>,
}

/// Checks the signatures of packages, and that every digest is that of its file.
pub(crate) fn run(args: &VerifyArgs, terminal: &Terminal) -> CommandResult {
    let options = Options { now: Some(now()), trust: read_trust(&args.trust)?, ..Options::default() };
    let mut records = Vec::new();
    let mut good = true;
    for path in &args.packages {
        let package = open(path)?;
        let mut sources = Sources::new();
        let mut report = vnfpkg_lint::validate(&package, &mut sources, &options);
        report.findings.retain(concerns);
        if report.signatures.is_empty() && report.findings.iter().all(|finding| finding.code != "SIG10") {
            report.findings.extend(unsigned());
        }
        sort_findings(&mut report.findings, &sources);
        good &= report.worst() != Some(Severity::Error);
        if args.json {
            records.extend(report.signatures.iter().map(|signed| to_json(path, signed)));
        } else {
            terminal.out(&describe(path, &report));
        }
        if !report.findings.is_empty() {
            let origin = if package.form() == Form::Folder { Origin::Folder(path.as_str()) } else { Origin::Archive(path.as_str()) };
            let group = Group { origin, sources: &sources, findings: &report.findings };
            let style = Style { width: terminal.width, color: terminal.color_err, unicode: true };
            terminal.err(&render_groups(Format::Human, &[group], style));
        }
    }
    if args.json {
        let text = serde_json::to_string_pretty(&records).map_err(|error| Failure::new(Exit::Bug, error.to_string()))?;
        terminal.out(&format!("{text}\n"));
    }
    Ok(if good { Exit::Ok } else { Exit::Findings })
}

fn concerns(finding: &Finding) -> bool {
    RULES.contains(&finding.code) || finding.code.starts_with("ZIP") || finding.code == "SIG07" || finding.code == "SIG08"
}

/// What is asked for here is a signature: that there is none is an error.
fn unsigned() -> Option<Finding> {
    let rule = vnfpkg_lint::rule("SIG10")?;
    let finding = Finding::new(rule, vnfpkg_diag::Place::Package, "the package is not signed");
    Some(finding.help("sign it with `vnfpkg pack --sign KEY --cert CERTIFICATE`"))
}

fn describe(path: &Utf8Path, report: &Report) -> String {
    let mut text = String::new();
    for signed in &report.signatures {
        match &signed.result {
            Err(error) => text.push_str(&format!("{path}: {}: {error}\n", signed.path)),
            Ok(verified) => {
                let form = if verified.form == SignedForm::CrLf { ", over its text with CRLF ends" } else { "" };
                text.push_str(&format!("{path}: {}: the signature fits{form}\n", signed.path));
                verified.signers.iter().for_each(|signer| text.push_str(&format!("  signed by  {}\n", certificate(signer))));
                let trust = match &verified.trust {
                    None => "not asked for; name trusted certificates with `--trust FILE`".to_owned(),
                    Some(Ok(())) => "leads to a trusted certificate".to_owned(),
                    Some(Err(why)) => format!("none: {why}"),
                };
                text.push_str(&format!("  trust      {trust}\n"));
            }
        }
    }
    if report.worst() != Some(Severity::Error) {
        text.push_str(&format!("{path}: {} files are as they were signed\n", report.stats.files));
    }
    text
}

fn certificate(certificate: &Certificate) -> String {
    let date = |seconds: i64| jiff::Timestamp::from_second(seconds).map_or_else(|_| "?".to_owned(), |time| time.strftime("%F").to_string());
    let Certificate { subject, issuer, key_kind, key_bits, .. } = certificate;
    let (from, until) = (date(certificate.not_before), date(certificate.not_after));
    format!("{subject} ({key_kind} {key_bits}), issued by {issuer}, valid from {from} to {until}")
}

fn to_json(package: &Utf8Path, signed: &Signed) -> Record {
    let verified = signed.result.as_ref().ok();
    Record {
        package: package.to_string(),
        covers: signed.path.clone(),
        holds: verified.is_some(),
        trusted: verified.and_then(|verified| verified.trust.as_ref()).map(Result::is_ok),
        signers: verified.map(|verified| verified.signers.iter().map(|signer| signer.subject.clone()).collect()).unwrap_or_default(),
        error: signed.result.as_ref().err().map(ToString::to_string),
    }
}
