//! A name that nothing has becomes the similar one that something has. It may not be the one that was meant, so this is never safe.

use vnfpkg_diag::{Finding, Fix, FixSafety, Place};

use super::{Site, change};

pub(super) fn mend(finding: &Finding, site: &Site<'_>) -> Option<Fix> {
    let near = finding.help.as_ref()?.strip_prefix("did you mean `")?.strip_suffix("`?")?;
    let Place::Span(span) = finding.primary.place else { return None };
    let text = site.sources.text(span);
    let bare = text.trim_matches(['\'', '"']);
    // Only a range that is the name, as the message has it, can be replaced by another name.
    if bare.is_empty() || near == bare || !finding.message.contains(&format!("`{bare}`")) {
        return None;
    }
    Some(change(format!("write `{near}`"), FixSafety::Unsafe, span, text.replace(bare, near)))
}
