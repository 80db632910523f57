//! A string that looks like a number or a date gets quotes.

use vnfpkg_diag::{Finding, Fix, FixSafety};

use super::{Site, change};

pub(super) fn mend(finding: &Finding, site: &Site<'_>) -> Option<Fix> {
    let (span, text) = site.text(finding, "YAM05")?;
    let is_plain = !text.is_empty() && !text.contains(['\n', '\'', '"', '&', '*', '!']);
    is_plain.then(|| change("quote it", FixSafety::Safe, span, format!("'{text}'")))
}
