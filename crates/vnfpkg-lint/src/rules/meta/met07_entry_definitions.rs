//! The first block of TOSCA.meta has `Entry-Definitions`: the path, from the package root, of a `.yaml` or `.yml` file of
//! the package.
//!
//! ## Bad
//!
//! ```text
//! Entry-Definitions: Definitions/tpo.yaml
//! ```
//!
//! ## Good
//!
//! ```text
//! Entry-Definitions: Definitions/top.yaml
//! ```

use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::fields::{absent, names_file};
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MET07",
    name: "entry-definitions",
    title: "Entry-Definitions names the main template",
    severity: Severity::Error,
    clause: "TOSCA 1.3 §6.2",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some(meta) = context.meta else { return Findings::new() };
    let Some(field) = meta.entry_definitions() else { return absent(&RULE, meta, "Entry-Definitions").into_iter().collect() };
    if field.value.text.is_empty() {
        return Findings::new();
    }
    if let Some(finding) = names_file(&RULE, context, field) {
        return Findings::from(finding);
    }
    if field.value.text.ends_with(".yaml") || field.value.text.ends_with(".yml") {
        return Findings::new();
    }
    Findings::from(RULE.at(field.value.span, "the main template is no `.yaml` file").help("call it `*.yaml` or `*.yml`"))
}
