//! Outputs, workflows, relationship templates and triggers: what they name exists (TOSCA 1.3 §3.6.22, §3.8.4, §3.8.7).

use std::collections::HashSet;

use super::{Check, Typed};
use crate::grammar::{Defs, Name, Policy, TypeKind};
use crate::problem::{Problem, ProblemKind};
use crate::suggest::{SUGGESTIONS, did_you_mean, nearest};
use crate::yaml::{Entry, Node};

const ACTIVITIES: [&str; 4] = ["call_operation", "set_state", "delegate", "inline"];

impl Check<'_> {
    pub(super) fn sections(&mut self) {
        let topology = self.topology;
        for (_, output) in topology.outputs.iter() {
            self.functions_in(output, None);
        }
        for (name, relationship) in topology.relationship_templates.iter() {
            self.relationship_template(name, relationship);
        }
        for (_, workflow) in topology.workflows.iter() {
            self.workflow(workflow);
            self.functions_in(workflow, None);
        }
    }

    fn relationship_template(&mut self, name: &Name, relationship: &Node) {
        let type_name = relationship.get("type").and_then(|node| Some(Name { text: node.shared_text()?, span: node.span }));
        if let Some(type_name) = self.known(TypeKind::Relationship, type_name.as_ref())
            && let Some(effective) = self.types.effective(TypeKind::Relationship, type_name.as_str())
        {
            let mut given = Defs::default();
            for entry in relationship.get("properties").and_then(Node::entries).unwrap_or_default() {
                if let Some(text) = entry.key.shared_text() {
                    given.insert(Name { text, span: entry.key.span }, entry.value.clone());
                }
            }
            let typed = Typed {
                definitions: &effective.properties,
                what: format!("the relationship template `{}`", name.as_str()),
                type_name: type_name.as_str(),
                open: self.is_open(TypeKind::Relationship, type_name.as_str()),
                span: name.span,
                node: None,
            };
            self.properties(&typed, &given);
            return;
        }
        self.functions_in(relationship, None);
    }

    fn workflow(&mut self, workflow: &Node) {
        let steps = workflow.get("steps").and_then(Node::entries).unwrap_or_default();
        let names: HashSet<&str> = steps.iter().filter_map(|step| step.key.text()).collect();
        for step in steps {
            let target = step.value.get("target");
            if let Some((node, text)) = target.and_then(|node| Some((node, node.text()?))) {
                self.step_target(node, text);
            }
            for activity in step.value.get("activities").and_then(Node::items).unwrap_or_default() {
                self.activity(ProblemKind::TopologySection, activity, target.and_then(Node::text));
            }
            for next in ["on_success", "on_failure"].into_iter().filter_map(|key| step.value.get(key)) {
                for node in next.items().unwrap_or(std::slice::from_ref(next)) {
                    let Some(text) = node.text().filter(|text| !names.contains(text)) else { continue };
                    let help = self.suggested(|| did_you_mean(text, names.iter().copied()));
                    self.section_fault(ProblemKind::TopologySection, node, format!("the workflow has no step `{text}`"), help);
                }
            }
        }
    }

    fn step_target(&mut self, node: &Node, text: &str) {
        let topology = self.topology;
        if topology.node_templates.get(text).is_none() && topology.groups.get(text).is_none() {
            let near = || nearest(text, topology.node_templates.names().chain(topology.groups.names()));
            let help = self.suggested(|| near().map(|near| format!("did you mean `{near}`?")));
            self.section_fault(ProblemKind::TopologySection, node, format!("there is no node template or group `{text}`"), help);
        }
    }

    /// One activity of a step or of the action of a trigger. `target` is the node that it acts on.
    fn activity(&mut self, kind: ProblemKind, activity: &Node, target: Option<&str>) {
        let Some([Entry { key, value }]) = activity.entries() else {
            let message = format!("an activity must be a mapping with one key, not {}", activity.describe());
            self.section_fault(kind, activity, message, None);
            return;
        };
        match key.text().unwrap_or("") {
            "call_operation" => self.call_operation(kind, value.get("operation").unwrap_or(value), target),
            "inline" => {
                let named = value.get("workflow").unwrap_or(value);
                let workflows = &self.topology.workflows;
                if let Some(text) = named.text().filter(|text| workflows.get(text).is_none()) {
                    let help = self.suggested(|| did_you_mean(text, workflows.names()));
                    self.section_fault(kind, named, format!("there is no workflow `{text}`"), help);
                }
            }
            "set_state" | "delegate" => {}
            other => {
                let help = did_you_mean(other, ACTIVITIES);
                self.section_fault(kind, key, format!("there is no activity `{other}`"), help);
            }
        }
    }

    /// `Interface.operation` of the target exists.
    fn call_operation(&mut self, kind: ProblemKind, called: &Node, target: Option<&str>) {
        let Some(text) = called.text() else { return };
        let Some((interface, operation)) = text.rsplit_once('.') else {
            let message = format!("`{text}` names no operation");
            self.section_fault(kind, called, message, Some("write it as `Interface.operation`".to_owned()));
            return;
        };
        let node = target.and_then(|target| self.topology.node_templates.get(target));
        let Some(type_name) = node.and_then(|node| node.type_name.as_ref()) else { return };
        let types = self.types;
        let Some(effective) = types.effective(TypeKind::Node, type_name.as_str()) else { return };
        if self.is_open(TypeKind::Node, type_name.as_str()) {
            return;
        }
        match effective.interfaces.get(interface) {
            None => {
                let help = did_you_mean(interface, effective.interfaces.names());
                let message = format!("the type `{}` has no interface `{interface}`", type_name.as_str());
                self.section_fault(kind, called, message, help);
            }
            Some(known) if known.rooted && known.operations.get(operation).is_none() => {
                let help = did_you_mean(operation, known.operations.names());
                self.section_fault(kind, called, format!("the interface `{interface}` has no operation `{operation}`"), help);
            }
            Some(_) => {}
        }
    }

    /// The actions of the triggers of a policy. Before TOSCA 1.2 an action is an operation of its own.
    pub(super) fn triggers(&mut self, policy: &Policy) {
        let target = match policy.targets.as_slice() {
            [only] => Some(only.as_str()),
            _ => None,
        };
        for (_, trigger) in policy.triggers.iter() {
            for activity in trigger.get("action").and_then(Node::items).unwrap_or_default() {
                self.activity(ProblemKind::Policy, activity, target);
            }
            let filtered = trigger.at(&["target_filter", "node"]);
            if let Some((node, text)) = filtered.and_then(|node| Some((node, node.text()?))) {
                let known = self.topology.node_templates.get(text).is_some() || self.types.get(TypeKind::Node, text).is_some();
                if !known {
                    let near = || nearest(text, self.topology.node_templates.names());
                    let help = self.suggested(|| near().map(|near| format!("did you mean `{near}`?")));
                    self.section_fault(ProblemKind::Policy, node, format!("there is no node template or node type `{text}`"), help);
                }
            }
            self.functions_in(trigger, None);
        }
    }

    /// Looking for a similar name takes a walk over all of them; a hostile package does not get many.
    fn suggested(&self, search: impl FnOnce() -> Option<String>) -> Option<String> {
        if self.problems.len() < SUGGESTIONS { search() } else { None }
    }

    fn section_fault(&mut self, kind: ProblemKind, node: &Node, message: String, help: Option<String>) {
        self.problems.push(Problem::at(kind, node.span, message).maybe_help(help));
    }
}
