//! The certificate of the signer is in exactly one place: in the CMS block, in the file that `ETSI-Entry-Certificate` names, or
//! in a `.cert` file in the root with the name of the manifest.
//!
//! ## Bad
//!
//! ```text
//! -----BEGIN CMS-----        # without a certificate, and no ETSI-Entry-Certificate
//! ```
//!
//! ## Good
//!
//! ```text
//! ETSI-Entry-Certificate: registry.cert
//! ```

use vnfpkg_csar::Signature;
use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;
use crate::signatures::certificate_path;

/// Largest manifest that is read.
const LIMIT: u64 = 16 << 20;

pub(crate) const RULE: Rule = Rule {
    code: "SIG04",
    name: "signer-certificate",
    title: "The signer's certificate is in one place",
    severity: Severity::Error,
    clause: "SOL004 §4.3.6, §5.2",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some(file) = context.manifest else { return Findings::new() };
    let Some(cms) = file.manifest.cms.as_ref().filter(|cms| cms.closed) else { return Findings::new() };
    let Ok(bytes) = context.package.read(&file.path, LIMIT) else { return Findings::new() };
    // A block that cannot be read is a matter of SIG03.
    let Ok(signature) = Signature::of_manifest(&bytes, cms) else { return Findings::new() };
    let beside = certificate_path(context).filter(|path| context.package.exists(path));
    let finding = match (signature.has_certificate(), beside) {
        (false, None) => {
            let finding = RULE.at(cms.span.head(), "the certificate of the signer is neither in the signature nor in a file of the package");
            finding.help("sign with the certificate, or name its file by `ETSI-Entry-Certificate` in TOSCA.meta")
        }
        (true, Some(path)) => {
            let message = format!("the signature holds a certificate, and `{path}` is another place for it");
            RULE.at(cms.span.head(), message).severity(Severity::Warning).help("leave one of the two out")
        }
        _ => return Findings::new(),
    };
    Findings::from(finding)
}
