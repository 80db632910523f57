//! Each artifact has a known type, and its file is in the package, counted from the folder of the template or from the
//! package root.
//!
//! ## Bad
//!
//! ```yaml
//! artifacts:
//!   sw_image:
//!     type: tosca.artifacts.nfv.SwImage
//!     file: ../Files/images/missing.img
//! ```
//!
//! ## Good
//!
//! ```yaml
//! artifacts:
//!   sw_image:
//!     type: tosca.artifacts.nfv.SwImage
//!     file: ../Files/images/debian.qcow2
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "TOS15",
    name: "artifacts",
    title: "Artifacts have a type and a file in the package",
    severity: Severity::Error,
    clause: "TOSCA 1.3 §3.6.7",
    answers: &[Answer::tosca(ProblemKind::Artifact), Answer::tosca(ProblemKind::ArtifactFile)],
    ..Rule::BASE
};
