//! `Algorithm` is SHA-256 or SHA-512. MD5 and SHA-1 are broken: two different files can have one digest.
//!
//! ## Bad
//!
//! ```text
//! Algorithm: MD5
//! ```
//!
//! ## Good
//!
//! ```text
//! Algorithm: SHA-256
//! ```

use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::digest_check::judge_algorithm;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MAN09",
    name: "digest-algorithm",
    title: "Digests are SHA-256 or SHA-512",
    severity: Severity::Error,
    clause: "SOL004 §5.2",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let algorithms = context.entries().iter().filter_map(|entry| entry.algorithm.as_ref());
    algorithms.filter_map(|field| judge_algorithm(&RULE, field)).collect()
}
