//! The signature of a file of its own fits the file.
//!
//! ## Bad
//!
//! ```text
//! Source: Files/images/debian.qcow2            # changed after it was signed
//! Signature: Files/images/debian.sig.cms
//! ```
//!
//! ## Good
//!
//! ```text
//! Source: Files/images/debian.qcow2
//! Signature: Files/images/debian.sig.cms       # made by signing this very file
//! ```

use vnfpkg_diag::Finding;

use crate::context::Context;
use crate::rule::Rule;
use crate::signatures::{FileSignature, of_files};

pub(crate) const RULE: Rule = Rule {
    code: "SIG11",
    name: "file-signature-fits",
    title: "The signature of a file fits its content",
    clause: "SOL004 §5.4",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Vec<Finding> {
    let finding = |file: &FileSignature| Some(RULE.at(file.span, file.result.as_ref().err()?.to_string()).help("sign the file again"));
    of_files(context).iter().filter_map(finding).collect()
}
