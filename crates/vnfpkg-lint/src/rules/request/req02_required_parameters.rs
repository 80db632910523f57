//! Every parameter is there that the data type of the operation's `additional_parameters` requires and gives no default.
//!
//! ## Bad
//!
//! ```json
//! "private_registry_installation_param": { "ssh_username": "ubuntu" }
//! ```
//!
//! ## Good
//!
//! ```json
//! "private_registry_installation_param": {
//!   "ssh_cp_name": "CP1", "ssh_username": "ubuntu", "ssh_password": "ubuntu"
//! }
//! ```

use vnfpkg_diag::Severity;
use vnfpkg_plan::problem::ProblemKind;

use crate::rule::{Answer, Rule};

pub(crate) const RULE: Rule = Rule {
    code: "REQ02",
    name: "required-parameters",
    title: "The request gives every required parameter",
    severity: Severity::Error,
    clause: "SOL003 §5.5.2",
    answers: &[Answer::plan(ProblemKind::RequestMissing)],
    ..Rule::BASE
};
