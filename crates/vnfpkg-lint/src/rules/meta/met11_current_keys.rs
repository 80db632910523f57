//! SOL004 up to 2.5.1 had `Entry-Manifest` and so on; since 2.6.1 the names begin with `ETSI-`. The old ones are still
//! legal. Where both stand they must agree: otherwise it is an error.
//!
//! ## Bad
//!
//! ```text
//! Entry-Manifest: registry.mf
//! ```
//!
//! ## Good
//!
//! ```text
//! ETSI-Entry-Manifest: registry.mf
//! ```

use vnfpkg_diag::{Edit, Fix, FixSafety, Place};
use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MET11",
    name: "current-keys",
    title: "Keys have their ETSI- prefix",
    severity: Severity::Warning,
    clause: "SOL004 §4.1.2.3",
    check: Some(check),
    ..Rule::BASE
};

const KEYS: [&str; 5] = ["Entry-Manifest", "Entry-Change-Log", "Entry-Licenses", "Entry-Tests", "Entry-Certificate"];

fn check(context: &Context<'_>) -> Findings {
    let Some(meta) = context.meta else { return Findings::new() };
    let mut findings = Findings::new();
    for key in KEYS {
        let Some(old) = meta.get(key) else { continue };
        match meta.get(&format!("ETSI-{key}")) {
            None => {
                let edit = Edit { span: old.key.span, text: format!("ETSI-{key}") };
                let fix = Fix { title: format!("write `ETSI-{key}`"), safety: FixSafety::Safe, edits: vec![edit] };
                let message = format!("`{key}` is the name of SOL004 2.5.1 and older");
                findings.push(RULE.at(old.key.span, message).help(format!("write `ETSI-{key}`")).fix(fix));
            }
            Some(new) if new.value.text != old.value.text => {
                let message = format!("`{key}` and `ETSI-{key}` name different files");
                let finding = RULE.at(old.value.span, message).severity(Severity::Error).help(format!("keep `ETSI-{key}` alone"));
                findings.push(finding.related(Place::Span(new.value.span), "the other one"));
            }
            Some(_) => {}
        }
    }
    findings
}
