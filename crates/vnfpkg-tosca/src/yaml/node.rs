//! The tree: scalars, sequences and mappings, each with the place it came from.

use std::collections::HashMap;
use std::sync::Arc;

use vnfpkg_diag::Span;

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScalarStyle {
    /// Without quotes: the only style whose text may mean something other than a string.
    Plain,
    /// `'...'`
    Single,
    /// `"..."`
    Double,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// One node. Cheap to clone: an alias shares what it names, its span is that of the anchored node.
#[derive(Debug, Clone)]
pub struct Node {
    /// Where it is. A missing value (`key:`) has an empty span after the colon.
    pub span: Span,
    /// The tag as written (`!!str` resolved to its long form), when there is one.
    pub tag: Option<Arc<str>>,
    /// What it is.
    pub kind: NodeKind,
}

/// What a node is.
#[derive(Debug, Clone)]
pub enum NodeKind {
    /// A text. What it means depends on its style; see [`Node::as_int`] and its like.
    Scalar {
        /// The text, escapes and folding resolved.
        value: Arc<str>,
        /// How it was written.
        style: ScalarStyle,
    },
    /// A list.
    Seq(Arc<[Node]>),
    /// A mapping in the order of the text, merge keys expanded, no key twice.
    Map(Arc<[Entry]>),
}

/// A key and its value.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key; almost always a scalar.
    pub key: Node,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The text of a scalar, whatever its style or type.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar { value, .. } => Some(value),
            _ => None,
        }
    }

    /// The text of a scalar, shared.
    pub fn shared_text(&self) -> Option<Arc<str>> {
        match &self.kind {
            NodeKind::Scalar { value, .. } => Some(value.clone()),
            _ => None,
        }
    }

    /// The style of a scalar.
    pub fn style(&self) -> Option<ScalarStyle> {
        match &self.kind {
            NodeKind::Scalar { style, .. } => Some(*style),
            _ => None,
        }
    }

    /// The items of a list.
    pub fn items(&self) -> Option<&[Self]> {
        match &self.kind {
            NodeKind::Seq(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a mapping.
    pub fn entries(&self) -> Option<&[Entry]> {
        match &self.kind {
            NodeKind::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The entry of a mapping by the text of its key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries()?.iter().find(|entry| entry.key.text() == Some(key))
    }

    /// The value of a mapping by the text of its key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The value at a path of keys.
    pub fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// Is it a mapping?
    pub fn is_map(&self) -> bool {
        matches!(self.kind, NodeKind::Map(_))
    }

    /// Is it a list?
    pub fn is_seq(&self) -> bool {
        matches!(self.kind, NodeKind::Seq(_))
    }

    /// Is it a scalar?
    pub fn is_scalar(&self) -> bool {
        matches!(self.kind, NodeKind::Scalar { .. })
    }

    /// What it is, for a message: `a mapping`, `a list`, `nothing`, `a number`, `true or false`, `a string`.
    pub fn describe(&self) -> &'static str {
        match &self.kind {
            NodeKind::Map(_) => "a mapping",
            NodeKind::Seq(_) => "a list",
            NodeKind::Scalar { .. } if self.is_null() => "nothing",
            NodeKind::Scalar { .. } if self.as_bool().is_some() => "a boolean",
            NodeKind::Scalar { .. } if self.as_int().is_some() => "an integer",
            NodeKind::Scalar { .. } if self.as_float().is_some() => "a number",
            NodeKind::Scalar { .. } => "a string",
        }
    }

    /// Do two nodes say the same, wherever they stand? Scalars are compared by text and by whether they are quoted.
    pub fn same(&self, other: &Self) -> bool {
        match (&self.kind, &other.kind) {
            (NodeKind::Scalar { value: left, .. }, NodeKind::Scalar { value: right, .. }) => {
                left == right && self.is_plain() == other.is_plain()
            }
            (NodeKind::Seq(left), NodeKind::Seq(right)) => {
                left.len() == right.len() && left.iter().zip(right.iter()).all(|(left, right)| left.same(right))
            }
            (NodeKind::Map(left), NodeKind::Map(right)) => left.len() == right.len() && same_entries(left, right),
            _ => false,
        }
    }

    fn is_plain(&self) -> bool {
        self.style() == Some(ScalarStyle::Plain)
    }
}

/// Do two mappings of one length hold the same, in whatever order? Keys that are no scalars must be in the same place.
fn same_entries(left: &[Entry], right: &[Entry]) -> bool {
    let by_key: HashMap<&str, &Entry> = right.iter().filter_map(|entry| Some((entry.key.text()?, entry))).collect();
    left.iter().zip(right).all(|(entry, beside)| {
        let other = entry.key.text().map_or(Some(beside), |key| by_key.get(key).copied());
        other.is_some_and(|other| entry.key.same(&other.key) && entry.value.same(&other.value))
    })
}
