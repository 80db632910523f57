//! `Other-Definitions` lists further templates, such as those of the deployment flavours; each is in the package.
//!
//! ## Bad
//!
//! ```text
//! Other-Definitions: Definitions/df_complex.yaml
//! ```
//!
//! ## Good
//!
//! ```text
//! Other-Definitions: Definitions/df_simple.yaml
//! ```

use vnfpkg_csar::join;
use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MET13",
    name: "other-definitions",
    title: "Other-Definitions names files of the package",
    severity: Severity::Warning,
    clause: "TOSCA 1.3 §6.2, SOL001 §6.11.2",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let names = context.meta.map(vnfpkg_csar::ToscaMeta::other_definitions).unwrap_or_default();
    let missing = names.into_iter().filter(|name| !join("", &name.text).is_some_and(|path| context.package.exists(&path)));
    let finding = |name: vnfpkg_csar::Spanned| {
        let mut finding = RULE.at(name.span, format!("the package has no file `{}`", name.text));
        finding.help = context.did_you_mean(&name.text);
        finding
    };
    missing.map(finding).collect()
}
