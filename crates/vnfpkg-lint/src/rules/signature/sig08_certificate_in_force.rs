//! The moment of checking lies in the time that the signer's certificate is valid for, and its key is not too short: RSA
//! from 2048 bits, elliptic curves from 224.
//!
//! ## Bad
//!
//! ```text
//! notAfter = 31 December 2019
//! ```
//!
//! ## Good
//!
//! ```text
//! notAfter = 31 December 2030
//! ```

use vnfpkg_csar::Certificate;
use vnfpkg_diag::{Finding, Severity};

use crate::context::Context;
use crate::rule::Rule;
use crate::signatures::verify;

pub(crate) const RULE: Rule = Rule {
    code: "SIG08",
    name: "certificate-in-force",
    title: "The certificate of the signer is in force",
    severity: Severity::Warning,
    clause: "SOL004 §5.3",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Vec<Finding> {
    let Some((span, Ok(verified))) = verify(context) else { return Vec::new() };
    let faults = verified.signers.iter().flat_map(|signer| faults(signer, context.now));
    faults.map(|message| RULE.at(span, message).help("sign again with a certificate that is in force")).collect()
}

fn faults(signer: &Certificate, now: Option<i64>) -> Vec<String> {
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
