//! The `[validate]` table of `vnfpkg.toml` has known keys, known codes, and a reason for everything that it allows.
//!
//! ## Bad
//!
//! ```toml
//! [[validate.allow]]
//! code = "MAN12"
//! ```
//!
//! ## Good
//!
//! ```toml
//! [validate]
//! strict = true
//! fail-on = "warning"
//! targets = ["tacker"]
//!
//! [validate.severity]
//! MET06 = "off"
//!
//! [[validate.allow]]
//! code = "MAN12"
//! path = "Files/notes/**"
//! reason = "notes for operators change after signing"
//! ```

use crate::rule::Rule;

pub(crate) const RULE: Rule =
    Rule { code: "SUP03", name: "validate-settings", title: "The settings of validate can be read and give reasons", ..Rule::BASE };
