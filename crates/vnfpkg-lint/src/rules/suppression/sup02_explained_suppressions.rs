//! A comment that accepts findings names rules that exist, and says why.
//!
//! It stands on the line of the finding, or on lines of its own above it. Several codes are parted by commas. In TOSCA.meta and in the
//! manifest there are no comments; there `[[validate.allow]]` of `vnfpkg.toml` does the same.
//!
//! ## Bad
//!
//! ```yaml
//! descriptor_version: 1.0 # vnfpkg: allow YAM05
//! ```
//!
//! ## Good
//!
//! ```yaml
//! descriptor_version: 1.0 # vnfpkg: allow YAM05 because the VNFM of this vendor wants a number
//! ```

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "SUP02",
    name: "explained-suppressions",
    title: "Comments that accept findings name rules and a reason",
    ..Rule::BASE
};
