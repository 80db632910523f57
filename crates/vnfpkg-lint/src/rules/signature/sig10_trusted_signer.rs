//! With `--trust` the package has a signature, and the certificate of its signer leads to one of those that are trusted.
//!
//! Certificates between the two may lie in the signature or beside it. Dates are those of the moment of checking.
//!
//! ## Bad
//!
//! ```text
//! $ vnfpkg validate --trust vendor-root.pem registry.csar      # signed with a certificate that somebody made for himself
//! ```
//!
//! ## Good
//!
//! ```text
//! $ vnfpkg validate --trust vendor-root.pem registry.csar      # signed with a certificate that the vendor's root issued
//! ```

use vnfpkg_diag::Place;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;
use crate::signatures::{distrust, of_files, verify};

pub(crate) const RULE: Rule = Rule {
    code: "SIG10",
    name: "trusted-signer",
    title: "The signer leads to a trusted certificate",
    clause: "SOL004 §5.3",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    if context.trust.is_empty() {
        return Findings::new();
    }
    let mut findings = Findings::new();
    match verify(context) {
        Some((span, Ok(verified))) => findings.extend(distrust(&verified).map(|message| RULE.at(span, message))),
        // That it does not fit is found by SIG03.
        Some((_, Err(_))) => {}
        None if context.signed_outside => {}
        None => {
            let place = context.manifest.map_or(Place::Package, |file| Place::File(file.path.clone()));
            findings.push(RULE.finding(place, "the package is not signed").help("sign it with `vnfpkg pack --sign KEY --cert CERTIFICATE`"));
        }
    }
    for file in of_files(context) {
        if let Ok(verified) = &file.result {
            findings.extend(distrust(verified).map(|message| RULE.at(file.span, message)));
        }
    }
    findings
}
