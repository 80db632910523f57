//! Node filters: the properties and capabilities that they name exist, and their constraints too (TOSCA 1.3 §3.6.4).

use super::Check;
use crate::grammar::{Defs, PropertyDef, TypeKind, constraint_names};
use crate::problem::{Problem, ProblemKind};
use crate::suggest::did_you_mean;
use crate::yaml::{Entry, Node};

impl Check<'_> {
    /// Checks a filter on nodes of a type.
    pub(super) fn node_filter(&mut self, filter: &Node, type_name: &str) {
        let types = self.types;
        let Some(effective) = types.effective(TypeKind::Node, type_name) else { return };
        let open = self.is_open(TypeKind::Node, type_name);
        for entry in filter.entries().unwrap_or_default() {
            match entry.key.text().unwrap_or("") {
                "properties" => self.filtered(&entry.value, &effective.properties, open, type_name),
                "capabilities" => {
                    for entry in named(&entry.value) {
                        let name = entry.key.text().unwrap_or("");
                        // A capability is named by its name or its type.
                        let of_type = || types.get(TypeKind::Capability, name).map(|_| name);
                        let by_name = effective.capabilities.get(name).and_then(|definition| definition.type_name.as_ref());
                        let Some(capability_type) = by_name.map(crate::grammar::Name::as_str).or_else(of_type) else {
                            if !open {
                                let help = did_you_mean(name, effective.capabilities.names());
                                self.filter_fault(&entry.key, format!("the type `{type_name}` has no capability `{name}`"), help);
                            }
                            continue;
                        };
                        let Some(of_type) = types.effective(TypeKind::Capability, capability_type) else { continue };
                        if let Some(properties) = entry.value.get("properties") {
                            let open = self.is_open(TypeKind::Capability, capability_type);
                            self.filtered(properties, &of_type.properties, open, capability_type);
                        }
                    }
                }
                other => {
                    let help = did_you_mean(other, ["properties", "capabilities"]);
                    self.filter_fault(&entry.key, format!("a node filter has no keyname `{other}`"), help);
                }
            }
        }
    }

    fn filtered(&mut self, properties: &Node, known: &Defs<PropertyDef>, open: bool, type_name: &str) {
        for entry in named(properties) {
            let name = entry.key.text().unwrap_or("");
            if known.get(name).is_none() && !open {
                let help = did_you_mean(name, known.names());
                self.filter_fault(&entry.key, format!("the type `{type_name}` has no property `{name}`"), help);
                continue;
            }
            for constraint in named(&entry.value) {
                let op = constraint.key.text().unwrap_or("");
                if !constraint_names().any(|known| known == op) {
                    let help = did_you_mean(op, constraint_names());
                    self.filter_fault(&constraint.key, format!("there is no constraint `{op}`"), help);
                }
            }
        }
    }

    fn filter_fault(&mut self, node: &Node, message: String, help: Option<String>) {
        self.problems.push(Problem::at(ProblemKind::Requirement, node.span, message).maybe_help(help));
    }
}

/// The entries of a mapping, or of a list of mappings.
fn named(node: &Node) -> Vec<&Entry> {
    match node.items() {
        Some(items) => items.iter().flat_map(|item| item.entries().unwrap_or_default()).collect(),
        None => node.entries().unwrap_or_default().iter().collect(),
    }
}
