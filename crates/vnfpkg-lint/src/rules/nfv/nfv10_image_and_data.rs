//! A VDU has at most one artifact of type `tosca.artifacts.nfv.SwImage`, and then `sw_image_data` describes it.
//! `sw_image_data` without an artifact is a warning: the image has to be in the VIM already, under the name it gives. An OS
//! container has exactly one image.
//!
//! ## Bad
//!
//! ```yaml
//! artifacts:
//!   sw_image: { type: tosca.artifacts.nfv.SwImage, file: ../Files/images/debian.qcow2 }
//! # and no sw_image_data among the properties
//! ```
//!
//! ## Good
//!
//! ```yaml
//! properties:
//!   sw_image_data: { name: debian, version: '12', checksum: ..., container_format: bare, ... }
//! artifacts:
//!   sw_image: { type: tosca.artifacts.nfv.SwImage, file: ../Files/images/debian.qcow2 }
//! ```

use vnfpkg_diag::Place;
use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "NFV10",
    name: "image-and-data",
    title: "A VDU has one software image, described by sw_image_data",
    severity: Severity::Error,
    clause: "SOL001 §6.8.3, §6.3.1",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let mut findings = Findings::new();
    for vdu in context.vdus() {
        let name = vdu.id.as_str();
        match (vdu.images.as_slice(), &vdu.image_data) {
            ([first, others @ ..], _) if !others.is_empty() => {
                let second = others[0].written.span;
                let finding = RULE.at(second, format!("VDU `{name}` has {} software images, not one", vdu.images.len()));
                findings.push(finding.related(Place::Span(first.written.span), "the first one"));
            }
            // Since V4 the artifact describes itself, and the type has no such property.
            ([image], None) if vdu.has_image_data => {
                let message = format!("VDU `{name}` has the software image `{}`, but no `sw_image_data`", image.written.as_str());
                findings.push(RULE.at(image.written.span, message).help("describe the image by the property `sw_image_data`"));
            }
            // The type of an artifact may be what is wrong.
            ([], Some(data)) if !context.is_reported_within(vdu.span) => {
                let message = format!("VDU `{name}` has `sw_image_data`, but no artifact of type `tosca.artifacts.nfv.SwImage`");
                let finding = RULE.at(data.span, message).severity(Severity::Warning);
                findings.push(finding.help("add the artifact, unless the VIM has the image already"));
            }
            _ => {}
        }
    }
    for holder in context.flavours().iter().flat_map(|flavour| &flavour.image_holders) {
        let name = holder.id.as_str();
        if let [first, second, ..] = holder.images.as_slice() {
            let message = format!("`{name}` has {} software images, not one", holder.images.len());
            findings.push(RULE.at(second.written.span, message).related(Place::Span(first.written.span), "the first one"));
        }
        if holder.images.is_empty() && holder.is_container && !context.is_reported_within(holder.span) {
            let message = format!("the OS container `{name}` has no software image");
            findings.push(RULE.at(holder.id.span, message).help("add an artifact of type `tosca.artifacts.nfv.SwImage`"));
        }
    }
    findings
}
