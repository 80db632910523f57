//! A comment, or an `allow` of the settings, that accepts findings has findings to accept.
//!
//! What is left over hides the next fault of the same sort.
//!
//! ## Bad
//!
//! ```yaml
//! # vnfpkg: allow YAM05 because the VNFM of this vendor wants a number
//! descriptor_version: '1.0'
//! ```
//!
//! ## Good
//!
//! ```yaml
//! # vnfpkg: allow YAM05 because the VNFM of this vendor wants a number
//! descriptor_version: 1.0
//! ```

use vnfpkg_diag::Severity;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "SUP01",
    name: "used-suppressions",
    title: "What accepts findings has findings to accept",
    severity: Severity::Warning,
    ..Rule::BASE
};
