//! The document and each template can be read: they are in the package, UTF-8 and at most 1 MiB. Templates are looked for
//! beside the document.
//!
//! ## Bad
//!
//! ```yaml
//! load_image: { run: laod_image.sh }
//! ```
//!
//! ## Good
//!
//! ```yaml
//! load_image: { run: load_image.sh }
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_plan::problem::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "LCD06",
    name: "document-files",
    title: "The lifecycle document and the templates it names are in the package",
    severity: Severity::Error,
    answers: &[Answer::plan(ProblemKind::LifecycleFile)],
    ..Rule::BASE
};
