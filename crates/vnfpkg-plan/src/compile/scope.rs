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

    /// Renders an inline text; `None` after a fault. The value is part of the plan, so it cannot be one that only the run
    /// knows.
    pub fn text(&self, text: &At<String>) -> Option<String> {
        let rendered = self.text_with_gaps(text)?;
        if let Some(gap) = Deferred::new(rendered.as_str()).gaps().first() {
            let message = format!("{gap} cannot be used here: the plan holds this text, and the value is known only while the task runs");
            self.report(
                Problem::at(ProblemKind::TemplateVariable, text.span, message).help("use it in a script or in the content of a file"),
            );
            return None;
        }
        Some(rendered)
    }

    /// The same, for what is looked at before it goes into the plan: secrets and outputs are marks.
    pub(super) fn text_with_gaps(&self, text: &At<String>) -> Option<String> {
        let rendered = self.inputs.engine.text(&text.value, &self.context);
        self.sound(rendered, text)
    }

    /// Does an expression hold? `None` after a fault.
    pub(super) fn holds(&self, expression: &At<String>) -> Option<bool> {
        let result = self.inputs.engine.holds(&expression.value, &self.context);
        self.sound(result, expression)
    }

    /// The items of a list at a plain path such as `input.registries`; `None` after a fault. A parameter that is not given
    /// has none.
    pub(super) fn items(&self, path: &At<String>) -> Option<Vec<Value>> {
        let pointer = format!("/{}", path.value.trim().replace('.', "/"));
        let fault = match self.context.pointer(&pointer) {
            Some(Value::Array(items)) => return Some(items.clone()),
            Some(Value::Null) => return Some(Vec::new()),
            Some(Value::String(text)) if text.is_empty() => return Some(Vec::new()),
            Some(_) => format!("`for_each` takes a list, and `{}` is none", path.value),
            None => format!("`{}` does not exist", path.value),
        };
        self.report(Problem::at(ProblemKind::TemplateVariable, path.span, fault).help("name a list parameter, such as `input.NAME`"));
        None
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
