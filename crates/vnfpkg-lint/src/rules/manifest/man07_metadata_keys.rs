//! No key stands twice, each has a value. A key that SOL004 does not know is a warning.
//!
//! ## Bad
//!
//! ```text
//! vnf_prodct_name: Registry
//! vnf_provider_id:
//! ```
//!
//! ## Good
//!
//! ```text
//! vnf_product_name: Registry
//! vnf_provider_id: ACME
//! ```

use vnfpkg_csar::ProblemKind;
use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "MAN07",
    name: "metadata-keys",
    title: "Metadata keys are known, stand once and have values",
    severity: Severity::Error,
    clause: "SOL004 §4.3.2",
    answers: &[Answer::csar(ProblemKind::ManifestDuplicateKey), Answer::csar(ProblemKind::ManifestEmptyValue)],
    check: Some(check),
};

const KNOWN: [&str; 13] = [
    "vnf_product_name",
    "vnf_provider_id",
    "vnf_package_version",
    "vnf_release_date_time",
    "vnf_release_data_time",
    "vnf_software_version",
    "vnfd_id",
    "vnfm_info",
    "compatible_specification_versions",
    "pnfd_name",
    "pnfd_provider",
    "pnfd_archive_version",
    "pnfd_release_date_time",
];

fn check(context: &Context<'_>) -> Findings {
    let Some(file) = context.manifest else { return Findings::new() };
    let unknown = file.manifest.metadata.iter().filter(|field| !KNOWN.iter().any(|known| field.is(known)));
    let finding = |field: &vnfpkg_csar::Field| {
        let message = format!("SOL004 knows no metadata `{}`", field.key.text);
        let mut finding = RULE.at(field.key.span, message).severity(Severity::Warning);
        finding.help = vnfpkg_tosca::nearest(&field.key.text, KNOWN).map(|near| format!("did you mean `{near}`?"));
        finding
    };
    unknown.map(finding).collect()
}
