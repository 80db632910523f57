//! The name of a non-MANO artifact set is one that its owner registered with ETSI. Others are private agreements.
//!
//! ## Bad
//!
//! ```text
//! non_mano_artifact_sets:
//!   my_playbooks:
//!     Source: Files/playbooks/site.yml
//! ```
//!
//! ## Good
//!
//! ```text
//! non_mano_artifact_sets:
//!   onap_ansible_playbooks:
//!     Source: Files/playbooks/site.yml
//! ```

use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MAN15",
    name: "registered-sets",
    title: "Names of artifact sets are registered",
    severity: Severity::Info,
    clause: "SOL004 §4.3.7, annex B",
    check: Some(check),
    ..Rule::BASE
};

const REGISTERED: [&str; 8] = [
    "onap_ves_events",
    "onap_pm_dictionary",
    "onap_yang_modules",
    "onap_ansible_playbooks",
    "onap_scripts",
    "onap_pnf_sw_information",
    "onap_cnf_helm",
    "onap_others",
];

fn check(context: &Context<'_>) -> Findings {
    let Some(file) = context.manifest else { return Findings::new() };
    let private = file.manifest.non_mano_sets.iter().filter(|set| !REGISTERED.contains(&set.id.text.as_str()));
    private.map(|set| RULE.at(set.id.span, format!("the artifact set `{}` is not registered", set.id.text))).collect()
}
