//! Checking the types that a package defines: parents, the types they name, constraints, defaults, refinement.

use std::sync::Arc;

use super::constraint::definition_fault;
use super::{Checker, Primitive, TypeStore};
use crate::grammar::{CapabilityDef, Constraint, Name, PropertyDef, RequirementDef, Schema, TypeDef, TypeKind};
use crate::problem::{Problem, ProblemKind};
use crate::profile::{self, Edition};
use crate::suggest::{listed, nearest};

/// Checks every type of the package.
pub(crate) fn check_types(store: &TypeStore, problems: &mut Vec<Problem>) {
    for definition in store.own_types() {
        Check { store, problems, definition }.all();
    }
}

/// The problem of a name that no type has.
pub(crate) fn unknown_type(store: &TypeStore, kind: TypeKind, name: &Name) -> Option<Problem> {
    let text = name.as_str();
    if store.get(kind, text).is_some() || (kind == TypeKind::Data && Primitive::named(text).is_some()) {
        return None;
    }
    if store.is_incomplete() && text.starts_with("tosca.") && text.contains(".nfv.") {
        return None;
    }
    let problem = Problem::at(ProblemKind::UnknownType, name.span, format!("there is no {} `{text}`", kind.label()));
    let other = TypeKind::ALL.into_iter().find(|other| *other != kind && store.get(*other, text).is_some());
    let first = profile::first_with(kind, text);
    let primitives: &[&str] = if kind == TypeKind::Data { Primitive::names() } else { &[] };
    let near = nearest(text, store.names(kind).chain(primitives.iter().copied())).map(|near| format!("did you mean `{near}`?"));
    let help = match other {
        Some(other) => Some(format!("`{text}` is a {}", other.label())),
        None if first.is_some() => first.map(|first| known_since(store, first)),
        None => near.or_else(|| Some("define it, or import the file that does".to_owned())),
    };
    Some(problem.maybe_help(help))
}

/// Help for a type that SOL001 has, and that is not imported.
fn known_since(store: &TypeStore, first: Edition) -> String {
    match store.edition().filter(|imported| *imported < first) {
        Some(imported) => {
            let (first, imported) = (first.version(), imported.version());
            format!("SOL001 {first} has it; the types that are imported are those of {imported}")
        }
        None => "import `etsi_nfv_sol001_vnfd_types.yaml`".to_owned(),
    }
}

/// Checks the definition of a property or input: its types, constraints and default. False when something was wrong.
pub(crate) fn check_definition(store: &TypeStore, name: &Name, property: &PropertyDef, problems: &mut Vec<Problem>) -> bool {
    let before = problems.len();
    problems.extend(property.type_name.as_ref().and_then(|type_name| unknown_type(store, TypeKind::Data, type_name)));
    if let Some(schema) = &property.entry_schema {
        check_schema(store, schema, problems);
    }
    let primitive = property.type_name.as_ref().and_then(|type_name| store.primitive_of(type_name.as_str()));
    check_constraints(primitive, &property.constraints, problems);
    if problems.len() > before {
        return false;
    }
    if let Some(default) = property.default.as_ref().filter(|default| !default.is_null()) {
        let mut checker = Checker::new(store, true);
        checker.property(&format!("the default of `{}`", name.as_str()), property, default);
        problems.extend(checker.problems.into_iter().map(Problem::from));
    }
    problems.len() == before
}

fn check_schema(store: &TypeStore, schema: &Schema, problems: &mut Vec<Problem>) {
    problems.extend(unknown_type(store, TypeKind::Data, &schema.type_name));
    check_constraints(store.primitive_of(schema.type_name.as_str()), &schema.constraints, problems);
    if let Some(inner) = &schema.entry_schema {
        check_schema(store, inner, problems);
    }
}

fn check_constraints(primitive: Option<Primitive>, constraints: &[Constraint], problems: &mut Vec<Problem>) {
    let faults = constraints.iter().filter_map(|constraint| Some((definition_fault(primitive, constraint)?, constraint.span)));
    problems.extend(faults.map(|(message, span)| Problem::at(ProblemKind::BadConstraint, span, message)));
}

struct Check<'a> {
    store: &'a TypeStore,
    problems: &'a mut Vec<Problem>,
    definition: &'a Arc<TypeDef>,
}

impl Check<'_> {
    fn all(&mut self) {
        let definition = self.definition.clone();
        self.derivation();
        for (name, property) in definition.properties.iter().chain(definition.attributes.iter()) {
            self.property(name, property);
        }
        for (name, capability) in definition.capabilities.iter() {
            self.capability(name, capability);
        }
        for requirement in &definition.requirements {
            self.requirement_capability(requirement.capability.as_ref());
            self.known(TypeKind::Node, requirement.node.as_ref());
            self.known(TypeKind::Relationship, requirement.relationship.as_ref());
            self.requirement_refinement(requirement);
        }
        for (_, interface) in definition.interfaces.iter() {
            self.known(TypeKind::Interface, interface.type_name.as_ref());
        }
        for (_, artifact) in definition.artifacts.iter() {
            self.known(TypeKind::Artifact, artifact.type_name.as_ref());
        }
        if let Some(schema) = &definition.entry_schema {
            self.schema(schema);
        }
        self.listed_types(&definition);
    }

    fn derivation(&mut self) {
        let Some(parent) = &self.definition.derived_from else { return };
        let kind = self.definition.kind;
        if let Some(problem) = unknown_type(self.store, kind, parent) {
            self.problems.push(problem);
            return;
        }
        let chain = self.store.chain(kind, self.definition.name.as_str());
        let again = chain.last().and_then(|last| last.derived_from.as_ref()).filter(|next| *next.text == *self.definition.name.text);
        if again.is_some() {
            let message = format!("the {} `{}` is derived from itself", kind.label(), self.definition.name.as_str());
            let names = chain.iter().map(|definition| definition.name.as_str());
            let help = format!("the circle is {}", listed(names));
            self.problems.push(Problem::at(ProblemKind::DerivationCycle, parent.span, message).help(help));
        }
    }

    fn known(&mut self, kind: TypeKind, name: Option<&Name>) {
        self.problems.extend(name.and_then(|name| unknown_type(self.store, kind, name)));
    }

    /// The capability of a requirement is a type, or the name of a capability of the node type.
    fn requirement_capability(&mut self, name: Option<&Name>) {
        if name.is_some_and(|name| name.as_str().contains('.')) {
            self.known(TypeKind::Capability, name);
        }
    }

    /// A requirement of the parent's name wants the parent's types, or types derived from them.
    fn requirement_refinement(&mut self, own: &RequirementDef) {
        let Some(parent) = self.definition.derived_from.as_ref().filter(|parent| parent.text != self.definition.name.text) else { return };
        let Some(inherited) = self.store.effective(self.definition.kind, parent.as_str()) else { return };
        let Some(theirs) = inherited.requirements.iter().find(|theirs| theirs.name.text == own.name.text) else { return };
        let pairs = [
            (TypeKind::Node, &own.node, &theirs.node),
            (TypeKind::Capability, &own.capability, &theirs.capability),
            (TypeKind::Relationship, &own.relationship, &theirs.relationship),
        ];
        for (kind, own_type, their_type) in pairs {
            let (Some(own_type), Some(their_type)) = (own_type, their_type) else { continue };
            let known = self.store.get(kind, own_type.as_str()).is_some() && self.store.get(kind, their_type.as_str()).is_some();
            if known && !self.store.is_a(kind, own_type.as_str(), their_type.as_str()) {
                let message = format!(
                    "the requirement `{}` leads to the {} `{}` here but to `{}` in the parent `{}`",
                    own.name.as_str(),
                    kind.label(),
                    own_type.as_str(),
                    their_type.as_str(),
                    parent.as_str()
                );
                let help = format!("use `{}` or a type derived from it", their_type.as_str());
                self.problems.push(Problem::at(ProblemKind::Refinement, own_type.span, message).help(help));
            }
        }
    }

    fn listed_types(&mut self, definition: &TypeDef) {
        let of = |names: &Option<Vec<Name>>| names.clone().unwrap_or_default();
        for name in of(&definition.valid_target_types) {
            self.known(TypeKind::Capability, Some(&name));
        }
        for name in of(&definition.valid_source_types) {
            self.known(TypeKind::Node, Some(&name));
        }
        for name in of(&definition.members) {
            let is_group = definition.kind == TypeKind::Policy && self.store.get(TypeKind::Group, name.as_str()).is_some();
            if !is_group {
                self.known(TypeKind::Node, Some(&name));
            }
        }
    }

    fn property(&mut self, name: &Name, property: &PropertyDef) {
        if check_definition(self.store, name, property, self.problems) {
            self.refinement(name, property);
        }
    }

    fn schema(&mut self, schema: &Schema) {
        check_schema(self.store, schema, self.problems);
    }

    /// A property keeps the type of the parent's property of that name, or a type derived from it, and stays required.
    fn refinement(&mut self, name: &Name, property: &PropertyDef) {
        let Some(parent) = &self.definition.derived_from else { return };
        if parent.text == self.definition.name.text {
            return;
        }
        let Some(inherited) = self.store.effective(self.definition.kind, parent.as_str()) else { return };
        let Some((place, original)) = inherited.properties.entry(name.as_str()) else { return };
        let (Some(own), Some(theirs)) = (&property.type_name, &original.type_name) else { return };
        let shown = !self.store.chain(self.definition.kind, parent.as_str()).iter().any(|ancestor| {
            ancestor.properties.get(name.as_str()).is_some() && self.store.is_builtin(self.definition.kind, ancestor.name.as_str())
        });
        let fault = if !self.store.is_a(TypeKind::Data, own.as_str(), theirs.as_str()) {
            let message =
                format!("`{}` is `{}` here but `{}` in the parent `{}`", name.as_str(), own.as_str(), theirs.as_str(), parent.as_str());
            let help = format!("use `{}` or a type derived from it", theirs.as_str());
            Some(Problem::at(ProblemKind::Refinement, own.span, message).help(help))
        } else if original.required && !property.required {
            let message = format!("`{}` is required by the parent `{}` and cannot be made optional", name.as_str(), parent.as_str());
            Some(Problem::at(ProblemKind::Refinement, name.span, message).help("give it a default instead"))
        } else {
            None
        };
        let related = |problem: Problem| if shown { problem.related(place.span, "the parent's definition") } else { problem };
        self.problems.extend(fault.map(related));
    }

    fn capability(&mut self, name: &Name, capability: &CapabilityDef) {
        let before = self.problems.len();
        self.known(TypeKind::Capability, capability.type_name.as_ref());
        for (_, property) in capability.properties.iter() {
            self.known(TypeKind::Data, property.type_name.as_ref());
        }
        let Some(parent) = self.definition.derived_from.as_ref().filter(|_| self.problems.len() == before) else { return };
        let inherited = self.store.effective(self.definition.kind, parent.as_str());
        let original = inherited.and_then(|effective| effective.capabilities.get(name.as_str()));
        let theirs = original.and_then(|original| original.type_name.as_ref());
        if let (Some(own), Some(theirs)) = (&capability.type_name, theirs)
            && !self.store.is_a(TypeKind::Capability, own.as_str(), theirs.as_str())
        {
            let message = format!("the capability `{}` is `{}` here but `{}` in the parent", name.as_str(), own.as_str(), theirs.as_str());
            let help = format!("use `{}` or a type derived from it", theirs.as_str());
            self.problems.push(Problem::at(ProblemKind::Refinement, own.span, message).help(help));
        }
    }
}
