//! Product name, provider, software version, VNFD id and VNFM info of the manifest are those of the VNFD.
//!
//! ## Bad
//!
//! ```text
//! vnf_product_name: Registry        # the VNFD says: Docker private registry
//! ```
//!
//! ## Good
//!
//! ```text
//! vnf_product_name: Docker private registry
//! ```

use vnfpkg_diag::Place;
use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MAN06",
    name: "agrees-with-vnfd",
    title: "The metadata say the same as the VNFD",
    severity: Severity::Warning,
    clause: "IFA011 §7.1.2",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let (Some(file), Some(vnfd)) = (context.manifest, context.vnfd) else { return Findings::new() };
    let info = &vnfd.info;
    let pairs = [
        ("vnf_product_name", &info.product_name, "product_name"),
        ("vnf_provider_id", &info.provider, "provider"),
        ("vnf_software_version", &info.software_version, "software_version"),
        ("vnfd_id", &info.descriptor_id, "descriptor_id"),
    ];
    let mut findings = Findings::new();
    for (key, value, property) in pairs {
        let (Some(field), Some(value)) = (file.manifest.get(key), value) else { continue };
        if !field.value.text.is_empty() && field.value.text != value.as_str() {
            let message = format!("`{key}` is `{}`, but `{property}` of the VNFD is `{}`", field.value.text, value.as_str());
            findings.push(RULE.at(field.value.span, message).related(Place::Span(value.span), "the VNFD"));
        }
    }
    findings
}
