//! What can be wrong with a VNFD, as data. Which rule code and severity a kind has is the business of the caller.

use crate::yaml::{YamlProblem, YamlProblemKind};

/// The sort of a fault. The word in brackets is the group of rules it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKind {
    /// The text is not YAML (YAM01).
    YamlSyntax,
    /// A key stands twice in one mapping (YAM02).
    YamlDuplicateKey,
    /// Not UTF-8, or a control character (YAM03).
    YamlEncoding,
    /// A byte order mark (YAM03).
    YamlByteOrderMark,
    /// A tab as indentation (YAM03).
    YamlTab,
    /// No document, or more than one (YAM03).
    YamlDocuments,
    /// Too long, too deep, or too many nodes once aliases are expanded (YAM04).
    YamlBudget,
    /// A plain scalar that PyYAML reads as something else where a string is wanted (YAM05).
    YamlAmbiguous,
    /// `tosca_definitions_version` is missing, not first, or unknown (TOS01).
    DefinitionsVersion,
    /// A keyname that does not exist there (TOS02).
    UnknownKeyname,
    /// A mapping where a list is wanted, and so on (TOS02).
    Malformed,
    /// A keyname that must be there is missing (TOS02).
    MissingKeyname,
    /// An import that leads to no file (TOS03).
    Import,
    /// A file of the package that cannot be read (TOS03).
    UnreadableFile,
    /// An import that the built-in profile answers, since the package lacks the file (NFV24).
    BuiltinImport,
    /// A name of a type that does not exist (TOS05).
    UnknownType,
    /// A type that is defined twice with different content (TOS05).
    TypeRedefined,
    /// A type that derives from itself (TOS05).
    DerivationCycle,
    /// A definition that contradicts the parent type's (TOS06).
    Refinement,
    /// A property or data type field that does not exist (TOS07).
    UnknownProperty,
    /// A required property or field that is not given (TOS07).
    MissingProperty,
    /// A value of another type (TOS07).
    WrongType,
    /// A value that breaks a constraint (TOS08).
    Constraint,
    /// A constraint that itself is wrong (TOS08).
    BadConstraint,
    /// A size, time or frequency without a blank before its unit (TOS09).
    UnitSpacing,
    /// A function with an unknown name, wrong arguments or a target that does not exist (TOS10).
    Function,
    /// A requirement with an unknown name, target or capability, or too often (TOS11).
    Requirement,
    /// A capability with an unknown name (TOS12).
    Capability,
    /// An interface or operation that the type does not have (TOS13).
    Interface,
    /// An operation that the LCM interface of this edition of SOL001 does not have (NFV18).
    LcmOperation,
    /// `[]` in place of an operation (TOS13).
    EmptyOperation,
    /// An implementation that is neither an artifact nor a file (TOS14).
    Implementation,
    /// An artifact without a usable type (TOS15).
    Artifact,
    /// An artifact whose file the package does not have (TOS15).
    ArtifactFile,
    /// A policy with a wrong target (TOS16).
    Policy,
    /// A group with a wrong member (TOS17).
    Group,
    /// An input that nothing reads (TOS18).
    UnusedInput,
    /// An output, workflow or relationship template that names something which does not exist (TOS21).
    TopologySection,
    /// An imported template whose topology stands for nothing (TOS04).
    LooseTopology,
    /// A substitution mapping that leads nowhere (TOS19).
    Substitution,
    /// A substitution mapping of a requirement or capability that the VNF type does not declare (NFV06).
    SubstitutionName,
    /// `requirements:` without a value (TOS20).
    NullRequirements,
    /// No node of a type derived from `tosca.nodes.nfv.VNF` (NFV01).
    NoVnfNode,
    /// No deployment flavour, or one declared twice or not allowed by the VNF type (NFV04).
    Flavour,
    /// A flavour that the VNF type allows and no template describes (NFV05).
    MissingFlavour,
}

/// One fault of a VNFD.
pub type Problem = vnfpkg_diag::Problem<ProblemKind>;

impl From<YamlProblem> for Problem {
    fn from(problem: YamlProblem) -> Self {
        let kind = match problem.kind {
            YamlProblemKind::Syntax | YamlProblemKind::UnknownAlias | YamlProblemKind::BadMerge => ProblemKind::YamlSyntax,
            YamlProblemKind::Tab => ProblemKind::YamlTab,
            YamlProblemKind::ControlCharacter => ProblemKind::YamlEncoding,
            YamlProblemKind::DuplicateKey => ProblemKind::YamlDuplicateKey,
            YamlProblemKind::ByteOrderMark => ProblemKind::YamlByteOrderMark,
            YamlProblemKind::Empty | YamlProblemKind::SeveralDocuments => ProblemKind::YamlDocuments,
            YamlProblemKind::TooManyNodes | YamlProblemKind::TooDeep | YamlProblemKind::TooLarge => ProblemKind::YamlBudget,
        };
        let label = match problem.kind {
            YamlProblemKind::DuplicateKey => "the first one",
            _ => "begun here",
        };
        let converted = Self::at(kind, problem.span, problem.message);
        problem.related.into_iter().fold(converted, |converted, span| converted.related(span, label))
    }
}
