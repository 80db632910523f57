//! Each lower-level template stands for the VNF type by `substitution_mappings` and gives its `flavour_id`. No two describe
//! one flavour. Each is among the `valid_values` of `flavour_id` in the VNF type, when it has them.
//!
//! ## Bad
//!
//! ```yaml
//! # VNF type:  flavour_id: { constraints: [ valid_values: [ simple, complex ] ] }
//! substitution_mappings: { node_type: my.VNF, properties: { flavour_id: smiple } }
//! ```
//!
//! ## Good
//!
//! ```yaml
//! substitution_mappings: { node_type: my.VNF, properties: { flavour_id: simple } }
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "NFV04",
    name: "flavours",
    title: "Every deployment flavour is described once and allowed by the VNF type",
    severity: Severity::Error,
    clause: "SOL001 §6.11.2, §6.11.3",
    answers: &[Answer::tosca(ProblemKind::Flavour)],
    ..Rule::BASE
};
