//! The file is `TOSCA-Metadata/TOSCA.meta`, in this spelling. Zip names know upper and lower case, and so do most
//! receivers.
//!
//! ## Bad
//!
//! ```text
//! TOSCA-Metadata/Tosca.meta
//! ```
//!
//! ## Good
//!
//! ```text
//! TOSCA-Metadata/TOSCA.meta
//! ```

use vnfpkg_csar::TOSCA_META;
use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MET02",
    name: "exact-name",
    title: "TOSCA.meta has its exact name and place",
    severity: Severity::Error,
    clause: "SOL004 §4.1.2.1",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let near = context.package.near(TOSCA_META).filter(|near| *near != TOSCA_META && !context.package.exists(TOSCA_META));
    near.map(|near| RULE.file(near, "TOSCA.meta is spelled in another case").help(format!("rename it to `{TOSCA_META}`"))).into_iter().collect()
}
