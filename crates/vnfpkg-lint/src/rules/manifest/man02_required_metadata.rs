//! The metadata hold `vnf_product_name`, `vnf_provider_id`, `vnf_package_version` and `vnf_release_date_time`. The spelling
//! `vnf_release_data_time` of SOL004 2.5.1 is a warning.
//!
//! ## Bad
//!
//! ```text
//! metadata:
//!   vnf_product_name: Registry
//! ```
//!
//! ## Good
//!
//! ```text
//! metadata:
//!   vnf_product_name: Registry
//!   vnf_provider_id: ACME
//!   vnf_package_version: 1.0
//!   vnf_release_date_time: 2026-11-22T00:00:00Z
//! ```

use vnfpkg_diag::{Edit, Fix, FixSafety};
use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MAN02",
    name: "required-metadata",
    title: "The manifest has the metadata that identify the VNF package",
    severity: Severity::Error,
    clause: "SOL004 §4.3.2",
    check: Some(check),
    ..Rule::BASE
};

const REQUIRED: [&str; 4] = ["vnf_product_name", "vnf_provider_id", "vnf_package_version", "vnf_release_date_time"];
/// How SOL004 up to 2.5.1 printed the last of them.
const OLD_DATE: &str = "vnf_release_data_time";

fn check(context: &Context<'_>) -> Findings {
    let Some(file) = context.manifest else { return Findings::new() };
    let manifest = &file.manifest;
    if manifest.is_pnf() {
        return Findings::new();
    }
    let mut findings = Findings::new();
    let mut missing: Vec<&str> = REQUIRED.into_iter().filter(|key| manifest.get(key).is_none()).collect();
    if let Some(old) = manifest.get(OLD_DATE).filter(|_| missing.contains(&REQUIRED[3])) {
        missing.retain(|key| *key != REQUIRED[3]);
        let edit = Edit { span: old.key.span, text: REQUIRED[3].to_owned() };
        let fix = Fix { title: format!("write `{}`", REQUIRED[3]), safety: FixSafety::Safe, edits: vec![edit] };
        let message = format!("`{OLD_DATE}` is the spelling of SOL004 2.5.1 and older");
        findings.push(RULE.at(old.key.span, message).severity(Severity::Warning).help(format!("write `{}`", REQUIRED[3])).fix(fix));
    }
    // Without any metadata the missing section is the fault.
    let has_metadata = !manifest.metadata.is_empty() || manifest.metadata_header.is_some();
    if has_metadata && !missing.is_empty() {
        let message = format!("the manifest has no {}", vnfpkg_tosca::listed(missing));
        let place = manifest.metadata_header.or_else(|| manifest.metadata.first().map(vnfpkg_csar::Field::span));
        findings.push(place.map_or_else(|| RULE.file(&file.path, message.clone()), |place| RULE.at(place, message.clone())));
    }
    findings
}
