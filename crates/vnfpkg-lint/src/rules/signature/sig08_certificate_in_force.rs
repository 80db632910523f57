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

use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;
use crate::signatures::{certificate_faults, verify};

pub(crate) const RULE: Rule = Rule {
    code: "SIG08",
    name: "certificate-in-force",
    title: "The certificate of the signer is in force",
    severity: Severity::Warning,
    clause: "SOL004 §5.3",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some((span, Ok(verified))) = verify(context) else { return Findings::new() };
    let faults = verified.signers.iter().flat_map(|signer| certificate_faults(signer, context.now));
    faults.map(|message| RULE.at(span, message).help("sign again with a certificate that is in force")).collect()
}
