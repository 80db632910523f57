//! An encrypted artifact (CMS EnvelopedData) names a recipient who can open it. What is in it cannot be looked at here.
//!
//! ## Bad
//!
//! ```text
//! Source: Files/secrets.cms       # enveloped for a certificate that nobody has
//! ```
//!
//! ## Good
//!
//! ```text
//! Source: Files/secrets.cms       # enveloped for the certificate of the operator
//! ```

use std::io::Read;

use vnfpkg_diag::Severity;

use crate::context::{Context, path_of};
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "SIG09",
    name: "encrypted-artifacts",
    title: "Encrypted artifacts are for the receiver",
    severity: Severity::Info,
    clause: "SOL004 §5.5",
    check: Some(check),
    ..Rule::BASE
};

/// The object identifier of EnvelopedData, 1.2.840.113549.1.7.3, in DER.
const ENVELOPED: [u8; 11] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x03];
/// Extensions of files that may be CMS.
const EXTENSIONS: [&str; 5] = [".cms", ".p7m", ".p7e", ".p7", ".enc"];

fn check(context: &Context<'_>) -> Findings {
    let sources = context.entries().iter().filter_map(|entry| entry.source.as_ref());
    let candidates = sources.filter(|field| EXTENSIONS.iter().any(|end| field.value.text.ends_with(end)));
    let enveloped = candidates.filter(|field| path_of(field).is_some_and(|path| is_enveloped(context, &path)));
    let finding = |field: &vnfpkg_csar::Field| {
        let message = format!("`{}` is encrypted; what is in it was not looked at", field.value.text);
        RULE.at(field.value.span, message).help("see that it is enveloped for the certificate of the receiver")
    };
    enveloped.map(finding).collect()
}

/// The identifier stands at the beginning of the DER form, after a length of up to five bytes.
fn is_enveloped(context: &Context<'_>, path: &str) -> bool {
    let mut head = Vec::new();
    let Ok(reader) = context.package.reader(path) else { return false };
    // What cannot be read is damaged, which is found elsewhere.
    let _ = reader.take(32).read_to_end(&mut head);
    head.first() == Some(&0x30) && head.windows(ENVELOPED.len()).any(|window| window == ENVELOPED)
}
