//! `disk_format` is the format that the file begins with (qcow2, vmdk, vhdx), `size` is not less than the file, and
//! `min_disk` is not less than the disk that a qcow2 image unfolds to. A VIM refuses the image otherwise, or the VM does
//! not boot.
//!
//! ## Bad
//!
//! ```yaml
//! disk_format: raw          # the file is qcow2
//! size: 1 MB                # the file has 300 MB
//! ```
//!
//! ## Good
//!
//! ```yaml
//! disk_format: qcow2
//! size: 300 MB
//! ```

use std::io::Read;
use vnfpkg_diag::{Finding, Severity};

use crate::context::Context;
use crate::findings::Findings;
use crate::images::{Image, images};
use crate::rule::Rule;
use crate::size::bytes_of;

pub(crate) const RULE: Rule = Rule {
    code: "NFV12",
    name: "image-facts",
    title: "Size and format of a software image are those of the file",
    severity: Severity::Warning,
    clause: "SOL001 §6.2.18",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some(vnfd) = context.vnfd else { return Findings::new() };
    images(vnfd).iter().filter(|image| image.vdu.images.len() == 1).flat_map(|image| check_image(context, image)).collect()
}

fn check_image(context: &Context<'_>, image: &Image<'_>) -> Vec<Finding> {
    let (Some(data), Some(path)) = (&image.vdu.image_data, image.path) else { return Vec::new() };
    let Some(entry) = context.package.entry(path) else { return Vec::new() };
    let head = head(context, path);
    let mut findings = Vec::new();
    if let (Some(written), Some(found)) = (data.get("disk_format"), format_of(&head))
        && written.text().is_some_and(|written| written != found)
    {
        let message = format!("`{path}` is a {found} image, not {}", written.text().unwrap_or(""));
        findings.push(RULE.at(written.span, message).help(format!("write `disk_format: {found}`")));
    }
    let mut at_least = |key: &str, least: u64, what: &str| {
        let Some(node) = data.get(key) else { return };
        if let Some(written) = bytes_of(node).filter(|written| *written < least) {
            let message = format!("`{key}` is {written} bytes, but {what} has {least}");
            findings.push(RULE.at(node.span, message).help("give the size of the image that is in the package"));
        }
    };
    at_least("size", entry.size, "the image file");
    if let Some(virtual_size) = qcow2_size(&head) {
        at_least("min_disk", virtual_size, "the disk in the image");
    }
    findings
}

/// The first bytes of a file.
fn head(context: &Context<'_>, path: &str) -> Vec<u8> {
    let mut head = Vec::new();
    if let Ok(reader) = context.package.reader(path) {
        // What cannot be read has no known format; that the file is damaged is found elsewhere.
        let _ = reader.take(512).read_to_end(&mut head);
    }
    head
}

fn format_of(head: &[u8]) -> Option<&'static str> {
    let formats: [(&[u8], &str); 4] = [(b"QFI\xfb", "qcow2"), (b"KDMV", "vmdk"), (b"# Disk Descriptor", "vmdk"), (b"vhdxfile", "vhdx")];
    formats.into_iter().find(|(magic, _)| head.starts_with(magic)).map(|(_, name)| name)
}

/// The size of the disk that a qcow2 image holds.
fn qcow2_size(head: &[u8]) -> Option<u64> {
    let bytes = head.starts_with(b"QFI\xfb").then(|| head.get(24..32))??;
    Some(u64::from_be_bytes(bytes.try_into().ok()?))
}
