//! What is wrong with a lifecycle document, a template, a request or an inventory.

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
    /// Request: the instantiation level or scaling aspect does not exist in the flavour.
    RequestLevel,
    /// Request: a value of a sample that somebody was meant to replace.
    RequestPlaceholder,
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
pub type Problem = vnfpkg_diag::Problem<ProblemKind>;

/// `did you mean` for a misspelt name, when one of the known names is near enough.
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    vnfpkg_tosca::nearest(name, known).map(|nearest| format!("did you mean `{nearest}`?"))
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
