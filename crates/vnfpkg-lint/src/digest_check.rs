//! Compares a digest that TOSCA.meta or the manifest gives with that of the file.

use vnfpkg_csar::{Algorithm, AlgorithmName, Field};
use vnfpkg_diag::{Edit, Finding, Fix, FixSafety, Severity};

use crate::context::{Context, path_of};
use crate::rule::Rule;

/// What a text says of a file.
pub(crate) struct Claim<'a> {
    pub(crate) name: &'a Field,
    pub(crate) algorithm: &'a Field,
    pub(crate) hash: &'a Field,
}

/// The finding about an algorithm that is unknown, broken, or not one of SOL004.
pub(crate) fn judge_algorithm(rule: &Rule, field: &Field) -> Option<Finding> {
    let text = &field.value.text;
    let finding = |message: String| rule.at(field.value.span, message).help("use SHA-256 or SHA-512");
    match Algorithm::parse(text) {
        _ if text.is_empty() => None,
        AlgorithmName::Known(Algorithm::Sha256 | Algorithm::Sha512) => None,
        AlgorithmName::Known(other) => Some(finding(format!("{other} is none of the algorithms of SOL004")).severity(Severity::Warning)),
        AlgorithmName::Weak(name) => Some(finding(format!("{name} is broken and not allowed"))),
        AlgorithmName::Unknown => Some(finding(format!("`{text}` is no digest algorithm"))),
    }
}

/// The finding that a digest is malformed or not that of the file.
pub(crate) fn compare(rule: &Rule, context: &Context<'_>, claim: &Claim<'_>) -> Option<Finding> {
    let AlgorithmName::Known(algorithm) = Algorithm::parse(&claim.algorithm.value.text) else { return None };
    let path = path_of(claim.name)?;
    let written = &claim.hash.value;
    if written.text.is_empty() {
        return None;
    }
    let digest = context.digests.get(&path, algorithm);
    let right = |finding: Finding| match digest {
        Some(digest) => {
            let edit = Edit { span: written.span, text: digest.to_string() };
            finding.fix(Fix { title: "write the digest of the file".to_owned(), safety: FixSafety::Safe, edits: vec![edit] })
        }
        None => finding,
    };
    let hex = written.text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !hex || written.text.len() != algorithm.hex_len() {
        let message = format!("a {algorithm} digest has {} hexadecimal digits", algorithm.hex_len());
        return Some(right(rule.at(written.span, message).label(format!("{} characters", written.text.chars().count()))));
    }
    let digest = digest.filter(|digest| !digest.matches(&written.text))?;
    let finding = rule.at(written.span, format!("the digest of `{path}` is another one")).label(format!("the file has {digest}"));
    Some(right(finding).help("if the file is as it should be, run `vnfpkg pack` again; the digests are made there"))
}
