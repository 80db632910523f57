//! `vnf_release_date_time` is a date and time with a zone as RFC 3339 writes it.
//!
//! ## Bad
//!
//! ```text
//! vnf_release_date_time: 22.11.2026
//! ```
//!
//! ## Good
//!
//! ```text
//! vnf_release_date_time: 2026-11-22T00:00:00Z
//! vnf_release_date_time: 2026-11-22T09:00:00+09:00
//! ```

use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MAN05",
    name: "release-date",
    title: "The release date is a date with time and zone",
    severity: Severity::Error,
    clause: "SOL004 §4.3.2, RFC 3339",
    check: Some(check),
    ..Rule::BASE
};

const KEYS: [&str; 3] = ["vnf_release_date_time", "vnf_release_data_time", "pnfd_release_date_time"];

fn check(context: &Context<'_>) -> Findings {
    let Some(file) = context.manifest else { return Findings::new() };
    let fields = KEYS.iter().filter_map(|key| file.manifest.get(key)).filter(|field| !field.value.text.is_empty());
    let wrong = fields.filter(|field| field.value.text.parse::<jiff::Timestamp>().is_err());
    let finding = |field: &vnfpkg_csar::Field| {
        let message = format!("`{}` is no date and time with a zone", field.value.text);
        RULE.at(field.value.span, message).help("write it as `2026-11-22T09:30:00Z`")
    };
    wrong.map(finding).collect()
}
