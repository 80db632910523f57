//! Each set has a name of lower-case letters, digits, `_`, `-` and `.`, and at least one `Source`. Each of its files is in
//! the package; that it is not listed with a digest as well is a warning.
//!
//! ## Bad
//!
//! ```text
//! non_mano_artifact_sets:
//!   onap_ansible_playbooks:
//!     Source: Files/playbook.yml      # no such file
//! ```
//!
//! ## Good
//!
//! ```text
//! non_mano_artifact_sets:
//!   onap_ansible_playbooks:
//!     Source: Files/playbooks/site.yml
//! ```

use vnfpkg_csar::ProblemKind;
use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::fields::names_entry;
use crate::findings::Findings;
use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "MAN14",
    name: "artifact-sets",
    title: "Non-MANO artifact sets are named and lead to listed files",
    severity: Severity::Error,
    clause: "SOL004 §4.3.7",
    answers: &[Answer::csar(ProblemKind::ManifestSet)],
    check: Some(check),
};

fn check(context: &Context<'_>) -> Findings {
    let Some(file) = context.manifest else { return Findings::new() };
    let manifest = &file.manifest;
    let mut findings = Findings::new();
    for source in manifest.non_mano_sets.iter().flat_map(|set| &set.sources) {
        if let Some(finding) = names_entry(&RULE, context, source) {
            findings.push(finding);
        } else if !manifest.entries.is_empty() && manifest.entry(&source.value.text).is_none() && is_file(context, &source.value.text) {
            let message = format!("`{}` of an artifact set has no entry with a digest", source.value.text);
            findings.push(RULE.at(source.value.span, message).severity(Severity::Warning).help("run `vnfpkg pack`; it adds the entry"));
        }
    }
    findings
}

fn is_file(context: &Context<'_>, path: &str) -> bool {
    context.package.entry(path).is_some_and(vnfpkg_csar::Entry::is_file)
}
