//! Requirements of node templates: names, targets, capabilities, how often.
//!
//! SOL001 leaves requirements of the VNF and of connection points to be mapped or filled by the VNFM, so a requirement that
//! is not assigned is a fault only where its definition says in so many words that it must be.

use std::collections::BTreeMap;

use super::Check;
use crate::grammar::{Name, NodeTemplate, RequirementAssignment, RequirementDef, TypeKind};
use crate::problem::{Problem, ProblemKind};
use crate::suggest::{did_you_mean, nearest};
use crate::types::Effective;
use crate::vnfd::VNF_TYPE;

impl Check<'_> {
    pub(super) fn requirements(&mut self, name: &Name, node: &NodeTemplate, effective: &Effective, open: bool) {
        let mut counts: BTreeMap<&str, (u64, &Name)> = BTreeMap::new();
        for requirement in &node.requirements {
            let entry = counts.entry(requirement.name.as_str()).or_insert((0, &requirement.name));
            *entry = (entry.0 + 1, &requirement.name);
            let definition = effective.requirements.iter().find(|definition| definition.name.text == requirement.name.text);
            if definition.is_none() && !open {
                let message = format!("the type of `{}` has no requirement `{}`", name.as_str(), requirement.name.as_str());
                let known = effective.requirements.iter().map(|definition| definition.name.as_str());
                let help = did_you_mean(requirement.name.as_str(), known);
                self.problems.push(Problem::at(ProblemKind::Requirement, requirement.name.span, message).maybe_help(help));
                continue;
            }
            self.relationship(requirement);
            self.target(requirement, definition);
            self.target_filter(requirement, definition);
        }
        for definition in &effective.requirements {
            let (count, last) = counts.get(definition.name.as_str()).copied().unwrap_or((0, name));
            self.occurrences(name, node, definition, count, last);
        }
    }

    /// The relationship of a requirement is a template or a type.
    fn relationship(&mut self, requirement: &RequirementAssignment) {
        let Some(name) = &requirement.relationship else { return };
        if self.topology.relationship_templates.get(name.as_str()).is_none() {
            self.known(TypeKind::Relationship, Some(name));
        }
    }

    fn target_filter(&mut self, requirement: &RequirementAssignment, definition: Option<&RequirementDef>) {
        let Some(filter) = &requirement.node_filter else { return };
        let is_type = |name: &&Name| self.types.get(TypeKind::Node, name.as_str()).is_some();
        let of_assignment = requirement.target.as_ref().filter(is_type);
        let wanted = of_assignment.or_else(|| definition.and_then(|definition| definition.node.as_ref()).filter(is_type));
        if let Some(wanted) = wanted {
            self.node_filter(filter, wanted.as_str());
        }
    }

    fn occurrences(&mut self, name: &Name, node: &NodeTemplate, definition: &RequirementDef, count: u64, last: &Name) {
        let requirement = definition.name.as_str();
        let (lower, upper) = definition.occurrences.map_or((0, Some(1)), |occurrences| (occurrences.lower, occurrences.upper));
        if let Some(upper) = upper.filter(|upper| count > *upper && count > 1) {
            let message = format!("`{}` has the requirement `{requirement}` {count} times; {upper} is the most", name.as_str());
            self.problems.push(Problem::at(ProblemKind::Requirement, last.span, message));
        }
        let is_vnf = node.type_name.as_ref().is_some_and(|type_name| self.types.is_a(TypeKind::Node, type_name.as_str(), VNF_TYPE));
        if count < lower && !is_vnf && !node.selected && !self.is_mapped(name, requirement) {
            let message = format!("`{}` lacks the requirement `{requirement}`, which its type demands", name.as_str());
            self.problems.push(Problem::at(ProblemKind::Requirement, name.span, message));
        }
    }

    /// Does `substitution_mappings` lead to the requirement of a node?
    fn is_mapped(&self, node: &Name, requirement: &str) -> bool {
        let mappings = self.topology.substitution.iter().flat_map(|substitution| &substitution.requirements);
        mappings.into_iter().any(|(_, mapping)| {
            let pair = mapping.items().unwrap_or_default();
            matches!(pair, [mapped, own] if mapped.text() == Some(node.as_str()) && own.text() == Some(requirement))
        })
    }

    fn target(&mut self, requirement: &RequirementAssignment, definition: Option<&RequirementDef>) {
        let Some(target) = &requirement.target else { return };
        let Some((target_name, node)) = self.topology.node_templates.entry(target.as_str()) else {
            if self.types.get(TypeKind::Node, target.as_str()).is_none() {
                let message = format!("there is no node template `{}`", target.as_str());
                let near = nearest(target.as_str(), self.topology.node_templates.names());
                let help = near.map(|near| format!("did you mean `{near}`?"));
                self.problems.push(Problem::at(ProblemKind::Requirement, target.span, message).maybe_help(help));
            }
            return;
        };
        let Some(type_name) = node.type_name.as_ref().filter(|name| self.types.get(TypeKind::Node, name.as_str()).is_some()) else {
            return;
        };
        if self.is_open(TypeKind::Node, type_name.as_str()) {
            return;
        }
        let fault = self.target_fault(requirement, definition, type_name);
        if let Some(reason) = fault {
            let message = format!("`{}` cannot be the target of `{}`: {reason}", target.as_str(), requirement.name.as_str());
            let problem = Problem::at(ProblemKind::Requirement, target.span, message);
            self.problems.push(problem.related(target_name.span, format!("its type is `{}`", type_name.as_str())));
        }
    }

    fn target_fault(&self, requirement: &RequirementAssignment, definition: Option<&RequirementDef>, type_name: &Name) -> Option<String> {
        let wanted_node = definition.and_then(|definition| definition.node.as_ref());
        if let Some(wanted) = wanted_node.filter(|wanted| self.types.get(TypeKind::Node, wanted.as_str()).is_some())
            && !self.types.is_a(TypeKind::Node, type_name.as_str(), wanted.as_str())
        {
            return Some(format!("it must be of the type `{}`", wanted.as_str()));
        }
        let wanted = requirement.capability.as_ref().or_else(|| definition.and_then(|definition| definition.capability.as_ref()))?;
        let capabilities = &self.types.effective(TypeKind::Node, type_name.as_str())?.capabilities;
        if capabilities.get(wanted.as_str()).is_some() || self.types.get(TypeKind::Capability, wanted.as_str()).is_none() {
            let unknown_name = requirement.capability.is_some() && capabilities.get(wanted.as_str()).is_none();
            return unknown_name.then(|| format!("it has no capability `{}`", wanted.as_str()));
        }
        let fits = capabilities.iter().any(|(_, capability)| {
            let type_name = capability.type_name.as_ref();
            type_name.is_some_and(|type_name| self.types.is_a(TypeKind::Capability, type_name.as_str(), wanted.as_str()))
        });
        if fits { None } else { Some(format!("it has no capability of the type `{}`", wanted.as_str())) }
    }
}
