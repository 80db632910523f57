//! Lines that continue a list in brackets or a mapping in braces are indented. libyaml and the tools made with it read them from
//! the first column too, YAML 1.2 does not, and strict readers refuse the file.
//!
//! ## Bad
//!
//! ```yaml
//! properties:
//!   protocols: [ ipv4,
//! ipv6 ]
//! ```
//!
//! ## Good
//!
//! ```yaml
//! properties:
//!   protocols: [ ipv4,
//!     ipv6 ]
//! ```

use vnfpkg_diag::{Severity, Span};
use vnfpkg_tosca::yaml::{Node, NodeKind};

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

/// Lines of a file that are looked at: each takes a walk down the tree, and one is enough.
const SUSPECTS: usize = 100;

pub(crate) const RULE: Rule = Rule {
    code: "YAM06",
    name: "strict-flow",
    title: "Continued lists and mappings are indented",
    severity: Severity::Info,
    clause: "YAML 1.2 §7.4",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some(vnfd) = context.vnfd else { return Findings::new() };
    let found = vnfd.model.files.iter().filter_map(|file| {
        let source = context.sources.get(file.source);
        // Most files have no line that begins with such text.
        let suspects = lines_at_the_margin(source.text());
        let children = file.root.entries().unwrap_or_default().iter().map(|entry| &entry.value);
        let at = suspects.into_iter().find(|at| children.clone().any(|child| in_flow(child, source.text(), *at)))?;
        Some(RULE.at(Span::new(file.source, at, at + 1), "a list or mapping goes on here in the first column").help("indent the line"))
    });
    found.collect()
}

/// Offsets of lines that begin, in the first column, with neither a key nor a comment nor a blank.
fn lines_at_the_margin(text: &str) -> Vec<usize> {
    let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
    let continues = |at: &usize| {
        let line = text[*at..].split('\n').next().unwrap_or("");
        let first = line.chars().next().unwrap_or(' ');
        !first.is_whitespace() && first != '#' && (line.contains([',', ']', '}']) || !line.contains(':'))
    };
    starts.filter(continues).take(SUSPECTS).collect()
}

/// Does the offset lie in a collection in brackets or braces?
fn in_flow(node: &Node, text: &str, at: usize) -> bool {
    let range = node.span.range();
    if !(range.start < at && at < range.end) {
        return false;
    }
    if !node.is_scalar() && text[range].starts_with(['[', '{']) {
        return true;
    }
    match &node.kind {
        NodeKind::Scalar { .. } => false,
        NodeKind::Seq(items) => items.iter().any(|item| in_flow(item, text, at)),
        NodeKind::Map(entries) => entries.iter().any(|entry| in_flow(&entry.value, text, at)),
    }
}
