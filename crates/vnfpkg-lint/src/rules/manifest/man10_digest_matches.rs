//! `Hash` is the digest of the file that `Source` names, in hexadecimal digits of either case.
//!
//! A stale digest is the most frequent fault of packages in use: the file was edited after the digest was computed.
//!
//! ## Bad
//!
//! ```text
//! Source: Scripts/install.sh      # edited afterwards
//! Algorithm: SHA-256
//! Hash: 5b63a7c5...
//! ```
//!
//! ## Good
//!
//! ```text
//! vnfpkg pack package      # computes all digests
//! ```

use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::digest_check::{Claim, compare};
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MAN10",
    name: "digest-matches",
    title: "Each digest is that of the file",
    severity: Severity::Error,
    clause: "SOL004 §5.2",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let claims = context.entries().iter().filter_map(|entry| {
        let (name, algorithm, hash) = (entry.source.as_ref()?, entry.algorithm.as_ref()?, entry.hash.as_ref()?);
        Some(Claim { name, algorithm, hash })
    });
    claims.filter_map(|claim| compare(&RULE, context, &claim)).collect()
}
