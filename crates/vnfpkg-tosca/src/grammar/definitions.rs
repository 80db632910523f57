//! Definitions that types and templates share: properties, constraints, interfaces, operations, artifacts.

use std::sync::Arc;

use super::model::{Defs, Name};
use super::model_types::{
    ArtifactDef, ArtifactRef, CapabilityDef, Constraint, ConstraintOp, Implementation, ImplementationForm, Input, InterfaceDef,
    Occurrences, Operation, PropertyDef, RequirementDef, Schema,
};
use super::reader::Reader;
use crate::problem::{Problem, ProblemKind};
use crate::suggest::did_you_mean;
use crate::yaml::{Node, yaml11_bool};

const PROPERTY: &[&str] = &[
    "type",
    "description",
    "required",
    "default",
    "status",
    "constraints",
    "entry_schema",
    "key_schema",
    "external_schema",
    "external-schema",
    "metadata",
];
const SCHEMA: &[&str] = &["type", "description", "constraints", "entry_schema", "key_schema", "required"];
const CAPABILITY: &[&str] = &["type", "description", "properties", "attributes", "valid_source_types", "occurrences"];
const REQUIREMENT: &[&str] = &["capability", "node", "relationship", "node_filter", "occurrences", "description", "metadata"];
const ARTIFACT: &[&str] = &[
    "type",
    "file",
    "repository",
    "description",
    "deploy_path",
    "properties",
    "artifact_version",
    "version",
    "checksum",
    "checksum_algorithm",
    "mime_type",
];
const OPERATION: &[&str] = &["description", "implementation", "inputs", "outputs"];
const IMPLEMENTATION: &[&str] = &["primary", "dependencies", "operation_host", "timeout"];
/// Keynames of an interface that are not operations of the flat form.
pub(super) const INTERFACE: &[&str] =
    &["type", "inputs", "operations", "notifications", "description", "derived_from", "version", "metadata"];

pub(super) const CONSTRAINTS: &[(&str, ConstraintOp)] = &[
    ("equal", ConstraintOp::Equal),
    ("greater_than", ConstraintOp::GreaterThan),
    ("greater_or_equal", ConstraintOp::GreaterOrEqual),
    ("less_than", ConstraintOp::LessThan),
    ("less_or_equal", ConstraintOp::LessOrEqual),
    ("in_range", ConstraintOp::InRange),
    ("valid_values", ConstraintOp::ValidValues),
    ("length", ConstraintOp::Length),
    ("min_length", ConstraintOp::MinLength),
    ("max_length", ConstraintOp::MaxLength),
    ("pattern", ConstraintOp::Pattern),
    ("schema", ConstraintOp::Schema),
];

/// The names of all constraints.
pub(crate) fn constraint_names() -> impl Iterator<Item = &'static str> {
    CONSTRAINTS.iter().map(|(name, _)| *name)
}

impl Reader {
    pub(super) fn properties(&mut self, node: Option<&Node>, what: &str) -> Defs<PropertyDef> {
        self.defs(node, what, |reader, name, value| reader.property(name, value, what))
    }

    pub(super) fn property(&mut self, name: &Name, node: &Node, section: &str) -> Option<PropertyDef> {
        let what = format!("`{name}` of {section}", name = name.as_str());
        let fields = self.fields(node, &what, PROPERTY)?;
        let type_name = self.optional_name(fields, "type");
        if fields.entry("type").is_none() {
            self.missing(name.span, &what, "type");
        }
        let required = fields.get("required").is_none_or(|required| {
            yaml11_bool(required).unwrap_or_else(|| {
                self.malformed(required, "`required`", "true or false");
                true
            })
        });
        let metadata = fields.get("metadata").and_then(Node::entries).unwrap_or_default();
        Some(PropertyDef {
            type_name,
            required,
            default: fields.entry("default").map(|entry| entry.value.clone()),
            constraints: self.constraints(fields.get("constraints")),
            entry_schema: fields.get("entry_schema").and_then(|schema| self.schema(schema)),
            description: fields.get("description").and_then(Node::shared_text),
            metadata: metadata.iter().filter_map(|entry| text_pair(&entry.key, &entry.value)).collect(),
            span: node.span,
        })
    }

    /// `entry_schema`, long or as a type name.
    pub(super) fn schema(&mut self, node: &Node) -> Option<Schema> {
        if node.is_scalar() {
            let type_name = self.name(node, "`entry_schema`")?;
            return Some(Schema { type_name, constraints: Vec::new(), entry_schema: None });
        }
        let fields = self.fields(node, "`entry_schema`", SCHEMA)?;
        let type_name = self.optional_name(fields, "type");
        if type_name.is_none() && fields.entry("type").is_none() {
            self.missing(node.span, "`entry_schema`", "type");
        }
        let constraints = self.constraints(fields.get("constraints"));
        let entry_schema = fields.get("entry_schema").and_then(|schema| self.schema(schema)).map(Box::new);
        Some(Schema { type_name: type_name?, constraints, entry_schema })
    }

    pub(super) fn constraints(&mut self, node: Option<&Node>) -> Vec<Constraint> {
        let pairs = self.named_list(node, "`constraints`", true);
        let mut constraints = Vec::new();
        for (name, value) in pairs {
            match CONSTRAINTS.iter().find(|(known, _)| *known == name.as_str()) {
                Some((_, op)) => constraints.push(Constraint { op: *op, value: value.clone(), span: name.span.to(value.span) }),
                None => {
                    let message = format!("there is no constraint `{}`", name.as_str());
                    let help = did_you_mean(name.as_str(), CONSTRAINTS.iter().map(|(known, _)| *known));
                    self.report(Problem::at(ProblemKind::BadConstraint, name.span, message).maybe_help(help));
                }
            }
        }
        constraints
    }

    pub(super) fn capability(&mut self, node: &Node) -> Option<CapabilityDef> {
        if node.is_scalar() {
            let type_name = Some(self.name(node, "a capability")?);
            return Some(CapabilityDef {
                type_name,
                properties: Defs::default(),
                attributes: Defs::default(),
                valid_source_types: None,
                occurrences: None,
            });
        }
        let fields = self.fields(node, "a capability definition", CAPABILITY)?;
        Some(CapabilityDef {
            type_name: self.optional_name(fields, "type"),
            properties: self.properties(fields.get("properties"), "`properties`"),
            attributes: self.properties(fields.get("attributes"), "`attributes`"),
            valid_source_types: self.optional_names(fields, "valid_source_types"),
            occurrences: fields.get("occurrences").and_then(|node| self.occurrences(node)),
        })
    }

    pub(super) fn requirement(&mut self, name: Name, node: &Node) -> Option<RequirementDef> {
        if node.is_scalar() {
            let capability = self.name(node, "a requirement");
            return Some(RequirementDef { name, capability, node: None, relationship: None, occurrences: None });
        }
        let fields = self.fields(node, "a requirement definition", REQUIREMENT)?;
        let relationship = match fields.get("relationship") {
            Some(relationship) if relationship.is_map() => relationship.get("type").and_then(|node| self.name(node, "`type`")),
            Some(relationship) => self.name(relationship, "`relationship`"),
            None => None,
        };
        Some(RequirementDef {
            name,
            capability: self.optional_name(fields, "capability"),
            node: self.optional_name(fields, "node"),
            relationship,
            occurrences: fields.get("occurrences").and_then(|node| self.occurrences(node)),
        })
    }

    fn occurrences(&mut self, node: &Node) -> Option<Occurrences> {
        let bound = |node: &Node| node.as_int().and_then(|value| u64::try_from(value).ok());
        let read = match node.items() {
            Some([lower, upper]) => match (bound(lower), bound(upper), upper.text()) {
                (Some(lower), None, Some("UNBOUNDED")) => Some(Occurrences { lower, upper: None }),
                (Some(lower), Some(upper), _) if lower <= upper => Some(Occurrences { lower, upper: Some(upper) }),
                _ => None,
            },
            _ => None,
        };
        if read.is_none() {
            let message = "`occurrences` must be two numbers in order, such as `[ 0, 1 ]` or `[ 1, UNBOUNDED ]`";
            self.report(Problem::at(ProblemKind::Malformed, node.span, message));
        }
        read
    }

    pub(super) fn interface(&mut self, node: &Node) -> Option<InterfaceDef> {
        if node.items().is_some_and(<[Node]>::is_empty) || node.is_null() {
            return Some(InterfaceDef::default());
        }
        let fields = self.open_fields(node, "an interface")?;
        let type_name = self.optional_name(fields, "type");
        let inputs = self.inputs(fields.get("inputs"));
        let mut operations = self.defs(fields.get("operations"), "`operations`", Self::operation);
        for entry in fields.iter().filter(|entry| !INTERFACE.contains(&entry.key.text().unwrap_or(""))) {
            let Some(name) = self.name(&entry.key, "the name of an operation") else { continue };
            if let Some(operation) = self.operation(&name, &entry.value) {
                operations.insert(name, operation);
            }
        }
        Some(InterfaceDef { type_name, inputs, operations })
    }

    pub(super) fn inputs(&mut self, node: Option<&Node>) -> Defs<Input> {
        self.defs(node, "`inputs`", |reader, name, value| {
            if value.get("type").is_some_and(Node::is_scalar) {
                return reader.property(name, value, "`inputs`").map(Input::Definition);
            }
            Some(Input::Value(value.clone()))
        })
    }

    /// An operation: nothing, `[]`, an implementation alone, or the long form.
    pub(super) fn operation(&mut self, name: &Name, node: &Node) -> Option<Operation> {
        let span = if node.is_null() { name.span } else { node.span };
        if let Some(fields) = node.is_map().then(|| self.fields(node, "an operation", OPERATION)).flatten() {
            let implementation = fields.entry("implementation").map(|entry| self.implementation(&entry.value));
            let inputs = self.inputs(fields.get("inputs"));
            return Some(Operation { implementation: implementation.unwrap_or_default(), inputs, span });
        }
        Some(Operation { implementation: self.implementation(node), inputs: Defs::default(), span })
    }

    fn implementation(&mut self, node: &Node) -> Implementation {
        if node.is_null() {
            return Implementation::default();
        }
        if let Some(items) = node.items() {
            if !items.is_empty() {
                self.malformed(node, "an implementation", "a name, or a mapping with `primary`");
            }
            return Implementation { form: ImplementationForm::EmptyList, ..Implementation::default() };
        }
        if node.is_scalar() {
            let primary = self.name(node, "`implementation`").map(ArtifactRef::Named);
            return Implementation { form: ImplementationForm::Short, primary, dependencies: Vec::new() };
        }
        if node.get("file").is_some() {
            let primary = self.artifact(node).map(Box::new).map(ArtifactRef::Inline);
            return Implementation { form: ImplementationForm::Long, primary, dependencies: Vec::new() };
        }
        let Some(fields) = self.fields(node, "an implementation", IMPLEMENTATION) else { return Implementation::default() };
        let primary = fields.get("primary").and_then(|primary| self.artifact_ref(primary));
        let dependencies = match fields.get("dependencies") {
            Some(list) => {
                let items = list.items().unwrap_or(std::slice::from_ref(list));
                items.iter().filter_map(|item| self.artifact_ref(item)).collect()
            }
            None => Vec::new(),
        };
        Implementation { form: ImplementationForm::Long, primary, dependencies }
    }

    fn artifact_ref(&mut self, node: &Node) -> Option<ArtifactRef> {
        if node.is_map() {
            return self.artifact(node).map(Box::new).map(ArtifactRef::Inline);
        }
        self.name(node, "an artifact").map(ArtifactRef::Named)
    }

    /// An artifact, long or as a file path.
    pub(super) fn artifact(&mut self, node: &Node) -> Option<ArtifactDef> {
        if node.is_scalar() {
            let file = self.name(node, "an artifact")?;
            let properties = Defs::default();
            return Some(ArtifactDef { type_name: None, file: Some(file), repository: None, properties, values: None, span: node.span });
        }
        let fields = self.fields(node, "an artifact", ARTIFACT)?;
        Some(ArtifactDef {
            type_name: self.optional_name(fields, "type"),
            file: self.optional_name(fields, "file"),
            repository: self.optional_name(fields, "repository"),
            properties: self.values(fields.get("properties"), "`properties`"),
            values: fields.get("properties").cloned(),
            span: node.span,
        })
    }
}

fn text_pair(key: &Node, value: &Node) -> Option<(Arc<str>, Arc<str>)> {
    Some((key.shared_text()?, value.shared_text()?))
}
