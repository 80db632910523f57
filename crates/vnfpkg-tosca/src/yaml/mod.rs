//! One YAML reader for everything the product reads: descriptors, lifecycle documents, requests, inventories.
//!
//! It scans as libyaml does (what PyYAML accepts is accepted here), keeps a span on every node and the text and style of
//! every scalar, and stops alias bombs, deep nesting and oversized texts. JSON is YAML here, `#` comments included.

mod build;
mod guard;
mod json;
mod node;
mod problem;
mod scalar;
#[cfg(test)]
mod tests;

use vnfpkg_diag::{SourceId, Span};

pub use json::to_json;
pub use node::{Entry, Node, NodeKind, ScalarStyle};
pub use problem::{YamlProblem, YamlProblemKind};
pub use scalar::{Ambiguity, AmbiguityKind, ambiguity, yaml11_bool};

/// Bounds on what is read. The defaults are far above every real document.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Longest text, in bytes.
    pub max_bytes: usize,
    /// Most nodes of all documents together, every alias counted as a copy of what it names.
    pub max_nodes: usize,
    /// Deepest nesting of mappings and sequences, aliases expanded.
    pub max_depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 16 << 20, max_nodes: 1_000_000, max_depth: 100 }
    }
}

/// What came out of a text: the documents that could be read, and what is wrong with it.
///
/// A syntax error ends the reading: the documents before it are kept, the one it lies in is not.
#[derive(Debug, Clone, Default)]
pub struct Parsed {
    /// The root of each document.
    pub documents: Vec<Node>,
    /// What is wrong, in the order of the text.
    pub problems: Vec<YamlProblem>,
}

/// Turns bytes into text.
///
/// # Errors
/// The offset of the first byte that is not UTF-8.
pub fn decode(bytes: &[u8]) -> Result<&str, usize> {
    std::str::from_utf8(bytes).map_err(|error| error.valid_up_to())
}

/// Reads a text that may hold several documents.
pub fn parse(source: SourceId, text: &str) -> Parsed {
    parse_with(source, text, Limits::default())
}

/// Like [`parse`], with other bounds.
pub fn parse_with(source: SourceId, text: &str, limits: Limits) -> Parsed {
    let mut parsed = Parsed::default();
    if let Err(problem) = guard::admit(source, text, limits) {
        parsed.problems.push(problem);
        return parsed;
    }
    if text.starts_with('\u{feff}') {
        parsed.problems.push(YamlProblem::byte_order_mark(Span::new(source, 0, 3)));
    }
    build::documents(source, text, limits, &mut parsed);
    parsed
}

/// Reads a text that has to hold exactly one document. `None` when there is none that could be read; an empty text and
/// further documents are problems, of which the first document is kept.
pub fn parse_one(source: SourceId, text: &str) -> (Option<Node>, Vec<YamlProblem>) {
    let Parsed { documents, mut problems } = parse(source, text);
    let mut documents = documents.into_iter();
    let first = documents.next();
    match (&first, documents.next()) {
        (None, _) if problems.iter().all(|problem| problem.kind == YamlProblemKind::ByteOrderMark) => {
            problems.push(YamlProblem::empty(Span::new(source, 0, 0)));
        }
        (Some(node), None) if node.is_null() => problems.push(YamlProblem::empty(node.span)),
        (Some(_), Some(second)) => problems.push(YamlProblem::several_documents(second.span.head())),
        _ => {}
    }
    (first, problems)
}
