//! The manifest is a text in UTF-8 called `*.mf`. It begins with one section `metadata:`; file entries, artifact sets and
//! the signature follow. Every line is a `Name: value`.
//!
//! ## Bad
//!
//! ```text
//! vnf_product_name: Registry
//! metadata:
//! ```
//!
//! ## Good
//!
//! ```text
//! metadata:
//! vnf_product_name: Registry
//! ```

use vnfpkg_csar::ProblemKind;
use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "MAN01",
    name: "manifest-form",
    title: "The manifest is a *.mf file that begins with `metadata:`",
    severity: Severity::Error,
    clause: "SOL004 §4.3.2",
    answers: &[Answer::csar(ProblemKind::ManifestMetadata), Answer::csar(ProblemKind::ManifestSyntax)],
    check: Some(check),
};

fn check(context: &Context<'_>) -> Findings {
    let Some(file) = context.manifest else { return Findings::new() };
    if file.path.ends_with(".mf") {
        return Findings::new();
    }
    Findings::from(RULE.file(&file.path, "the manifest is not called `*.mf`").help("rename it, in TOSCA.meta too"))
}
