//! Substitution mappings: what a topology stands for, and which of its nodes answer for it.

use super::Check;
use crate::grammar::{Name, Substitution, TypeKind};
use crate::problem::{Problem, ProblemKind};
use crate::suggest::{did_you_mean, nearest};
use crate::types::Effective;
use crate::yaml::Node;

/// Which side of a node a mapping leads to.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Requirement,
    Capability,
}

impl Side {
    fn word(self) -> &'static str {
        match self {
            Self::Requirement => "requirement",
            Self::Capability => "capability",
        }
    }

    fn names(self, effective: &Effective) -> Vec<&str> {
        match self {
            Self::Requirement => effective.requirements.iter().map(|requirement| requirement.name.as_str()).collect(),
            Self::Capability => effective.capabilities.names().collect(),
        }
    }
}

impl Check<'_> {
    pub(super) fn substitution(&mut self, substitution: &Substitution) {
        let types = self.types;
        let node_type = self.known(TypeKind::Node, substitution.node_type.as_ref());
        let effective = node_type.and_then(|node_type| types.effective(TypeKind::Node, node_type.as_str()));
        if let (Some(effective), Some(node_type)) = (effective, node_type) {
            let open = self.is_open(TypeKind::Node, node_type.as_str());
            self.mapped_properties(substitution, effective, open);
            for (side, mappings) in [(Side::Requirement, &substitution.requirements), (Side::Capability, &substitution.capabilities)] {
                for (name, _) in mappings.iter().filter(|_| !open) {
                    self.declared(side, node_type, effective, name);
                }
            }
        }
        for (name, mapping) in &substitution.requirements {
            self.mapping(Side::Requirement, name, mapping);
        }
        for (name, mapping) in &substitution.capabilities {
            self.mapping(Side::Capability, name, mapping);
        }
    }

    fn mapped_properties(&mut self, substitution: &Substitution, effective: &Effective, open: bool) {
        for (name, value) in substitution.properties.iter() {
            match effective.properties.get(name.as_str()) {
                // The values of `flavour_id` are compared with the flavours as a whole.
                Some(definition) if value.is_scalar() && name.as_str() != "flavour_id" => {
                    self.property(&format!("`{}`", name.as_str()), definition, value, None);
                }
                None if !open => {
                    let message = format!("the substituted type has no property `{}`", name.as_str());
                    let help = did_you_mean(name.as_str(), effective.properties.names());
                    self.problems.push(Problem::at(ProblemKind::UnknownProperty, name.span, message).maybe_help(help));
                }
                _ => {}
            }
        }
    }

    fn declared(&mut self, side: Side, node_type: &Name, effective: &Effective, name: &Name) {
        let known = side.names(effective);
        if !known.contains(&name.as_str()) {
            let message = format!("the type `{}` declares no {} `{}`", node_type.as_str(), side.word(), name.as_str());
            let help = did_you_mean(name.as_str(), known);
            self.problems.push(Problem::at(ProblemKind::SubstitutionName, name.span, message).maybe_help(help));
        }
    }

    /// `[node, name]`: both exist. An empty list maps nothing; a list of such pairs maps several (SOL001 practice).
    fn mapping(&mut self, side: Side, name: &Name, mapping: &Node) {
        let Some(items) = mapping.items() else {
            if mapping.is_map() {
                return;
            }
            let message = format!("the mapping of `{}` must be a list of a node template and its {}", name.as_str(), side.word());
            self.problems.push(Problem::at(ProblemKind::Substitution, mapping.span, message));
            return;
        };
        if items.iter().all(Node::is_seq) {
            for pair in items {
                self.mapping(side, name, pair);
            }
            return;
        }
        let Some(node_name) = items.first().filter(|first| first.is_scalar()).and_then(Node::text) else { return };
        let Some(node) = self.topology.node_templates.get(node_name) else {
            let message = format!("there is no node template `{node_name}`");
            let help = nearest(node_name, self.topology.node_templates.names()).map(|near| format!("did you mean `{near}`?"));
            self.problems.push(Problem::at(ProblemKind::Substitution, items[0].span, message).maybe_help(help));
            return;
        };
        let Some(type_name) = node.type_name.as_ref() else { return };
        let types = self.types;
        let Some(effective) = types.effective(TypeKind::Node, type_name.as_str()) else { return };
        let Some(wanted) = items.get(1).filter(|_| !self.is_open(TypeKind::Node, type_name.as_str())) else { return };
        let known = side.names(effective);
        if wanted.text().is_none_or(|text| !known.contains(&text)) {
            let text = wanted.text().unwrap_or("");
            let message = format!("the node template `{node_name}` has no {} `{text}`", side.word());
            self.problems.push(Problem::at(ProblemKind::Substitution, wanted.span, message).maybe_help(did_you_mean(text, known)));
        }
    }
}
