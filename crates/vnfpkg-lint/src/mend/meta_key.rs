//! TOSCA.meta gets the key of the manifest or the change log, when the package has one file that it can mean.

use vnfpkg_csar::Package;
use vnfpkg_diag::{Finding, Fix, FixSafety, Span};

use super::{Site, change, end_of_line, line_end};

pub(super) fn mend(finding: &Finding, site: &Site<'_>) -> Option<Fix> {
    if finding.code != "MET08" {
        return None;
    }
    let meta = site.meta?;
    let (key, path) = if finding.message.ends_with("has no `ETSI-Entry-Manifest`") {
        ("ETSI-Entry-Manifest", only(site.package, |path| !path.contains('/') && path.ends_with(".mf"))?)
    } else if finding.message.ends_with("has no `ETSI-Entry-Change-Log`") {
        let is_change_log = |path: &str| path.rsplit('/').next().is_some_and(|name| name.eq_ignore_ascii_case("ChangeLog.txt"));
        ("ETSI-Entry-Change-Log", only(site.package, is_change_log)?)
    } else {
        return None;
    };
    let text = site.sources.get(meta.source).text();
    let at = end_of_line(text, meta.blocks.first()?.span.end as usize);
    Some(change(
        format!("name {path} as `{key}`"),
        FixSafety::Safe,
        Span::new(meta.source, at, at),
        format!("{}{key}: {path}", line_end(text)),
    ))
}

/// The only file that is like that.
fn only(package: &Package, is_it: impl Fn(&str) -> bool) -> Option<String> {
    let mut found = package.files().map(|entry| entry.path.as_str()).filter(|path| is_it(path));
    let first = found.next()?;
    found.next().is_none().then(|| first.to_owned())
}
