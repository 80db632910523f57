//! `ETSI-Entry-Licenses`, `ETSI-Entry-Tests` and `ETSI-Entry-Certificate`, where they stand, lead to something in the
//! package: a folder, or a file.
//!
//! ## Bad
//!
//! ```text
//! ETSI-Entry-Licenses: Licences      # the folder is called Licenses
//! ```
//!
//! ## Good
//!
//! ```text
//! ETSI-Entry-Licenses: Licenses
//! ```

use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::fields::names_entry;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MET09",
    name: "entry-paths",
    title: "Licences, tests and certificate are where TOSCA.meta says",
    severity: Severity::Error,
    clause: "SOL004 §4.1.2.3",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some(meta) = context.meta else { return Findings::new() };
    let fields = [meta.entry_licenses(), meta.entry_tests(), meta.entry_certificate()];
    fields.into_iter().flatten().filter_map(|field| names_entry(&RULE, context, field)).collect()
}
