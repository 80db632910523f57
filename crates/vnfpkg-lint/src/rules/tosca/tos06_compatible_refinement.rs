//! A property or capability that a type defines again has the type of its parent's, or one derived from it, and stays
//! required where it was.
//!
//! ## Bad
//!
//! ```yaml
//! my.VNF:
//!   derived_from: tosca.nodes.nfv.VNF
//!   properties:
//!     provider: { type: integer }
//! ```
//!
//! ## Good
//!
//! ```yaml
//! my.VNF:
//!   derived_from: tosca.nodes.nfv.VNF
//!   properties:
//!     provider: { type: string, default: me }
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "TOS06",
    name: "compatible-refinement",
    title: "A derived type does not contradict its parent",
    severity: Severity::Warning,
    clause: "TOSCA 1.3 §3.7.1",
    answers: &[Answer::tosca(ProblemKind::Refinement)],
    ..Rule::BASE
};
