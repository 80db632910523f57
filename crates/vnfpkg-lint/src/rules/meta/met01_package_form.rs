//! A CSAR says where it begins in one of two ways: by the file `TOSCA-Metadata/TOSCA.meta`, or by exactly one `.yaml` or
//! `.yml` file in its root, whose `metadata` hold `template_name`, `template_author` and `template_version`.
//!
//! ## Bad
//!
//! ```text
//! Definitions/top.yaml
//! registry.mf
//! ```
//!
//! ## Good
//!
//! ```text
//! TOSCA-Metadata/TOSCA.meta
//! Definitions/top.yaml
//! registry.mf
//! ```

use vnfpkg_csar::{RootYaml, TOSCA_META};
use vnfpkg_diag::Place;
use vnfpkg_diag::{Finding, Severity};

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MET01",
    name: "package-form",
    title: "The package has TOSCA.meta, or one template in its root",
    severity: Severity::Error,
    clause: "SOL004 §4.1.2, §4.1.3",
    check: Some(check),
    ..Rule::BASE
};

/// Metadata that the root template must have, as TOSCA.meta has no place for them.
const METADATA: [&str; 3] = ["template_name", "template_author", "template_version"];

fn check(context: &Context<'_>) -> Findings {
    if context.meta.is_some() || context.package.near(TOSCA_META).is_some() {
        return Findings::new();
    }
    match context.package.root_yaml() {
        RootYaml::One(path) => metadata(context, path).into_iter().collect(),
        RootYaml::None => {
            let help = format!("add `{TOSCA_META}`; `Entry-Definitions` in it names the main template");
            Findings::from(RULE.finding(Place::Package, "the package has neither TOSCA.meta nor a template in its root").help(help))
        }
        RootYaml::Several(paths) => {
            let message = format!("the package has no TOSCA.meta, and several templates in its root: {}", paths.join(", "));
            Findings::from(RULE.finding(Place::Package, message).help("keep one of them in the root, or add TOSCA.meta"))
        }
    }
}

fn metadata(context: &Context<'_>, path: &str) -> Option<Finding> {
    let template = &context.vnfd?.model.file(path)?.template;
    let missing: Vec<&str> = METADATA.into_iter().filter(|name| !template.metadata.iter().any(|(key, _)| key.as_str() == *name)).collect();
    if missing.is_empty() {
        return None;
    }
    let place = template.root.entry("metadata").map_or(template.root.span.head(), |entry| entry.key.span);
    let message = format!("the root template has no metadata {}", vnfpkg_tosca::listed(missing));
    Some(RULE.at(place, message).help("a package without TOSCA.meta says these below `metadata:` of its template"))
}
