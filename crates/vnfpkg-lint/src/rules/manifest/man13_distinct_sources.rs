//! No file has two entries: two digests for one file cannot both be what the author meant. No path leads out of the
//! package.
//!
//! ## Bad
//!
//! ```text
//! Source: ../install.sh
//! Source: Scripts/install.sh
//! Source: Scripts/install.sh
//! ```
//!
//! ## Good
//!
//! ```text
//! Source: Scripts/install.sh
//! ```

use std::collections::BTreeMap;
use vnfpkg_diag::Severity;
use vnfpkg_diag::{Place, Span};

use crate::context::{Context, is_uri, path_of};
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MAN13",
    name: "distinct-sources",
    title: "Each Source stands once and stays inside the package",
    severity: Severity::Error,
    clause: "SOL004 §4.3.2",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    let mut findings = Findings::new();
    let sources = context.entries().iter().filter_map(|entry| entry.source.as_ref());
    for source in sources.filter(|source| !source.value.text.is_empty() && !is_uri(&source.value.text)) {
        let Some(path) = path_of(source) else {
            let message = format!("`{}` leads out of the package", source.value.text);
            findings.push(RULE.at(source.value.span, message).help("give a path from the package root"));
            continue;
        };
        match seen.get(&path) {
            Some(first) => {
                let finding = RULE.at(source.value.span, format!("`{path}` has two entries")).help("keep the right one");
                findings.push(finding.related(Place::Span(*first), "the first one"));
            }
            None => {
                seen.insert(path, source.value.span);
            }
        }
    }
    findings
}
