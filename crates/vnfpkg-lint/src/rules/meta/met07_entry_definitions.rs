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

use vnfpkg_diag::{Finding, Severity};

use crate::context::Context;
use crate::fields::{absent, names_file};
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

fn check(context: &Context<'_>) -> Vec<Finding> {
    let Some(meta) = context.meta else { return Vec::new() };
    let Some(field) = meta.entry_definitions() else { return absent(&RULE, meta, "Entry-Definitions").into_iter().collect() };
    if field.value.text.is_empty() {
        return Vec::new();
    }
    if let Some(finding) = names_file(&RULE, context, field) {
        return vec![finding];
    }
    if field.value.text.ends_with(".yaml") || field.value.text.ends_with(".yml") {
        return Vec::new();
    }
    vec![RULE.at(field.value.span, "the main template is no `.yaml` file").help("call it `*.yaml` or `*.yml`")]
}
