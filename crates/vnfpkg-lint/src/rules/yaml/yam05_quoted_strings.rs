//! Where TOSCA wants a string, a text that YAML reads as a number, date or boolean stands in quotes.
//!
//! Readers of YAML 1.1 (PyYAML, and with it Tacker) and of YAML 1.2 read such texts differently: `1.10` becomes 1.1, `017`
//! becomes 15 or 17, `yes` becomes true.
//!
//! ## Bad
//!
//! ```yaml
//! descriptor_version: 1.10
//! ```
//!
//! ## Good
//!
//! ```yaml
//! descriptor_version: '1.10'
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "YAM05",
    name: "quoted-strings",
    title: "Strings that look like numbers, dates or booleans are quoted",
    severity: Severity::Warning,
    clause: "YAML 1.1, YAML 1.2 §10.3",
    answers: &[Answer::tosca(ProblemKind::YamlAmbiguous)],
    ..Rule::BASE
};
