//! What an action may ask while it is compiled: rendered templates, the package's files, a place to report to.

use std::cell::RefCell;

use serde_json::Value;
use vnfpkg_diag::{Place, Span};

use super::{PlanInputs, input_part};
use crate::deferred::Deferred;
use crate::files::PackageFiles;
use crate::lifecycle::At;
use crate::model::Script;
use crate::problem::{Problem, ProblemKind};
use crate::template::{RenderError, VariablePath, variable_paths};

/// One step on one host, or a step as a whole.
pub struct StepScope<'a> {
    inputs: &'a PlanInputs<'a>,
    context: Value,
    problems: &'a RefCell<Vec<Problem>>,
    /// The list that the step runs over, and the position of this item.
    item: Option<(&'a At<String>, usize)>,
}

impl<'a> StepScope<'a> {
    pub(super) fn new(inputs: &'a PlanInputs<'a>, context: Value, problems: &'a RefCell<Vec<Problem>>) -> Self {
        Self { inputs, context, problems, item: None }
    }

    /// The same for one item of a list.
    pub(super) fn for_item(mut self, list: Option<&'a At<String>>, at: Option<usize>) -> Self {
        self.item = list.zip(at);
        self
    }

    /// Is it about one item of a list?
    pub fn has_item(&self) -> bool {
        self.item.is_some()
    }

    /// The package's files.
    pub fn files(&self) -> &dyn PackageFiles {
        self.inputs.files
    }

    /// Renders a script; `None` after a fault.
    pub fn script(&self, template: &At<String>) -> Option<Script> {
        self.inputs.engine.set().get(&template.value)?;
        let rendered = self.inputs.engine.script(&template.value, &self.context);
        self.sound(rendered, template).map(|text| Script { name: template.value.clone(), text })
    }

    /// Renders a file; `None` after a fault.
    pub fn file(&self, template: &At<String>) -> Option<Deferred> {
        self.inputs.engine.set().get(&template.value)?;
        let rendered = self.inputs.engine.file(&template.value, &self.context);
        self.sound(rendered, template)
    }

    /// Renders an inline text; `None` after a fault.
    pub fn text(&self, text: &At<String>) -> Option<String> {
        let rendered = self.inputs.engine.text(&text.value, &self.context);
        self.sound(rendered, text)
    }

    /// Does an expression hold? `None` after a fault.
    pub(super) fn holds(&self, expression: &At<String>) -> Option<bool> {
        let result = self.inputs.engine.holds(&expression.value, &self.context);
        self.sound(result, expression)
    }

    /// The value of a plain path such as `input.registries`; `None` after a fault.
    pub(super) fn value(&self, path: &At<String>) -> Option<Value> {
        let pointer = format!("/{}", path.value.trim().replace('.', "/"));
        let value = self.context.pointer(&pointer).cloned();
        if value.is_none() {
            self.report_at(ProblemKind::TemplateVariable, path.span, format!("`{}` does not exist", path.value));
        }
        value
    }

    /// Reports a fault.
    pub fn report(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    /// Reports a fault at a range of text.
    pub fn report_at(&self, kind: ProblemKind, span: Span, message: impl Into<String>) {
        self.report(Problem::at(kind, span, message));
    }

    /// Where the value of a text comes from: the parameter in the request when the text is one, else the text itself.
    pub fn place_of_parameter(&self, text: &At<String>) -> Place {
        let (_, node) = input_part(self.inputs.operation, self.inputs.parameters, self.inputs.additional_params);
        let path = variable_paths(text.span.source, &text.value).into_iter().next();
        let below_input = |names: &[&str]| match names {
            ["input", rest @ ..] => node.and_then(|node| node.at(rest)),
            _ => None,
        };
        let found = path.as_ref().and_then(VariablePath::names).and_then(|names| match (names.as_slice(), self.item) {
            (["item", rest @ ..], Some((list, at))) => {
                let list: Vec<&str> = list.value.trim().split('.').collect();
                below_input(&list).and_then(|list| list.items()?.get(at)).and_then(|item| item.at(rest))
            }
            (names, _) => below_input(names),
        });
        Place::Span(found.map_or(text.span, |node| node.span))
    }

    fn sound<T>(&self, result: Result<T, RenderError>, origin: &At<String>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                let span = error.span.unwrap_or(origin.span);
                let problem = Problem::at(ProblemKind::TemplateVariable, span, format!("rendering fails: {}", error.message));
                self.report(problem);
                None
            }
        }
    }
}
