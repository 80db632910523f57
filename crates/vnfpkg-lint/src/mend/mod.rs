//! Changes that mend findings: one file per sort of change, one line in [`MENDS`]. A rule that knows its own change gives it itself.

mod blank_before_unit;
mod byte_order_mark;
mod digest_algorithm;
mod empty_hook;
mod manifest_entry;
mod meta_key;
mod null_requirements;
mod quoted_string;
mod similar_name;

use vnfpkg_csar::{Package, ToscaMeta};
use vnfpkg_diag::{Edit, Finding, Fix, FixSafety, Place, Sources, Span};

use crate::validate::ManifestFile;

/// What a change may be made from.
pub(crate) struct Site<'a> {
    pub(crate) package: &'a Package,
    pub(crate) meta: Option<&'a ToscaMeta>,
    pub(crate) manifest: Option<&'a ManifestFile>,
    pub(crate) sources: &'a Sources,
    /// Whether contents of files may be read.
    pub(crate) digests: bool,
}

/// The change that mends a finding; `None` when there is none that is evident.
type Mend = fn(&Finding, &Site<'_>) -> Option<Fix>;

/// All sorts of changes. The first that fits is taken.
const MENDS: [Mend; 9] = [
    blank_before_unit::mend,
    byte_order_mark::mend,
    digest_algorithm::mend,
    empty_hook::mend,
    manifest_entry::mend,
    meta_key::mend,
    null_requirements::mend,
    quoted_string::mend,
    similar_name::mend,
];

/// Adds changes to findings that have none.
pub(crate) fn add(findings: &mut [Finding], site: &Site<'_>) {
    for finding in findings.iter_mut().filter(|finding| finding.fix.is_none()) {
        finding.fix = MENDS.iter().find_map(|mend| mend(finding, site));
    }
}

impl Site<'_> {
    /// The range that a finding of a rule is about, and its text.
    fn text(&self, finding: &Finding, code: &str) -> Option<(Span, &str)> {
        let Place::Span(span) = finding.primary.place else { return None };
        (finding.code == code).then(|| (span, self.sources.text(span)))
    }
}

/// A change in one place.
fn change(title: impl Into<String>, safety: FixSafety, span: Span, text: impl Into<String>) -> Fix {
    Fix { title: title.into(), safety, edits: vec![Edit { span, text: text.into() }] }
}

/// The line end that a text uses.
fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

/// The position after the text of the line that an offset lies in.
fn end_of_line(text: &str, offset: usize) -> usize {
    let rest = text.get(offset..).unwrap_or("");
    offset + rest.find(['\r', '\n']).unwrap_or(rest.len())
}
