//! Interfaces of node templates: operations that the type has, implementations that lead somewhere.

use super::Check;
use crate::grammar::{Implementation, ImplementationForm, Input, InterfaceDef, Name, NodeTemplate, TypeKind};
use crate::load::near;
use crate::problem::{Problem, ProblemKind};
use crate::suggest::{did_you_mean, nearest};
use crate::types::Effective;
use crate::vnfd;

impl Check<'_> {
    pub(super) fn interfaces(&mut self, name: &Name, node: &NodeTemplate, effective: &Effective, open: bool) {
        for (interface, definition) in node.interfaces.iter() {
            self.operations_exist(name, effective, open, interface, definition);
            self.empty_operations(interface, definition);
            for (_, operation) in definition.operations.iter() {
                self.implementation(node, effective, &operation.implementation);
                for (_, input) in operation.inputs.iter() {
                    if let Input::Value(value) = input {
                        self.functions_in(value, Some(name));
                    }
                }
            }
        }
    }

    fn operations_exist(&mut self, node: &Name, effective: &Effective, open: bool, name: &Name, definition: &InterfaceDef) {
        let Some(known) = effective.interfaces.get(name.as_str()) else {
            if !open {
                let message = format!("the type of `{}` has no interface `{}`", node.as_str(), name.as_str());
                let help = did_you_mean(name.as_str(), effective.interfaces.names());
                self.problems.push(Problem::at(ProblemKind::Interface, name.span, message).maybe_help(help));
            }
            return;
        };
        if !known.rooted || (open && self.types.is_incomplete()) {
            return;
        }
        for (operation, _) in definition.operations.iter() {
            if known.operations.get(operation.as_str()).is_none() {
                let message = format!("the interface `{}` has no operation `{}`", name.as_str(), operation.as_str());
                let help = did_you_mean(operation.as_str(), known.operations.names());
                let is_lcm = known.type_name.as_ref().is_some_and(|of| self.types.is_a(TypeKind::Interface, of.as_str(), vnfd::VNFLCM));
                let kind = if is_lcm { ProblemKind::LcmOperation } else { ProblemKind::Interface };
                let newer = (is_lcm && vnfd::is_newer_operation(operation.as_str()))
                    .then(|| "it came with SOL001 V3.3.1; the types that are imported here are older".to_owned());
                self.problems.push(Problem::at(kind, operation.span, message).maybe_help(newer.or(help)));
            }
        }
    }

    /// `[]` in place of operations: one report per interface.
    fn empty_operations(&mut self, interface: &Name, definition: &InterfaceDef) {
        let empty = |form| form == ImplementationForm::EmptyList;
        let mut found = definition.operations.iter().filter(|(_, operation)| empty(operation.implementation.form));
        let Some((first, operation)) = found.next() else { return };
        let more = match found.count() {
            0 => String::new(),
            others => format!(" (and {others} more of `{}`)", interface.as_str()),
        };
        let message = format!("`[]` stands in place of the operation `{}`{more}", first.as_str());
        let problem = Problem::at(ProblemKind::EmptyOperation, operation.span, message);
        self.problems.push(problem.help("remove the line: an operation without implementation does nothing"));
    }

    fn implementation(&mut self, node: &NodeTemplate, effective: &Effective, implementation: &Implementation) {
        for reference in implementation.primary.iter().chain(&implementation.dependencies) {
            let used = vnfd::resolve(self.model, self.files, node, reference);
            if used.file.is_some() || used.type_name.is_some() {
                continue;
            }
            let text = used.written.as_str();
            let names = node.artifacts.names().chain(effective.artifacts.names());
            let help = nearest(text, names).map(|near| format!("did you mean `{near}`?"));
            let file = help.is_none().then(|| near(self.files, &self.file.path, text)).flatten();
            let help = help.or_else(|| file.map(|near| format!("did you mean `{near}`?")));
            let help = help.unwrap_or_else(|| "define an artifact of that name on this node".to_owned());
            let message = format!("`{text}` is neither an artifact of this node nor a file of the package");
            self.problems.push(Problem::at(ProblemKind::Implementation, used.written.span, message).help(help));
        }
    }
}
