//! All types that a VNFD can use: lookup, derivation, and what a type has once its parents are taken into account.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use vnfpkg_diag::Span;

use super::effective::Effective;
use crate::grammar::{PropertyDef, TypeDef, TypeKind};
use crate::profile::{Builtin, Edition};
use crate::types::primitive::Primitive;

/// Longest chain of derivation that is followed.
const MAX_DERIVATION: usize = 64;
/// Most definitions that all types together may inherit: many types below one with many properties fill the memory.
const MAX_INHERITED: usize = 1_000_000;

/// The types of a package and of the profiles it imports, by sort and name.
#[derive(Debug, Default)]
pub struct TypeStore {
    entries: Vec<Entry>,
    index: [HashMap<Arc<str>, usize>; TypeKind::ALL.len()],
    incomplete: bool,
    edition: Option<Edition>,
    /// Definitions that were copied into effective types so far.
    inherited: AtomicUsize,
}

#[derive(Debug)]
struct Entry {
    definition: Arc<TypeDef>,
    builtin: bool,
    effective: OnceLock<Arc<Effective>>,
}

/// What follows from adding a type.
#[derive(Debug)]
pub enum Added {
    /// It is new, or says what was said before.
    Fine,
    /// Another definition of that name is there already and stays; this is where it is.
    Conflict(Span),
}

impl TypeStore {
    /// A store with the normative types of TOSCA Simple Profile.
    pub fn new() -> Self {
        let mut store = Self::default();
        store.add_builtin(Builtin::ToscaSimple);
        store
    }

    /// Adds the types of a profile, except those whose names are taken by the package.
    pub fn add_builtin(&mut self, builtin: Builtin) {
        if let Builtin::Sol001Vnfd(edition) | Builtin::Sol001Common(edition) = builtin {
            self.incomplete |= !edition.is_complete();
            self.import_edition(edition);
        }
        for definition in builtin.types() {
            let taken = self.position(definition.kind, definition.name.as_str());
            if taken.is_none_or(|at| self.entries[at].builtin) {
                self.put(definition.clone(), true);
            }
        }
    }

    /// Adds a type of the package. It replaces one of a profile.
    pub fn add(&mut self, definition: TypeDef) -> Added {
        if let Some(at) = self.position(definition.kind, definition.name.as_str())
            && !self.entries[at].builtin
        {
            let present = &self.entries[at].definition;
            let same = present.name.span == definition.name.span || present.node.same(&definition.node);
            return if same { Added::Fine } else { Added::Conflict(present.name.span) };
        }
        self.put(Arc::new(definition), false);
        Added::Fine
    }

    fn put(&mut self, definition: Arc<TypeDef>, builtin: bool) {
        let index = &mut self.index[definition.kind as usize];
        let name = definition.name.text.clone();
        let entry = Entry { definition, builtin, effective: OnceLock::new() };
        match index.get(&name) {
            Some(&at) => self.entries[at] = entry,
            None => {
                index.insert(name, self.entries.len());
                self.entries.push(entry);
            }
        }
    }

    /// The type of a sort and name; a namespace prefix (`prefix:name`) is ignored when the name as a whole is unknown.
    pub fn get(&self, kind: TypeKind, name: &str) -> Option<&Arc<TypeDef>> {
        self.position(kind, name).map(|at| &self.entries[at].definition)
    }

    /// Does the type come from a profile? Its places must then not be shown.
    pub fn is_builtin(&self, kind: TypeKind, name: &str) -> bool {
        self.position(kind, name).is_some_and(|at| self.entries[at].builtin)
    }

    /// May unknown NFV names belong to an edition of SOL001 that the profile knows in part only?
    pub fn is_incomplete(&self) -> bool {
        self.incomplete
    }

    /// Remembers that types of an edition of SOL001 are imported.
    pub fn import_edition(&mut self, edition: Edition) {
        self.edition = self.edition.max(Some(edition));
    }

    /// The edition of SOL001 whose types are imported, built in or carried by the package; the newest of several.
    pub fn edition(&self) -> Option<Edition> {
        self.edition
    }

    /// The names of all types of a sort.
    pub fn names(&self, kind: TypeKind) -> impl Iterator<Item = &str> {
        self.entries.iter().filter(move |entry| entry.definition.kind == kind).map(|entry| entry.definition.name.as_str())
    }

    /// The types that the package itself defines.
    pub fn own_types(&self) -> impl Iterator<Item = &Arc<TypeDef>> {
        self.entries.iter().filter(|entry| !entry.builtin).map(|entry| &entry.definition)
    }

    /// The type and its ancestors, nearest first. Ends early at a parent that is unknown and before a type that was met.
    pub fn chain(&self, kind: TypeKind, name: &str) -> Vec<&Arc<TypeDef>> {
        let mut chain: Vec<&Arc<TypeDef>> = Vec::new();
        let mut next = self.get(kind, name);
        while let Some(definition) = next {
            if chain.len() >= MAX_DERIVATION || chain.iter().any(|met| Arc::ptr_eq(met, definition)) {
                break;
            }
            chain.push(definition);
            next = definition.derived_from.as_ref().and_then(|parent| self.get(kind, parent.as_str()));
        }
        chain
    }

    /// Is the type that other type, or derived from it?
    pub fn is_a(&self, kind: TypeKind, name: &str, ancestor: &str) -> bool {
        name == ancestor
            || self.chain(kind, name).iter().any(|definition| definition.name.as_str() == ancestor)
            || (kind == TypeKind::Data && self.primitive_of(name).is_some_and(|primitive| Primitive::named(ancestor) == Some(primitive)))
    }

    /// Does a chain of derivation end at a type without a parent (and not at an unknown name or in a cycle)?
    pub fn is_rooted(&self, kind: TypeKind, name: &str) -> bool {
        let chain = self.chain(kind, name);
        chain.last().is_some_and(|root| match &root.derived_from {
            None => true,
            Some(parent) => kind == TypeKind::Data && Primitive::named(parent.as_str()).is_some(),
        })
    }

    /// The built-in type that a data type is or derives from.
    pub fn primitive_of(&self, name: &str) -> Option<Primitive> {
        Primitive::named(name).or_else(|| {
            let chain = self.chain(TypeKind::Data, name);
            chain.last().and_then(|root| root.derived_from.as_ref()).and_then(|parent| Primitive::named(parent.as_str()))
        })
    }

    /// What the type has, its parents' included. `None` when there is no such type.
    pub fn effective(&self, kind: TypeKind, name: &str) -> Option<&Effective> {
        let at = self.position(kind, name)?;
        Some(self.entries[at].effective.get_or_init(|| {
            let cost: usize = self.chain(kind, name).iter().map(|definition| size(definition)).sum();
            let spent = self.inherited.fetch_add(cost, Ordering::Relaxed).saturating_add(cost);
            // What is left out has no known root, so nothing is said about what it lacks.
            Arc::new(if spent > MAX_INHERITED { Effective::default() } else { Effective::of(self, kind, name) })
        }))
    }

    /// Were types left out because all together inherit too much?
    pub fn is_exhausted(&self) -> bool {
        self.inherited.load(Ordering::Relaxed) > MAX_INHERITED
    }

    /// The properties of a data type with those of its parents, in order: what the keys of a value may be.
    pub fn effective_properties(&self, data_type: &str) -> Vec<(Arc<str>, &PropertyDef)> {
        let effective = self.effective(TypeKind::Data, data_type);
        let properties = effective.into_iter().flat_map(|effective| effective.properties.iter());
        properties.map(|(name, definition)| (name.text.clone(), definition)).collect()
    }

    fn position(&self, kind: TypeKind, name: &str) -> Option<usize> {
        let index = &self.index[kind as usize];
        index.get(name).or_else(|| index.get(name.rsplit_once(':')?.1)).copied()
    }
}

/// How many definitions a type holds.
fn size(definition: &TypeDef) -> usize {
    let properties = definition.properties.len() + definition.attributes.len();
    let operations: usize = definition.interfaces.iter().map(|(_, interface)| interface.operations.len() + 40).sum();
    properties + definition.capabilities.len() + definition.requirements.len() + definition.operations.len() + operations + 1
}
