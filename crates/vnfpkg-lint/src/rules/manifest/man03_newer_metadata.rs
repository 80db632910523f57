//! Since SOL004 2.7.1 the metadata also hold `vnfd_id`, `vnfm_info`, `vnf_software_version` and
//! `compatible_specification_versions`. A manifest that has one of them is of such an edition and has all of them.
//!
//! ## Bad
//!
//! ```text
//! metadata:
//!   vnfd_id: 8d0e2b8c-6d0f-4c29-9a57-3b1f7a2f5c10
//! ```
//!
//! ## Good
//!
//! ```text
//! metadata:
//!   vnfd_id: 8d0e2b8c-6d0f-4c29-9a57-3b1f7a2f5c10
//!   vnfm_info: etsivnfm:v2.6.1
//!   vnf_software_version: 1.0
//!   compatible_specification_versions: 2.7.1
//! ```

use vnfpkg_diag::{Place, Severity};

use crate::context::Context;
use crate::edition::Sol004;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MAN03",
    name: "newer-metadata",
    title: "The metadata of newer editions stand together",
    severity: Severity::Warning,
    clause: "SOL004 §4.3.2",
    check: Some(check),
    ..Rule::BASE
};

const NEWER: [&str; 4] = ["vnfd_id", "vnfm_info", "vnf_software_version", "compatible_specification_versions"];

fn check(context: &Context<'_>) -> Findings {
    let Some(file) = context.manifest else { return Findings::new() };
    let (present, missing): (Vec<&str>, Vec<&str>) = NEWER.into_iter().partition(|key| file.manifest.get(key).is_some());
    let demanded = context.editions.sol004 >= Some(Sol004::V2_7_1);
    if demanded && present.is_empty() && !file.manifest.is_pnf() {
        let message = format!("the manifest has no {}", vnfpkg_tosca::listed(missing));
        let place = file.manifest.metadata_header.map_or_else(|| Place::File(file.path.clone()), Place::Span);
        return Findings::from(RULE.finding(place, message).help("SOL004 2.7.1 and newer want all four"));
    }
    let Some(first) = present.first().and_then(|key| file.manifest.get(key)).filter(|_| !missing.is_empty()) else { return Findings::new() };
    let message = format!("the manifest has `{}` but no {}", first.key.text, vnfpkg_tosca::listed(missing));
    Findings::from(RULE.at(first.span(), message).help("SOL004 2.7.1 and newer want all four"))
}
