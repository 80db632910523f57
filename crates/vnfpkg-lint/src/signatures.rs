//! Checking the signature of a manifest, and packages inside a signed outer zip (SOL004 §5.1, §5.2).

use vnfpkg_csar::{Outer, OuterError, Package, Signature, SignatureError, Verified};
use vnfpkg_diag::{Finding, Severity, Sources, Span};

use crate::context::{Context, path_of};
use crate::problems::finding_for_csar;
use crate::rules::OUTER;
use crate::validate::{Options, Report, validate_plain};

/// Largest manifest and certificate that are read.
const MANIFEST_LIMIT: u64 = 16 << 20;
const CERTIFICATE_LIMIT: u64 = 1 << 20;

/// Checks the signature of the manifest; `None` when it has none that is closed. The span is where the signature begins.
pub(crate) fn verify(context: &Context<'_>) -> Option<(Span, Result<Verified, SignatureError>)> {
    let file = context.manifest?;
    let cms = file.manifest.cms.as_ref().filter(|cms| cms.closed)?;
    let bytes = context.package.read(&file.path, MANIFEST_LIMIT).ok()?;
    let verified = Signature::of_manifest(&bytes, cms).and_then(|signature| {
        let signature = match certificate(context) {
            Some(certificate) => signature.with_certificates(&certificate)?,
            None => signature,
        };
        signature.verify_manifest(&bytes, cms)
    });
    Some((cms.span.head(), verified))
}

/// The certificate that TOSCA.meta names, else the one in the root with the name of the manifest.
fn certificate(context: &Context<'_>) -> Option<Vec<u8>> {
    context.package.read(&certificate_path(context)?, CERTIFICATE_LIMIT).ok()
}

/// Where the certificate is, unless it is in the signature itself.
pub(crate) fn certificate_path(context: &Context<'_>) -> Option<String> {
    let named = context.meta.and_then(|meta| path_of(meta.entry_certificate()?));
    named.or_else(|| Some(format!("{}.cert", context.manifest?.path.strip_suffix(".mf")?)))
}

/// Applies the rules to the package inside an outer zip, and SIG07 to the outer zip.
pub(crate) fn validate_outer(package: &Package, outer: &Outer, sources: &mut Sources, options: &Options) -> Report {
    let mut findings: Vec<Finding> = package.problems().iter().map(finding_for_csar).collect();
    findings.extend(outer_findings(package, outer));
    let inner = match package.inner(&outer.csar) {
        Ok(Ok(inner)) => Some(inner),
        Ok(Err(error)) => {
            findings.push(OUTER.file(&outer.csar, error.to_string()).help(error.help()));
            None
        }
        Err(error) => {
            let damaged = error.problem().as_ref().map(finding_for_csar);
            findings.push(damaged.unwrap_or_else(|| OUTER.file(&outer.csar, error.to_string())));
            None
        }
    };
    match inner {
        Some(inner) => validate_plain(&inner, sources, options, findings),
        None => Report::of(findings, sources, options),
    }
}

fn outer_findings(package: &Package, outer: &Outer) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for path in &outer.others {
        let finding = OUTER.file(path, format!("`{path}` does not belong into an outer zip")).severity(Severity::Warning);
        findings.push(finding.help("put it into the CSAR, or leave it out"));
    }
    match package.verify_outer(outer, b"") {
        Ok(_) => {}
        Err(OuterError::NoSignature(_)) => {
            let message = format!("`{}` lies in an outer zip without a signature", outer.csar);
            findings.push(OUTER.file(&outer.csar, message).help("add the `.cms` file, or give the CSAR itself"));
        }
        // What cannot be read is found when the package inside is opened, or as a problem of the outer zip.
        Err(OuterError::Read(_)) => {}
        Err(OuterError::Signature(error)) => {
            let path = outer.signature.as_deref().unwrap_or(&outer.csar);
            findings.push(OUTER.file(path, error.to_string()));
        }
    }
    findings
}
