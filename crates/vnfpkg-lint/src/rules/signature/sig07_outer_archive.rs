//! The outer zip of option 2 has one `.csar` file, beside it a `.cms` file and, unless the signature holds it, a `.cert`
//! file, and nothing else. The signature fits the bytes of the CSAR.
//!
//! ## Bad
//!
//! ```text
//! package.zip: registry.csar, readme.txt
//! ```
//!
//! ## Good
//!
//! ```text
//! package.zip: registry.csar, registry.cms, registry.cert
//! ```

use vnfpkg_diag::Severity;

use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "SIG07",
    name: "outer-archive",
    title: "A signed outer zip holds one CSAR, its signature and its certificate",
    severity: Severity::Error,
    clause: "SOL004 §5.1",
    ..Rule::BASE
};
