//! What a type has once its parents are taken into account.

use crate::grammar::{ArtifactDef, CapabilityDef, Defs, Input, Name, Operation, PropertyDef, RequirementDef, TypeDef, TypeKind};
use crate::types::TypeStore;

/// A type with everything it inherits.
#[derive(Debug, Default)]
pub struct Effective {
    /// Properties; a child's definition replaces its parent's.
    pub properties: Defs<PropertyDef>,
    /// Attributes.
    pub attributes: Defs<PropertyDef>,
    /// Node: capabilities.
    pub capabilities: Defs<CapabilityDef>,
    /// Node: requirements.
    pub requirements: Vec<RequirementDef>,
    /// Node: interfaces.
    pub interfaces: Defs<EffectiveInterface>,
    /// Interface: operations.
    pub operations: Defs<Operation>,
    /// Interface: inputs of all operations.
    pub inputs: Defs<Input>,
    /// Node: artifacts.
    pub artifacts: Defs<ArtifactDef>,
    /// Group members, policy targets: of the nearest type that says it.
    pub members: Option<Vec<Name>>,
    /// Artifact: file name extensions of the nearest type that says it.
    pub file_ext: Vec<Name>,
    /// Is the whole chain of parents known? If not, an unknown name may be an inherited one.
    pub rooted: bool,
}

/// An interface of a node type: operations of its interface type and those the node types add.
#[derive(Debug, Clone, Default)]
pub struct EffectiveInterface {
    /// The interface type.
    pub type_name: Option<Name>,
    /// Operations, implementations and inputs of the nearest type that gives them.
    pub operations: Defs<Operation>,
    /// Inputs of all operations.
    pub inputs: Defs<Input>,
    /// Is the interface type known to its root?
    pub rooted: bool,
}

impl Effective {
    pub(super) fn of(store: &TypeStore, kind: TypeKind, name: &str) -> Self {
        let mut effective = Self { rooted: store.is_rooted(kind, name), ..Self::default() };
        for definition in store.chain(kind, name).into_iter().rev() {
            effective.derive(store, definition);
        }
        effective
    }

    fn derive(&mut self, store: &TypeStore, definition: &TypeDef) {
        inherit(&mut self.properties, &definition.properties);
        inherit(&mut self.attributes, &definition.attributes);
        for (name, capability) in definition.capabilities.iter() {
            self.capabilities.insert(name.clone(), capability.clone());
        }
        self.derive_requirements(&definition.requirements);
        for (name, interface) in definition.interfaces.iter() {
            let mut merged = self.interfaces.get(name.as_str()).cloned().unwrap_or_default();
            if let Some(type_name) = &interface.type_name {
                merged.rooted = true;
                merged.take_type(store, type_name);
            }
            extend_operations(&mut merged.operations, &interface.operations);
            extend(&mut merged.inputs, &interface.inputs);
            self.interfaces.insert(name.clone(), merged);
        }
        extend_operations(&mut self.operations, &definition.operations);
        extend(&mut self.inputs, &definition.inputs);
        extend(&mut self.artifacts, &definition.artifacts);
        if definition.members.is_some() {
            self.members.clone_from(&definition.members);
        }
        if !definition.file_ext.is_empty() {
            self.file_ext.clone_from(&definition.file_ext);
        }
    }

    /// Requirements of one name replace the parent's of that name; a name may stand more than once.
    fn derive_requirements(&mut self, own: &[RequirementDef]) {
        self.requirements.retain(|inherited| own.iter().all(|requirement| requirement.name.text != inherited.name.text));
        self.requirements.extend(own.iter().cloned());
    }
}

impl EffectiveInterface {
    /// Takes over the operations of an interface type without losing the implementations that a parent node type gave.
    fn take_type(&mut self, store: &TypeStore, type_name: &Name) {
        self.type_name = Some(type_name.clone());
        let Some(effective) = store.effective(TypeKind::Interface, type_name.as_str()) else {
            self.rooted = false;
            return;
        };
        self.rooted &= effective.rooted;
        let mut operations = effective.operations.clone();
        extend_operations(&mut operations, &self.operations);
        self.operations = operations;
        extend(&mut self.inputs, &effective.inputs);
    }
}

fn inherit(inherited: &mut Defs<PropertyDef>, own: &Defs<PropertyDef>) {
    for (name, definition) in own.iter() {
        let mut definition = definition.clone();
        if definition.type_name.is_none() {
            definition.type_name = inherited.get(name.as_str()).and_then(|parent| parent.type_name.clone());
        }
        inherited.insert(name.clone(), definition);
    }
}

fn extend<T: Clone>(inherited: &mut Defs<T>, own: &Defs<T>) {
    for (name, value) in own.iter() {
        inherited.insert(name.clone(), value.clone());
    }
}

/// A child's operation keeps the parent's implementation and inputs when it gives none of its own.
fn extend_operations(inherited: &mut Defs<Operation>, own: &Defs<Operation>) {
    for (name, operation) in own.iter() {
        let mut merged = operation.clone();
        if let Some(parent) = inherited.get(name.as_str()) {
            if merged.implementation.primary.is_none() {
                merged.implementation = parent.implementation.clone();
            }
            let mut inputs = parent.inputs.clone();
            extend(&mut inputs, &operation.inputs);
            merged.inputs = inputs;
        }
        inherited.insert(name.clone(), merged);
    }
}
