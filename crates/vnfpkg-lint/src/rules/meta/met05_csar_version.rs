//! The first block of TOSCA.meta has `CSAR-Version: 1.1`. The older `1.0` is a warning: some receivers take it.
//!
//! ## Bad
//!
//! ```text
//! CSAR-Version: 9.9
//! ```
//!
//! ## Good
//!
//! ```text
//! CSAR-Version: 1.1
//! ```

use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::fields::version;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MET05",
    name: "csar-version",
    title: "CSAR-Version is 1.1",
    severity: Severity::Error,
    clause: "TOSCA 1.3 §6.2",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some(meta) = context.meta else { return Findings::new() };
    if let Some(old) = meta.csar_version().filter(|field| field.value.text == "1.0") {
        let finding = RULE.at(old.value.span, "CSAR-Version 1.0 is older than SOL004 wants").severity(Severity::Warning);
        return Findings::from(finding.help("write `CSAR-Version: 1.1`"));
    }
    version(&RULE, meta, "CSAR-Version", &["1.1"]).into_iter().collect()
}
