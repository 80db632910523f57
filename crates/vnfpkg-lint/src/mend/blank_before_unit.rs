//! `512MB` becomes `512 MB`.

use vnfpkg_diag::{Finding, Fix, FixSafety};

use super::{Site, change};

pub(super) fn mend(finding: &Finding, site: &Site<'_>) -> Option<Fix> {
    let (span, text) = site.text(finding, "TOS09")?;
    let unit = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    let (number, rest) = text.split_at(unit);
    let is_unit = !rest.is_empty() && rest.trim_end_matches(['\'', '"']).bytes().all(|byte| byte.is_ascii_alphabetic());
    is_unit.then(|| change("put a blank before the unit", FixSafety::Safe, span, format!("{number} {rest}")))
}
