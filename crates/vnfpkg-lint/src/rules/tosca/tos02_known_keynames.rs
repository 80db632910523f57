//! Each key is one that the TOSCA grammar has at that place, its value is a mapping, list or scalar as the grammar wants
//! it, and the keys that must be there are.
//!
//! A misspelt keyname is not an error for many readers: they leave out what stands below it.
//!
//! ## Bad
//!
//! ```yaml
//! VDU1:
//!   type: tosca.nodes.nfv.Vdu.Compute
//!   propertie: { name: VDU1 }
//! ```
//!
//! ## Good
//!
//! ```yaml
//! VDU1:
//!   type: tosca.nodes.nfv.Vdu.Compute
//!   properties: { name: VDU1 }
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "TOS02",
    name: "known-keynames",
    title: "Every keyname belongs where it stands",
    severity: Severity::Error,
    clause: "TOSCA 1.3 §3",
    answers: &[
        Answer::tosca(ProblemKind::UnknownKeyname),
        Answer::tosca(ProblemKind::Malformed),
        Answer::tosca(ProblemKind::MissingKeyname),
    ],
    ..Rule::BASE
};
