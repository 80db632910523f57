//! `[]` in place of an operation becomes `{}`: an operation that does nothing either way.

use vnfpkg_diag::{Finding, Fix, FixSafety};

use super::{Site, change};

pub(super) fn mend(finding: &Finding, site: &Site<'_>) -> Option<Fix> {
    let (span, text) = site.text(finding, "TOS13")?;
    let is_empty_list = text.starts_with('[') && text.ends_with(']') && text[1..text.len() - 1].trim().is_empty();
    is_empty_list.then(|| change("write `{}`", FixSafety::Safe, span, "{}"))
}
