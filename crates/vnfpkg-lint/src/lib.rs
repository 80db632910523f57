//! The rules of `validate`, one file each under `rules/`, and the run that applies them to a package. Knows nothing of terminals,
//! formats or the network; what it finds are [`vnfpkg_diag::Finding`]s.

mod context;
mod descriptor;
mod digest_check;
mod digests;
pub mod edition;
mod fields;
mod files;
mod findings;
mod images;
mod lifecycle;
mod mend;
pub mod parameters;
mod problems;
mod rule;
mod rules;
pub mod settings;
mod signatures;
mod size;
pub mod suppress;
pub mod target;
mod validate;

use vnfpkg_diag::RuleInfo;

pub use files::PackageText;
pub use lifecycle::{document, vdu_facts};
pub use problems::{finding_for_csar, finding_for_plan, finding_for_tosca};
pub use validate::{Lifecycle, ManifestFile, Options, Report, Signed, Stats, validate};

/// All rules, sorted by code.
pub fn rules() -> impl Iterator<Item = &'static RuleInfo> {
    rules::RULES.iter().map(|registered| &registered.info)
}

/// The rule of a code, in any case.
pub fn rule(code: &str) -> Option<&'static RuleInfo> {
    rules().find(|rule| rule.code.eq_ignore_ascii_case(code) || rule.name == code)
}

/// The page of a rule in Markdown, as `explain` and the documentation show it.
pub fn page(rule: &RuleInfo) -> String {
    let clause = if rule.clause.is_empty() { String::new() } else { format!(", {}", rule.clause) };
    format!("# {}: {}\n\n`{}`, {}{clause}\n\n{}", rule.code, rule.title, rule.name, rule.severity.name(), rule.doc)
}
