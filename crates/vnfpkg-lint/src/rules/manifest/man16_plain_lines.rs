//! The manifest has plain lines: LF at the end, no byte order mark, no blanks before the line ends. Others are read here all
//! the same; Tacker and pkgtools read a manifest with CRLF wrongly. In a signed manifest the bytes must stay as they are.
//!
//! ## Bad
//!
//! ```text
//! Source: Scripts/install.sh␍␊
//! ```
//!
//! ## Good
//!
//! ```text
//! Source: Scripts/install.sh␊
//! ```

use vnfpkg_diag::Severity;

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

/// Largest manifest that is looked at.
const LIMIT: u64 = 16 << 20;

pub(crate) const RULE: Rule = Rule {
    code: "MAN16",
    name: "plain-lines",
    title: "The manifest has plain lines",
    severity: Severity::Info,
    clause: "SOL004 §4.3.2",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some(file) = context.manifest else { return Findings::new() };
    let Ok(bytes) = context.package.read(&file.path, LIMIT) else { return Findings::new() };
    let odd = if bytes.starts_with(b"\xef\xbb\xbf") {
        "a byte order mark at its beginning"
    } else if bytes.contains(&b'\r') {
        "CR characters at line ends"
    } else if bytes.windows(2).any(|pair| matches!(pair, [b' ' | b'\t', b'\n'])) {
        "blanks before line ends"
    } else {
        return Findings::new();
    };
    let help = match file.manifest.cms {
        Some(_) => "save it with plain LF lines before it is signed",
        None => "save it with plain LF lines",
    };
    Findings::from(RULE.file(&file.path, format!("the manifest has {odd}, which some receivers cannot read")).help(help))
}
