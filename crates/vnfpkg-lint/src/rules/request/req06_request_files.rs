//! A parameter that a step uploads is the path of a file in the package. An image file is an archive that `docker save`
//! wrote, and holds the image that is wanted.
//!
//! ## Bad
//!
//! ```json
//! "image_path": "Files/images/registry.tgz"
//! ```
//!
//! ## Good
//!
//! ```json
//! "image_path": "Files/images/registry.tar"
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_plan::problem::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "REQ06",
    name: "request-files",
    title: "Files that the request names are in the package and are what they should be",
    severity: Severity::Error,
    answers: &[Answer::plan(ProblemKind::RequestFile)],
    ..Rule::BASE
};
