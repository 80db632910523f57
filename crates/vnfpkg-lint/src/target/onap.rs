//! ONAP: what SDC checks when a package is onboarded. It looks at the container, TOSCA.meta and the manifest, hardly at TOSCA.

use vnfpkg_csar::Form;
use vnfpkg_diag::{Finding, Place, Sources};

use crate::context::{Context, path_of};
use crate::fields::is_known_key;
use crate::findings::Findings;
use crate::rules::ONAP;

/// Rules whose errors SDC has too.
const SHARED: [&str; 18] = [
    "ZIP01", "ZIP02", "ZIP03", "MET01", "MET02", "MET04", "MET07", "MET09", "MET13", "MAN01", "MAN04", "MAN08", "MAN09", "MAN10", "MAN11",
    "MAN13", "MAN14", "SIG03",
];

/// Metadata of a VNF in editions before 2.7.1, and what came after them.
const FOUR: [&str; 4] = ["vnf_product_name", "vnf_provider_id", "vnf_package_version", "vnf_release_date_time"];
const NEWER: [&str; 4] = ["vnfd_id", "vnfm_info", "vnf_software_version", "compatible_specification_versions"];
const PNF: [&str; 5] =
    ["pnfd_name", "pnfd_provider", "pnfd_archive_version", "pnfd_release_date_time", "compatible_specification_versions"];

/// Why SDC would refuse the package.
pub(super) fn reasons(context: &Context<'_>, _sources: &Sources) -> Findings {
    let shared =
        context.reported.iter().filter(|finding| SHARED.contains(&finding.code) && finding.severity == vnfpkg_diag::Severity::Error);
    let mut reasons: Findings = shared.map(repeat).collect();
    reasons.append(meta(context));
    reasons.append(manifest(context));
    reasons
}

fn repeat(finding: &Finding) -> Finding {
    let mut reason = ONAP.finding(finding.primary.place.clone(), finding.message.as_str());
    reason.help.clone_from(&finding.help);
    reason
}

fn meta(context: &Context<'_>) -> Findings {
    let Some(meta) = context.meta else { return Findings::new() };
    let head = meta.blocks.first();
    let place = head.map_or_else(|| Place::File(vnfpkg_csar::TOSCA_META.to_owned()), |block| Place::Span(block.span.head()));
    let mut reasons = Findings::new();
    for key in ["ETSI-Entry-Manifest", "ETSI-Entry-Change-Log", "Created-By"] {
        if meta.get(key).is_none() && meta.get(key.trim_start_matches("ETSI-")).is_none() {
            reasons.push(ONAP.finding(place.clone(), format!("TOSCA.meta has no `{key}`")).help("SDC demands it"));
        }
    }
    for field in head.into_iter().flat_map(|block| &block.fields).filter(|field| !is_known_key(&field.key.text)) {
        reasons.push(ONAP.at(field.key.span, format!("`{}` is no key that SDC knows", field.key.text)).help("remove it"));
    }
    let stem = |path: &str| path.rsplit('/').next().unwrap_or(path).rsplit_once('.').map_or("", |(stem, _)| stem).to_owned();
    if let (Some(manifest), Some(entry)) = (meta.entry_manifest(), meta.entry_definitions())
        && stem(&manifest.value.text) != stem(&entry.value.text)
    {
        let message = format!("the manifest is not called `{}.mf`, after the main template", stem(&entry.value.text));
        reasons.push(ONAP.at(manifest.value.span, message).help("rename one of the two"));
    }
    reasons
}

fn manifest(context: &Context<'_>) -> Findings {
    let Some(file) = context.manifest else { return Findings::new() };
    let manifest = &file.manifest;
    let wanted: Vec<&str> = if manifest.is_pnf() {
        PNF.to_vec()
    } else if NEWER.iter().any(|key| manifest.get(key).is_some()) {
        FOUR.into_iter().chain(NEWER).collect()
    } else {
        FOUR.to_vec()
    };
    let mut reasons = Findings::new();
    let head = manifest.metadata_header.map_or_else(|| Place::File(file.path.clone()), Place::Span);
    for key in wanted.iter().filter(|key| !manifest.metadata.iter().any(|field| field.is_spelled(key))) {
        reasons.push(
            ONAP.finding(head.clone(), format!("the metadata have no `{key}`")).help("SDC wants exactly the metadata of one edition"),
        );
    }
    for field in manifest.metadata.iter().filter(|field| !wanted.contains(&field.key.text.as_str())) {
        let reason = ONAP.at(field.key.span, format!("`{}` is not among the metadata that SDC knows", field.key.text));
        reasons.push(reason.help("SDC wants exactly the metadata of one edition"));
    }
    let listed: std::collections::BTreeSet<String> = manifest.entries.iter().filter_map(|entry| path_of(entry.source.as_ref()?)).collect();
    let unlisted: Vec<&str> =
        context.package.files().map(|entry| entry.path.as_str()).filter(|path| *path != file.path && !listed.contains(*path)).collect();
    // A folder whose manifest lists nothing is listed when it is packed.
    let comes_later = context.package.form() == Form::Folder && listed.is_empty();
    if let Some(first) = unlisted.first().filter(|_| !comes_later) {
        let more = if unlisted.len() > 1 { format!(" and {} more", unlisted.len() - 1) } else { String::new() };
        let reason = ONAP.file(&file.path, format!("`{first}`{more} are not listed in the manifest"));
        reasons.push(reason.help("SDC wants every file but the manifest listed, TOSCA.meta and certificates too"));
    }
    reasons
}
