//! A file that the manifest does not list gets an entry behind the last one.

use vnfpkg_csar::Algorithm;
use vnfpkg_diag::{Finding, Fix, FixSafety, Place, Span};

use super::{Site, change, end_of_line, line_end};

pub(super) fn mend(finding: &Finding, site: &Site<'_>) -> Option<Fix> {
    let Place::File(path) = &finding.primary.place else { return None };
    let file = site.manifest.filter(|file| file.path != *path)?;
    if finding.code != "MAN12" || !site.digests {
        return None;
    }
    let source = file.manifest.source;
    let text = site.sources.get(source).text();
    let last = file.manifest.entries.iter().map(|entry| entry.span.end as usize).max()?;
    let at = end_of_line(text, last);
    let digest = site.package.digest_once(path, Algorithm::Sha256).ok()?;
    let nl = line_end(text);
    let entry = format!("{nl}{nl}Source: {path}{nl}Algorithm: {}{nl}Hash: {digest}", Algorithm::Sha256);
    Some(change(format!("list {path}"), FixSafety::Safe, Span::new(source, at, at), entry))
}
