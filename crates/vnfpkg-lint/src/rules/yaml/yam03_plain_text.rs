//! The file is UTF-8 without control characters, not empty, with one document, and without tabs as indentation. A byte
//! order mark is a warning: it is legal, and some readers stumble over it.
//!
//! ## Bad
//!
//! ```yaml
//! node_templates:
//! <TAB>VDU1: ...
//! ```
//!
//! ## Good
//!
//! ```yaml
//! node_templates:
//!   VDU1: ...
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_tosca::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "YAM03",
    name: "plain-text",
    title: "A service template is one YAML document in UTF-8, indented with blanks",
    severity: Severity::Error,
    clause: "YAML 1.2 §5",
    answers: &[
        Answer::tosca(ProblemKind::YamlEncoding),
        Answer::tosca(ProblemKind::YamlTab),
        Answer::tosca(ProblemKind::YamlDocuments),
        Answer::tosca(ProblemKind::YamlByteOrderMark).severity(Severity::Warning),
    ],
    ..Rule::BASE
};
