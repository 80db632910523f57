//! A fault as the crate that finds it describes it, before a rule gives it a code and a severity.

use crate::finding::Place;
use crate::source::Span;

/// One fault and where it is. `K` says which kinds of faults a crate finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem<K> {
    /// What kind of fault.
    pub kind: K,
    /// Where it is.
    pub place: Place,
    /// Other places that explain it, with a label each.
    pub related: Vec<(Place, String)>,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl<K> Problem<K> {
    /// A fault at a range of text.
    pub fn at(kind: K, span: Span, message: impl Into<String>) -> Self {
        Self::new(kind, Place::Span(span), message)
    }

    /// A fault at a place.
    pub fn new(kind: K, place: Place, message: impl Into<String>) -> Self {
        Self { kind, place, related: Vec::new(), message: message.into(), help: None }
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says what to do when there is something to say, else leaves what was said.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    /// Adds a place that explains the fault.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push((Place::Span(span), label.into()));
        self
    }
}
