//! Where an entry of the manifest has `Signature` or `Certificate`, each leads to a file of the package. A certificate
//! without a signature serves nothing.
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

use vnfpkg_diag::{Finding, Severity};

use crate::context::Context;
use crate::fields::names_file;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "SIG06",
    name: "artifact-signatures",
    title: "Signature and certificate of an artifact are in the package",
    severity: Severity::Error,
    clause: "SOL004 §5.4",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Vec<Finding> {
    let Some(file) = context.manifest else { return Vec::new() };
    let mut findings = Vec::new();
    for entry in &file.manifest.entries {
        let named = [&entry.signature, &entry.certificate];
        findings.extend(named.into_iter().flatten().filter_map(|field| names_file(&RULE, context, field)));
        if let Some(certificate) = entry.certificate.as_ref().filter(|_| entry.signature.is_none()) {
            findings.push(RULE.at(certificate.span(), "the entry has a certificate but no signature").help("add `Signature`"));
        }
    }
    findings
}
