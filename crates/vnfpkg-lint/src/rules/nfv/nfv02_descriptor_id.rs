//! `descriptor_id` identifies the VNFD in the whole world. VNFMs such as Tacker store it as a UUID.
//!
//! ## Bad
//!
//! ```yaml
//! descriptor_id: registry-1
//! ```
//!
//! ## Good
//!
//! ```yaml
//! descriptor_id: 8d0e2b8c-6d0f-4c29-9a57-3b1f7a2f5c10
//! ```

use vnfpkg_diag::{Finding, Severity};

use crate::context::Context;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "NFV02",
    name: "descriptor-id",
    title: "The descriptor id is a UUID",
    severity: Severity::Warning,
    clause: "SOL001 §6.8.1, IFA011 §7.1.2",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Vec<Finding> {
    let Some(vnfd) = context.vnfd else { return Vec::new() };
    let id = vnfd.info.descriptor_id.as_ref().filter(|id| !is_uuid(id.as_str()) && !context.is_reported(id.span));
    let finding = |id: &vnfpkg_tosca::grammar::Name| {
        let message = format!("the descriptor id `{}` is no UUID", id.as_str());
        RULE.at(id.span, message).help("make one, with `uuidgen` for instance, and keep it for all versions of this VNFD")
    };
    id.map(finding).into_iter().collect()
}

/// `8-4-4-4-12` hexadecimal digits, with or without `urn:uuid:`.
fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.strip_prefix("urn:uuid:").unwrap_or(text).split('-').collect();
    let hex = groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()));
    hex && groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
}
