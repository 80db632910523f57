//! The signature covers the manifest alone. A file is protected only by its digest in it.
//!
//! ## Bad
//!
//! ```text
//! Source: Scripts/install.sh
//! -----BEGIN CMS-----
//! ```
//!
//! ## Good
//!
//! ```text
//! Source: Scripts/install.sh
//! Algorithm: SHA-256
//! Hash: 5b63a7c5...
//! -----BEGIN CMS-----
//! ```

use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "SIG05",
    name: "signed-files-have-digests",
    title: "In a signed manifest every file has a digest",
    severity: Severity::Warning,
    clause: "SOL004 §5.2",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some(file) = context.manifest.filter(|file| file.manifest.cms.is_some()) else { return Findings::new() };
    let bare = file.manifest.entries.iter().filter(|entry| entry.hash.is_none() && entry.algorithm.is_none());
    bare.map(|entry| RULE.at(entry.span, "the signature does not protect this file: it has no digest")).collect()
}
