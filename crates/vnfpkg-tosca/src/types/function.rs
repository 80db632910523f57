//! The functions of TOSCA (TOSCA 1.3 §4): recognised here, checked where templates are.

use std::sync::Arc;

use vnfpkg_diag::Span;

use super::primitive::Primitive;
use crate::suggest::nearest;
use crate::yaml::Node;

/// The names of all functions.
pub(crate) const FUNCTIONS: &[&str] =
    &["get_input", "get_property", "get_attribute", "get_operation_output", "get_nodes_of_type", "get_artifact", "concat", "join", "token"];

/// A use of a function.
#[derive(Debug, Clone)]
pub struct FunctionCall {
    /// Its name.
    pub name: Arc<str>,
    /// Where the name is.
    pub span: Span,
    /// Its argument: a scalar or a list.
    pub argument: Node,
    /// The built-in type that its result has to be of, where that is known.
    pub wanted: Option<Primitive>,
}

/// The function that a node calls: a mapping whose only key is the name of one.
pub(crate) fn call(node: &Node) -> Option<FunctionCall> {
    let [entry] = node.entries()? else { return None };
    let name = entry.key.shared_text().filter(|name| FUNCTIONS.contains(&&**name))?;
    Some(FunctionCall { name, span: entry.key.span, argument: entry.value.clone(), wanted: None })
}

/// The key of a mapping that looks like a function, and the function it looks like.
pub(super) fn misspelt(node: &Node) -> Option<(&Node, &'static str)> {
    let [entry] = node.entries()? else { return None };
    Some((&entry.key, nearest(entry.key.text()?, FUNCTIONS.iter().copied())?))
}
