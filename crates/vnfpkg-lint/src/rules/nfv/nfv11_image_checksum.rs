//! `sw_image_data.checksum` names SHA-224, SHA-256, SHA-384 or SHA-512, and its `hash` is the digest of the image file in
//! the package. VNFMs compare it when they store the image.
//!
//! ## Bad
//!
//! ```yaml
//! checksum: { algorithm: sha-512, hash: 00000000 }
//! ```
//!
//! ## Good
//!
//! ```yaml
//! checksum: { algorithm: sha-512, hash: f5fe48ad... }      # 128 digits
//! ```

use vnfpkg_csar::Algorithm;
use vnfpkg_diag::{Edit, Fix, FixSafety};
use vnfpkg_diag::{Finding, Severity};

use crate::context::Context;
use crate::findings::Findings;
use crate::images::{Checksum, Image, images};
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "NFV11",
    name: "image-checksum",
    title: "The checksum of a software image is that of the file",
    severity: Severity::Error,
    clause: "SOL001 §6.2.18, §6.2.40",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some(vnfd) = context.vnfd else { return Findings::new() };
    images(vnfd).iter().filter_map(|image| check_image(context, image, &image.checksum()?)).collect()
}

fn check_image(context: &Context<'_>, image: &Image<'_>, checksum: &Checksum<'_>) -> Option<Finding> {
    let written = checksum.hash.text()?;
    let Some(algorithm) = checksum.known() else {
        let message = match checksum.algorithm {
            Some(node) => format!("`{}` is no digest algorithm of SOL001", node.text().unwrap_or("")),
            None => "the checksum has the length of no digest algorithm of SOL001".to_owned(),
        };
        let place = checksum.algorithm.unwrap_or(checksum.hash).span;
        let known = Algorithm::ALL.map(|algorithm| algorithm.name().to_lowercase()).join(", ");
        return Some(RULE.at(place, message).help(format!("use one of {known}"))).filter(|_| !context.is_reported(place));
    };
    let digest = image.path.and_then(|path| context.digests.get(path, algorithm));
    let well_formed = written.len() == algorithm.hex_len() && written.bytes().all(|byte| byte.is_ascii_hexdigit());
    let message = match digest {
        _ if !well_formed => format!("a {algorithm} digest has {} hexadecimal digits", algorithm.hex_len()),
        Some(digest) if !digest.matches(written) => format!("the checksum is not that of `{}`", image.path.unwrap_or("")),
        _ => return None,
    };
    let finding = RULE.at(checksum.hash.span, message).help("the image or the checksum is an old one");
    let finding = finding.doubts(image.path.unwrap_or_default());
    Some(match digest {
        Some(digest) => {
            let edit = Edit { span: checksum.hash.span, text: digest.to_string() };
            let fix = Fix { title: "write the digest of the file".to_owned(), safety: FixSafety::Unsafe, edits: vec![edit] };
            finding.label(format!("the file has {digest}")).fix(fix)
        }
        None => finding,
    })
}
