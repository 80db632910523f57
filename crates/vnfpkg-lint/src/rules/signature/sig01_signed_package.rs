//! The package has a signature: a CMS block at the end of the manifest (option 1), or an outer zip with the package and its
//! signature (option 2). Digests alone protect against accidents, not against people.
//!
//! ## Bad
//!
//! ```text
//! Source: ...
//! Algorithm: SHA-256
//! Hash: ...
//! ```
//!
//! ## Good
//!
//! ```text
//! Source: ...
//! Algorithm: SHA-256
//! Hash: ...
//!
//! -----BEGIN CMS-----
//! ...
//! -----END CMS-----
//! ```

use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "SIG01",
    name: "signed-package",
    title: "The package is signed",
    severity: Severity::Info,
    clause: "SOL004 §5.1",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let unsigned = context.manifest.filter(|file| file.manifest.cms.is_none() && !context.signed_outside);
    unsigned.map(|file| RULE.file(&file.path, "the package is not signed")).into_iter().collect()
}
