//! An import names a file of the package, counted from the folder of the importing file (or from the package root), or a
//! type file of SOL001, which is built in. Nothing is fetched from a network.
//!
//! ## Bad
//!
//! ```yaml
//! imports:
//! - ./helper_types.yaml      # not in the package
//! ```
//!
//! ## Good
//!
//! ```yaml
//! imports:
//! - helloworld_types.yaml
//! - etsi_nfv_sol001_vnfd_types.yaml
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "TOS03",
    name: "imports-resolve",
    title: "Every import leads to a file",
    severity: Severity::Error,
    clause: "TOSCA 1.3 §3.6.8",
    answers: &[Answer::tosca(ProblemKind::Import), Answer::tosca(ProblemKind::UnreadableFile)],
    ..Rule::BASE
};
