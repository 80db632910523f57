//! What TOSCA.meta names as change log, folder of licences and folder of tests has content.
//!
//! ## Bad
//!
//! ```text
//! ETSI-Entry-Licenses: Licenses      # an empty folder
//! ```
//!
//! ## Good
//!
//! ```text
//! ETSI-Entry-Licenses: Licenses      # with LICENSE.txt
//! ```

use vnfpkg_diag::Severity;

use crate::context::{Context, path_of};
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MAN17",
    name: "documents-not-empty",
    title: "Change log, licences and tests are not empty",
    severity: Severity::Warning,
    clause: "SOL004 §4.3.3, §4.3.4, §4.3.5",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some(meta) = context.meta else { return Findings::new() };
    let fields = [meta.entry_change_log(), meta.entry_licenses(), meta.entry_tests()];
    let mut findings = Findings::new();
    for field in fields.into_iter().flatten() {
        let Some(entry) = path_of(field).and_then(|path| context.package.entry(&path)) else { continue };
        let empty = if entry.is_file() { entry.size == 0 } else { context.package.files_under(&entry.path).next().is_none() };
        if empty {
            let what = if entry.is_file() { "file" } else { "folder" };
            findings.push(RULE.at(field.value.span, format!("the {what} `{}` is empty", entry.path)));
        }
    }
    findings
}
