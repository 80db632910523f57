//! A byte order mark goes.

use vnfpkg_diag::{Finding, Fix, FixSafety};

use super::{Site, change};

pub(super) fn mend(finding: &Finding, site: &Site<'_>) -> Option<Fix> {
    let (span, text) = site.text(finding, "YAM03")?;
    (text == "\u{feff}").then(|| change("remove the byte order mark", FixSafety::Safe, span, ""))
}
