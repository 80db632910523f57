//! The names on the left of `substitution_mappings` are requirements and capabilities that the VNF type declares. Others
//! lead to nothing; packages made for Tacker often have them.
//!
//! ## Bad
//!
//! ```yaml
//! # the VNF type declares virtual_link
//! substitution_mappings:
//!   requirements:
//!     virtual_link_1_1: [ CP1, virtual_link ]
//! ```
//!
//! ## Good
//!
//! ```yaml
//! substitution_mappings:
//!   requirements:
//!     virtual_link: [ CP1, virtual_link ]
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "NFV06",
    name: "mapped-names",
    title: "Mapped requirements and capabilities are those of the VNF type",
    severity: Severity::Warning,
    clause: "SOL001 §6.8.2, annex A.3",
    answers: &[Answer::tosca(ProblemKind::SubstitutionName)],
    ..Rule::BASE
};
