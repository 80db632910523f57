//! A package may leave the ETSI type files out; vnfpkg then uses its built-in ones. Some receivers want them in the
//! package.
//!
//! ## Bad
//!
//! ```yaml
//! imports:
//! - etsi_nfv_sol001_vnfd_types.yaml      # not in the package
//! ```
//!
//! ## Good
//!
//! ```yaml
//! imports:
//! - etsi_nfv_sol001_vnfd_types.yaml      # beside this file
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "NFV24",
    name: "types-in-package",
    title: "The SOL001 type files are in the package",
    severity: Severity::Info,
    clause: "SOL001 annex B.2",
    answers: &[Answer::tosca(ProblemKind::BuiltinImport)],
    ..Rule::BASE
};
