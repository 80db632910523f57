//! The typed form of a TOSCA service template. Every name keeps its place; values stay YAML nodes.
//! Types and the definitions in them are in `model_types`.

use std::collections::HashMap;
use std::sync::Arc;

use vnfpkg_diag::Span;

use super::model_types::{ArtifactDef, InterfaceDef, PropertyDef, TypeDef};
use crate::yaml::Node;

/// A name or reference and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The text.
    pub text: Arc<str>,
    /// Where it is.
    pub span: Span,
}

impl Name {
    /// The text as `&str`.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Named things in the order of the text.
#[derive(Debug, Clone)]
pub struct Defs<T> {
    items: Vec<(Name, T)>,
    index: HashMap<Arc<str>, usize>,
}

impl<T> Default for Defs<T> {
    fn default() -> Self {
        Self { items: Vec::new(), index: HashMap::new() }
    }
}

impl<T> Defs<T> {
    /// Adds an item; an item of that name is replaced.
    pub fn insert(&mut self, name: Name, value: T) {
        match self.index.get(&name.text) {
            Some(&at) => self.items[at] = (name, value),
            None => {
                self.index.insert(name.text.clone(), self.items.len());
                self.items.push((name, value));
            }
        }
    }

    /// The item of a name.
    pub fn get(&self, name: &str) -> Option<&T> {
        self.entry(name).map(|(_, value)| value)
    }

    /// The item of a name with the name as it was written.
    pub fn entry(&self, name: &str) -> Option<&(Name, T)> {
        self.index.get(name).and_then(|&at| self.items.get(at))
    }

    /// All items.
    pub fn iter(&self) -> impl Iterator<Item = &(Name, T)> {
        self.items.iter()
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.items.iter().map(|(name, _)| name.as_str())
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }
}

/// An import.
#[derive(Debug, Clone)]
pub struct Import {
    /// The path or URL.
    pub file: Name,
    /// The repository it comes from.
    pub repository: Option<Name>,
    /// Put before the names of imported types: `prefix:name`.
    pub namespace_prefix: Option<Name>,
}

/// A file.
#[derive(Debug, Clone)]
pub struct ServiceTemplate {
    /// `tosca_definitions_version`
    pub version: Option<Name>,
    /// `metadata`, scalars only.
    pub metadata: Vec<(Name, Name)>,
    /// Imports in order.
    pub imports: Vec<Import>,
    /// Names of repositories.
    pub repositories: Defs<Node>,
    /// Types of every sort.
    pub types: Vec<TypeDef>,
    /// The topology, when the file has one.
    pub topology: Option<Topology>,
    /// The whole document.
    pub root: Node,
}

/// A topology template.
#[derive(Debug, Clone)]
pub struct Topology {
    /// Inputs by name.
    pub inputs: Defs<PropertyDef>,
    /// Nodes by name.
    pub node_templates: Defs<NodeTemplate>,
    /// Relationship templates by name.
    pub relationship_templates: Defs<Node>,
    /// Groups by name.
    pub groups: Defs<Group>,
    /// Policies by name.
    pub policies: Defs<Policy>,
    /// What the topology stands for.
    pub substitution: Option<Substitution>,
    /// Outputs by name.
    pub outputs: Defs<Node>,
    /// Workflows by name.
    pub workflows: Defs<Node>,
    /// Where it is.
    pub span: Span,
}

/// A node template.
#[derive(Debug, Clone)]
pub struct NodeTemplate {
    /// Its node type.
    pub type_name: Option<Name>,
    /// Property values.
    pub properties: Defs<Node>,
    /// Attribute values.
    pub attributes: Defs<Node>,
    /// Requirements in order; a name may stand more than once.
    pub requirements: Vec<RequirementAssignment>,
    /// Capability values.
    pub capabilities: Defs<CapabilityAssignment>,
    /// Interfaces by name.
    pub interfaces: Defs<InterfaceDef>,
    /// Artifacts by name.
    pub artifacts: Defs<ArtifactDef>,
    /// Is it to be found rather than made (`directives`, `node_filter`)?
    pub selected: bool,
    /// What a node must be like that is found for it.
    pub node_filter: Option<Node>,
    /// Where it is.
    pub span: Span,
}

/// A requirement of a node template.
#[derive(Debug, Clone)]
pub struct RequirementAssignment {
    /// Its name.
    pub name: Name,
    /// The node template (or type) it leads to.
    pub target: Option<Name>,
    /// The capability of the target.
    pub capability: Option<Name>,
    /// The relationship type or template.
    pub relationship: Option<Name>,
    /// What the target must be like.
    pub node_filter: Option<Node>,
}

/// Values of a capability.
#[derive(Debug, Clone, Default)]
pub struct CapabilityAssignment {
    /// Property values.
    pub properties: Defs<Node>,
    /// Attribute values.
    pub attributes: Defs<Node>,
}

/// A group.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its group type.
    pub type_name: Option<Name>,
    /// Property values.
    pub properties: Defs<Node>,
    /// Names of node templates.
    pub members: Vec<Name>,
    /// Where it is.
    pub span: Span,
}

/// A policy.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Its policy type.
    pub type_name: Option<Name>,
    /// Property values.
    pub properties: Defs<Node>,
    /// Names of node templates or groups.
    pub targets: Vec<Name>,
    /// Triggers by name.
    pub triggers: Defs<Node>,
    /// Where it is.
    pub span: Span,
}

/// What a topology stands for (SOL001 §6.11: the VNF of one flavour).
#[derive(Debug, Clone)]
pub struct Substitution {
    /// The node type it can stand for.
    pub node_type: Option<Name>,
    /// Property values and mappings.
    pub properties: Defs<Node>,
    /// Requirement name and `[node, requirement]`, in order.
    pub requirements: Vec<(Name, Node)>,
    /// Capability name and `[node, capability]`, in order.
    pub capabilities: Vec<(Name, Node)>,
    /// Where it is.
    pub span: Span,
}
