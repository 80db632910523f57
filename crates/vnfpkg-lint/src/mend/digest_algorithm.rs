//! A digest by a broken or unknown algorithm becomes one by SHA-256.

use vnfpkg_csar::{Algorithm, AlgorithmName};
use vnfpkg_diag::{Edit, Finding, Fix, FixSafety};

use super::Site;
use crate::context::path_of;

pub(super) fn mend(finding: &Finding, site: &Site<'_>) -> Option<Fix> {
    let (span, text) = site.text(finding, "MAN09")?;
    if !site.digests || matches!(Algorithm::parse(text), AlgorithmName::Known(_)) {
        return None;
    }
    let entries = &site.manifest?.manifest.entries;
    let entry = entries.iter().find(|entry| entry.algorithm.as_ref().is_some_and(|field| field.value.span == span))?;
    let path = path_of(entry.source.as_ref()?)?;
    let digest = site.package.digest_once(&path, Algorithm::Sha256).ok()?;
    let edits =
        vec![Edit { span, text: Algorithm::Sha256.to_string() }, Edit { span: entry.hash.as_ref()?.value.span, text: digest.to_string() }];
    Some(Fix { title: "use SHA-256".to_owned(), safety: FixSafety::Safe, edits })
}
