//! `Source` is the path of a file of the package, counted from its root, or a URI. A URI is not fetched.
//!
//! ## Bad
//!
//! ```text
//! Source: Script/install.sh      # the folder is called Scripts
//! ```
//!
//! ## Good
//!
//! ```text
//! Source: Scripts/install.sh
//! ```

use vnfpkg_diag::Severity;

use crate::context::{Context, is_uri, path_of};
use crate::fields::names_file;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MAN11",
    name: "sources-exist",
    title: "Every Source is in the package",
    severity: Severity::Error,
    clause: "SOL004 §4.3.2",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let sources = context.entries().iter().filter_map(|entry| entry.source.as_ref());
    // One that leads out of the package is a matter of MAN13.
    let inside = sources.filter(|field| !is_uri(&field.value.text) && path_of(field).is_some());
    inside.filter_map(|field| names_file(&RULE, context, field)).collect()
}
