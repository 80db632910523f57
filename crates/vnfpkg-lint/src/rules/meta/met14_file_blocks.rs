//! A later block of TOSCA.meta describes one file: `Name` is its path, `Content-Type` its type. `Algorithm` and `Hash`
//! stand together or not at all, and the digest is that of the file.
//!
//! That `Content-Type` is missing is a warning.
//!
//! ## Bad
//!
//! ```text
//! Name: Scripts/install.sh
//! Content-Type: application/x-sh
//! Algorithm: SHA-256
//! Hash: 0000000000000000000000000000000000000000000000000000000000000000
//! ```
//!
//! ## Good
//!
//! ```text
//! Name: Scripts/install.sh
//! Content-Type: application/x-sh
//! Algorithm: SHA-256
//! Hash: 5b63a7c5... (64 digits, those of the file)
//! ```

use vnfpkg_csar::NamedBlock;
use vnfpkg_diag::{Finding, Severity};

use crate::context::Context;
use crate::digest_check::{Claim, compare};
use crate::fields::{KNOWN_KEYS, names_file};
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "MET14",
    name: "file-blocks",
    title: "Blocks about files name them and have the right digest",
    severity: Severity::Error,
    clause: "TOSCA 1.3 §6.2",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    context.meta.iter().flat_map(|meta| meta.named_blocks()).flat_map(|block| check_block(context, &block)).collect()
}

fn check_block(context: &Context<'_>, block: &NamedBlock<'_>) -> Vec<Finding> {
    let Some(name) = block.name else {
        let misplaced = block.block.fields.iter().find(|field| KNOWN_KEYS.contains(&field.key.text.as_str()));
        let finding = match misplaced {
            Some(field) => RULE
                .at(field.key.span, format!("`{}` stands in a later block, where no reader looks for it", field.key.text))
                .help("remove the empty line above it"),
            None => RULE.at(block.block.span, "the block has no `Name`").help("a block about a file begins with `Name: PATH`"),
        };
        return vec![finding];
    };
    if let Some(finding) = names_file(&RULE, context, name) {
        return vec![finding];
    }
    let mut findings = Vec::new();
    if block.content_type.is_none() {
        findings.push(RULE.at(name.span(), "the block has no `Content-Type`").severity(Severity::Warning));
    }
    match (block.algorithm, block.hash) {
        (Some(algorithm), Some(hash)) => {
            let found = compare(&RULE, context, &Claim { name, algorithm, hash });
            findings.extend(found.map(|finding| finding.doubts(name.value.text.as_str())));
        }
        (Some(lonely), None) => findings.push(RULE.at(lonely.span(), "`Algorithm` stands without `Hash`").help("give both or none")),
        (None, Some(lonely)) => findings.push(RULE.at(lonely.span(), "`Hash` stands without `Algorithm`").help("give both or none")),
        (None, None) => {}
    }
    findings
}
