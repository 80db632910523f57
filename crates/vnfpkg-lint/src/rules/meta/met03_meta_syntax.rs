//! Each line is a name, a colon and a value. Blank lines part blocks: the first one describes the package, later ones a
//! file each. No name stands twice in one block, none is without value.
//!
//! ## Bad
//!
//! ```text
//! TOSCA-Meta-File-Version = 1.0
//! CSAR-Version:
//! ```
//!
//! ## Good
//!
//! ```text
//! TOSCA-Meta-File-Version: 1.0
//! CSAR-Version: 1.1
//! ```

use vnfpkg_csar::ProblemKind;
use vnfpkg_diag::Severity;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "MET03",
    name: "meta-syntax",
    title: "TOSCA.meta is made of blocks of `Name: value` lines",
    severity: Severity::Error,
    clause: "TOSCA 1.3 §6.2",
    answers: &[
        Answer::csar(ProblemKind::MetaSyntax),
        Answer::csar(ProblemKind::MetaEmptyValue),
        Answer::csar(ProblemKind::MetaDuplicateKey),
    ],
    ..Rule::BASE
};
