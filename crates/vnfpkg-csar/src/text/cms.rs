//! The signature block at the end of a manifest (SOL004 §5.2, option 1).

use vnfpkg_diag::Span;

/// Where a CMS signature stands in a manifest. What is signed are the bytes of the file before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cms {
    /// From `-----BEGIN` to after `-----END ...-----`. Its start is the number of signed bytes.
    pub span: Span,
    /// What stands behind `BEGIN`: `CMS` or `PKCS7`.
    pub label: String,
    /// Whether the `-----END` line is there.
    pub closed: bool,
}

/// The label of a `-----BEGIN CMS-----` line.
pub(super) fn begin(line: &str) -> Option<&str> {
    line.trim().strip_prefix("-----BEGIN ")?.strip_suffix("-----")
}

/// Whether a line is `-----END CMS-----`.
pub(super) fn is_end(line: &str, label: &str) -> bool {
    line.trim().strip_prefix("-----END ").and_then(|rest| rest.strip_suffix("-----")) == Some(label)
}
