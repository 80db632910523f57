//! The CMS block verifies over the bytes of the manifest before it, with the certificate of its signer: from the block
//! itself, from the file that `ETSI-Entry-Certificate` names, or from a `.cert` file in the root with the name of the
//! manifest.
//!
//! ## Bad
//!
//! ```text
//! metadata:
//!   vnf_package_version: 1.1      # edited after signing
//! ...
//! -----BEGIN CMS-----
//! ```
//!
//! ## Good
//!
//! ```text
//! metadata:
//!   vnf_package_version: 1.0
//! ...
//! -----BEGIN CMS-----             # made by signing these very bytes
//! ```

use vnfpkg_csar::SignatureError;
use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;
use crate::signatures::verify;

pub(crate) const RULE: Rule = Rule {
    code: "SIG03",
    name: "signature-fits",
    title: "The signature of the manifest fits its content",
    severity: Severity::Error,
    clause: "SOL004 §5.2",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some((span, Err(error))) = verify(context) else { return Findings::new() };
    // Where the certificate has to be is a matter of SIG04.
    if error == SignatureError::NoCertificate {
        return Findings::new();
    }
    let help = match error {
        SignatureError::Mismatch => "sign the manifest again, or take the one that was signed",
        SignatureError::NoCertificate | SignatureError::BadCertificate => "the certificate has to be X.509 in PEM or DER",
        SignatureError::Unreadable | SignatureError::Unsupported(_) => "sign with `openssl cms -sign -outform PEM`",
    };
    Findings::from(RULE.at(span, error.to_string()).help(help))
}
