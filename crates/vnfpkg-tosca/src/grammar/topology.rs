//! Topology templates: nodes, groups, policies, substitution mappings.

use super::model::{CapabilityAssignment, Defs, Group, Name, NodeTemplate, Policy, RequirementAssignment, Substitution, Topology};
use super::reader::Reader;
use crate::problem::{Problem, ProblemKind};
use crate::yaml::Node;

const TOPOLOGY: &[&str] = &[
    "description",
    "inputs",
    "node_templates",
    "relationship_templates",
    "groups",
    "policies",
    "outputs",
    "substitution_mappings",
    "workflows",
];
const NODE: &[&str] = &[
    "type",
    "description",
    "metadata",
    "directives",
    "properties",
    "attributes",
    "requirements",
    "capabilities",
    "interfaces",
    "artifacts",
    "node_filter",
    "copy",
];
const REQUIREMENT: &[&str] = &["node", "capability", "relationship", "node_filter", "occurrences", "description", "metadata"];
const CAPABILITY: &[&str] = &["properties", "attributes", "occurrences", "directives"];
const GROUP: &[&str] = &["type", "description", "metadata", "attributes", "properties", "members", "interfaces"];
const POLICY: &[&str] = &["type", "description", "metadata", "properties", "targets", "triggers"];
const SUBSTITUTION: &[&str] = &[
    "node_type",
    "substitution_filter",
    "properties",
    "attributes",
    "capabilities",
    "requirements",
    "interfaces",
    "description",
    "metadata",
];

impl Reader {
    pub(super) fn topology(&mut self, node: &Node) -> Option<Topology> {
        let fields = self.fields(node, "`topology_template`", TOPOLOGY)?;
        let mut policies = Defs::default();
        for (name, value) in self.named_list(fields.get("policies"), "`policies`", true) {
            if let Some(policy) = self.policy(&name, value) {
                policies.insert(name, policy);
            }
        }
        Some(Topology {
            inputs: self.properties(fields.get("inputs"), "`inputs`"),
            node_templates: self.defs(fields.get("node_templates"), "`node_templates`", Self::node_template),
            relationship_templates: self.relationship_templates(fields.get("relationship_templates")),
            groups: self.defs(fields.get("groups"), "`groups`", Self::group),
            policies,
            substitution: fields.get("substitution_mappings").and_then(|node| self.substitution(node)),
            outputs: self.outputs(fields.get("outputs")),
            workflows: self.workflows(fields.get("workflows")),
            span: node.span,
        })
    }

    fn node_template(&mut self, name: &Name, node: &Node) -> Option<NodeTemplate> {
        let what = format!("the node template `{}`", name.as_str());
        let fields = self.fields(node, &what, NODE)?;
        let type_name = self.optional_name(fields, "type");
        if fields.get("type").is_none() && fields.entry("copy").is_none() {
            self.missing(name.span, &what, "type");
        }
        if let Some(entry) = fields.entry("requirements").filter(|entry| entry.value.is_null()) {
            let message = "`requirements` has no value; TOSCA wants a list there";
            let problem = Problem::at(ProblemKind::NullRequirements, entry.key.span, message);
            self.report(problem.help("remove the line, or write `requirements: []`"));
        }
        let requirements = self.named_list(fields.get("requirements"), "`requirements`", false);
        self.directives(fields.get("directives"));
        Some(NodeTemplate {
            type_name,
            properties: self.values(fields.get("properties"), "`properties`"),
            attributes: self.values(fields.get("attributes"), "`attributes`"),
            requirements: requirements.into_iter().filter_map(|(name, value)| self.requirement_assignment(name, value)).collect(),
            capabilities: self.defs(fields.get("capabilities"), "`capabilities`", |reader, _, value| reader.capability_assignment(value)),
            interfaces: self.defs(fields.get("interfaces"), "`interfaces`", |reader, _, value| reader.interface(value)),
            artifacts: self.defs(fields.get("artifacts"), "`artifacts`", |reader, _, value| reader.artifact(value)),
            node_filter: fields.get("node_filter").cloned(),
            selected: fields.get("directives").is_some() || fields.get("node_filter").is_some() || fields.get("copy").is_some(),
            span: node.span,
        })
    }

    fn requirement_assignment(&mut self, name: Name, node: &Node) -> Option<RequirementAssignment> {
        if node.is_scalar() {
            let target = if node.is_null() { None } else { self.name(node, "the target of a requirement") };
            return Some(RequirementAssignment { name, target, capability: None, relationship: None, node_filter: None });
        }
        let fields = self.fields(node, "a requirement", REQUIREMENT)?;
        let relationship = match fields.get("relationship") {
            Some(relationship) if relationship.is_map() => relationship.get("type").and_then(|node| self.name(node, "`type`")),
            Some(relationship) => self.name(relationship, "`relationship`"),
            None => None,
        };
        let target = self.optional_name(fields, "node");
        let capability = self.optional_name(fields, "capability");
        Some(RequirementAssignment { name, target, capability, relationship, node_filter: fields.get("node_filter").cloned() })
    }

    fn capability_assignment(&mut self, node: &Node) -> Option<CapabilityAssignment> {
        if node.is_null() {
            return Some(CapabilityAssignment::default());
        }
        let fields = self.fields(node, "a capability", CAPABILITY)?;
        Some(CapabilityAssignment {
            properties: self.values(fields.get("properties"), "`properties`"),
            attributes: self.values(fields.get("attributes"), "`attributes`"),
        })
    }

    fn group(&mut self, name: &Name, node: &Node) -> Option<Group> {
        let what = format!("the group `{}`", name.as_str());
        let fields = self.fields(node, &what, GROUP)?;
        if fields.get("type").is_none() {
            self.missing(name.span, &what, "type");
        }
        Some(Group {
            type_name: self.optional_name(fields, "type"),
            properties: self.values(fields.get("properties"), "`properties`"),
            members: self.optional_names(fields, "members").unwrap_or_default(),
            span: node.span,
        })
    }

    fn policy(&mut self, name: &Name, node: &Node) -> Option<Policy> {
        let what = format!("the policy `{}`", name.as_str());
        let fields = self.fields(node, &what, POLICY)?;
        if fields.get("type").is_none() {
            self.missing(name.span, &what, "type");
        }
        Some(Policy {
            type_name: self.optional_name(fields, "type"),
            properties: self.values(fields.get("properties"), "`properties`"),
            targets: self.optional_names(fields, "targets").unwrap_or_default(),
            triggers: self.triggers(fields.get("triggers")),
            span: node.span,
        })
    }

    fn substitution(&mut self, node: &Node) -> Option<Substitution> {
        let what = "`substitution_mappings`";
        let fields = self.fields(node, what, SUBSTITUTION)?;
        if fields.get("node_type").is_none() {
            self.missing(node.span.head(), what, "node_type");
        }
        let owned = |pairs: Vec<(Name, &Node)>| pairs.into_iter().map(|(name, node)| (name, node.clone())).collect();
        Some(Substitution {
            node_type: self.optional_name(fields, "node_type"),
            properties: self.values(fields.get("properties"), "`properties`"),
            requirements: owned(self.named_list(fields.get("requirements"), "`requirements`", true)),
            capabilities: owned(self.named_list(fields.get("capabilities"), "`capabilities`", true)),
            span: node.span,
        })
    }
}
