//! What can be wrong with a YAML text.

use vnfpkg_diag::Span;

/// The sort of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum YamlProblemKind {
    /// The text is not YAML from here on.
    Syntax,
    /// A tab where an indentation is needed.
    Tab,
    /// A character that YAML does not allow.
    ControlCharacter,
    /// A key stands twice in one mapping; the last one counts, as in PyYAML.
    DuplicateKey,
    /// The text begins with a byte order mark.
    ByteOrderMark,
    /// The text holds no document.
    Empty,
    /// The text holds more than one document where one is wanted.
    SeveralDocuments,
    /// An alias names an anchor that was not set before.
    UnknownAlias,
    /// A merge key (`<<`) whose value is neither a mapping nor a list of mappings.
    BadMerge,
    /// Too many nodes once aliases are expanded.
    TooManyNodes,
    /// Nested too deeply.
    TooDeep,
    /// The text is too long.
    TooLarge,
}

/// One fault of a YAML text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct YamlProblem {
    /// Its sort.
    pub kind: YamlProblemKind,
    /// Where it is.
    pub span: Span,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// Another place that explains it: the first of two equal keys, the start of what was not closed.
    pub related: Option<Span>,
}

impl YamlProblem {
    pub(super) fn new(kind: YamlProblemKind, span: Span, message: impl Into<String>) -> Self {
        Self { kind, span, message: message.into(), related: None }
    }

    pub(super) fn byte_order_mark(span: Span) -> Self {
        Self::new(YamlProblemKind::ByteOrderMark, span, "the text begins with a byte order mark")
    }

    pub(super) fn empty(span: Span) -> Self {
        Self::new(YamlProblemKind::Empty, span, "the document is empty")
    }

    pub(super) fn several_documents(span: Span) -> Self {
        Self::new(YamlProblemKind::SeveralDocuments, span, "a second document begins here; only the first one is read")
    }

    pub(super) fn related(mut self, span: Span) -> Self {
        self.related = Some(span);
        self
    }
}
