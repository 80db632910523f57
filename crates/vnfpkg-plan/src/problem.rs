//! What is wrong with a lifecycle document, a template, a request or an inventory.

use vnfpkg_diag::{Place, Span};

/// What kind of fault it is; `vnfpkg-lint` gives each kind its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKind {
    /// Lifecycle document: not a document of this format version.
    LifecycleVersion,
    /// Lifecycle document: unknown or missing key, wrong type, bad duration or number.
    LifecycleGrammar,
    /// Lifecycle document: `needs` or `like` names nothing.
    LifecycleReference,
    /// Lifecycle document: steps need one another in a circle.
    LifecycleCycle,
    /// Lifecycle document: `on` names no VDU of the flavour, or a selection that can never hold.
    LifecycleSelection,
    /// Lifecycle document: a file that it names is not in the package.
    LifecycleFile,
    /// Template: syntax.
    TemplateSyntax,
    /// Template: a variable, step or output that does not exist.
    TemplateVariable,
    /// Template: a value of the request goes unquoted into a script.
    TemplateRaw,
    /// Template: a value stands inside quotes of the script.
    TemplateQuotes,
    /// Request: unreadable.
    RequestSyntax,
    /// Request: a required parameter is missing.
    RequestMissing,
    /// Request: a value has the wrong type or breaks a constraint.
    RequestValue,
    /// Request: a key that nothing reads.
    RequestUnknown,
    /// Request: a file of the package that it names is not there or is not what it should be.
    RequestFile,
    /// Request: the flavour does not exist.
    RequestFlavour,
    /// Inventory: unreadable, unknown or missing key, wrong type.
    InventoryGrammar,
    /// Inventory: a VDU that the flavour does not have.
    InventoryVdu,
    /// Inventory: too few or too many VNFCs of a VDU.
    InventoryCount,
    /// Inventory: a connection point that the VDU does not have, or that has no address.
    InventoryCp,
    /// Inventory: one VNFC twice.
    InventoryDuplicate,
}

/// One fault and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What kind of fault.
    pub kind: ProblemKind,
    /// Where.
    pub place: Place,
    /// Other places that explain it.
    pub related: Vec<(Place, String)>,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl Problem {
    /// A fault at a range of text.
    pub fn at(kind: ProblemKind, span: Span, message: impl Into<String>) -> Self {
        Self::new(kind, Place::Span(span), message)
    }

    /// A fault at a place.
    pub fn new(kind: ProblemKind, place: Place, message: impl Into<String>) -> Self {
        Self { kind, place, related: Vec::new(), message: message.into(), help: None }
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says what to do when there is something to say.
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

/// `did you mean` for a misspelt name, when one of the known names is near enough.
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let limit = if name.len() < 4 { 1 } else { (name.len() / 3).max(2) };
    known
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| format!("did you mean `{candidate}`?"))
}

/// The number of single-character edits between two words.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut left = i + 1;
        let mut diagonal = row[0];
        row[0] = left;
        for (j, cb) in b.iter().enumerate() {
            let here = (diagonal + usize::from(ca != *cb)).min(left + 1).min(row[j + 1] + 1);
            diagonal = row[j + 1];
            row[j + 1] = here;
            left = here;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let known = ["needs", "probe", "timeout"];
        assert_eq!(did_you_mean("need", known).as_deref(), Some("did you mean `needs`?"));
        assert_eq!(did_you_mean("tiemout", known).as_deref(), Some("did you mean `timeout`?"));
        assert_eq!(did_you_mean("shell", known), None);
    }
}
