//! The first block of TOSCA.meta has `TOSCA-Meta-File-Version: 1.0`, or `1.1` with TOSCA 1.3.
//!
//! ## Bad
//!
//! ```text
//! CSAR-Version: 1.1
//! ```
//!
//! ## Good
//!
//! ```text
//! TOSCA-Meta-File-Version: 1.0
//! CSAR-Version: 1.1
//! ```

use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::fields::version;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MET04",
    name: "meta-version",
    title: "TOSCA-Meta-File-Version is 1.0 or 1.1",
    severity: Severity::Error,
    clause: "TOSCA 1.3 §6.2",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some(meta) = context.meta else { return Findings::new() };
    version(&RULE, meta, "TOSCA-Meta-File-Version", &["1.0", "1.1"]).into_iter().collect()
}
