//! A template that is imported may have a topology: so SOL001 describes a deployment flavour. It then says by
//! `substitution_mappings` what it stands for; without them its nodes belong to nothing, and receivers differ in what they do.
//!
//! ## Bad
//!
//! ```yaml
//! # simple.yaml, imported by the top template
//! topology_template:
//!   node_templates: { VDU1: { type: tosca.nodes.nfv.Vdu.Compute, ... } }
//! ```
//!
//! ## Good
//!
//! ```yaml
//! topology_template:
//!   substitution_mappings: { node_type: my.VNF, properties: { flavour_id: simple } }
//!   node_templates: { VDU1: { type: tosca.nodes.nfv.Vdu.Compute, ... } }
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "TOS04",
    name: "topologies-stand-for-something",
    title: "The topology of an imported template stands for a node type",
    severity: Severity::Warning,
    clause: "TOSCA 1.3 §3.8.13, SOL001 §6.11.2",
    answers: &[Answer::tosca(ProblemKind::LooseTopology)],
    ..Rule::BASE
};
