//! Checking the signature of a manifest, and packages inside a signed outer zip (SOL004 §5.1, §5.2).

use vnfpkg_csar::{Certificate, ManifestEntry, Outer, OuterError, Package, Signature, SignatureError, Verified};
use vnfpkg_diag::{Severity, Sources, Span};

use crate::context::{Context, path_of};
use crate::findings::Findings;
use crate::problems::finding_for_csar;
use crate::rules::{IN_FORCE, OUTER, TRUST};
use crate::validate::{Options, Report, Signed, validate_plain};

/// Largest manifest and certificate that are read.
const MANIFEST_LIMIT: u64 = 16 << 20;
const CERTIFICATE_LIMIT: u64 = 1 << 20;

/// The signature of the manifest as it was checked; `None` when it has none that is closed. The span is where the signature begins.
pub(crate) fn verify(context: &Context<'_>) -> Option<(Span, Result<Verified, SignatureError>)> {
    context.signature.get_or_init(|| check(context)).clone()
}

fn check(context: &Context<'_>) -> Option<(Span, Result<Verified, SignatureError>)> {
    let file = context.manifest?;
    let cms = file.manifest.cms.as_ref().filter(|cms| cms.closed)?;
    let bytes = context.package.read(&file.path, MANIFEST_LIMIT).ok()?;
    let verified = Signature::of_manifest(&bytes, cms).and_then(|signature| {
        let signature = match certificate(context) {
            Some(certificate) => signature.with_certificates(&certificate)?,
            None => signature,
        };
        trusting(signature, context)?.verify_manifest(&bytes, cms)
    });
    Some((cms.span.head(), verified))
}

/// The signature with the certificates that its signer's has to lead to.
fn trusting(signature: Signature, context: &Context<'_>) -> Result<Signature, SignatureError> {
    if context.trust.is_empty() { Ok(signature) } else { signature.with_trusted(context.trust) }
}

/// The signature of a file of its own.
pub(crate) struct FileSignature {
    pub(crate) path: String,
    /// Where the manifest names the signature.
    pub(crate) span: Span,
    pub(crate) result: Result<Verified, SignatureError>,
}

/// The signatures of files as they were checked; none when files are not to be read.
pub(crate) fn of_files<'c>(context: &'c Context<'_>) -> &'c [FileSignature] {
    context.file_signatures.get_or_init(|| {
        let entries = context.manifest.iter().flat_map(|file| &file.manifest.entries).filter(|_| context.reads_files);
        entries.filter_map(|entry| file_signature(context, entry)).collect()
    })
}

fn file_signature(context: &Context<'_>, entry: &ManifestEntry) -> Option<FileSignature> {
    let (path, span) = (path_of(entry.source.as_ref()?)?, entry.signature.as_ref()?.value.span);
    Some(FileSignature { path, span, result: verify_file(context, entry)? })
}

/// All signatures inside the package.
pub(crate) fn all(context: &Context<'_>) -> Vec<Signed> {
    let manifest = context.manifest.zip(verify(context)).map(|(file, (_, result))| Signed { path: file.path.clone(), result });
    let files = of_files(context).iter().map(|file| Signed { path: file.path.clone(), result: file.result.clone() });
    manifest.into_iter().chain(files).collect()
}

/// Checks the signature of a file of its own; `None` when the package lacks the file or the signature, which is found elsewhere.
fn verify_file(context: &Context<'_>, entry: &ManifestEntry) -> Option<Result<Verified, SignatureError>> {
    let path = path_of(entry.source.as_ref()?)?;
    let bytes = context.package.read(&path_of(entry.signature.as_ref()?)?, CERTIFICATE_LIMIT).ok()?;
    let beside = entry.certificate.as_ref().and_then(path_of).and_then(|path| context.package.read(&path, CERTIFICATE_LIMIT).ok());
    let common = || certificate(context);
    let signature = Signature::parse(&bytes).and_then(|signature| match beside.or_else(common) {
        Some(certificate) => signature.with_certificates(&certificate),
        None => Ok(signature),
    });
    match signature.and_then(|signature| trusting(signature, context)) {
        Ok(signature) => signature.verify_reader(context.package.reader(&path).ok()?).ok(),
        Err(error) => Some(Err(error)),
    }
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
    let mut findings: Findings = package.problems().iter().map(finding_for_csar).collect();
    let (found, verified) = outer_findings(package, outer, options);
    findings.append(found);
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
        Some(inner) => {
            let signed = verified.is_some();
            let mut report = validate_plain(&inner, sources, options, findings, signed);
            report.signatures.extend(verified.map(|verified| Signed { path: outer.csar.clone(), result: Ok(verified) }));
            report
        }
        None => Report::of(findings, sources, options),
    }
}

/// Findings about the outer zip, and its signature when it holds.
fn outer_findings(package: &Package, outer: &Outer, options: &Options) -> (Findings, Option<Verified>) {
    let mut findings = Findings::new();
    for path in &outer.others {
        let finding = OUTER.file(path, format!("`{path}` does not belong into an outer zip")).severity(Severity::Warning);
        findings.push(finding.help("put it into the CSAR, or leave it out"));
    }
    let mut verified = None;
    match package.verify_outer(outer, &options.trust) {
        Ok(found) => {
            let path = outer.signature.as_deref().unwrap_or(&outer.csar);
            findings.extend(distrust(&found).map(|message| TRUST.file(path, message)));
            findings.extend(
                found.signers.iter().flat_map(|signer| certificate_faults(signer, options.now)).map(|message| IN_FORCE.file(path, message)),
            );
            verified = Some(found);
        }
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
    (findings, verified)
}

/// Why the signer is not trusted; `None` when it is, or nobody asked.
pub(crate) fn distrust(verified: &Verified) -> Option<String> {
    match &verified.trust {
        Some(Err(why)) => Some(format!("the certificate of the signer leads to none that is trusted: {why}")),
        _ => None,
    }
}

/// What is wrong with the certificate of a signer at a moment.
pub(crate) fn certificate_faults(signer: &Certificate, now: Option<i64>) -> Vec<String> {
    let mut faults = Vec::new();
    if now.is_some_and(|now| !signer.is_valid_at(now)) {
        faults.push(format!("the certificate of `{}` is not in force now", signer.subject));
    }
    let least = match signer.key_kind.as_str() {
        "RSA" | "DSA" => 2048,
        "EC" => 224,
        _ => 0,
    };
    if signer.key_bits < least {
        faults.push(format!("the {} key of `{}` has {} bits only", signer.key_kind, signer.subject, signer.key_bits));
    }
    faults
}
