//! Each entry is `etsivnfm:vX.Y.Z`, the version of SOL001 that a standard VNFM must follow, or `NUMBER:NAME` with the
//! private enterprise number of its vendor. The types of SOL001 demand it; a VNF type that overrides the constraint is not
//! freed from it.
//!
//! ## Bad
//!
//! ```yaml
//! vnfm_info: [ Tacker ]
//! ```
//!
//! ## Good
//!
//! ```yaml
//! vnfm_info: [ 'etsivnfm:v2.6.1' ]
//! ```

use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "NFV03",
    name: "vnfm-info",
    title: "vnfm_info names compatible VNFMs in the form of the standard",
    severity: Severity::Warning,
    clause: "SOL001 §6.8.1",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some(vnfd) = context.vnfd else { return Findings::new() };
    let wrong = vnfd.info.vnfm_info.iter().filter(|info| !is_vnfm(info.as_str()) && !context.is_reported(info.span));
    let finding = |info: &vnfpkg_tosca::grammar::Name| {
        let message = format!("`{}` in `vnfm_info` is neither `etsivnfm:vX.Y.Z` nor `NUMBER:NAME`", info.as_str());
        RULE.at(info.span, message).help("write `etsivnfm:v2.6.1` when any standard VNFM will do")
    };
    wrong.map(finding).collect()
}

fn is_vnfm(text: &str) -> bool {
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(version) = text.strip_prefix("etsivnfm:v") {
        return version.split('.').count() == 3 && version.split('.').all(number);
    }
    text.split_once(':').is_some_and(|(enterprise, name)| number(enterprise) && !name.is_empty())
}
