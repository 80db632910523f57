//! Each type that is named is defined in the file, in one of its imports or in a built-in profile. No type is defined twice
//! with different content, and none derives from itself.
//!
//! ## Bad
//!
//! ```yaml
//! VDU1:
//!   type: tosca.nodes.nfv.Vdu.Compue
//! ```
//!
//! ## Good
//!
//! ```yaml
//! VDU1:
//!   type: tosca.nodes.nfv.Vdu.Compute
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "TOS05",
    name: "known-types",
    title: "Every type exists, once, and derives from no circle",
    severity: Severity::Error,
    clause: "TOSCA 1.3 §3.7",
    answers: &[
        Answer::tosca(ProblemKind::UnknownType),
        Answer::tosca(ProblemKind::TypeRedefined),
        Answer::tosca(ProblemKind::DerivationCycle),
    ],
    ..Rule::BASE
};
