//! Functions in values: right arguments, and targets that exist (TOSCA 1.3 §4).

use vnfpkg_diag::Span;

use super::Check;
use crate::grammar::{Name, TypeKind};
use crate::problem::{Problem, ProblemKind};
use crate::suggest::{did_you_mean, nearest};
use crate::types::{Effective, FunctionCall, Primitive, call, unknown_type};
use crate::yaml::{Node, NodeKind};

impl<'a> Check<'a> {
    /// Checks the functions anywhere in a value whose type is not known.
    pub(super) fn functions_in(&mut self, value: &Node, node: Option<&Name>) {
        if let Some(found) = call(value) {
            self.function(&found, node);
            return;
        }
        match &value.kind {
            NodeKind::Scalar { .. } => {}
            NodeKind::Seq(items) => items.iter().for_each(|item| self.functions_in(item, node)),
            NodeKind::Map(entries) => entries.iter().for_each(|entry| self.functions_in(&entry.value, node)),
        }
    }

    /// Checks one function. `node` is the node template that `SELF` means.
    pub(super) fn function(&mut self, function: &FunctionCall, node: Option<&Name>) {
        self.result_fits(function, node);
        match &*function.name {
            "get_input" => self.get_input(function),
            "get_property" | "get_attribute" => self.get_property(function, node),
            "get_artifact" => self.get_artifact(function, node),
            "get_nodes_of_type" => self.get_nodes_of_type(function),
            "get_operation_output" => {
                self.arguments(function, 4, 4, "a node, an interface, an operation and an output");
            }
            "token" => {
                let arguments = self.arguments(function, 3, 3, "a string, the separators and an index");
                let index = arguments.and_then(|arguments| arguments.get(2));
                if let Some(index) = index.filter(|index| index.as_int().is_none() && index.is_scalar()) {
                    self.fault(index.span, "the index of `token` must be an integer".to_owned(), None);
                }
                self.functions_in(&function.argument, node);
            }
            "join" => {
                self.arguments(function, 1, 2, "a list of strings and a separator");
                self.functions_in(&function.argument, node);
            }
            _ => {
                self.arguments(function, 1, usize::MAX, "a list of strings");
                self.functions_in(&function.argument, node);
            }
        }
    }

    /// The type of what a function gives, where it can be known: that of the input or property, a string, a list.
    fn result(&self, function: &FunctionCall, node: Option<&Name>) -> Option<Primitive> {
        let argument = &function.argument;
        let definition = match &*function.name {
            "get_input" => {
                // With more arguments it is an entry of the input.
                let name = match argument.items() {
                    Some([only]) => only.text(),
                    Some(_) => None,
                    None => argument.text(),
                };
                self.topology.inputs.get(name?)?
            }
            "get_property" => {
                let [owner, property] = argument.items()? else { return None };
                let template = self.topology.node_templates.get(&self.named_node(owner, node)?)?;
                let effective = self.types.effective(TypeKind::Node, template.type_name.as_ref()?.as_str())?;
                effective.properties.get(property.text()?)?
            }
            "concat" | "join" | "token" => return Some(Primitive::String),
            "get_nodes_of_type" => return Some(Primitive::List),
            _ => return None,
        };
        self.types.primitive_of(definition.type_name.as_ref()?.as_str())
    }

    /// The result of a function fits where it stands. Strings go for types that are written as strings, such as sizes.
    fn result_fits(&mut self, function: &FunctionCall, node: Option<&Name>) {
        let (Some(wanted), Some(given)) = (function.wanted, self.result(function, node)) else { return };
        let plain = |primitive| {
            matches!(
                primitive,
                Primitive::String | Primitive::Integer | Primitive::Float | Primitive::Boolean | Primitive::List | Primitive::Map
            )
        };
        let collection = |primitive| matches!(primitive, Primitive::List | Primitive::Map);
        let fits = match (wanted, given) {
            (Primitive::Float, Primitive::Integer) => true,
            (Primitive::String, given) => !collection(given),
            (wanted, given) if plain(wanted) && plain(given) => wanted == given,
            (wanted, given) => collection(wanted) == collection(given),
        };
        if !fits {
            let message = format!("`{}` gives {} here, but {} is wanted", function.name, given.wanted(), wanted.wanted());
            self.fault(function.span, message, None);
        }
    }

    fn get_input(&mut self, function: &FunctionCall) {
        let argument = &function.argument;
        let name = argument.items().and_then(<[Node]>::first).unwrap_or(argument);
        let Some(text) = name.shared_text() else {
            self.fault(argument.span, "`get_input` needs the name of an input".to_owned(), None);
            return;
        };
        if self.topology.inputs.get(&text).is_none() {
            let help = did_you_mean(&text, self.topology.inputs.names());
            self.fault(name.span, format!("there is no input `{text}`"), help);
        }
        self.used_inputs.insert(text);
    }

    fn get_property(&mut self, function: &FunctionCall, node: Option<&Name>) {
        let Some(arguments) = self.arguments(function, 2, usize::MAX, "a node and the name of one of its properties") else { return };
        let Some(effective) = self.effective_of(&arguments[0], node) else { return };
        let Some(name) = arguments[1].text() else { return };
        let requirement = effective.requirements.iter().any(|requirement| requirement.name.as_str() == name);
        let known = requirement
            || effective.properties.get(name).is_some()
            || effective.attributes.get(name).is_some()
            || effective.capabilities.get(name).is_some();
        if !known {
            let names = effective.properties.names().chain(effective.attributes.names()).chain(effective.capabilities.names());
            let help = did_you_mean(name, names);
            self.fault(arguments[1].span, format!("the node has no property, attribute or capability `{name}`"), help);
        }
    }

    fn get_artifact(&mut self, function: &FunctionCall, node: Option<&Name>) {
        let Some(arguments) = self.arguments(function, 2, 4, "a node and the name of one of its artifacts") else { return };
        let Some(effective) = self.effective_of(&arguments[0], node) else { return };
        let Some(template) = self.named_node(&arguments[0], node) else { return };
        let Some(name) = arguments[1].text() else { return };
        let Some(node) = self.topology.node_templates.get(&template) else { return };
        if node.artifacts.get(name).is_none() && effective.artifacts.get(name).is_none() {
            let help = did_you_mean(name, node.artifacts.names().chain(effective.artifacts.names()));
            self.fault(arguments[1].span, format!("the node `{template}` has no artifact `{name}`"), help);
        }
    }

    fn get_nodes_of_type(&mut self, function: &FunctionCall) {
        let argument = &function.argument;
        let name = argument.items().and_then(<[Node]>::first).unwrap_or(argument);
        match name.shared_text() {
            Some(text) => self.problems.extend(unknown_type(self.types, TypeKind::Node, &Name { text, span: name.span })),
            None => self.fault(argument.span, "`get_nodes_of_type` needs the name of a node type".to_owned(), None),
        }
    }

    /// The type of the node that an argument names; `None` for `SOURCE`, `TARGET`, `HOST` and what is unknown or open. A name
    /// that no node has is reported.
    fn effective_of(&mut self, argument: &Node, node: Option<&Name>) -> Option<&'a Effective> {
        let name = self.named_node(argument, node)?;
        let (topology, types) = (self.topology, self.types);
        let Some(template) = topology.node_templates.get(&name) else {
            let help = nearest(&name, self.topology.node_templates.names()).map(|near| format!("did you mean `{near}`?"));
            self.fault(argument.span, format!("there is no node template `{name}`"), help);
            return None;
        };
        let type_name = template.type_name.as_ref()?.as_str();
        if self.is_open(TypeKind::Node, type_name) { None } else { types.effective(TypeKind::Node, type_name) }
    }

    fn named_node(&self, argument: &Node, node: Option<&Name>) -> Option<String> {
        match argument.text()? {
            "SELF" => node.map(|node| node.text.to_string()),
            "SOURCE" | "TARGET" | "HOST" => None,
            name => Some(name.to_owned()),
        }
    }

    /// The arguments when their number is right; reports it otherwise.
    fn arguments<'f>(&mut self, function: &'f FunctionCall, least: usize, most: usize, wanted: &str) -> Option<&'f [Node]> {
        let arguments = function.argument.items().filter(|items| (least..=most).contains(&items.len()));
        if arguments.is_none() {
            self.fault(function.argument.span, format!("`{}` needs a list: {wanted}", function.name), None);
        }
        arguments
    }

    fn fault(&mut self, span: Span, message: String, help: Option<String>) {
        self.problems.push(Problem::at(ProblemKind::Function, span, message).maybe_help(help));
    }
}
