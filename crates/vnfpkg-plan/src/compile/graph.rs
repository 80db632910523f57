//! The order of steps: `needs`, references to outputs, circles.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use vnfpkg_diag::Span;

use super::context::root_shape;
use super::hosts::{check_on, check_vdu};
use crate::inventory::VduFacts;
use crate::lifecycle::{At, Operation, Step};
use crate::parameters::ParameterKind;
use crate::problem::{Problem, ProblemKind, did_you_mean};
use crate::template::{Engine, VariablePath, check_paths, variable_paths};

/// Why a step waits for another one.
struct Edge {
    to: usize,
    span: Span,
}

/// Everything that can be said of an operation without a request: references, circles, VDUs, variables of all templates.
pub fn check_operation(operation: &Operation, engine: &Engine, parameters: &ParameterKind, vdus: &[VduFacts]) -> Vec<Problem> {
    let problems = RefCell::new(Vec::new());
    step_order(operation, engine, &problems);
    let mut problems = problems.into_inner();
    if let Some(input) = operation.input.as_ref().filter(|_| *parameters != ParameterKind::Any)
        && parameters.find(&[&input.value]).is_none()
    {
        let message = format!("the VNFD declares no parameter `{}` for this operation", input.value);
        problems.push(Problem::at(ProblemKind::LifecycleReference, input.span, message));
    }
    let shape = root_shape(operation, parameters, vdus);
    for step in &operation.steps {
        problems.extend(check_on(&step.on, &step.name.value, vdus));
        for text in inline_texts(step) {
            problems.extend(check_inline(text, &shape, false));
        }
        for expression in step.when.iter().chain(&step.for_each) {
            problems.extend(check_inline(expression, &shape, true));
            problems.extend(check_known_before(step, expression));
        }
        for template in templates_of(step) {
            if let Some(file) = engine.set().get(&template.value) {
                problems.extend(check_paths(file.source, &file.text, &shape));
                problems.extend(check_raw(&variable_paths(file.source, &file.text)));
            }
        }
    }
    for text in operation.connect.texts() {
        problems.extend(check_inline(text, &shape, false));
    }
    for (vdu, _) in &operation.connect.vdus {
        problems.extend(check_vdu(vdu, "`connect`", vdus));
    }
    super::distinct(problems)
}

/// `when` and `for_each` say which tasks there are, so they cannot ask what a task came to.
fn check_known_before(step: &Step, expression: &At<String>) -> Option<Problem> {
    let tagged = format!("{{% if {} %}}", expression.value);
    let paths = variable_paths(expression.span.source, &tagged);
    let path = paths.iter().find(|path| path.parts.first().is_some_and(|root| root.as_deref() == Some("steps")))?;
    let message = format!("`{}` is not known when it is decided where step `{}` runs", path.dotted(), step.name.value);
    let help = "ask the request or the VNFCs here; what a step came to can be asked in scripts";
    Some(Problem::at(ProblemKind::TemplateVariable, expression.span, message).help(help))
}

/// Checks a text inside the document; its findings point at the whole text, since quotes and folding move offsets.
fn check_inline(text: &At<String>, shape: &BTreeMap<String, crate::template::Shape>, expression: bool) -> Vec<Problem> {
    let tagged = if expression { format!("{{% if {} %}}", text.value) } else { text.value.clone() };
    let mut problems = check_paths(text.span.source, &tagged, shape);
    for problem in &mut problems {
        problem.place = vnfpkg_diag::Place::Span(text.span);
    }
    problems
}

/// Values of the request that go unquoted into a script.
fn check_raw(paths: &[VariablePath]) -> Vec<Problem> {
    let from_request =
        |path: &&VariablePath| path.printed && matches!(path.parts.first(), Some(Some(root)) if root == "input" || root == "item");
    let raw = paths.iter().filter(from_request).filter(|path| path.filters.iter().any(|filter| filter == "raw" || filter == "safe"));
    raw.map(|path| {
        let message = format!("`{}` comes from the request and goes into the script unquoted", path.dotted());
        Problem::at(ProblemKind::TemplateRaw, path.span, message).help("drop the filter: values are quoted as one shell word")
    })
    .collect()
}

/// Step indexes so that each comes after what it waits for, otherwise in the order of the document. `None` when there is a
/// circle or a reference that names nothing; both are reported.
pub fn step_order(operation: &Operation, engine: &Engine, problems: &RefCell<Vec<Problem>>) -> Option<Vec<usize>> {
    let before = problems.borrow().len();
    let edges: Vec<Vec<Edge>> =
        operation.steps.iter().enumerate().map(|(at, step)| edges_of(at, step, operation, engine, problems)).collect();
    let mut order = Vec::new();
    let mut done = BTreeSet::new();
    while order.len() < operation.steps.len() {
        let ready = (0..operation.steps.len()).find(|at| !done.contains(at) && edges[*at].iter().all(|edge| done.contains(&edge.to)));
        let Some(at) = ready else {
            problems.borrow_mut().push(circle(operation, &edges, &done));
            return None;
        };
        done.insert(at);
        order.push(at);
    }
    (problems.borrow().len() == before).then_some(order)
}

fn edges_of(at: usize, step: &Step, operation: &Operation, engine: &Engine, problems: &RefCell<Vec<Problem>>) -> Vec<Edge> {
    let position = |name: &str| operation.steps.iter().position(|step| step.name.value == name);
    let mut edges = Vec::new();
    for need in &step.needs {
        match position(&need.value) {
            Some(to) => edges.push(Edge { to, span: need.span }),
            None => {
                let names = operation.steps.iter().map(|step| step.name.value.as_str());
                let help = did_you_mean(&need.value, names).unwrap_or_else(|| "`needs` names steps of the same operation".into());
                let message = format!("step `{}` needs `{}`, which is no step of `{}`", step.name.value, need.value, operation.name.value);
                problems.borrow_mut().push(Problem::at(ProblemKind::LifecycleReference, need.span, message).help(help));
            }
        }
    }
    for path in paths_of(step, engine) {
        if let Some(["steps", name, "outputs", ..]) = path.names().as_deref()
            && let Some(to) = position(name)
            && to != at
        {
            edges.push(Edge { to, span: path.span });
        }
    }
    edges
}

/// One circle among the steps that are left, with the place of every link.
fn circle(operation: &Operation, edges: &[Vec<Edge>], done: &BTreeSet<usize>) -> Problem {
    let start = (0..edges.len()).find(|at| !done.contains(at)).unwrap_or_default();
    let mut walk: Vec<usize> = vec![start];
    let next = |at: usize| edges[at].iter().find(|edge| !done.contains(&edge.to));
    let first = loop {
        let here = walk[walk.len() - 1];
        let Some(edge) = next(here) else { break here };
        if walk.contains(&edge.to) {
            break edge.to;
        }
        walk.push(edge.to);
    };
    let from = walk.iter().position(|at| *at == first).unwrap_or_default();
    let members = &walk[from..];
    let name = |at: usize| operation.steps[at].name.value.as_str();
    let chain: Vec<&str> = members.iter().chain([&first]).map(|at| name(*at)).collect();
    let message = format!("steps need one another in a circle: {}", chain.join(" → "));
    let mut problem = Problem::at(ProblemKind::LifecycleCycle, operation.steps[first].name.span, message).help("remove one of the links");
    for at in members {
        if let Some(edge) = next(*at) {
            problem = problem.related(edge.span, format!("`{}` waits for `{}`", name(*at), name(edge.to)));
        }
    }
    problem
}

fn templates_of(step: &Step) -> Vec<&At<String>> {
    let verify = step.verify.as_ref().map(|verify| &verify.template);
    step.action.templates().into_iter().chain(&step.probe).chain(verify).collect()
}

fn inline_texts(step: &Step) -> Vec<&At<String>> {
    step.action.texts()
}

/// Every variable that a step's texts and templates name.
pub(super) fn paths_of(step: &Step, engine: &Engine) -> Vec<VariablePath> {
    let mut paths: Vec<VariablePath> =
        inline_texts(step).into_iter().flat_map(|text| variable_paths(text.span.source, &text.value)).collect();
    for template in templates_of(step) {
        if let Some(file) = engine.set().get(&template.value) {
            paths.extend(variable_paths(file.source, &file.text));
        }
    }
    paths
}
