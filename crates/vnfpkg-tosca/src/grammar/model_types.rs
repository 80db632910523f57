//! The typed form of types, and of the definitions that types and templates share.

use std::sync::Arc;

use vnfpkg_diag::Span;

use super::model::{Defs, Name};
use crate::yaml::Node;

/// The sort of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TypeKind {
    /// `data_types`
    Data,
    /// `artifact_types`
    Artifact,
    /// `capability_types`
    Capability,
    /// `relationship_types`
    Relationship,
    /// `interface_types`
    Interface,
    /// `node_types`
    Node,
    /// `group_types`
    Group,
    /// `policy_types`
    Policy,
}

impl TypeKind {
    /// All sorts.
    pub const ALL: [Self; 8] =
        [Self::Data, Self::Artifact, Self::Capability, Self::Relationship, Self::Interface, Self::Node, Self::Group, Self::Policy];

    /// The section of a service template that defines such types.
    pub fn section(self) -> &'static str {
        match self {
            Self::Data => "data_types",
            Self::Artifact => "artifact_types",
            Self::Capability => "capability_types",
            Self::Relationship => "relationship_types",
            Self::Interface => "interface_types",
            Self::Node => "node_types",
            Self::Group => "group_types",
            Self::Policy => "policy_types",
        }
    }

    /// What such a type is called in a message.
    pub fn label(self) -> &'static str {
        match self {
            Self::Data => "data type",
            Self::Artifact => "artifact type",
            Self::Capability => "capability type",
            Self::Relationship => "relationship type",
            Self::Interface => "interface type",
            Self::Node => "node type",
            Self::Group => "group type",
            Self::Policy => "policy type",
        }
    }
}

/// A type of any sort. Fields that a sort does not have stay empty.
#[derive(Debug, Clone)]
pub struct TypeDef {
    /// Its sort.
    pub kind: TypeKind,
    /// Its name.
    pub name: Name,
    /// Its parent.
    pub derived_from: Option<Name>,
    /// Properties by name.
    pub properties: Defs<PropertyDef>,
    /// Attributes by name.
    pub attributes: Defs<PropertyDef>,
    /// Node: capabilities.
    pub capabilities: Defs<CapabilityDef>,
    /// Node: requirements, in order; a name may stand more than once.
    pub requirements: Vec<RequirementDef>,
    /// Node, relationship, group: interfaces.
    pub interfaces: Defs<InterfaceDef>,
    /// Interface: its operations.
    pub operations: Defs<Operation>,
    /// Interface: inputs of all its operations.
    pub inputs: Defs<Input>,
    /// Node: artifacts.
    pub artifacts: Defs<ArtifactDef>,
    /// Data: constraints on the whole value.
    pub constraints: Vec<Constraint>,
    /// Data derived from `list` or `map`: the type of its entries.
    pub entry_schema: Option<Schema>,
    /// Artifact: file name extensions.
    pub file_ext: Vec<Name>,
    /// Relationship: types of capability it may lead to.
    pub valid_target_types: Option<Vec<Name>>,
    /// Capability: types of node that may use it.
    pub valid_source_types: Option<Vec<Name>>,
    /// Group: types of node that may be members. Policy: types of node or group that may be targets.
    pub members: Option<Vec<Name>>,
    /// The whole definition, to compare two of one name.
    pub node: Node,
}

/// Definition of a property, attribute or input.
#[derive(Debug, Clone)]
pub struct PropertyDef {
    /// Its type; `None` when that was missing or broken (and reported).
    pub type_name: Option<Name>,
    /// Must it be given? True unless said otherwise.
    pub required: bool,
    /// Its value when none is given.
    pub default: Option<Node>,
    /// What its value must satisfy.
    pub constraints: Vec<Constraint>,
    /// The type of its entries, for `list` and `map`.
    pub entry_schema: Option<Schema>,
    /// What it is for.
    pub description: Option<Arc<str>>,
    /// `metadata` of the definition; `secret: true` marks a secret.
    pub metadata: Vec<(Arc<str>, Arc<str>)>,
    /// Where it is.
    pub span: Span,
}

/// `entry_schema`: a type with constraints, possibly of entries of entries.
#[derive(Debug, Clone)]
pub struct Schema {
    /// The type of each entry.
    pub type_name: Name,
    /// What each entry must satisfy.
    pub constraints: Vec<Constraint>,
    /// The type of the entries of each entry.
    pub entry_schema: Option<Box<Self>>,
}

/// The operator of a constraint (TOSCA 1.3 §3.6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum ConstraintOp {
    Equal,
    GreaterThan,
    GreaterOrEqual,
    LessThan,
    LessOrEqual,
    InRange,
    ValidValues,
    Length,
    MinLength,
    MaxLength,
    Pattern,
    Schema,
}

/// One constraint.
#[derive(Debug, Clone)]
pub struct Constraint {
    /// Its operator.
    pub op: ConstraintOp,
    /// Its operand.
    pub value: Node,
    /// Where the whole constraint is.
    pub span: Span,
}

/// `occurrences: [lower, upper]`; `None` as upper bound is `UNBOUNDED`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrences {
    /// At least this many.
    pub lower: u64,
    /// At most this many.
    pub upper: Option<u64>,
}

/// A capability of a node type.
#[derive(Debug, Clone)]
pub struct CapabilityDef {
    /// Its capability type.
    pub type_name: Option<Name>,
    /// Properties added to those of the type.
    pub properties: Defs<PropertyDef>,
    /// Attributes added to those of the type.
    pub attributes: Defs<PropertyDef>,
    /// Types of node that may use it.
    pub valid_source_types: Option<Vec<Name>>,
    /// How many relationships it takes.
    pub occurrences: Option<Occurrences>,
}

/// A requirement of a node type.
#[derive(Debug, Clone)]
pub struct RequirementDef {
    /// Its name.
    pub name: Name,
    /// The capability type (or capability name) that the target must have.
    pub capability: Option<Name>,
    /// The node type of the target.
    pub node: Option<Name>,
    /// The relationship type.
    pub relationship: Option<Name>,
    /// How often it must and may be fulfilled; `[1, 1]` when not said.
    pub occurrences: Option<Occurrences>,
}

/// An interface of a type or template: both the form with `operations:` and the flat one.
#[derive(Debug, Clone, Default)]
pub struct InterfaceDef {
    /// Its interface type; templates rarely say it.
    pub type_name: Option<Name>,
    /// Inputs of all operations.
    pub inputs: Defs<Input>,
    /// Operations by name.
    pub operations: Defs<Operation>,
}

/// An input of an operation: a definition in types, a value in templates.
#[derive(Debug, Clone)]
pub enum Input {
    /// `{type: ..., required: ...}`
    Definition(PropertyDef),
    /// A value.
    Value(Node),
}

/// An operation of an interface.
#[derive(Debug, Clone)]
pub struct Operation {
    /// What it runs.
    pub implementation: Implementation,
    /// Its inputs.
    pub inputs: Defs<Input>,
    /// Its value, or its name when that is missing.
    pub span: Span,
}

/// What an operation runs.
#[derive(Debug, Clone, Default)]
pub struct Implementation {
    /// How it was written.
    pub form: ImplementationForm,
    /// The artifact or file that runs.
    pub primary: Option<ArtifactRef>,
    /// Artifacts or files that it needs beside it.
    pub dependencies: Vec<ArtifactRef>,
}

/// How an implementation was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ImplementationForm {
    /// Not at all, or null: the operation does nothing.
    #[default]
    Absent,
    /// `[]` in place of the operation or implementation: the operation does nothing.
    EmptyList,
    /// One name.
    Short,
    /// `{primary, dependencies}`
    Long,
}

/// The name of an artifact or a file path; or an artifact written in place.
#[derive(Debug, Clone)]
pub enum ArtifactRef {
    /// The name of an artifact of the node, or the path of a file.
    Named(Name),
    /// An artifact definition in place.
    Inline(Box<ArtifactDef>),
}

/// An artifact.
#[derive(Debug, Clone)]
pub struct ArtifactDef {
    /// Its artifact type; the short form has none.
    pub type_name: Option<Name>,
    /// Its file.
    pub file: Option<Name>,
    /// The repository that the file lies in, when it is not the package.
    pub repository: Option<Name>,
    /// Its properties.
    pub properties: Defs<Node>,
    /// Its properties as they were written.
    pub values: Option<Node>,
    /// Where it is.
    pub span: Span,
}
