//! The names begin with `vnf_` or all with `pnfd_`, never mixed. A PNF archive has `pnfd_name`, `pnfd_provider`,
//! `pnfd_archive_version` and `pnfd_release_date_time`.
//!
//! ## Bad
//!
//! ```text
//! metadata:
//!   vnf_product_name: Registry
//!   pnfd_name: Registry
//! ```
//!
//! ## Good
//!
//! ```text
//! metadata:
//!   vnf_product_name: Registry
//! ```

use vnfpkg_diag::Place;
use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MAN04",
    name: "vnf-or-pnf",
    title: "The metadata are those of a VNF or of a PNF",
    severity: Severity::Error,
    clause: "SOL004 §4.3.2",
    check: Some(check),
    ..Rule::BASE
};

const PNF: [&str; 4] = ["pnfd_name", "pnfd_provider", "pnfd_archive_version", "pnfd_release_date_time"];

fn check(context: &Context<'_>) -> Findings {
    let Some(file) = context.manifest else { return Findings::new() };
    let manifest = &file.manifest;
    let first = |prefix: &str| manifest.metadata.iter().find(|field| field.key.text.starts_with(prefix));
    let Some(pnf) = first("pnfd_") else { return Findings::new() };
    if let Some(vnf) = first("vnf_") {
        let finding = RULE.at(pnf.key.span, "the metadata mix those of a VNF and of a PNF").help("keep the names of one of the two");
        return Findings::from(finding.related(Place::Span(vnf.key.span), "of a VNF"));
    }
    let missing: Vec<&str> = PNF.into_iter().filter(|key| manifest.get(key).is_none()).collect();
    if missing.is_empty() {
        return Findings::new();
    }
    Findings::from(RULE.at(pnf.span(), format!("the manifest of a PNF has no {}", vnfpkg_tosca::listed(missing))))
}
