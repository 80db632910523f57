//! Checking a value against a type: built-in types, data types, entries of lists and maps, constraints.

use vnfpkg_diag::Span;

use super::constraint;
use super::function::{self, FunctionCall};
use super::primitive::{Mismatch, Primitive};
use crate::grammar::{Constraint, PropertyDef, Schema, TypeKind};
use crate::problem::{Problem, ProblemKind};
use crate::suggest::{SUGGESTIONS, did_you_mean, listed, nearest};
use crate::types::TypeStore;
use crate::yaml::{AmbiguityKind, Node, ambiguity};

/// Deepest nesting of data types that is followed; a YAML tree is never deeper.
const MAX_DEPTH: usize = 128;

/// Why a value does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueProblem {
    /// `WrongType`, `UnknownProperty`, `MissingProperty`, `Constraint`, `UnitSpacing`, `Function`; `YamlAmbiguous` when it
    /// fits but other readers may not take it for a string.
    pub kind: ProblemKind,
    /// Where.
    pub span: Span,
    /// What is wrong, one sentence without a full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl From<ValueProblem> for Problem {
    fn from(problem: ValueProblem) -> Self {
        Self::at(problem.kind, problem.span, problem.message).maybe_help(problem.help)
    }
}

/// Checks a literal value: functions such as `get_input` are not taken. A type that is unknown is no problem of the value.
pub fn check_value(
    store: &TypeStore,
    type_name: &str,
    entry_schema: Option<&Schema>,
    constraints: &[Constraint],
    node: &Node,
) -> Vec<ValueProblem> {
    let mut checker = Checker::new(store, false);
    checker.value("the value", type_name, entry_schema, constraints, node, 0);
    checker.problems
}

/// Checks the keys and values of a mapping against the properties of a data type: the body of `additionalParams`, say. `what` names
/// it in messages.
pub fn check_data(store: &TypeStore, what: &str, data_type: &str, node: &Node) -> Vec<ValueProblem> {
    let mut checker = Checker::new(store, false);
    checker.value(what, data_type, None, &[], node, 0);
    checker.problems
}

/// A walk over one value. Collects the functions it meets instead of judging them.
pub(crate) struct Checker<'a> {
    store: &'a TypeStore,
    functions: bool,
    pub(crate) problems: Vec<ValueProblem>,
    pub(crate) calls: Vec<FunctionCall>,
}

impl<'a> Checker<'a> {
    pub(crate) fn new(store: &'a TypeStore, functions: bool) -> Self {
        Self { store, functions, problems: Vec::new(), calls: Vec::new() }
    }

    /// Checks a value against the definition of its property. `what` names it in messages.
    pub(crate) fn property(&mut self, what: &str, definition: &PropertyDef, node: &Node) {
        self.property_at(what, definition, node, 0);
    }

    fn property_at(&mut self, what: &str, definition: &PropertyDef, node: &Node, depth: usize) {
        let Some(type_name) = &definition.type_name else { return };
        self.value(what, type_name.as_str(), definition.entry_schema.as_ref(), &definition.constraints, node, depth);
    }

    fn value(&mut self, what: &str, type_name: &str, schema: Option<&Schema>, constraints: &[Constraint], node: &Node, depth: usize) {
        if depth > MAX_DEPTH || self.is_function(what, type_name, node) {
            return;
        }
        let Some(primitive) = self.store.primitive_of(type_name) else {
            self.data(what, type_name, node, depth);
            return;
        };
        if !self.fits(what, primitive, node) {
            return;
        }
        let inherited = self.store.chain(TypeKind::Data, type_name);
        let schema = schema.or_else(|| inherited.iter().find_map(|definition| definition.entry_schema.as_ref()));
        if let Some(schema) = schema {
            self.entries(what, schema, node, depth);
        }
        for constraint in constraints.iter().chain(inherited.iter().flat_map(|definition| &definition.constraints)) {
            if let Some(broken) = constraint::check(primitive, constraint, node) {
                let message = format!("{what}: {}", broken.message);
                self.report(ProblemKind::Constraint, node.span, message, broken.help);
            }
        }
    }

    /// Is it a function? If so it was dealt with.
    fn is_function(&mut self, what: &str, type_name: &str, node: &Node) -> bool {
        // A property may be called `token` or `join`; a lone value of it is no call.
        let is_property = |name: &str| self.store.effective_properties(type_name).iter().any(|(property, _)| &**property == name);
        if let Some(mut call) = function::call(node).filter(|call| !is_property(&call.name)) {
            if self.functions {
                call.wanted = self.store.primitive_of(type_name);
                self.calls.push(call);
                return true;
            }
            if self.store.primitive_of(type_name) != Some(Primitive::Map) {
                let message = format!("{what}: the function `{}` cannot be used here", call.name);
                self.report(ProblemKind::Function, node.span, message, Some("give the value itself".to_owned()));
                return true;
            }
        }
        let scalar = !matches!(self.store.primitive_of(type_name), None | Some(Primitive::Map));
        if self.functions
            && scalar
            && let Some((key, near)) = function::misspelt(node)
        {
            let message = format!("{what}: there is no function `{}`", key.text().unwrap_or(""));
            self.report(ProblemKind::Function, key.span, message, Some(format!("did you mean `{near}`?")));
            return true;
        }
        false
    }

    fn fits(&mut self, what: &str, primitive: Primitive, node: &Node) -> bool {
        let mismatch = match primitive.accepts(node) {
            Ok(()) => {
                if primitive == Primitive::String {
                    self.string(what, node);
                }
                return true;
            }
            Err(mismatch) => mismatch,
        };
        let wanted = primitive.wanted();
        let (kind, message, help) = match mismatch {
            Mismatch::Spacing { number, unit } => {
                let message = format!("{what}: a blank is missing between number and unit");
                (ProblemKind::UnitSpacing, message, Some(format!("write `{number} {unit}`")))
            }
            Mismatch::Unit(unit) => {
                let message = format!("{what}: there is no unit `{unit}`");
                let units = primitive.unit_names();
                let help = did_you_mean(&unit, units.iter().copied()).or_else(|| Some(format!("known are {}", listed(units))));
                (ProblemKind::WrongType, message, help)
            }
            Mismatch::NoUnit => {
                let help = format!("the units are {}", listed(primitive.unit_names()));
                (ProblemKind::WrongType, format!("{what} must be {wanted}; the unit is missing"), Some(help))
            }
            Mismatch::Type => {
                let message = format!("{what} must be {wanted}, not {}", node.describe());
                (ProblemKind::WrongType, message, unquoted(primitive, node))
            }
        };
        self.report(kind, node.span, message, help);
        false
    }

    /// A string that is written so that it reads as something else.
    fn string(&mut self, what: &str, node: &Node) {
        let other = ambiguity(node).filter(|found| found.kind != AmbiguityKind::Exponent || node.as_float().is_some());
        let read_as = match other {
            Some(ambiguity) if node.as_str().is_some() => ambiguity.theirs,
            _ if node.as_str().is_none() => node.describe().to_owned(),
            _ => return,
        };
        let text = node.text().unwrap_or("");
        let message = format!("{what} wants a string, but `{text}` without quotes is read as {read_as}");
        self.report(ProblemKind::YamlAmbiguous, node.span, message, Some(format!("write '{text}'")));
    }

    fn entries(&mut self, what: &str, schema: &Schema, node: &Node, depth: usize) {
        let mut check = |node: &Node, name: String| {
            let entry_schema = schema.entry_schema.as_deref();
            self.value(&name, schema.type_name.as_str(), entry_schema, &schema.constraints, node, depth + 1);
        };
        for (at, item) in node.items().unwrap_or_default().iter().enumerate() {
            check(item, format!("entry {} of {what}", at + 1));
        }
        for entry in node.entries().unwrap_or_default() {
            check(&entry.value, format!("`{}` of {what}", entry.key.text().unwrap_or("?")));
        }
    }

    fn data(&mut self, what: &str, type_name: &str, node: &Node, depth: usize) {
        let Some(effective) = self.store.effective(TypeKind::Data, type_name) else { return };
        let Some(entries) = node.entries() else {
            let message = format!("{what} must be a mapping with the fields of `{type_name}`, not {}", node.describe());
            let names = effective.properties.names();
            self.report(ProblemKind::WrongType, node.span, message, Some(format!("its fields are {}", listed(names))));
            return;
        };
        let open = !effective.rooted || (self.store.is_incomplete() && self.store.is_builtin(TypeKind::Data, type_name));
        let mut misspelt: Vec<&str> = Vec::new();
        for entry in entries {
            let key = entry.key.text().unwrap_or("");
            match effective.properties.get(key) {
                Some(definition) => self.property_at(&format!("`{key}`"), definition, &entry.value, depth + 1),
                None if open => {}
                None => {
                    let searched = self.problems.len() < SUGGESTIONS;
                    misspelt.extend(searched.then(|| nearest(key, effective.properties.names())).flatten());
                    let help = searched.then(|| did_you_mean(key, effective.properties.names())).flatten();
                    let message = format!("{what} has no field `{key}`; its type is `{type_name}`");
                    self.report(ProblemKind::UnknownProperty, entry.key.span, message, help);
                }
            }
        }
        let missing: Vec<&str> = effective
            .properties
            .iter()
            .filter(|(name, definition)| definition.required && definition.default.is_none() && node.get(name.as_str()).is_none())
            .map(|(name, _)| name.as_str())
            .filter(|name| !misspelt.contains(name))
            .collect();
        if !missing.is_empty() && !open {
            let message = format!("{what} lacks {}; the type `{type_name}` requires it", listed(missing));
            self.report(ProblemKind::MissingProperty, node.span, message, None);
        }
    }

    fn report(&mut self, kind: ProblemKind, span: Span, message: String, help: Option<String>) {
        self.problems.push(ValueProblem { kind, span, message, help });
    }
}

/// The help for a number or boolean in quotes.
fn unquoted(primitive: Primitive, node: &Node) -> Option<String> {
    let text = node.text().filter(|_| node.as_str().is_some())?;
    let plain = match primitive {
        Primitive::Integer => text.parse::<i64>().is_ok(),
        Primitive::Float => text.parse::<f64>().is_ok(),
        Primitive::Boolean => matches!(text, "true" | "false"),
        _ => false,
    };
    plain.then(|| format!("write {text} without quotes"))
}
