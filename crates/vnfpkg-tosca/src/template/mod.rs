//! Checking topology templates against the types: nodes, requirements, interfaces, artifacts, policies, groups, mappings.
//!
//! A name that is unknown is reported where it stands and once: nothing is said about what depends on it.

mod artifacts;
mod filters;
mod functions;
mod groups;
mod interfaces;
mod nodes;
mod requirements;
mod sections;
mod substitution;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::sync::Arc;

use vnfpkg_diag::Span;

use crate::grammar::{Defs, Name, PropertyDef, Topology, TypeKind};
use crate::load::{Files, LoadedFile, Model};
use crate::problem::{Problem, ProblemKind};
use crate::suggest::{SUGGESTIONS, did_you_mean, listed, nearest};
use crate::types::{Checker, FunctionCall, TypeStore, check_definition, unknown_type};
use crate::yaml::Node;

/// Checks the topology of every file.
pub(crate) fn check(model: &Model, files: &dyn Files, problems: &mut Vec<Problem>) {
    for (at, file) in model.files.iter().enumerate() {
        if let Some(topology) = &file.template.topology {
            if at > 0 && topology.substitution.is_none() && !topology.node_templates.is_empty() {
                let message = "the topology of this imported template stands for nothing: its nodes belong to no flavour";
                let problem = Problem::at(ProblemKind::LooseTopology, topology.span.head(), message);
                problems.push(problem.help("give it `substitution_mappings`, or move its nodes to the template that imports it"));
            }
            let mut check = Check { model, types: &model.types, files, file, topology, used_inputs: HashSet::new(), problems };
            check.topology();
        }
    }
}

/// The check of one topology.
struct Check<'a> {
    model: &'a Model,
    types: &'a TypeStore,
    files: &'a dyn Files,
    file: &'a LoadedFile,
    topology: &'a Topology,
    used_inputs: HashSet<Arc<str>>,
    problems: &'a mut Vec<Problem>,
}

/// The things whose properties are given: their sort, their type and whether more may exist than is known.
struct Typed<'t> {
    /// The property definitions.
    definitions: &'t Defs<PropertyDef>,
    /// What has the properties: `the node template `VDU1``.
    what: String,
    /// The type that defines them.
    type_name: &'t str,
    /// May there be properties that are not known?
    open: bool,
    /// Where a missing property is reported.
    span: Span,
    /// The node template that `SELF` means.
    node: Option<&'t Name>,
}

impl<'a> Check<'a> {
    fn topology(&mut self) {
        let topology = self.topology;
        for (name, definition) in topology.inputs.iter() {
            check_definition(self.types, name, definition, self.problems);
        }
        for (name, node) in topology.node_templates.iter() {
            self.node(name, node);
        }
        for (name, group) in topology.groups.iter() {
            self.group(name, group);
        }
        for (name, policy) in topology.policies.iter() {
            self.policy(name, policy);
        }
        if let Some(substitution) = &topology.substitution {
            self.substitution(substitution);
        }
        self.sections();
        self.unused_inputs();
    }

    /// Reports a type that does not exist; `None` then, so that the caller stops.
    fn known<'n>(&mut self, kind: TypeKind, name: Option<&'n Name>) -> Option<&'n Name> {
        let name = name?;
        match unknown_type(self.types, kind, name) {
            Some(problem) => {
                self.problems.push(problem);
                None
            }
            // A name that is let through because the profile knows its edition in part only has no type either.
            None => self.types.get(kind, name.as_str()).map(|_| name),
        }
    }

    /// May a type have properties and the like that the profile does not know?
    fn is_open(&self, kind: TypeKind, type_name: &str) -> bool {
        let rooted = self.types.effective(kind, type_name).is_some_and(|effective| effective.rooted);
        let partial = self.types.is_incomplete()
            && self.types.chain(kind, type_name).iter().any(|ancestor| {
                let name = ancestor.name.as_str();
                self.types.is_builtin(kind, name) && name.contains(".nfv.")
            });
        !rooted || partial
    }

    /// Property values: each exists, has the right type, and none that is required is missing (a misspelt one is not).
    fn properties(&mut self, typed: &Typed<'_>, given: &Defs<Node>) {
        let mut misspelt: Vec<&str> = Vec::new();
        for (name, value) in given.iter() {
            match typed.definitions.get(name.as_str()) {
                Some(definition) => self.property(&format!("`{}`", name.as_str()), definition, value, typed.node),
                None => {
                    self.functions_in(value, typed.node);
                    if !typed.open {
                        let searched = self.problems.len() < SUGGESTIONS;
                        let message = format!("{} has no property `{}`; its type is `{}`", typed.what, name.as_str(), typed.type_name);
                        let help = searched.then(|| did_you_mean(name.as_str(), typed.definitions.names())).flatten();
                        misspelt.extend(searched.then(|| nearest(name.as_str(), typed.definitions.names())).flatten());
                        self.problems.push(Problem::at(ProblemKind::UnknownProperty, name.span, message).maybe_help(help));
                    }
                }
            }
        }
        let missing: Vec<&str> = typed
            .definitions
            .iter()
            .filter(|(name, definition)| definition.required && definition.default.is_none() && given.get(name.as_str()).is_none())
            .map(|(name, _)| name.as_str())
            .filter(|name| !misspelt.contains(name))
            .collect();
        if !missing.is_empty() && !typed.open {
            let message = format!("{} lacks {}; its type `{}` requires it", typed.what, listed(missing), typed.type_name);
            self.problems.push(Problem::at(ProblemKind::MissingProperty, typed.span, message));
        }
    }

    fn property(&mut self, what: &str, definition: &PropertyDef, value: &Node, node: Option<&Name>) {
        let mut checker = Checker::new(self.types, true);
        checker.property(what, definition, value);
        let calls: Vec<FunctionCall> = checker.calls;
        self.problems.extend(checker.problems.into_iter().map(Problem::from));
        for call in calls {
            self.function(&call, node);
        }
    }

    /// An input that nothing reads. Inputs of a template that stands for a VNF are filled by name (SOL001 §6.11.2).
    fn unused_inputs(&mut self) {
        if self.topology.substitution.is_some() {
            return;
        }
        for (name, _) in self.topology.inputs.iter() {
            if !self.used_inputs.contains(&name.text) {
                let message = format!("nothing reads the input `{}`", name.as_str());
                self.problems.push(Problem::at(ProblemKind::UnusedInput, name.span, message));
            }
        }
    }
}
