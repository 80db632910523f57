//! `requirements:` without a value becomes an empty list.

use vnfpkg_diag::{Finding, Fix, FixSafety, Span};

use super::{Site, change};

pub(super) fn mend(finding: &Finding, site: &Site<'_>) -> Option<Fix> {
    let (span, _) = site.text(finding, "TOS20")?;
    let text = site.sources.get(span.source).text();
    let colon = text.get(span.end as usize..)?.find(':')? + span.end as usize + 1;
    Some(change("write `requirements: []`", FixSafety::Safe, Span::new(span.source, colon, colon), " []"))
}
