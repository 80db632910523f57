//! Every flavour that the VNF type allows, by the `valid_values` of its `flavour_id`, has a template that describes it. A
//! request for one without fails at instantiation.
//!
//! ## Bad
//!
//! ```yaml
//! # VNF type
//! flavour_id: { type: string, constraints: [ valid_values: [ simple, complex ] ] }
//! # and one template, for `simple`
//! ```
//!
//! ## Good
//!
//! ```yaml
//! flavour_id: { type: string, constraints: [ valid_values: [ simple ] ] }
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "NFV05",
    name: "allowed-flavours",
    title: "Every flavour that the VNF type allows is described",
    severity: Severity::Error,
    clause: "SOL001 §6.11.2",
    answers: &[Answer::tosca(ProblemKind::MissingFlavour)],
    ..Rule::BASE
};
