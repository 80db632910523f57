//! Some onboarding tools refuse packages without `ETSI-Entry-Licenses`, though the standard leaves it open.
//!
//! ## Bad
//!
//! ```text
//! ETSI-Entry-Manifest: registry.mf
//! ```
//!
//! ## Good
//!
//! ```text
//! ETSI-Entry-Manifest: registry.mf
//! ETSI-Entry-Licenses: Licenses
//! ```

use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::fields::absent;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MET10",
    name: "licenses-named",
    title: "TOSCA.meta names the folder of licences",
    severity: Severity::Info,
    clause: "SOL004 §4.1.2.3",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some(meta) = context.meta.filter(|meta| meta.entry_licenses().is_none()) else { return Findings::new() };
    absent(&RULE, meta, "ETSI-Entry-Licenses").into_iter().collect()
}
