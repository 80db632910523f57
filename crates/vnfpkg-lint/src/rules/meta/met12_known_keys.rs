//! Every key of the first block is one of TOSCA or SOL004. An unknown one is often a misspelt one, and what it should say
//! is lost.
//!
//! ## Bad
//!
//! ```text
//! ETSI-Entry-Manifst: registry.mf
//! ```
//!
//! ## Good
//!
//! ```text
//! ETSI-Entry-Manifest: registry.mf
//! ```

use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::fields::{KNOWN_KEYS, is_known_key};
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MET12",
    name: "known-keys",
    title: "Keys of the first block are known",
    severity: Severity::Warning,
    clause: "SOL004 §4.1.2.3",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some(block) = context.meta.and_then(|meta| meta.blocks.first()) else { return Findings::new() };
    let unknown = block.fields.iter().filter(|field| !is_known_key(&field.key.text));
    let finding = |field: &vnfpkg_csar::Field| {
        let mut finding = RULE.at(field.key.span, format!("`{}` is no key of TOSCA.meta", field.key.text));
        finding.help = vnfpkg_tosca::nearest(&field.key.text, KNOWN_KEYS).map(|near| format!("did you mean `{near}`?"));
        finding
    };
    unknown.map(finding).collect()
}
