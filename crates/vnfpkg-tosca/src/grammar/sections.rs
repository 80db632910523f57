//! The parts of a topology whose values stay YAML nodes: outputs, workflows, relationship templates, triggers, directives. Only
//! their keynames are read here.

use super::model::{Defs, Name};
use super::reader::Reader;
use crate::problem::{Problem, ProblemKind};
use crate::suggest::did_you_mean;
use crate::yaml::Node;

const OUTPUT: &[&str] = &[
    "description",
    "value",
    "type",
    "required",
    "default",
    "status",
    "constraints",
    "entry_schema",
    "key_schema",
    "external-schema",
    "mapping",
    "metadata",
];
const WORKFLOW: &[&str] = &["description", "metadata", "inputs", "preconditions", "steps", "implementation", "outputs"];
const STEP: &[&str] = &["target", "target_relationship", "operation_host", "filter", "activities", "on_success", "on_failure"];
const RELATIONSHIP: &[&str] = &["type", "description", "metadata", "properties", "attributes", "interfaces", "copy"];
/// Keynames of all editions from 1.0 to 1.3.
const TRIGGER: &[&str] = &[
    "description",
    "event",
    "event_type",
    "schedule",
    "target_filter",
    "condition",
    "constraint",
    "period",
    "evaluations",
    "method",
    "action",
];
/// `select` and `substitute` since 1.3, the longer words before.
const DIRECTIVES: &[&str] = &["select", "substitute", "selectable", "substitutable"];

impl Reader {
    pub(super) fn outputs(&mut self, node: Option<&Node>) -> Defs<Node> {
        self.defs(node, "`outputs`", |reader, name, value| {
            let what = format!("the output `{}`", name.as_str());
            let fields = reader.fields(value, &what, OUTPUT)?;
            if fields.entry("value").is_none() && fields.entry("mapping").is_none() {
                reader.missing(name.span, &what, "value");
            }
            Some(value.clone())
        })
    }

    pub(super) fn workflows(&mut self, node: Option<&Node>) -> Defs<Node> {
        self.defs(node, "`workflows`", |reader, name, value| {
            let fields = reader.fields(value, &format!("the workflow `{}`", name.as_str()), WORKFLOW)?;
            reader.defs(fields.get("steps"), "`steps`", Self::step);
            Some(value.clone())
        })
    }

    fn step(&mut self, name: &Name, step: &Node) -> Option<()> {
        let what = format!("the step `{}`", name.as_str());
        let fields = self.fields(step, &what, STEP)?;
        for key in ["target", "activities"] {
            if fields.entry(key).is_none() {
                self.missing(name.span, &what, key);
            }
        }
        Some(())
    }

    pub(super) fn relationship_templates(&mut self, node: Option<&Node>) -> Defs<Node> {
        self.defs(node, "`relationship_templates`", |reader, name, value| {
            let what = format!("the relationship template `{}`", name.as_str());
            let fields = reader.fields(value, &what, RELATIONSHIP)?;
            if fields.entry("type").is_none() && fields.entry("copy").is_none() {
                reader.missing(name.span, &what, "type");
            }
            Some(value.clone())
        })
    }

    pub(super) fn triggers(&mut self, node: Option<&Node>) -> Defs<Node> {
        self.defs(node, "`triggers`", |reader, name, value| {
            let what = format!("the trigger `{}`", name.as_str());
            let fields = reader.fields(value, &what, TRIGGER)?;
            if fields.entry("event").is_none() && fields.entry("event_type").is_none() {
                reader.missing(name.span, &what, "event");
            }
            if fields.entry("action").is_none() {
                reader.missing(name.span, &what, "action");
            }
            Some(value.clone())
        })
    }

    pub(super) fn directives(&mut self, node: Option<&Node>) {
        let Some(node) = node else { return };
        for directive in self.names(node, "`directives`") {
            if !DIRECTIVES.contains(&directive.as_str()) {
                let message = format!("there is no directive `{}`", directive.as_str());
                let help = did_you_mean(directive.as_str(), DIRECTIVES.iter().copied());
                self.report(Problem::at(ProblemKind::Malformed, directive.span, message).maybe_help(help));
            }
        }
    }
}
