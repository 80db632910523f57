//! The first block of TOSCA.meta has `ETSI-Entry-Manifest` and `ETSI-Entry-Change-Log`, and each leads to a file of the
//! package. That a key is missing is a warning: packages made for Tacker have neither, and run.
//!
//! ## Bad
//!
//! ```text
//! ETSI-Entry-Manifest: registry.mf      # no such file
//! ```
//!
//! ## Good
//!
//! ```text
//! ETSI-Entry-Manifest: registry.mf
//! ETSI-Entry-Change-Log: ChangeLog.txt
//! ```

use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::fields::{absent, misspelt, names_file};
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MET08",
    name: "manifest-and-change-log",
    title: "TOSCA.meta names the manifest and the change log",
    severity: Severity::Error,
    clause: "SOL004 §4.1.2.3",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some(meta) = context.meta else { return Findings::new() };
    let keys = [("ETSI-Entry-Manifest", meta.entry_manifest()), ("ETSI-Entry-Change-Log", meta.entry_change_log())];
    let finding = |(key, field)| match field {
        Some(field) => names_file(&RULE, context, field),
        // The misspelt key has a finding of its own, which says all.
        None if misspelt(meta, key) => None,
        None => absent(&RULE, meta, key).map(|finding| finding.severity(Severity::Warning)),
    };
    keys.into_iter().filter_map(finding).collect()
}
