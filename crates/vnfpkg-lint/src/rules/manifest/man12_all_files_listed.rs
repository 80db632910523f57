//! Each file has an entry with its digest, except the manifest itself. TOSCA.meta, certificates and signatures that are not
//! listed are a warning.
//!
//! A folder whose manifest lists nothing is not packed yet: `vnfpkg pack` adds the entries, and nothing is reported. An
//! archive whose manifest lists nothing is one finding, a warning where TOSCA.meta holds digests in its place, as packages
//! made for Tacker do.
//!
//! ## Bad
//!
//! ```text
//! Scripts/install.sh            # in the package
//! # and no `Source: Scripts/install.sh` in the manifest
//! ```
//!
//! ## Good
//!
//! ```text
//! Source: Scripts/install.sh
//! Algorithm: SHA-256
//! Hash: 5b63a7c5...
//! ```

use std::collections::BTreeSet;
use vnfpkg_csar::{Form, TOSCA_META};
use vnfpkg_diag::Severity;

use crate::context::{Context, path_of};
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MAN12",
    name: "all-files-listed",
    title: "Every file of the package is listed",
    severity: Severity::Error,
    clause: "SOL004 §4.3.2, §5.2",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some(file) = context.manifest else { return Findings::new() };
    let manifest = &file.manifest;
    if manifest.entries.is_empty() {
        return nothing_listed(context, &file.path);
    }
    let listed: BTreeSet<String> = manifest.entries.iter().filter_map(|entry| path_of(entry.source.as_ref()?)).collect();
    let unlisted = context.package.files().filter(|entry| entry.path != file.path && !listed.contains(&entry.path));
    let finding = |path: &str| {
        let severity = if is_exempt(path) { Severity::Warning } else { Severity::Error };
        let message = format!("`{path}` is not listed in the manifest");
        RULE.file(path, message).severity(severity).help("run `vnfpkg pack`; it adds the entry and its digest")
    };
    unlisted.map(|entry| finding(&entry.path)).collect()
}

fn nothing_listed(context: &Context<'_>, manifest: &str) -> Findings {
    let others = context.package.files().filter(|entry| entry.path != manifest).count();
    if context.package.form() == Form::Folder || others == 0 {
        return Findings::new();
    }
    let in_meta = context.meta.is_some_and(|meta| meta.named_blocks().any(|block| block.hash.is_some()));
    let severity = if in_meta { Severity::Warning } else { Severity::Error };
    let message = format!("the manifest lists none of the {others} other files of the package");
    Findings::from(RULE.file(manifest, message).severity(severity).help("pack the folder again with `vnfpkg pack`; it adds the entries"))
}

/// Files that some validators want listed and others do not.
fn is_exempt(path: &str) -> bool {
    let ends = [".cert", ".cms", ".p7b", ".p7c", ".sig"];
    path == TOSCA_META || ends.iter().any(|end| path.ends_with(end))
}
