//! Each property is one that the type has, every required one without a default is given, and each value is of the declared
//! type: nested data types, lists, maps, ranges, versions, sizes with known units.
//!
//! ## Bad
//!
//! ```yaml
//! vdu_profile:
//!   min_number_of_instances: one
//! ```
//!
//! ## Good
//!
//! ```yaml
//! vdu_profile:
//!   min_number_of_instances: 1
//!   max_number_of_instances: 1
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "TOS07",
    name: "property-values",
    title: "Properties are those of the type, with values of its kind",
    severity: Severity::Error,
    clause: "TOSCA 1.3 §3.6.10",
    answers: &[
        Answer::tosca(ProblemKind::UnknownProperty),
        Answer::tosca(ProblemKind::MissingProperty),
        Answer::tosca(ProblemKind::WrongType),
    ],
    ..Rule::BASE
};
