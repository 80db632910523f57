//! The topology has a node template of a type derived from `tosca.nodes.nfv.VNF`.
//!
//! ## Bad
//!
//! ```yaml
//! VNF:
//!   type: tosca.nodes.Root
//! ```
//!
//! ## Good
//!
//! ```yaml
//! VNF:
//!   type: helloworld.VNF        # derived_from: tosca.nodes.nfv.VNF
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "NFV01",
    name: "vnf-node",
    title: "The VNFD has a node that is the VNF",
    severity: Severity::Error,
    clause: "SOL001 §6.8.1",
    answers: &[Answer::tosca(ProblemKind::NoVnfNode)],
    ..Rule::BASE
};
