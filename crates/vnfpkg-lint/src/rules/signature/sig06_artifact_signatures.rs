//! Where an entry of the manifest has `Signature` or `Certificate`, each leads to a file of the package. A certificate
//! without a signature serves nothing. The signature verifies over the file, and lies beside it under its name.
//!
//! ## Bad
//!
//! ```text
//! Source: Files/images/debian.qcow2
//! Signature: Files/images/debian.sig.cms      # no such file
//! ```
//!
//! ## Good
//!
//! ```text
//! Source: Files/images/debian.qcow2
//! Signature: Files/images/debian.sig.cms
//! Certificate: Files/images/debian.cert
//! ```

use vnfpkg_csar::ManifestEntry;
use vnfpkg_diag::{Finding, Severity};

use crate::context::{Context, path_of};
use crate::fields::names_file;
use crate::findings::Findings;
use crate::rule::Rule;
use crate::signatures::{FileSignature, of_files};

pub(crate) const RULE: Rule = Rule {
    code: "SIG06",
    name: "artifact-signatures",
    title: "The signature of an artifact is in the package and fits it",
    severity: Severity::Error,
    clause: "SOL004 §5.4",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some(file) = context.manifest else { return Findings::new() };
    let mut findings = Findings::new();
    for entry in &file.manifest.entries {
        let named = [&entry.signature, &entry.certificate];
        findings.extend(named.into_iter().flatten().filter_map(|field| names_file(&RULE, context, field)));
        findings.extend(misnamed(entry));
        if let Some(certificate) = entry.certificate.as_ref().filter(|_| entry.signature.is_none()) {
            findings.push(RULE.at(certificate.span(), "the entry has a certificate but no signature").help("add `Signature`"));
        }
    }
    findings.extend(of_files(context).iter().filter_map(unfit));
    findings
}

const EXTENSIONS: [&str; 3] = [".sig.cms", ".sig.p7b", ".sig.p7c"];

/// The signature of `a/b.sh` is `a/b.sig.cms`.
fn misnamed(entry: &ManifestEntry) -> Option<Finding> {
    let (source, signature) = (path_of(entry.source.as_ref()?)?, entry.signature.as_ref()?);
    let stem = |path: &str| path.rsplit_once('.').filter(|(_, end)| !end.contains('/')).map_or(path.len(), |(stem, _)| stem.len());
    let expected = format!("{}{}", &source[..stem(&source)], EXTENSIONS[0]);
    let path = path_of(signature)?;
    let fits = EXTENSIONS.iter().any(|end| path.strip_suffix(end).is_some_and(|base| base == &source[..stem(&source)] || base == source));
    let message = || format!("the signature of `{source}` is called `{path}`");
    let finding = |()| RULE.at(signature.value.span, message()).severity(Severity::Warning).help(format!("SOL004 wants `{expected}` beside it"));
    (!fits).then_some(()).map(finding)
}

/// The finding that a signature does not verify over its file. What is not there has a finding of its own.
fn unfit(file: &FileSignature) -> Option<Finding> {
    let error = file.result.as_ref().err()?;
    let finding = RULE.at(file.span, format!("the signature of `{}` does not hold: {error}", file.path));
    Some(finding.help("sign the file again, or take the one that was signed"))
}
