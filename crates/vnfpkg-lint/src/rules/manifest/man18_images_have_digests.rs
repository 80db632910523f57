//! The file of each software image has an entry with `Algorithm` and `Hash`. Images are large and the likeliest to be cut
//! off on their way.
//!
//! ## Bad
//!
//! ```text
//! Source: Files/images/debian.qcow2
//! ```
//!
//! ## Good
//!
//! ```text
//! Source: Files/images/debian.qcow2
//! Algorithm: SHA-256
//! Hash: 1c9c2a0d...
//! ```

use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::findings::Findings;
use crate::images::images;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MAN18",
    name: "images-have-digests",
    title: "Software images have digests in the manifest",
    severity: Severity::Warning,
    clause: "SOL004 §5.2",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let (Some(file), Some(vnfd)) = (context.manifest, context.vnfd) else { return Findings::new() };
    let without = |path: &str| file.manifest.entry(path).filter(|entry| entry.hash.is_none());
    let images = images(vnfd);
    let entries = images.iter().filter_map(|image| image.path).filter_map(without);
    entries.map(|entry| RULE.at(entry.span, "the entry of a software image has no digest").help("run `vnfpkg pack`; it adds the digest")).collect()
}
