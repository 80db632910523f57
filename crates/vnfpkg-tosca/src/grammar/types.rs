//! Type definitions of every sort.

use super::definitions::INTERFACE;
use super::model::{Defs, Name};
use super::model_types::{Operation, TypeDef, TypeKind};
use super::reader::{Fields, Reader};
use crate::yaml::Node;

/// Keynames that every type has.
const COMMON: &[&str] = &["derived_from", "version", "metadata", "description"];

fn keynames(kind: TypeKind) -> &'static [&'static str] {
    match kind {
        TypeKind::Data => &["properties", "constraints", "entry_schema", "key_schema"],
        TypeKind::Artifact => &["properties", "mime_type", "file_ext"],
        TypeKind::Capability => &["properties", "attributes", "valid_source_types"],
        TypeKind::Relationship => &["properties", "attributes", "interfaces", "valid_target_types"],
        TypeKind::Interface => &["inputs", "operations", "notifications"],
        TypeKind::Node => &["properties", "attributes", "requirements", "capabilities", "interfaces", "artifacts"],
        TypeKind::Group => &["properties", "attributes", "members", "interfaces", "requirements", "capabilities"],
        TypeKind::Policy => &["properties", "targets", "triggers"],
    }
}

impl Reader {
    pub(super) fn type_def(&mut self, kind: TypeKind, name: &Name, node: &Node) -> Option<TypeDef> {
        let what = format!("the {} `{}`", kind.label(), name.as_str());
        if node.is_null() {
            return Some(empty(kind, name.clone(), node));
        }
        let fields = if kind == TypeKind::Interface {
            self.open_fields(node, &what)?
        } else {
            self.fields(node, &what, &[COMMON, keynames(kind)].concat())?
        };
        let requirements =
            if kind == TypeKind::Node { self.named_list(fields.get("requirements"), "`requirements`", false) } else { Vec::new() };
        Some(TypeDef {
            derived_from: self.optional_name(fields, "derived_from"),
            properties: self.properties(fields.get("properties"), "`properties`"),
            attributes: self.properties(fields.get("attributes"), "`attributes`"),
            capabilities: match kind {
                TypeKind::Node => self.defs(fields.get("capabilities"), "`capabilities`", |reader, _, value| reader.capability(value)),
                _ => Defs::default(),
            },
            requirements: requirements.into_iter().filter_map(|(name, value)| self.requirement(name, value)).collect(),
            interfaces: self.defs(fields.get("interfaces"), "`interfaces`", |reader, _, value| reader.interface(value)),
            operations: if kind == TypeKind::Interface { self.operations(fields) } else { Defs::default() },
            inputs: self.inputs(fields.get("inputs")),
            artifacts: self.defs(fields.get("artifacts"), "`artifacts`", |reader, _, value| reader.artifact(value)),
            constraints: self.constraints(fields.get("constraints")),
            entry_schema: fields.get("entry_schema").and_then(|schema| self.schema(schema)),
            file_ext: self.optional_names(fields, "file_ext").unwrap_or_default(),
            valid_target_types: self.optional_names(fields, "valid_target_types"),
            valid_source_types: self.optional_names(fields, "valid_source_types"),
            members: self.optional_names(fields, if kind == TypeKind::Policy { "targets" } else { "members" }),
            ..empty(kind, name.clone(), node)
        })
    }

    /// The operations of an interface type: below `operations` or, before TOSCA 1.3, beside the other keynames.
    fn operations(&mut self, fields: Fields<'_>) -> Defs<Operation> {
        let mut operations = self.defs(fields.get("operations"), "`operations`", Self::operation);
        for entry in fields.iter().filter(|entry| !INTERFACE.contains(&entry.key.text().unwrap_or(""))) {
            let Some(name) = self.name(&entry.key, "the name of an operation") else { continue };
            if let Some(operation) = self.operation(&name, &entry.value) {
                operations.insert(name, operation);
            }
        }
        operations
    }
}

fn empty(kind: TypeKind, name: Name, node: &Node) -> TypeDef {
    TypeDef {
        kind,
        name,
        derived_from: None,
        properties: Defs::default(),
        attributes: Defs::default(),
        capabilities: Defs::default(),
        requirements: Vec::new(),
        interfaces: Defs::default(),
        operations: Defs::default(),
        inputs: Defs::default(),
        artifacts: Defs::default(),
        constraints: Vec::new(),
        entry_schema: None,
        file_ext: Vec::new(),
        valid_target_types: None,
        valid_source_types: None,
        members: None,
        node: node.clone(),
    }
}
