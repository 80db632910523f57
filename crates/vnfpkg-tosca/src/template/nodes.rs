//! Node templates: their type, properties, attributes, capabilities.

use super::{Check, Typed};
use crate::grammar::{CapabilityAssignment, Name, NodeTemplate, TypeKind};
use crate::problem::{Problem, ProblemKind};
use crate::suggest::did_you_mean;
use crate::types::Effective;

impl Check<'_> {
    pub(super) fn node(&mut self, name: &Name, node: &NodeTemplate) {
        self.artifacts(node);
        let Some(type_name) = self.known(TypeKind::Node, node.type_name.as_ref()) else { return };
        let types = self.types;
        let Some(effective) = types.effective(TypeKind::Node, type_name.as_str()) else { return };
        let open = self.is_open(TypeKind::Node, type_name.as_str());
        let typed = Typed {
            definitions: &effective.properties,
            what: format!("the node template `{}`", name.as_str()),
            type_name: type_name.as_str(),
            open: open || node.selected,
            span: name.span,
            node: Some(name),
        };
        self.properties(&typed, &node.properties);
        for (attribute, value) in node.attributes.iter() {
            if let Some(definition) = effective.attributes.get(attribute.as_str()) {
                self.property(&format!("`{}`", attribute.as_str()), definition, value, Some(name));
            }
        }
        for (capability, assignment) in node.capabilities.iter() {
            self.capability(name, effective, open, capability, assignment);
        }
        self.missing_capability_properties(name, node, effective);
        self.requirements(name, node, effective, open);
        self.interfaces(name, node, effective, open);
        if let Some(filter) = &node.node_filter {
            self.node_filter(filter, type_name.as_str());
        }
    }

    fn capability(&mut self, node: &Name, effective: &Effective, open: bool, name: &Name, assignment: &CapabilityAssignment) {
        let Some(definition) = effective.capabilities.get(name.as_str()) else {
            if !open {
                let message = format!("the type of `{}` has no capability `{}`", node.as_str(), name.as_str());
                let help = did_you_mean(name.as_str(), effective.capabilities.names());
                self.problems.push(Problem::at(ProblemKind::Capability, name.span, message).maybe_help(help));
            }
            return;
        };
        let types = self.types;
        let Some(type_name) = definition.type_name.as_ref() else { return };
        let Some(of_type) = types.effective(TypeKind::Capability, type_name.as_str()) else { return };
        let mut definitions = of_type.properties.clone();
        for (name, property) in definition.properties.iter() {
            definitions.insert(name.clone(), property.clone());
        }
        let typed = Typed {
            definitions: &definitions,
            what: format!("the capability `{}` of `{}`", name.as_str(), node.as_str()),
            type_name: type_name.as_str(),
            open: self.is_open(TypeKind::Capability, type_name.as_str()),
            span: name.span,
            node: Some(node),
        };
        self.properties(&typed, &assignment.properties);
    }

    /// A capability with required properties that the template does not mention at all.
    fn missing_capability_properties(&mut self, name: &Name, node: &NodeTemplate, effective: &Effective) {
        // A name that no capability has was reported; the one that is missing is most likely it.
        if node.capabilities.names().any(|given| effective.capabilities.get(given).is_none()) {
            return;
        }
        for (capability, definition) in effective.capabilities.iter() {
            if node.capabilities.get(capability.as_str()).is_some() || node.selected {
                continue;
            }
            let Some(type_name) = definition.type_name.as_ref() else { continue };
            let Some(of_type) = self.types.effective(TypeKind::Capability, type_name.as_str()) else { continue };
            let must = |(_, property): &&(Name, crate::grammar::PropertyDef)| property.required && property.default.is_none();
            if let Some((property, _)) = of_type.properties.iter().find(must)
                && !self.is_open(TypeKind::Capability, type_name.as_str())
            {
                let message = format!(
                    "the node template `{}` lacks the capability `{}`, whose property `{}` is required",
                    name.as_str(),
                    capability.as_str(),
                    property.as_str()
                );
                self.problems.push(Problem::at(ProblemKind::MissingProperty, name.span, message));
            }
        }
    }
}
